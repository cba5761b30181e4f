package check

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
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

	raw    func(head string) bool                        // false refuses a request by its head
	verify func(m *sign.Message) bool                    // nil is the scheme's own
	before func(http.ResponseWriter, *http.Request) bool // true: it has answered
	body   func([]byte) []byte                           // what is verified
	parse  func(http.ResponseWriter, []byte) bool        // true: it has answered
	seen   func(id string) bool                          // remembers ids; nil handles everything again

	mu      sync.Mutex
	handled int
}

func (c *consumer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if c.raw != nil && !c.raw(r.Context().Value(headKey{}).(*heard).head()) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
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
		t.Logf("%s %s: %s", r.Status, r.Name, r.Got)
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

func TestRefusalsProveNothingWhereEverythingIsRefused(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	defer server.Close()
	checks, err := Select(All(), []string{Rejects}, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = Run(t.Context(), subject(t, standard(t), server.URL), checks, func(r Result) error {
		want := Skip
		if r.Name == nameGenuine {
			want = Fail
		}
		if r.Status != want {
			t.Errorf("%s: %s, want %s", r.Name, r.Status, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestARefusalIsQuoted(t *testing.T) {
	for name, test := range map[string]struct{ answer, want string }{
		"a reason": {"no signature\n  found\n", "400: no signature found"},
		"nothing":  {" \n", "400"},
		"a page":   {strings.Repeat("long ", 100), "400: " + strings.Repeat("long ", 40) + "…"},
		"no text":  {"\xff\x00", "400: \x00"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusBadRequest)
				_, _ = w.Write([]byte(test.answer))
			}))
			defer server.Close()
			err := Run(t.Context(), subject(t, standard(t), server.URL), All()[:1], func(r Result) error {
				if r.Got != test.want {
					t.Errorf("got %q, want %q", r.Got, test.want)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
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
