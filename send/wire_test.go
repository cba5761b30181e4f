package send

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestPausedBodyAndOldHTTP(t *testing.T) {
	for name, test := range map[string]struct {
		pause time.Duration
		old   bool
		proto string
	}{
		"plain":           {0, false, "HTTP/1.1"},
		"paused":          {20 * time.Millisecond, false, "HTTP/1.1"},
		"HTTP/1.0":        {0, true, "HTTP/1.0"},
		"paused HTTP/1.0": {20 * time.Millisecond, true, "HTTP/1.0"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if err != nil || string(body) != "in two pieces" || r.Proto != test.proto {
					t.Errorf("got %s %q, error %v", r.Proto, body, err)
				}
			}))
			defer server.Close()
			target, err := ParseTarget(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			x := newClient(t, 5*time.Second).Attempt(t.Context(), target, Outgoing{Method: "POST", RequestTarget: "/", Body: []byte("in two pieces"), Pause: test.pause, HTTP10: test.old})
			defer x.Close()
			if x.StatusCode != 200 || x.Err != nil || x.Duration < test.pause {
				t.Errorf("status %d after %s, error %v", x.StatusCode, x.Duration, x.Err)
			}
		})
	}
}

func TestTimeoutEndsAPause(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) }))
	defer server.Close()
	target, err := ParseTarget(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	x := newClient(t, 30*time.Millisecond).Attempt(t.Context(), target, Outgoing{Method: "POST", RequestTarget: "/", Body: []byte("in two pieces"), Pause: time.Hour})
	defer x.Close()
	if x.Kind != "timeout" {
		t.Errorf("kind %q, error %v, want a timeout", x.Kind, x.Err)
	}
}

func TestCutBody(t *testing.T) {
	for name, body := range map[string]string{"small": "twelve bytes", "large": strings.Repeat("x", 2*inlineBody)} {
		for _, at := range []int{0, 5} {
			t.Run(fmt.Sprint(name, " at ", at), func(t *testing.T) {
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					got, err := io.ReadAll(r.Body)
					if !errors.Is(err, io.ErrUnexpectedEOF) || string(got) != body[:at] || r.ContentLength != int64(len(body)) {
						t.Errorf("got %q of %d bytes, error %v", got, r.ContentLength, err)
					}
					w.WriteHeader(http.StatusBadRequest)
				}))
				defer server.Close()
				target, err := ParseTarget(server.URL)
				if err != nil {
					t.Fatal(err)
				}
				client := newClient(t, 5*time.Second)
				x := client.Attempt(t.Context(), target, Outgoing{Method: "POST", RequestTarget: "/", Body: []byte(body), CutAt: &at})
				x.Close()
				if x.StatusCode != 400 && x.Kind != "reset" {
					t.Errorf("status %d, kind %q, error %v", x.StatusCode, x.Kind, x.Err)
				}
				if conn := client.pop(target.key()); conn != nil {
					t.Error("the connection of a body that broke off is kept")
				}
			})
		}
	}
}

func TestLostRequest(t *testing.T) {
	target, err := ParseTarget("http://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	x := newClient(t, time.Second).Attempt(t.Context(), target, Outgoing{Method: "POST", RequestTarget: "/", Lost: true})
	defer x.Close()
	if x.Kind != "timeout" || x.Unreachable() || x.StatusCode != 0 {
		t.Errorf("kind %q, status %d, error %v; want a timeout", x.Kind, x.StatusCode, x.Err)
	}
}
