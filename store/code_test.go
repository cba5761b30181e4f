package store

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/sign"
)

// sentRequest is what a program was seen to send.
type sentRequest struct {
	Method, Target, Host, Body string
	Headers                    http.Header
}

func recorder(t *testing.T) (address string, next func() sentRequest) {
	t.Helper()
	got := make(chan sentRequest, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- sentRequest{r.Method, r.RequestURI, r.Host, string(body), r.Header}
	}))
	t.Cleanup(server.Close)
	return server.URL, func() sentRequest {
		t.Helper()
		select {
		case r := <-got:
			return r
		default:
			t.Fatal("nothing was sent")
			return sentRequest{}
		}
	}
}

// programs are the forms that run, and how.
func programs() map[string]struct {
	form func(*Delivery) (string, error)
	file string
	run  []string
} {
	type program = struct {
		form func(*Delivery) (string, error)
		file string
		run  []string
	}
	return map[string]program{
		"curl":   {func(d *Delivery) (string, error) { return Curl(d, true) + " -s", nil }, "send.sh", []string{"sh"}},
		"go":     {Go, "main.go", []string{"go", "run"}},
		"node":   {Node, "send.cjs", []string{"node"}},
		"python": {Python, "send.py", []string{"python3"}},
		"httpie": {HTTPie, "send.sh", []string{"sh"}},
	}
}

// TestFormsSendTheRequest runs each form and looks at what arrives.
func TestFormsSendTheRequest(t *testing.T) {
	if testing.Short() {
		t.Skip("runs compilers")
	}
	bodies := map[string]string{
		"text":   `{"a":"it's \"$HOME\" \\ ${x} $(id) ` + "`id`" + ` %s 100% </script> é\u2028"}` + "\n",
		"binary": "\x00\x01\xff caf\xe9\r\n'\"\\",
		"empty":  "",
	}
	for name, p := range programs() {
		t.Run(name, func(t *testing.T) {
			tool := p.run[0]
			if name == "httpie" {
				tool = "http"
			}
			if _, err := exec.LookPath(tool); err != nil {
				t.Skip(err)
			}
			for kind, body := range bodies {
				if name == "go" && kind == "empty" {
					continue // one compilation less
				}
				address, next := recorder(t)
				d := oddRequest(body)
				d.Destination = address
				text, err := p.form(d)
				if err != nil {
					t.Fatal(err)
				}
				file := filepath.Join(t.TempDir(), p.file)
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				if out, err := exec.Command(p.run[0], append(p.run[1:], file)...).CombinedOutput(); err != nil {
					t.Fatalf("%s: %v\n%s\n%s", kind, err, out, text)
				}
				got := next()
				for _, framing := range []string{"Content-Length", "Connection", "Transfer-Encoding"} {
					got.Headers.Del(framing)
				}
				want := sentRequest{"PUT", "/a/../b%2Fc?x[1]={2}&y", "elsewhere.example", body, http.Header{
					"X-A": {"1", "2"}, "X-Empty": {""}, "X-Odd": {`it's "$HOME" \ %s`}, "Content-Type": {"application/json"}}}
				switch name {
				case "curl": // whose Host is that of the URL
					want.Host = got.Host
				case "httpie": // whose comment says what it changes
					want.Target = "/a/../b%2Fc?x%5B1%5D=%7B2%7D&y"
					got.Headers.Del("Accept-Encoding")
					got.Headers.Del("User-Agent")
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s: what arrives (-want +got):\n%s\n%s", kind, diff, text)
				}
			}
		})
	}
}

func oddRequest(body string) *Delivery {
	d := received("x", []byte(body))
	d.Request.Method, d.Request.Target = "PUT", "/a/../b%2Fc?x[1]={2}&y"
	d.Request.Headers = sign.Headers{{Name: "Host", Value: "elsewhere.example"}, {Name: "X-A", Value: "1"}, {Name: "X-A", Value: "2"},
		{Name: "X-Empty"}, {Name: "X-Odd", Value: `it's "$HOME" \ %s`}, {Name: "Content-Type", Value: "application/json"}, {Name: "Content-Length", Value: "999"}}
	return d
}

// TestFormsArePrintable: nothing from outside acts on the terminal into which a
// form is printed.
func TestFormsArePrintable(t *testing.T) {
	for _, body := range oddBodies {
		d := received("x", []byte(body))
		d.Request.Target = "/\x1b[31m"
		d.Request.Headers = sign.Headers{{Name: "X-Odd", Value: "\x1b]0;x\x07\xff\u202e"}, {Name: "X-Line", Value: "a\r\nInjected: b"}}
		d.Destination = "http://127.0.0.1:1"
		for name, p := range programs() {
			text, err := p.form(d)
			if err == nil && (!printable(text, "\n\t") || !utf8.ValidString(text)) {
				t.Errorf("%s for %.40q is not printable: %.300q", name, body, text)
			}
			if err == nil && strings.Contains(text, "\nInjected") {
				t.Errorf("%s: a header became two: %q", name, text)
			}
		}
	}
}

func TestCodeWithoutAURL(t *testing.T) {
	d := received("x", nil)
	d.Destination, d.Direction = "http://[::1", Out
	for _, form := range []func(*Delivery) (string, error){Go, Node, Python, HTTPie} {
		if text, err := form(d); err == nil {
			t.Errorf("no error, but %q", text)
		}
	}
}
