package cmd

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/hooks-cli/hooks/sign"
)

// parseHeaders reads a header, or the lines of @FILE as curl does.
func (a *app) parseHeaders(s string) ([]sign.Header, error) {
	text := s
	if strings.HasPrefix(s, "@") {
		data, err := a.data(s)
		if err != nil {
			return nil, err
		}
		text = strings.TrimRight(string(data), "\r\n")
	}
	var headers []sign.Header
	for i, line := range strings.Split(text, "\n") {
		h, err := parseHeader(strings.TrimSuffix(line, "\r"))
		switch {
		case err == nil:
			headers = append(headers, h)
		case text == s:
			return nil, err
		default:
			return nil, &lineError{i + 1, err}
		}
	}
	return headers, nil
}

// parseRequest reads an HTTP/1.1 request as text: a request line, headers, an
// empty line and the body, whose bytes are taken as the headers frame them.
// Line ends may be LF, as editors save them.
func parseRequest(raw []byte, m *sign.Message) error {
	r := bufio.NewReader(bytes.NewReader(raw))
	line, err := r.ReadString('\n')
	method, rest, ok := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
	target, _, _ := strings.Cut(rest, " ")
	if err != nil || !ok || !isToken(method) || target == "" {
		return &lineError{1, errRequestLine}
	}
	m.Method = method
	for n := 2; ; n++ {
		line, err := r.ReadString('\n')
		text := strings.TrimRight(line, "\r\n")
		if text == "" {
			break
		}
		h, perr := parseHeader(text)
		if perr != nil {
			return &lineError{n, perr}
		}
		m.Headers = append(m.Headers, h)
		if err == io.EOF {
			break
		}
	}
	if host, ok := m.Headers.Get("Host"); ok && m.URL == "" && strings.HasPrefix(target, "/") {
		m.URL = "https://" + host + target
	}
	body, err := io.ReadAll(r)
	if err == nil {
		m.Body, err = framedBody(m.Headers, body)
	}
	return err
}

var errRequestLine = errors.New("a request begins with METHOD TARGET HTTP/1.1")

// lineError is a line of a file that cannot be read.
type lineError struct {
	line int
	err  error
}

func (e *lineError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.err) }
func (e *lineError) Unwrap() error { return e.err }

// requestFailure words why a file is no request that can be judged.
func requestFailure(name string, err error) *failure {
	var framing *framingError
	var line *lineError
	if errors.As(err, &framing) {
		return usageError("%s: %s", name, framing).withHint("%s", framing.fix)
	}
	if errors.As(err, &line) {
		return usageError("%s:%d: %s", name, line.line, line.err).
			withHint("a file with headers alone, one a line, is given as -H @%s, and the body as FILE", name)
	}
	return usageError("%s is not an HTTP request: %s", name, err)
}
