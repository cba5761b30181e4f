package send

import (
	"errors"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"syscall"

	"github.com/hooks-cli/hooks/store"
)

// The phases of an exchange, as its time-out names them.
const (
	phaseConnect   = "connecting"
	phaseTLS       = "the TLS handshake"
	phaseWrite     = "writing the request"
	phaseFirstByte = "waiting for the first byte of the answer"
	phaseBody      = "reading the answer"
)

// progress is how far an exchange has come.
type progress struct {
	phase string
	sent  atomic.Int64 // bytes of the request
	got   int64        // bytes of the answer
}

// classify finds the class of section "what the sender is told" for err. why
// is what stopped the exchange, nil if nothing did; it beats the error that
// the stop made.
func (r *run) classify(err, why error) (kind string, explained error) {
	if err == nil {
		return "", nil
	}
	var dns *net.DNSError
	var connect *connectError
	var proxy *proxyError
	var handshake *tlsError
	var protocol *protocolError
	switch {
	case errors.Is(why, errTimeout):
		return store.ErrTimeout, r.timeoutError()
	case why != nil:
		return store.ErrCanceled, fmt.Errorf("stopped while %s: %w", r.phase(), why)
	case errors.As(err, &proxy):
		return store.ErrConnect, proxy
	case errors.As(err, &dns):
		return store.ErrDNS, fmt.Errorf("%s has no address: %s", r.target.Host, dns.Err)
	case errors.As(err, &connect):
		return store.ErrConnect, connect
	case errors.As(err, &handshake):
		return store.ErrTLS, handshake
	case isAlert(err):
		return store.ErrTLS, &tlsError{cause: err, target: r.target}
	case errors.Is(err, errHeaderTooLarge):
		return store.ErrTooLarge, err
	case errors.As(err, &protocol):
		return store.ErrProtocol, protocol
	case isReset(err), isNetwork(err):
		return store.ErrReset, r.resetError(err)
	}
	return store.ErrProtocol, err
}

// phase is where the exchange stands. A large body is still being written while
// the answer is waited for.
func (r *run) phase() string {
	if r.progress.phase == phaseFirstByte && r.progress.sent.Load() < r.request.size {
		return phaseWrite
	}
	return r.progress.phase
}

func (r *run) timeoutError() error {
	return fmt.Errorf("no complete answer within %s: %s took too long (%d bytes sent, %d bytes of the answer received)",
		r.client.opts.Timeout, r.phase(), r.progress.sent.Load(), r.progress.got)
}

func (r *run) resetError(err error) error {
	var early *earlyCloseError
	if errors.As(err, &early) {
		return early
	}
	how := "closed the connection"
	if errors.Is(err, syscall.ECONNRESET) {
		how = "reset the connection"
	}
	if r.progress.got == 0 {
		return fmt.Errorf("the target %s without an answer", how)
	}
	return fmt.Errorf("the target %s before its answer was complete (%d bytes received)", how, r.progress.got)
}

// isReset tells whether the other side ended the connection.
func isReset(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.As(err, new(*earlyCloseError))
}

// isNetwork tells whether the operating system reported the error.
func isNetwork(err error) bool {
	return errors.As(err, new(*net.OpError)) || errors.As(err, new(net.Error))
}

// isAlert tells whether TLS broke off after the handshake: with TLS 1.3 the
// refusal of a missing client certificate comes that late. crypto/tls marks
// its alerts by the operation of the error; their type is its own.
func isAlert(err error) bool {
	var operation *net.OpError
	return errors.As(err, &operation) && (operation.Op == "remote error" || operation.Op == "local error")
}
