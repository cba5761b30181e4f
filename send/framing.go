package send

import (
	"strconv"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// parseStatusLine reads HTTP/1.x CODE [REASON].
func parseStatusLine(line string) (minor, status int, err error) {
	bad := &protocolError{what: "the status line is malformed", first: line}
	line = strings.TrimSuffix(line, "\r")
	version, rest, _ := strings.Cut(line, " ")
	code, _, _ := strings.Cut(rest, " ")
	if version != "HTTP/1.1" && version != "HTTP/1.0" {
		return 0, 0, bad
	}
	if len(code) != 3 || strings.Trim(code, "0123456789") != "" || code[0] == '0' {
		return 0, 0, bad
	}
	status, _ = strconv.Atoi(code)
	return int(version[7] - '0'), status, nil
}

// parseFields reads header lines. A line that begins with a space continues
// the one before it (RFC 9112, section 5.2). A bare CR or a NUL is refused:
// nobody who reads on agrees where such a line ends.
func parseFields(block string) (sign.Headers, error) {
	headers := make(sign.Headers, 0, strings.Count(block, "\n"))
	for block != "" {
		var line string
		line, block, _ = strings.Cut(block, "\n")
		line = strings.TrimSuffix(line, "\r")
		if hasBreak(line) {
			return nil, &protocolError{what: "a header line holds a bare CR or NUL", first: line}
		}
		if last := len(headers) - 1; last >= 0 && (line[0] == ' ' || line[0] == '\t') {
			headers[last].Value = strings.TrimSpace(headers[last].Value + " " + strings.Trim(line, " \t"))
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || !isToken(name) {
			return nil, &protocolError{what: "a header line is malformed", first: line}
		}
		headers = append(headers, sign.Header{Name: name, Value: strings.Trim(value, " \t")})
	}
	return headers, nil
}

// frame finds out how the body ends and whether the connection outlives it.
func (a *answer) frame(method string, minor int) error {
	a.persists = minor == 1
	a.length = -1
	chunked := false
	for _, line := range a.headers {
		var err error
		switch {
		case strings.EqualFold(line.Name, "Content-Length"):
			err = a.addLength(line.Value)
		case strings.EqualFold(line.Name, "Transfer-Encoding"):
			if chunked || !strings.EqualFold(line.Value, "chunked") {
				err = &protocolError{what: "the transfer encoding is not known", first: line.Value}
			}
			chunked = true
		case strings.EqualFold(line.Name, "Connection"):
			a.persists = a.persists && !hasWord(line.Value, "close")
		case strings.EqualFold(line.Name, "Keep-Alive"):
			a.keepAlive = parseKeepAlive(line.Value)
		}
		if err != nil {
			return err
		}
	}
	if chunked && minor == 0 {
		// HTTP/1.0 has no chunks: nobody knows where this body ends (RFC 9112, section 6.1).
		return &protocolError{what: "an HTTP/1.0 answer in chunks"}
	}
	a.setBody(method, chunked)
	return nil
}

func (a *answer) setBody(method string, chunked bool) {
	switch {
	case method == "HEAD" || a.status == 204 || a.status == 304:
		a.length = 0
		a.body = &sizedBody{answer: a}
	case chunked:
		// Both is a message that somebody else may read otherwise: chunked
		// wins, and the connection carries nothing more.
		a.persists = a.persists && a.length < 0
		a.length = -1
		a.body = newChunkedBody(a)
	case a.length >= 0:
		a.body = &sizedBody{answer: a, left: a.length}
	default:
		a.persists = false
		a.body = &openBody{a}
	}
}

// addLength takes one Content-Length line. The same length said twice is one
// length; two lengths are none.
func (a *answer) addLength(value string) error {
	for part := range strings.SplitSeq(value, ",") {
		part = strings.Trim(part, " \t")
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil || n < 0 || part[0] == '+' || part[0] == '-' {
			return &protocolError{what: "Content-Length is no length", first: value}
		}
		if a.length >= 0 && a.length != n {
			return &protocolError{what: "the answer names two lengths", first: value}
		}
		a.length = n
	}
	return nil
}

func hasWord(list, word string) bool {
	for part := range strings.SplitSeq(list, ",") {
		if strings.EqualFold(strings.Trim(part, " \t"), word) {
			return true
		}
	}
	return false
}

// parseKeepAlive reads the timeout of a Keep-Alive line, 0 without one.
func parseKeepAlive(value string) time.Duration {
	for part := range strings.SplitSeq(value, ",") {
		name, number, _ := strings.Cut(strings.Trim(part, " \t"), "=")
		if n, err := strconv.ParseUint(number, 10, 16); err == nil && strings.EqualFold(name, "timeout") {
			return time.Duration(n) * time.Second
		}
	}
	return 0
}
