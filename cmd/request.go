package cmd

import (
	"bufio"
	"bytes"
	"errors"
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
	for line := range strings.SplitSeq(text, "\n") {
		h, err := parseHeader(strings.TrimSuffix(line, "\r"))
		if err != nil {
			return nil, err
		}
		headers = append(headers, h)
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
		return errRequestLine
	}
	m.Method = method
	for {
		line, err := r.ReadString('\n')
		text := strings.TrimRight(line, "\r\n")
		if text == "" {
			break
		}
		h, perr := parseHeader(text)
		if perr != nil {
			return perr
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

var errRequestLine = errors.New("the first line must be METHOD TARGET HTTP/1.1")

// requestFailure words why a file is no request that can be judged.
func requestFailure(name string, err error) *failure {
	var framing *framingError
	if errors.As(err, &framing) {
		return usageError("%s: %s", name, framing).withHint("%s", framing.fix)
	}
	return usageError("%s is no HTTP request: %s", name, err)
}
