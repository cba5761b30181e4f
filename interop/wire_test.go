package interop

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/hooks-cli/hooks/sign"
)

// maxBody bounds what is read of a request; the largest body here has 1 MiB.
const maxBody = 4 << 20

// arrive writes m as HTTP/1.1 and reads it as a server does, so that both
// sides judge what net/http makes of it: names in another case, values
// trimmed.
func arrive(t testing.TB, m *sign.Message) *http.Request {
	t.Helper()
	out, err := http.NewRequest(m.Method, m.URL, bytes.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range m.Headers {
		out.Header[h.Name] = append(out.Header[h.Name], h.Value)
	}
	var sent bytes.Buffer
	if err := out.Write(&sent); err != nil {
		t.Fatal(err)
	}
	in, err := http.ReadRequest(bufio.NewReader(&sent))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// message is a request as the program sees it.
func message(t testing.TB, r *http.Request) *sign.Message {
	t.Helper()
	m := &sign.Message{Method: r.Method, URL: "http://" + r.Host + r.RequestURI, Body: bodyOf(t, r)}
	for name, values := range r.Header {
		for _, value := range values {
			m.Headers = append(m.Headers, sign.Header{Name: name, Value: value})
		}
	}
	return m
}

func bodyOf(t testing.TB, r *http.Request) []byte {
	t.Helper()
	body, err := readBody(r)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func readBody(r *http.Request) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r.Body, maxBody))
}
