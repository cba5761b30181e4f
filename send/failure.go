package send

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"syscall"

	"github.com/hooks-cli/hooks/sign"
)

// errHeaderTooLarge is an answer whose header block goes on beyond its limit.
var errHeaderTooLarge = fmt.Errorf("the header of the answer is larger than %d KiB", maxHeader>>10)

// protocolError is an answer that is not HTTP. first is its beginning.
type protocolError struct{ what, first string }

// quotedBytes is how much of a foreign answer an error shows.
const quotedBytes = 64

func (e *protocolError) Error() string {
	if e.first == "" {
		return e.what
	}
	text := e.what + ": " + quote(e.first)
	if strings.HasPrefix(e.first, "\x15\x03") {
		text += " (a TLS alert: the target wants https)"
	}
	return text
}

// quote makes foreign bytes printable and cuts them.
func quote(s string) string {
	if len(s) > quotedBytes {
		return strconv.QuoteToASCII(s[:quotedBytes]) + "…"
	}
	return strconv.QuoteToASCII(s)
}

// earlyCloseError is a target that went away while the request was written.
type earlyCloseError struct {
	sent, total int64
	cause       error
}

func (e *earlyCloseError) Error() string {
	return fmt.Sprintf("the target closed the connection before it had read the request (%d of %d bytes sent); it may have answered without reading the body, as with 401 or 413",
		e.sent, e.total)
}

func (e *earlyCloseError) Unwrap() error { return e.cause }

// connectError lists the addresses that were tried.
type connectError struct {
	network string
	tried   []dialed
}

func (e *connectError) add(d dialed) { e.tried = append(e.tried, d) }

func (e *connectError) Error() string {
	var refused, other []string
	for _, d := range e.tried {
		if errors.Is(d.err, syscall.ECONNREFUSED) {
			refused = append(refused, d.address)
		} else {
			other = append(other, d.address+": "+plain(d.err))
		}
	}
	if len(refused) > 0 {
		other = append([]string{"nothing listens on " + strings.Join(refused, " or ")}, other...)
	}
	return strings.Join(other, "; ")
}

func (e *connectError) Unwrap() []error {
	var list []error
	for _, d := range e.tried {
		list = append(list, d.err)
	}
	return list
}

// plain is the operating system's own wording, without the address that the
// net package puts before it.
func plain(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno.Error()
	}
	return err.Error()
}

// tlsError is a TLS session that did not come about.
type tlsError struct {
	cause  error
	target Target
}

func (e *tlsError) Unwrap() error { return e.cause }

func (e *tlsError) Error() string {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	switch {
	case errors.As(e.cause, &record):
		return "the target does not speak TLS: is it http?"
	case errors.As(e.cause, &unknown):
		return "the certificate is signed by nobody this machine trusts (self-signed?); --insecure accepts it"
	case errors.As(e.cause, &name):
		return fmt.Sprintf("the certificate is not for %s; --insecure accepts it", e.target.Host)
	case errors.As(e.cause, &invalid) && invalid.Reason == x509.Expired:
		return "the certificate has expired or is not valid yet; --insecure accepts it"
	case errors.Is(e.cause, io.EOF), errors.Is(e.cause, syscall.ECONNRESET):
		return "the target closed the connection during the TLS handshake"
	case errors.Is(e.cause, context.DeadlineExceeded):
		return "the TLS handshake took too long"
	}
	return "the TLS session failed: " + e.cause.Error()
}

// redirectError words a 3xx, which nobody follows.
func redirectError(headers sign.Headers) error {
	location, ok := headers.Get("Location")
	if !ok {
		return errors.New("a redirect without Location; redirects are not followed")
	}
	return fmt.Errorf("a redirect to %s; redirects are not followed", quoteValue(location))
}

// quotedValue is how much of a value a message repeats.
const quotedValue = 200

func quoteValue(s string) string {
	if len(s) > quotedValue {
		return strconv.QuoteToASCII(s[:quotedValue]) + "…"
	}
	return strconv.QuoteToASCII(s)
}
