package send

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/store"
)

// proxied answers CONNECT with a status and then, if that is 200, as the target.
// It returns its address and what it was asked.
func proxied(t *testing.T, status int) (address string, asked <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	seen := make(chan string, 2)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		r := bufio.NewReader(conn)
		connect, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		seen <- connect.Method + " " + connect.RequestURI + " " + connect.Header.Get("Proxy-Authorization")
		fmt.Fprintf(conn, "HTTP/1.1 %d x\r\nVia: p\r\n\r\n", status)
		inner, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		body, _ := io.ReadAll(inner.Body)
		seen <- inner.Method + " " + inner.RequestURI + " " + inner.Host + " " + string(body)
		io.WriteString(conn, "HTTP/1.1 204 No Content\r\n\r\n")
	}()
	return listener.Addr().String(), seen
}

func TestProxy(t *testing.T) {
	for name, test := range map[string]struct {
		target string
		status int
		proxy  string // behind which the address stands
		want   store.Attempt
		asked  []string
		says   string
	}{
		"a tunnel":          {target: "http://hooks.example/in", status: 200, proxy: "http://u:p@", want: store.Attempt{StatusCode: 204}, asked: []string{"CONNECT hooks.example:80 Basic dTpw", "POST /in hooks.example x"}},
		"refused":           {target: "http://hooks.example/in", status: 403, proxy: "http://", want: store.Attempt{ErrorKind: store.ErrConnect}, says: "it answered 403 to CONNECT hooks.example:80"},
		"no proxy of HTTP":  {target: "http://hooks.example/in", status: 200, proxy: "socks5://", want: store.Attempt{ErrorKind: store.ErrConnect}, says: `not "socks5"`},
		"this machine":      {target: "http://127.0.0.1:1/in", status: 200, proxy: "http://", want: store.Attempt{ErrorKind: store.ErrConnect}, says: "nothing listens on 127.0.0.1:1"},
		"this machine's v6": {target: "http://[::1]:1/in", status: 200, proxy: "http://", want: store.Attempt{ErrorKind: store.ErrConnect}, says: "[::1]:1"},
		"localhost":         {target: "http://localhost:1/in", status: 200, proxy: "http://", want: store.Attempt{ErrorKind: store.ErrConnect}, says: "127.0.0.1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			address, asked := proxied(t, test.status)
			target, err := ParseTarget(test.target)
			if err != nil {
				t.Fatal(err)
			}
			proxy, err := url.Parse(test.proxy + address)
			if err != nil {
				t.Fatal(err)
			}
			client := NewClient(Options{Now: time.Now, Proxy: func(*url.URL) (*url.URL, error) { return proxy, nil }})
			defer client.Close()
			x := client.Attempt(t.Context(), target, Outgoing{Method: "POST", RequestTarget: "/in", Body: []byte("x")})
			if x.StatusCode != test.want.StatusCode || x.Kind != test.want.ErrorKind {
				t.Errorf("status %d, %q %v", x.StatusCode, x.Kind, x.Err)
			}
			if x.Err != nil && !strings.Contains(fmt.Sprint(x.Err), test.says) {
				t.Errorf("%v, want %q", x.Err, test.says)
			}
			for _, want := range test.asked {
				if got := <-asked; got != want {
					t.Errorf("asked %q, want %q", got, want)
				}
			}
		})
	}
}

// TestMuteProxy: a proxy that says nothing does not hold an exchange beyond its
// time, nor one that talks without end.
func TestMuteProxy(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	proxy := &url.URL{Scheme: "http", Host: listener.Addr().String()}
	client := NewClient(Options{Now: time.Now, Timeout: 100 * time.Millisecond, Proxy: func(*url.URL) (*url.URL, error) { return proxy, nil }})
	defer client.Close()
	target, err := ParseTarget("https://hooks.example/in")
	if err != nil {
		t.Fatal(err)
	}
	if x := client.Attempt(t.Context(), target, Outgoing{Method: "POST", RequestTarget: "/in"}); x.Kind != store.ErrTimeout {
		t.Errorf("%q %v", x.Kind, x.Err)
	}
	if _, err := readHead(strings.NewReader(strings.Repeat("x", maxTunnelHead+1))); !errors.Is(err, errHeaderTooLarge) {
		t.Error(err)
	}
}
