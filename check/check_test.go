package check

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

const (
	secret    = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
	oldSecret = "whsec_YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjAx"
)

// consumer is one that is right, but for its mistakes.
type consumer struct {
	profile *provider.Profile

	verify func(m *sign.Message) bool                    // nil is the scheme's own
	before func(http.ResponseWriter, *http.Request) bool // true: it has answered
	body   func([]byte) []byte                           // what is verified
	parse  func(http.ResponseWriter, []byte) bool        // true: it has answered
	seen   func(id string) bool                          // remembers ids; nil handles everything again

	mu      sync.Mutex
	handled int
}

func (c *consumer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if c.before != nil && c.before(w, r) {
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	m := &sign.Message{Method: r.Method, URL: "http://" + r.Host + r.URL.String(), Body: body}
	if c.body != nil {
		m.Body = c.body(body)
	}
	for name, values := range r.Header {
		for _, value := range values {
			m.Headers = append(m.Headers, sign.Header{Name: name, Value: value})
		}
	}
	verify := c.verify
	if verify == nil {
		verify = c.verified(nil)
	}
	if !verify(m) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if c.parse != nil && c.parse(w, body) {
		return
	}
	var event map[string]any
	if json.Unmarshal(body, &event) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c.handle(r.Header.Get("Webhook-Id"))
}

func (c *consumer) handle(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen == nil || !c.seen(id) {
		c.handled++
	}
}

// verified is the scheme's own verification, of a message that was changed.
func (c *consumer) verified(change func(*sign.Message)) func(*sign.Message) bool {
	return func(m *sign.Message) bool {
		if change != nil {
			change(m)
		}
		return c.profile.Scheme.Verify(m, sign.Keys{Secrets: []string{secret, oldSecret}}, time.Now(), nil).OK
	}
}

// remembering is a memory of ids.
func remembering() func(string) bool {
	ids := map[string]bool{}
	return func(id string) bool {
		seen := ids[id]
		ids[id] = true
		return seen
	}
}

func standard(t *testing.T) *provider.Profile {
	t.Helper()
	p, err := provider.Open().Get("standard")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// subject is the consumer at url as it is checked.
func subject(t *testing.T, p *provider.Profile, url string) Subject {
	t.Helper()
	target, err := send.ParseTarget(url + "/hook")
	if err != nil {
		t.Fatal(err)
	}
	client := send.NewClient(send.Options{Now: time.Now, Timeout: 3 * time.Second})
	t.Cleanup(client.Close)
	n := 0
	return Subject{Target: target, Profile: p, Keys: sign.Keys{Secrets: []string{secret, oldSecret}}, UserAgent: "hooks/test", TypeField: "/type",
		Client: client, Now: time.Now, Event: func() (send.Event, error) {
			n++
			id := "msg_" + strings.Repeat("x", n)
			return send.Event{Type: "order.paid", WireID: id, ContentType: "application/json", Body: []byte(`{"type":"order.paid","data":{"amount":1}}`)}, nil
		}}
}

// failed are the names of the checks that a consumer fails.
func failed(t *testing.T, s Subject) []string {
	t.Helper()
	var names []string
	err := Run(t.Context(), s, All(), func(r Result) error {
		if r.Status == Fail {
			names = append(names, r.Name)
			if r.Means == "" || r.Fix == "" || r.Sent == nil {
				t.Errorf("%s failed and does not say what was sent, what it means and how to mend it: %+v", r.Name, r)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestMistakesAreFoundByTheChecksThatShould(t *testing.T) {
	p := standard(t)
	all := func(group string) []string {
		var names []string
		for _, c := range All() {
			if c.Group == group && !slices.Contains([]string{"algorithm-none"}, c.Name) {
				names = append(names, c.Name)
			}
		}
		return names
	}
	for name, test := range map[string]struct {
		mistake func(*consumer)
		want    []string
	}{
		"none": {func(*consumer) {}, nil},
		"verifies nothing": {func(c *consumer) {
			c.verify = func(*sign.Message) bool { return true }
		}, all(Rejects)},
		"does not look at the time": {func(c *consumer) {
			far := 10 * farAway
			c.verify = func(m *sign.Message) bool {
				return p.Scheme.Verify(m, sign.Keys{Secrets: []string{secret, oldSecret}}, time.Now(), &far).OK
			}
		}, []string{"stale-timestamp", "future-timestamp"}},
		"trusts what has no signature": {func(c *consumer) {
			scheme := c.verified(nil)
			c.verify = func(m *sign.Message) bool {
				value, found := m.Headers.Get("webhook-signature")
				return !found || value == "" || scheme(m)
			}
		}, []string{"missing-signature", "empty-signature"}},
		"breaks on a signature without a comma": {func(c *consumer) {
			c.before = func(w http.ResponseWriter, r *http.Request) bool {
				if strings.Contains(r.Header.Get("Webhook-Signature"), ",") {
					return false
				}
				w.WriteHeader(http.StatusInternalServerError)
				return true
			}
		}, []string{"missing-signature", "empty-signature", "unprefixed-signature"}},
		"prints the body again": {func(c *consumer) {
			c.body = func(body []byte) []byte {
				var v any
				if json.Unmarshal(body, &v) != nil {
					return body
				}
				var b bytes.Buffer
				if json.Compact(&b, body) != nil {
					return body
				}
				return b.Bytes()
			}
		}, []string{"whitespace"}},
		"forgets the old secret": {func(c *consumer) {
			c.verify = func(m *sign.Message) bool {
				return p.Scheme.Verify(m, sign.Keys{Secrets: []string{secret}}, time.Now(), nil).OK
			}
		}, []string{"rotation-other"}},
		"looks at the first signature": {func(c *consumer) {
			c.verify = c.verified(func(m *sign.Message) {
				for i, h := range m.Headers {
					if strings.EqualFold(h.Name, "webhook-signature") {
						m.Headers[i].Value, _, _ = strings.Cut(h.Value, " ")
					}
				}
			})
		}, []string{"rotation-both"}},
		"refuses unknown types": {func(c *consumer) {
			c.parse = func(w http.ResponseWriter, body []byte) bool {
				if !bytes.Contains(body, []byte(unknownType)) {
					return false
				}
				w.WriteHeader(http.StatusUnprocessableEntity)
				return true
			}
		}, []string{"unknown-event"}},
		"breaks on what does not parse": {func(c *consumer) {
			c.parse = func(w http.ResponseWriter, body []byte) bool {
				if json.Valid(body) {
					return false
				}
				w.WriteHeader(http.StatusInternalServerError)
				return true
			}
		}, []string{"malformed-json", "empty-body"}},
		"answers before it has read": {func(c *consumer) {
			c.before = func(w http.ResponseWriter, r *http.Request) bool {
				if r.ContentLength > 1<<10 || r.Header.Get("Webhook-Id") == "" {
					return false
				}
				if http.NewResponseController(w).EnableFullDuplex() == nil && c.slow(r) {
					w.WriteHeader(http.StatusOK)
					return http.NewResponseController(w).Flush() == nil
				}
				return false
			}
		}, []string{"not-early"}},
		"handles a repetition again": {func(c *consumer) { c.seen = nil }, []string{"idempotent"}},
		"redirects": {func(c *consumer) {
			c.before = func(w http.ResponseWriter, r *http.Request) bool {
				http.Redirect(w, r, "/elsewhere", http.StatusPermanentRedirect)
				return true
			}
		}, slices.Concat([]string{"genuine", "whitespace", "escaped-unicode", "extra-field", "unknown-event", "header-case", "unknown-header", "rotation-both", "rotation-other"},
			all(Rejects), []string{"expect-continue", "http-1.0", "slow-body", "no-redirect"})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &consumer{profile: p, seen: remembering()}
			test.mistake(c)
			server := httptest.NewServer(c)
			defer server.Close()
			s := subject(t, p, server.URL)
			s.State = func(context.Context) (string, error) {
				c.mu.Lock()
				defer c.mu.Unlock()
				return strings.Repeat("|", c.handled), nil
			}
			if diff := cmp.Diff(test.want, failed(t, s)); diff != "" {
				t.Errorf("checks that failed (-want +got):\n%s", diff)
			}
		})
	}
}

// slow tells whether the end of a body is still to come.
func (c *consumer) slow(r *http.Request) bool {
	came := make(chan []byte, 1)
	go func() {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			came <- body
		}
		close(came)
	}()
	select {
	case body := <-came:
		r.Body = io.NopCloser(bytes.NewReader(body))
		return false
	case <-time.After(slowBody / 2):
		return true
	}
}

func TestRefusalsProveNothingWhereEverythingIsRefused(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	defer server.Close()
	passed := 0
	checks, err := Select(All(), []string{Rejects}, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = Run(t.Context(), subject(t, standard(t), server.URL), checks, func(r Result) error {
		if r.Status != Skip {
			passed++
			t.Errorf("%s: %s, want skip", r.Name, r.Status)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestUnreachable(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	err := Run(t.Context(), subject(t, standard(t), server.URL), All(), func(Result) error {
		t.Error("a check was made")
		return nil
	})
	var away *UnreachableError
	if !errors.As(err, &away) {
		t.Errorf("error %v, want an *UnreachableError", err)
	}
}

func TestSelect(t *testing.T) {
	for name, test := range map[string]struct {
		only, skip []string
		want       []string
		unknown    string
	}{
		"a check":         {only: []string{"genuine"}, want: []string{"genuine"}},
		"a glob":          {only: []string{"rotation-*"}, want: []string{"rotation-both", "rotation-other"}},
		"a group but one": {only: []string{Replay}, skip: []string{"idempotent"}, want: []string{"duplicate", "concurrent-duplicates"}},
		"nobody":          {only: []string{"genuin"}, unknown: "genuin"},
		"nobody to skip":  {skip: []string{"stale"}, unknown: "stale"},
	} {
		t.Run(name, func(t *testing.T) {
			checks, err := Select(All(), test.only, test.skip)
			var unknown *UnknownError
			if errors.As(err, &unknown) != (test.unknown != "") || unknown != nil && unknown.Word != test.unknown {
				t.Fatalf("error %v", err)
			}
			var got []string
			for _, c := range checks {
				got = append(got, c.Name)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("checks (-want +got):\n%s", diff)
			}
		})
	}
}
