package handshake

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/sign"
)

const (
	endpoint = "https://consumer.example/hook"
	secret   = "c2VjcmV0IHNlY3JldA=="
)

func party() Party {
	return Party{Secrets: []string{secret}, Params: map[string]string{"key_id": "key"}}
}

// asking makes the same challenges every time.
func asking(sender string) Asking {
	n := 0
	return Asking{Sender: sender, Secret: secret, Params: map[string]string{"key_id": "key"}, Token: func(length int) string {
		n++
		return strings.Repeat(fmt.Sprintf("tok%dN", n), length)[:length]
	}}
}

func find(t testing.TB, name string) Handshake {
	t.Helper()
	h, err := Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// message is a step as it goes over the wire, without a signature.
func (s Step) message() *sign.Message {
	m := &sign.Message{Method: s.Method, URL: endpoint, Headers: s.Headers, Body: s.Body}
	if s.Query != "" {
		m.URL += "?" + s.Query
	}
	return m
}

// consumer answers as the description says.
func (h Handshake) consumer(s Step) Response {
	p := party()
	p.Verified = s.Signing == Signed
	if s.Secret != "" {
		return Response{Status: 200} // an ordinary delivery
	}
	a := h.Answer(Read(s.message()), p)
	if a == nil {
		return Response{Status: 404}
	}
	return Response{Status: a.Status, Headers: a.Headers, Body: a.Body}
}

// Whatever is asked is answered, by nobody but the handshake itself, and the
// answer is found to be right.
func TestAskedAnsweredJudged(t *testing.T) {
	for _, h := range All() {
		for _, sender := range []string{"", "websub", "lark"} {
			steps := h.Steps(asking(sender))
			if len(steps) == 0 {
				t.Errorf("%s asks nothing", h.Name)
			}
			for _, s := range steps {
				if found := h.Judge(s, s.message(), party(), h.consumer(s)); len(found) > 0 {
					t.Errorf("%s (%s), %s: %+v", h.Name, sender, s.Does, found)
				}
				if s.Does == "" || h.Asks == "" || h.Wants == "" {
					t.Errorf("%s is not described", h.Name)
				}
				if m := s.message(); !h.Named && s.Secret == "" && !Possible(m.Method, m.URL, headerMap(m.Headers), m.Body) {
					t.Errorf("%s, %s: is not seen as possible", h.Name, s.Does)
				}
			}
		}
	}
}

// Discord's webhook events are of type 1, as its ping is.
func TestDiscordEventIsNoPing(t *testing.T) {
	verified := party()
	verified.Verified = true
	for body, asks := range map[string]bool{
		`{"type":1}`: true,
		`{"version":1,"type":1,"event":{"type":"ENTITLEMENT_CREATE"}}`: false,
	} {
		m := &sign.Message{Method: "POST", URL: endpoint, Body: []byte(body)}
		if a := find(t, "discord").Answer(Read(m), verified); (a != nil) != asks {
			t.Errorf("%s is answered %+v", body, a)
		}
	}
}

func headerMap(headers sign.Headers) map[string][]string {
	m := map[string][]string{}
	for _, h := range headers {
		m[h.Name] = append(m[h.Name], h.Value)
	}
	return m
}

func TestSwitchedOff(t *testing.T) {
	tests := []struct {
		names []string
		off   int
		bad   bool
	}{
		{nil, 0, false},
		{[]string{"hub", "crc", "hub"}, 2, false},
		{[]string{"hub", "all"}, 18, false},
		{[]string{"hubb"}, 0, true},
		{[]string{""}, 0, true},
	}
	for _, tt := range tests {
		off, err := SwitchedOff(tt.names)
		var unknown *UnknownError
		if len(off) != tt.off || errors.As(err, &unknown) != tt.bad {
			t.Errorf("%q: %v, %v", tt.names, off, err)
		}
		if tt.bad {
			if word, known := unknown.Unknown(); word != tt.names[0] || !slices.Contains(known, "all") || !slices.Contains(known, "hub") {
				t.Errorf("%q: unknown %q of %q", tt.names, word, known)
			}
		}
	}
}

// A right answer is never found wrong, a changed body always is, and no request
// or answer stops the program.
func FuzzJudge(f *testing.F) {
	for i := range All() {
		f.Add(uint8(i), 200, "text/html", "<p>tok1N", "X-Hook-Secret")
		f.Add(uint8(i), 302, "", `{"challenge":{"challenge":1}}`, "Location")
		f.Add(uint8(i), 200, "application/json", `{"type":null,"response_token":[]}`, "WebHook-Allowed-Rate")
	}
	f.Fuzz(func(t *testing.T, i uint8, status int, kind, body, header string) {
		h := All()[int(i)%len(All())]
		for _, s := range h.Steps(asking("")) {
			r := Response{Status: status, Headers: sign.Headers{{Name: "Content-Type", Value: kind}, {Name: header, Value: body}}, Body: []byte(body)}
			found := h.Judge(s, s.message(), party(), r)
			for _, one := range found {
				if one.Problem == "" || one.Fix == "" {
					t.Errorf("%s: %+v says nothing", h.Name, one)
				}
			}
			right := h.consumer(s)
			if len(found) == 0 && len(right.Body) > 0 && !strings.Contains(body, "tok1N") && body != string(right.Body) && h.Name != "discord" {
				t.Errorf("%s, %s: %q is found right", h.Name, s.Does, body)
			}
		}
		Read(&sign.Message{Method: "POST", URL: kind, Headers: sign.Headers{{Name: header, Value: kind}}, Body: []byte(body)})
	})
}
