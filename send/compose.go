package send

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// request is an outgoing request as it goes over the wire.
type request struct {
	method string
	target string
	// lines are the header lines as they are recorded. basic, where it is not
	// empty, is written in place of the last one.
	lines sign.Headers
	basic string
	body  []byte
	sent  []byte        // the part of the body that is sent
	old   bool          // HTTP/1.0
	pause time.Duration // before the second half of the body
	size  int64         // of head and body, known once the head was written
}

// check refuses what would end a line early on the wire. Names and values that
// came in over HTTP always pass.
func check(out *Outgoing) error {
	if !isToken(out.Method) {
		return fmt.Errorf("the method %s is no HTTP token", quote(out.Method))
	}
	if out.RequestTarget == "" || strings.ContainsFunc(out.RequestTarget, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return fmt.Errorf("the request target %s is empty or holds spaces or control characters", quote(out.RequestTarget))
	}
	if hasBreak(out.Host) || strings.Contains(out.Host, " ") {
		return fmt.Errorf("the host %s holds spaces or line breaks", quote(out.Host))
	}
	for _, line := range out.Headers {
		if !isToken(line.Name) {
			return fmt.Errorf("%s is no header name", quote(line.Name))
		}
		if hasBreak(line.Value) {
			return fmt.Errorf("the value of header %s holds a line break or NUL", line.Name)
		}
	}
	return nil
}

// compose gathers the lines of out. The only ones that are not out's are Host,
// Content-Length, and the Authorization of a target with credentials, which
// replaces any other.
func compose(t Target, out *Outgoing) request {
	r := request{method: out.Method, target: out.RequestTarget, body: out.Body, sent: out.Body, old: out.HTTP10, pause: out.Pause}
	if out.CutAt != nil {
		r.sent = out.Body[:min(*out.CutAt, len(out.Body))]
	}
	host := out.Host
	if host == "" {
		host = t.Authority()
	}
	r.lines = make(sign.Headers, 1, len(out.Headers)+3)
	r.lines[0] = sign.Header{Name: "Host", Value: host}
	for _, line := range out.Headers {
		if t.user == nil || !strings.EqualFold(line.Name, "Authorization") {
			r.lines = append(r.lines, line)
		}
	}
	if length, ok := contentLength(out); ok {
		r.lines = append(r.lines, sign.Header{Name: "Content-Length", Value: length})
	}
	if t.user != nil {
		r.lines = append(r.lines, sign.Header{Name: "Authorization", Value: "Basic ***"})
		r.basic = "Basic " + t.basic()
	}
	return r
}

// cut tells whether less is sent than was announced.
func (r *request) cut() bool { return len(r.sent) < len(r.body) }

// appendHead writes the request line and the header lines behind b.
func (r *request) appendHead(b []byte) []byte {
	b = append(b, r.method...)
	b = append(b, ' ')
	b = append(b, r.target...)
	version := " HTTP/1.1\r\n"
	if r.old {
		version = " HTTP/1.0\r\n"
	}
	b = append(b, version...)
	last := len(r.lines) - 1
	for i, line := range r.lines {
		if i == last && r.basic != "" {
			line.Value = r.basic
		}
		b = append(b, line.Name...)
		b = append(b, ": "...)
		b = append(b, line.Value...)
		b = append(b, '\r', '\n')
	}
	return append(b, '\r', '\n')
}

// contentLength is what Content-Length says, if it is sent: without a body
// only the methods that expect one say so (RFC 9110, section 8.6).
func contentLength(out *Outgoing) (string, bool) {
	if len(out.Body) > 0 {
		return strconv.Itoa(len(out.Body)), true
	}
	return "0", out.Method == "POST" || out.Method == "PUT" || out.Method == "PATCH"
}

// basic is the target's user and password as basic auth sends them.
func (t Target) basic() string {
	password, _ := t.user.Password()
	return base64.StdEncoding.EncodeToString([]byte(t.user.Username() + ":" + password))
}

// isToken tells whether s is a token of RFC 9110, section 5.6.2.
func isToken(s string) bool {
	for _, c := range []byte(s) {
		if !isTokenByte(c) {
			return false
		}
	}
	return s != ""
}

func isTokenByte(c byte) bool {
	letter := 'a' <= c|0x20 && c|0x20 <= 'z'
	return letter || '0' <= c && c <= '9' || strings.IndexByte("-!#$%&'*+.^_`|~", c) >= 0
}

func hasBreak(s string) bool {
	return strings.IndexByte(s, '\n') >= 0 || strings.IndexByte(s, '\r') >= 0 || strings.IndexByte(s, 0) >= 0
}
