package listen

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"

	"github.com/hooks-cli/hooks/send"
)

// AddrError is an address that nobody could listen on.
type AddrError struct{ Addr, Reason string }

func (e *AddrError) Error() string { return e.Reason }

// The causes of a BindError.
const (
	InUse      = "in use"
	NotLocal   = "not local"
	Privileged = "privileged"
	otherCause = "other"
)

// BindError is a port that cannot be opened.
type BindError struct {
	Addr   string
	Cause  string // InUse, NotLocal, Privileged, or "other"
	Holder string // the process that has the port, "" where that is not to be known
	Err    error
}

func (e *BindError) Error() string {
	switch {
	case e.Cause == InUse && e.Holder != "":
		return fmt.Sprintf("%s is in use by %s", e.Addr, e.Holder)
	case e.Cause == InUse:
		return e.Addr + " is in use"
	case e.Cause == NotLocal:
		return e.Addr + " is not an address of this machine"
	case e.Cause == Privileged:
		return e.Addr + " may only be opened by the administrator"
	}
	return fmt.Sprintf("listen on %s: %s", e.Addr, e.Err)
}

func (e *BindError) Unwrap() error { return e.Err }

func bindError(addr string, err error) *BindError {
	e := &BindError{Addr: addr, Cause: otherCause, Err: err}
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		e.Cause, e.Holder = InUse, holderOf(addr)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		e.Cause = NotLocal
	case errors.Is(err, syscall.EACCES), errors.Is(err, fs.ErrPermission):
		e.Cause = Privileged
	}
	return e
}

// address is where to listen.
type address struct {
	host string // "" is every address
	port int
	both bool // both loopback addresses
}

func parseAddr(given string) (address, error) {
	text := given
	if text == "" {
		a, err := parseAddr(DefaultAddr)
		a.both = true
		return a, err
	}
	if strings.Trim(text, "0123456789") == "" { // a port alone, as targets have it
		text = "localhost:" + text
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		reason := "must be host:port, as in 127.0.0.1:4400"
		if strings.Count(text, ":") > 1 {
			reason = "an IPv6 address stands in brackets, as in [::1]:4400"
		} else if !strings.Contains(text, ":") {
			reason = "the port is missing, as in " + text + ":4400"
		}
		return address{}, &AddrError{given, reason}
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || port[0] == '+' {
		return address{}, &AddrError{given, "the port must be a number from 0 to 65535"}
	}
	a := address{host: host, port: int(n), both: strings.EqualFold(strings.TrimSuffix(host, "."), "localhost")}
	if a.both {
		a.host = "127.0.0.1"
		return a, nil
	}
	return a, a.checkHost(given)
}

// checkHost admits addresses and host names; what ends in a number is an
// address, or it is nothing.
func (a *address) checkHost(text string) error {
	if _, err := netip.ParseAddr(a.host); a.host == "" || err == nil {
		return nil
	}
	if _, err := send.ParseTarget(a.host + ":1"); err != nil {
		return &AddrError{text, err.Error()}
	}
	return nil
}

func (a address) String() string { return net.JoinHostPort(a.host, strconv.Itoa(a.port)) }

// loopback tells whether only this machine can connect.
func (a address) loopback() bool {
	ip, err := netip.ParseAddr(a.host)
	return a.both || err == nil && ip.Unmap().IsLoopback()
}

// SelfForwardError is a target that is the server itself.
type SelfForwardError struct{ Target string }

func (e *SelfForwardError) Error() string {
	return e.Target + " is this listener: it would forward to itself"
}

// reaches tells whether a request to t would come back here.
func (a address) reaches(t send.Target, local func() []netip.Addr) bool {
	if t.Socket != "" || t.Port != a.port || a.port == 0 || t.Scheme != "http" {
		return false
	}
	ip, err := netip.ParseAddr(t.Host)
	named := err != nil
	if named && !t.Loopback() {
		return false // a name is not looked up for this; a loop is noticed when it happens
	}
	own, err := netip.ParseAddr(a.host)
	everywhere := err != nil || own.IsUnspecified()
	switch {
	case everywhere && t.Loopback(), a.both && t.Loopback():
		return true
	case named || ip.IsUnspecified():
		return own.Unmap().IsLoopback() // localhost is tried on both loopbacks, 0.0.0.0 is this host
	case everywhere:
		return contains(local(), ip.Unmap())
	}
	return own.Unmap() == ip.Unmap()
}

func contains(list []netip.Addr, ip netip.Addr) bool {
	for _, one := range list {
		if one == ip {
			return true
		}
	}
	return false
}

// localAddrs are the addresses of this machine.
func localAddrs() []netip.Addr {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var list []netip.Addr
	for _, a := range addrs {
		if prefix, err := netip.ParsePrefix(a.String()); err == nil {
			list = append(list, prefix.Addr().Unmap())
		}
	}
	return list
}
