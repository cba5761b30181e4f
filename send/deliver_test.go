package send

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

const testSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// What Build signs and Attempt sends is valid where it arrives.
func TestBuiltRequestsVerify(t *testing.T) {
	for _, id := range []string{"standard", "stripe", "github", "slack", "shopify", "revkeen", "revkeen-v1", "raas", "rafiki"} {
		t.Run(id, func(t *testing.T) {
			profile, err := provider.Open().Get(id)
			if err != nil {
				t.Fatal(err)
			}
			keys := sign.Keys{Secrets: []string{testSecret}, Params: map[string]string{}}
			for _, name := range profile.Params {
				keys.Params[name] = "x"
			}
			received := make(chan *sign.Message, 1)
			place := target(t, func(c net.Conn) {
				request, err := http.ReadRequest(bufio.NewReader(c))
				if err != nil {
					return
				}
				m := &sign.Message{Method: request.Method}
				m.Body, _ = io.ReadAll(request.Body)
				for name, values := range request.Header {
					for _, value := range values {
						m.Headers = append(m.Headers, sign.Header{Name: name, Value: value})
					}
				}
				received <- m
				io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
			})
			event := Event{Type: "payment.succeeded", WireID: "msg_1", Body: []byte(`{"a":1.0}`), ContentType: "application/json"}
			out, err := Build(place, event, Signing{Profile: profile, Keys: keys, At: time.Now()}, "hooks/test")
			if err != nil {
				t.Fatal(err)
			}
			if x := newClient(t, 5*time.Second).Attempt(t.Context(), place, out); x.Err != nil {
				t.Fatal(x.Err)
			}
			m := <-received
			if verdict := profile.Scheme.Verify(m, keys, time.Now(), nil); !verdict.OK {
				t.Errorf("not valid where it arrived: %s %s", verdict.Reason, verdict.Detail)
			}
			if agent, _ := m.Headers.Get("User-Agent"); agent == "" || profile.UserAgent != "" && agent != profile.UserAgent {
				t.Errorf("User-Agent %q", agent)
			}
		})
	}
}

func TestDeliverRecords(t *testing.T) {
	st, err := store.Open(t.Context(), t.TempDir(), store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	tests := []struct {
		name, answer, status, kind string
	}{
		{"acknowledged", "HTTP/1.1 204 No Content\r\n\r\n", store.Succeeded, ""},
		{"refused", "HTTP/1.1 500 Oops\r\nContent-Length: 3\r\n\r\nwhy", store.Failed, ""},
		{"broken off", "", store.Failed, store.ErrReset},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			place := target(t, answering(tt.answer))
			d := &store.Delivery{Trigger: store.TriggerManual, Event: &store.Event{Type: "a"}}
			err := newClient(t, time.Second).Deliver(t.Context(), st, d, place, post("b\x00dy"), provider.Behaviour{Ack: []string{"2xx"}})
			if err != nil {
				t.Fatal(err)
			}
			got, err := st.Get(context.Background(), d.ID)
			if err != nil {
				t.Fatal(err)
			}
			if got.Status != tt.status || got.Direction != store.Out || len(got.Attempts) != 1 || got.Attempts[0].ErrorKind != tt.kind {
				t.Errorf("recorded %s %s, %+v", got.Status, got.Direction, got.Attempts)
			}
			if string(got.Request.Body) != "b\x00dy" || !strings.HasSuffix(got.Destination, place.Authority()) {
				t.Errorf("recorded %q to %s", got.Request.Body, got.Destination)
			}
		})
	}
}

// A received delivery is sent again with the bytes that came, and without the
// mark of the forward that it may have been.
func TestAgain(t *testing.T) {
	d := &store.Delivery{Direction: store.In, Request: store.Request{
		Method: "POST", Target: "/hook?x=%zz", Body: []byte("b"),
		Headers: sign.Headers{{Name: "Host", Value: "h"}, {Name: "X-Signature", Value: "s"}, {Name: LoopHeader, Value: "dlv_1"}, {Name: "Transfer-Encoding", Value: "chunked"}},
	}}
	headers := sign.Headers{{Name: "X-Signature", Value: "s"}}
	for text, want := range map[string]string{"localhost:1": "/hook?x=%zz", "localhost:1/app": "/app?x=%zz"} {
		got := Again(d, mustParse(t, text), false)
		if diff := cmp.Diff(Outgoing{Method: "POST", RequestTarget: want, Headers: headers, Body: []byte("b")}, got); diff != "" {
			t.Errorf("to %s: %s", text, diff)
		}
	}
	d.Direction, d.Request.Target = store.Out, "/app?k=v"
	if got := Again(d, mustParse(t, "localhost:1/app?k=v"), true); got.RequestTarget != "/app?k=v" {
		t.Errorf("to its own destination: %s", got.RequestTarget)
	}
}
