package listen

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/handshake"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// greeting is a case of testdata/handshake: lines of a word and its value, a
// blank line, and the request's body. Words: handshake, provider, public-url, secret,
// param NAME=VALUE, rate (our own limit, requests a minute), request METHOD
// TARGET, header, status, answer-header, answer (the whole body). # is a
// comment.
type greeting struct {
	name, provider, method, target, body string
	headers, answerHeaders               []string
	secrets                              []string
	o                                    Options
	status                               int
	answer                               string
}

func readGreeting(t *testing.T, path string) greeting {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, body, ok := strings.Cut(string(data), "\n\n")
	if !ok {
		t.Fatalf("%s: no blank line", path)
	}
	g := greeting{body: body, o: Options{Params: map[string]string{}}}
	for line := range strings.Lines(head) {
		word, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch word {
		case "#":
		case "handshake":
			g.name = value
		case "provider":
			g.provider = value
		case "public-url":
			g.o.PublicURL = value
		case "secret":
			g.secrets = append(g.secrets, value)
		case "param":
			name, value, _ := strings.Cut(value, "=")
			g.o.Params[name] = value
		case "rate":
			perMinute, _ := strconv.ParseFloat(value, 64)
			g.o.Rate = perMinute / 60
		case "request":
			g.method, g.target, _ = strings.Cut(value, " ")
		case "header":
			g.headers = append(g.headers, value)
		case "status":
			g.status, _ = strconv.Atoi(value)
		case "answer-header":
			g.answerHeaders = append(g.answerHeaders, value)
		case "answer":
			g.answer = value
		default:
			t.Fatalf("%s: unknown word %q", path, word)
		}
	}
	g.o.Keys = func(*provider.Profile) Keys { return Keys{Keys: sign.Keys{Secrets: g.secrets}} }
	return g
}

func (g greeting) request() string {
	headers := append([]string{"Host: h", "Connection: close", fmt.Sprintf("Content-Length: %d", len(g.body))}, g.headers...)
	return g.method + " " + g.target + " HTTP/1.1\r\n" + strings.Join(headers, "\r\n") + "\r\n\r\n" + g.body
}

func (g greeting) run(t *testing.T, o Options) *store.Delivery {
	t.Helper()
	u := newUpstream(t, okAnswer)
	o.Forward = []send.Target{u.Target}
	s := start(t, o)
	answer, body := s.raw(t, g.request())
	if answer.StatusCode != g.status || body != g.answer {
		t.Errorf("answer %d %q, want %d %q", answer.StatusCode, body, g.status, g.answer)
	}
	for _, line := range g.answerHeaders {
		name, want, _ := strings.Cut(line, ": ")
		got := answer.Header.Get(name)
		if name == "Content-Type" {
			got, _, _ = mime.ParseMediaType(got)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if body != "" && answer.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Error("a browser may look into the answer")
	}
	if len(u.requests) != 0 {
		t.Error("the handshake was forwarded")
	}
	d := s.only(t)
	if d.Event.Handshake == "" || d.Verification.Verdict == store.Invalid || d.Answer.StatusCode != g.status {
		t.Errorf("recorded %+v, %+v", d.Event, d.Verification)
	}
	return d
}

// Every case is answered by a listener that recognises its senders, and by
// one that was told who sends; not by one that waits for somebody else.
func TestHandshakes(t *testing.T) {
	cases, err := filepath.Glob("testdata/handshake/*.txt")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			g := readGreeting(t, path)
			g.o.Registry = registryOf(t, g.provider, g.name)
			if d := g.run(t, g.o); d.Event.Handshake != g.name {
				t.Errorf("recognised as %+v", d.Event)
			}

			g.o.Provider = g.provider
			if d := g.run(t, g.o); d.Event.Handshake != g.name || d.Event.Provider != g.provider {
				t.Errorf("with --provider %s: %+v", g.provider, d.Event)
			}

			g.o.Registry, g.o.Provider, g.o.ForwardInvalid = nil, "raas", true
			s := start(t, g.o)
			s.raw(t, g.request())
			if d := s.only(t); d.Event.Handshake != "" {
				t.Errorf("answered as %s though raas was to send", d.Event.Handshake)
			}
		})
	}
}

// registryOf has one provider more, whose file names a handshake.
func registryOf(t *testing.T, id, handshake string) *provider.Registry {
	t.Helper()
	dir := t.TempDir()
	text := fmt.Sprintf("id: %s\nname: %[1]s\nevidence: assumed\nalg: hmac-sha256\nenc: hex\ncontent: \"{body}\"\nheaders:\n  X-Test-Signature: \"{sig}\"\nhandshake: [%s]\n", id, handshake)
	if err := os.WriteFile(filepath.Join(dir, id+".yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return provider.Open(dir)
}

// What only looks like a handshake goes the way of every request.
func TestNoHandshakes(t *testing.T) {
	u := newUpstream(t, okAnswer)
	s := start(t, Options{Forward: []send.Target{u.Target}})
	requests := []string{
		post("/", "", `{"challenge":"c","type":"something"}`), post("/", "", `{"challenge":7}`), post("/", "", `[{"challenge":"c"}]`),
		post("/", "", `{"event":"endpoint.url_validation"}`), post("/?challenge=c", "", "x"), post("/", "", `{"type":1}`),
		"GET /?hub.mode=subscribe HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
		"GET /?bt_challenge=XYZ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
		"HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
		"OPTIONS / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nOrigin: http://a.example\r\n\r\n",
	}
	for _, request := range requests {
		s.raw(t, request)
	}
	if len(u.requests) != len(requests) {
		t.Errorf("%d of %d requests were forwarded", len(u.requests), len(requests))
	}
	for _, d := range s.recorded(t) {
		if d.Event.Handshake != "" {
			t.Errorf("%s %s %q was answered as %s", d.Request.Method, d.Request.Target, d.Request.Body, d.Event.Handshake)
		}
	}
}

func TestRefusedHandshakes(t *testing.T) {
	get := func(target string) string {
		return "GET " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
	}
	none := func(*provider.Profile) Keys { return Keys{} }
	own := func(*provider.Profile) Keys { return Keys{Keys: sign.Keys{Secrets: []string{testSecret}}, Own: true} }
	tests := []struct {
		name, request string
		o             Options
		status        int
	}{
		{"another verify token", get("/?hub.mode=subscribe&hub.challenge=1&hub.verify_token=x"), Options{Params: map[string]string{"verify_token": "y"}}, 403},
		{"the right verify token", get("/?hub.mode=subscribe&hub.challenge=1&hub.verify_token=y"), Options{Params: map[string]string{"verify_token": "y"}}, 200},
		{"no verify token known", get("/?hub.mode=subscribe&hub.challenge=1&hub.verify_token=x"), Options{Keys: own}, 200},
		{"a token that could be a forged body", get(`/?crc_token=%7B%22a%22%3A1%7D`), Options{Registry: registryOf(t, "x", "crc")}, 400},
		{"a token with colons", post("/", "", `{"event":"endpoint.url_validation","payload":{"plainToken":"v0:1:x"}}`), Options{Registry: registryOf(t, "zoom", "zoom")}, 400},
		{"no secret for a keyed answer", get("/?crc_token=abc"), Options{Keys: none, Registry: registryOf(t, "x", "crc")}, 403},
		{"only the store's own secret for a keyed answer", get("/?crc_token=abc"), Options{Keys: own, Registry: registryOf(t, "x", "crc")}, 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, tt.o)
			answer, body := s.raw(t, tt.request)
			if answer.StatusCode != tt.status || tt.status >= 400 && body != "" {
				t.Errorf("answer %d %q, want %d", answer.StatusCode, body, tt.status)
			}
		})
	}
}

// A secret that a handshake hands over is kept only where the user said that
// its sender is to send, and has given none.
func TestAdoptedSecrets(t *testing.T) {
	tests := []struct {
		name     string
		provider string
		keys     Keys
		want     []string
	}{
		{"named, no secret", "asana", Keys{}, []string{"s3cret"}},
		{"named, a secret given", "asana", Keys{Keys: sign.Keys{Secrets: []string{"x"}}}, nil},
		{"recognised", "", Keys{}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var adopted []string
			s := start(t, Options{
				Registry: registryOf(t, "asana", "asana"), Provider: tt.provider, Keys: func(*provider.Profile) Keys { return tt.keys },
				Adopt: func(_ *provider.Profile, secret string) (bool, error) {
					adopted = append(adopted, secret)
					return true, nil
				},
			})
			answer, _ := s.raw(t, post("/", "X-Hook-Secret: s3cret\r\n", ""))
			s.stop()
			if answer.StatusCode != http.StatusOK || answer.Header.Get("X-Hook-Secret") != "s3cret" {
				t.Errorf("answer %v", answer)
			}
			if diff := cmp.Diff(tt.want, adopted); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A handshake that is switched off is a request like any other, even where
// another has the same shape.
func TestHandshakesSwitchedOff(t *testing.T) {
	cases, err := filepath.Glob("testdata/handshake/*.txt")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range cases {
		g := readGreeting(t, path)
		for _, tt := range []struct {
			off      string
			provider string
		}{{g.name, ""}, {g.name, g.provider}, {handshake.Everything, ""}} {
			t.Run(fmt.Sprintf("%s off, provider %q", tt.off, tt.provider)+filepath.Base(path), func(t *testing.T) {
				u := newUpstream(t, okAnswer)
				o := g.o
				o.Registry, o.Provider, o.NoHandshakes = registryOf(t, g.provider, g.name), tt.provider, []string{"head", tt.off}
				o.Forward, o.ForwardInvalid = []send.Target{u.Target}, true
				s := start(t, o)
				s.raw(t, g.request())
				if d := s.only(t); d.Event.Handshake != "" || len(u.requests) != 1 {
					t.Errorf("answered as %q, %d requests forwarded", d.Event.Handshake, len(u.requests))
				}
			})
		}
	}
	_, err = New(Options{Registry: provider.Open(), NoHandshakes: []string{"slak"}})
	var unknown *handshake.UnknownError
	if !errors.As(err, &unknown) {
		t.Errorf("slak was taken: %v", err)
	}
}

// Without --provider the keys are those of every sender that makes the
// handshake, and of nobody in particular where no file names it.
func TestKeysOfUnknownGreeters(t *testing.T) {
	secrets := func(by map[string]string) func(*provider.Profile) Keys {
		return func(p *provider.Profile) Keys {
			id := ""
			if p != nil {
				id = p.ID
			}
			if secret := by[id]; secret != "" {
				return Keys{Keys: sign.Keys{Secrets: []string{secret}}}
			}
			return Keys{Keys: sign.Keys{Secrets: []string{testSecret}}, Own: true}
		}
	}
	hub := func(token string) string { return "/?hub.mode=subscribe&hub.challenge=1&hub.verify_token=" + token }
	tests := []struct {
		name, target string
		known        map[string]string
		status       int
	}{
		{"the token of one alias", hub("w"), map[string]string{"whatsapp": "w"}, 200},
		{"the token of another", hub("f"), map[string]string{"whatsapp": "w", "facebook": "f"}, 200},
		{"nobody's token", hub("x"), map[string]string{"whatsapp": "w", "facebook": "f"}, 403},
		{"no token at all", "/?hub.mode=subscribe&hub.challenge=1", map[string]string{"meta": "m"}, 403},
		{"WebSub has no token", "/?hub.mode=subscribe&hub.topic=t&hub.challenge=1", map[string]string{"meta": "m"}, 200},
		{"WebSub refuses with 404", hub("x") + "&hub.topic=t", map[string]string{"websub": "m"}, 404},
		{"a sender without a file", "/?challenge_code=abc", map[string]string{"": "token"}, 200},
		{"a sender without a file and no secret", "/?challenge_code=abc", nil, 403},
		{"X with its secret", "/?crc_token=abc", map[string]string{"x": "s"}, 200},
		{"X with the secret of somebody else", "/?crc_token=abc", map[string]string{"zoom": "s"}, 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, Options{Keys: secrets(tt.known)})
			answer, _ := s.raw(t, "GET "+tt.target+" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
			if answer.StatusCode != tt.status {
				t.Errorf("answer %d, want %d", answer.StatusCode, tt.status)
			}
		})
	}
}

// A second secret is given back and not kept; one that cannot be kept is not
// given back.
func TestAdoptionRefused(t *testing.T) {
	for _, tt := range []struct {
		name string
		kept bool
		err  error
		want int
	}{{"kept", true, nil, 200}, {"one is known", false, nil, 200}, {"the disk is full", false, errors.New("full"), 503}} {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, Options{Provider: "asana", Keys: func(*provider.Profile) Keys { return Keys{} },
				Adopt: func(*provider.Profile, string) (bool, error) { return tt.kept, tt.err }})
			answer, _ := s.raw(t, post("/", "X-Hook-Secret: s3cret\r\n", ""))
			if back := answer.Header.Get("X-Hook-Secret"); answer.StatusCode != tt.want || (back != "") != (tt.want == 200) {
				t.Errorf("answer %d, X-Hook-Secret %q", answer.StatusCode, back)
			}
		})
	}
}
