package listen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"
)

// bind opens the port, on both loopback addresses where that is asked for. The
// second of them is taken if it is free, and not missed if it is not.
func (a *address) bind(ctx context.Context) ([]net.Listener, error) {
	var config net.ListenConfig
	first, err := config.Listen(ctx, a.network(), a.String())
	if err != nil {
		return nil, bindError(a.String(), err)
	}
	if a.port == 0 {
		a.port = first.Addr().(*net.TCPAddr).Port
	}
	listeners := []net.Listener{first}
	if a.both {
		if second, err := config.Listen(ctx, "tcp", net.JoinHostPort("::1", strconv.Itoa(a.port))); err == nil {
			listeners = append(listeners, second)
		}
	}
	return listeners, nil
}

// network keeps 0.0.0.0 to IPv4, as it is written: for "tcp" it would stand for
// every IPv6 address, too.
func (a address) network() string {
	if ip, err := netip.ParseAddr(a.host); err == nil && ip.Is4() {
		return "tcp4"
	}
	return "tcp"
}

// exposed words the warning that others can connect, "" where they cannot.
func (a address) exposed() string {
	if a.loopback() {
		return ""
	}
	own, err := netip.ParseAddr(a.host)
	if err == nil && !own.IsUnspecified() {
		return "others can connect: http://" + a.String()
	}
	var urls []string
	for _, ip := range localAddrs() {
		if ip.IsGlobalUnicast() && (ip.Is4() || a.network() == "tcp") {
			urls = append(urls, "http://"+net.JoinHostPort(ip.String(), strconv.Itoa(a.port)))
		}
	}
	if len(urls) == 0 {
		return "listening on every address of this machine"
	}
	return "others can connect: " + strings.Join(urls, ", ")
}

// doors limits how many connections are open at a time, over all listeners:
// one that comes while there are too many waits unaccepted until one ends.
type doors struct {
	places chan struct{}
	closed chan struct{}
	once   sync.Once
}

func newDoors(n int) *doors {
	return &doors{places: make(chan struct{}, n), closed: make(chan struct{})}
}

func (d *doors) close() { d.once.Do(func() { close(d.closed) }) }

// door is one listener.
type door struct {
	net.Listener
	server *Server
}

// acceptPause is how long a listener rests that cannot accept, for want of
// descriptors most likely.
const acceptPause = 50 * time.Millisecond

// Accept waits for a place and for a connection. What keeps it from accepting
// is waited out, so that it neither spins nor ends the server.
func (d *door) Accept() (net.Conn, error) {
	doors := d.server.doors
	select {
	case doors.places <- struct{}{}:
	case <-doors.closed:
		return nil, net.ErrClosed
	}
	if open, most := len(doors.places), cap(doors.places); open > most*4/5 {
		d.server.warnSeldom("connections", fmt.Sprintf("%d of %d connections are taken; further ones will wait (--max-conns)", open, most))
	}
	for {
		socket, err := d.Listener.Accept()
		if err == nil {
			return d.server.newConn(socket), nil
		}
		if errors.Is(err, net.ErrClosed) {
			<-doors.places
			return nil, err
		}
		d.server.warnSeldom("accept", "cannot accept connections: "+err.Error())
		select {
		case <-time.After(acceptPause):
		case <-doors.closed:
		}
	}
}
