package listen

import (
	"context"
	"net"
)

// Open opens a port as a Server would; on localhost that may be two. The error is
// an *AddrError, or a *BindError that says who has the port.
func Open(ctx context.Context, addr string) ([]net.Listener, error) {
	a, err := parseAddr(addr)
	if err != nil {
		return nil, err
	}
	return a.bind(ctx)
}

// TwoOnLocalhost names the two processes that share a port of localhost, one on
// each of its addresses, where that is so and can be known.
func TwoOnLocalhost(port int) (four, six string, shared bool) { return twoOnLocalhost(port) }
