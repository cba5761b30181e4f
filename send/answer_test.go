package send

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/sign"
)

// parseAnswer reads an answer from bytes.
func parseAnswer(method, text string) (*answer, []byte, error) {
	a := &answer{conn: &conn{in: bufio.NewReader(strings.NewReader(text))}, progress: new(progress), budget: maxHeader}
	if err := a.readHead(method); err != nil {
		return a, nil, err
	}
	body, more, err := a.readBody(KeptBody)
	if errors.Is(err, io.EOF) {
		return a, body, nil
	}
	if err == nil {
		body = append(body, more)
	}
	return a, body, err
}

func TestAnswerKeepsHeaderBytes(t *testing.T) {
	a, body, err := parseAnswer("POST", "HTTP/1.1 200\r\nset-cookie: a=1\r\nX-B:\xe9\t \r\nSet-Cookie:b=2\r\nX-Empty:\r\nX-Folded: a\r\n  b\r\n\r\nrest")
	if err != nil {
		t.Fatal(err)
	}
	want := sign.Headers{{Name: "set-cookie", Value: "a=1"}, {Name: "X-B", Value: "\xe9"}, {Name: "Set-Cookie", Value: "b=2"}, {Name: "X-Empty"}, {Name: "X-Folded", Value: "a b"}}
	if diff := cmp.Diff(want, a.headers); diff != "" {
		t.Error(diff)
	}
	if string(body) != "rest" || a.persists {
		t.Errorf("body %q, persists %v", body, a.persists)
	}
}

// An answer that net/http reads, too, is read as the same status and body.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n2;x=y\r\nok\r\n0\r\nA: b\r\n\r\n",
		"HTTP/1.0 404 No\n\nwhy", "HTTP/1.1 204 \r\n\r\n", "HTTP/1.1 103 Hi\r\n\r\nHTTP/1.1 500 X\r\nContent-Length: 1, 1\r\n\r\nx",
		"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "SSH-2.0", "HTTP/", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, body, err := parseAnswer("POST", text)
		if err != nil {
			return
		}
		if a.status < 200 || a.status > 999 {
			t.Fatalf("status %d", a.status)
		}
		in := bufio.NewReader(strings.NewReader(text))
		var theirs *http.Response
		for theirs == nil || theirs.StatusCode < 200 {
			if theirs, err = http.ReadResponse(in, nil); err != nil {
				return // stricter than we are
			}
		}
		theirBody, err := io.ReadAll(theirs.Body)
		if err != nil {
			return
		}
		if theirs.StatusCode != a.status || !bytes.Equal(theirBody[:min(len(theirBody), KeptBody+1)], body) {
			t.Fatalf("%q: read %d %q, net/http %d %q", text, a.status, body, theirs.StatusCode, theirBody)
		}
	})
}
