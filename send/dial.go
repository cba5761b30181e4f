package send

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"strconv"
	"time"
)

// dial opens a connection to the target: to the first of its addresses that
// answers, and with TLS where it is https.
func (c *Client) dial(ctx context.Context, t Target, p *progress) (*conn, error) {
	socket, err := c.socket(ctx, t)
	if err != nil {
		return nil, err
	}
	if t.Scheme != "https" {
		return newConn(socket, socket, t.key()), nil
	}
	p.phase = phaseTLS
	session := tls.Client(socket, c.tlsConfig(t))
	if err := session.HandshakeContext(ctx); err != nil {
		socket.Close()
		return nil, &tlsError{cause: err, target: t}
	}
	return newConn(session, socket, t.key()), nil
}

// socket is a connection to the target itself or, through a proxy, to its port.
func (c *Client) socket(ctx context.Context, t Target) (net.Conn, error) {
	proxy, err := c.proxyOf(t)
	switch {
	case err != nil:
		return nil, err
	case proxy != nil:
		return c.tunnel(ctx, t, proxy)
	}
	network, addresses := t.addresses()
	if network == "tcp" && !t.isLocalhost() && c.opts.Dial == nil {
		if addresses, err = resolve(ctx, t); err != nil {
			return nil, err
		}
	}
	return c.race(ctx, network, addresses)
}

// Reach opens a connection to a target and closes it: nil if that could be done.
func (c *Client) Reach(ctx context.Context, t Target) error {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	conn, err := c.dial(ctx, t, &progress{})
	if err == nil {
		conn.close()
	}
	return err
}

// maxAddresses is how many addresses of one name are tried.
const maxAddresses = 8

func resolve(ctx context.Context, t Target) ([]string, error) {
	port := strconv.Itoa(t.Port)
	if _, err := netip.ParseAddr(t.Host); err == nil {
		return []string{net.JoinHostPort(t.Host, port)}, nil
	}
	var resolver net.Resolver
	found, err := resolver.LookupNetIP(ctx, "ip", t.Host)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, address := range found[:min(len(found), maxAddresses)] {
		list = append(list, net.JoinHostPort(address.Unmap().String(), port))
	}
	return list, nil
}

// dialed is what came of dialing one address.
type dialed struct {
	conn    net.Conn
	address string
	err     error
}

// race dials the addresses in order: the next as soon as one fails, or beside
// it when it stays silent. The first connection wins; with none the error
// names every address.
func (c *Client) race(ctx context.Context, network string, addresses []string) (net.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	results := make(chan dialed, len(addresses))
	failed := &connectError{network: network}
	started, pending := 0, 0
	defer func() {
		cancel()
		for ; pending > 0; pending-- {
			if late := <-results; late.conn != nil {
				late.conn.Close()
			}
		}
	}()
	for {
		if started < len(addresses) {
			address := addresses[started]
			started, pending = started+1, pending+1
			go func() {
				conn, err := c.netDial(ctx, network, address)
				results <- dialed{conn, address, err}
			}()
		}
		select {
		case result := <-results:
			pending--
			if result.err == nil {
				return result.conn, nil
			}
			failed.add(result)
			if pending == 0 && started == len(addresses) {
				return nil, failed
			}
		case <-silence(started < len(addresses)):
		}
	}
}

// silence is when the next address is tried beside the one that is dialed, if
// there is one.
func silence(more bool) <-chan time.Time {
	if !more {
		return nil
	}
	return time.After(secondAddress)
}
