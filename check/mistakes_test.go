package check

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
)

// tightLimit is the time limit of a sender that is in a hurry.
const tightLimit = 200 * time.Millisecond

func withLimit(p *provider.Profile, limit time.Duration) *provider.Profile {
	tight := *p
	tight.Timeout = limit
	return &tight
}

// editSignature changes the value of the signature's header.
func editSignature(m *sign.Message, edit func(string) string) {
	for i, h := range m.Headers {
		if strings.EqualFold(h.Name, "webhook-signature") {
			m.Headers[i].Value = edit(h.Value)
		}
	}
}

// completed makes a signature whole, as a comparison does that ends at the
// shorter one of two texts: the one that came (short), or the right one.
func completed(short bool) func(*sign.Message) {
	p, _ := provider.Open().Get("standard") // which the tests before have opened
	return func(m *sign.Message) {
		id, _ := m.Headers.Get("webhook-id")
		seconds, _ := m.Headers.Get("webhook-timestamp")
		at, err := strconv.ParseInt(seconds, 10, 64)
		if err != nil {
			return
		}
		signed, err := p.Scheme.Sign(&sign.Message{Method: m.Method, URL: m.URL, Body: m.Body}, sign.Keys{Secrets: []string{secret}}, sign.Values{ID: id, Time: time.Unix(at, 0)})
		if err != nil {
			return
		}
		right, _ := signed.Headers.Get("webhook-signature")
		editSignature(m, func(came string) string {
			if short && came != "" && strings.HasPrefix(right, came) || !short && strings.HasPrefix(came, right) {
				return right
			}
			return came
		})
	}
}

func TestMistakesAreFoundByTheChecksThatShould(t *testing.T) {
	p := standard(t)
	all := func(group string) []string {
		var names []string
		for _, c := range All() {
			if c.Group == group && !slices.Contains([]string{"algorithm-none", "algorithm-confusion", "unsigned-garbage"}, c.Name) {
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
		}, []string{"genuine", "no-redirect"}},
		"compares the beginning":              {func(c *consumer) { c.verify = c.verified(completed(true)) }, []string{"truncated-signature", "shortest-signature"}},
		"compares as much as it has computed": {func(c *consumer) { c.verify = c.verified(completed(false)) }, []string{"extended-signature"}},
		"takes a hash without a key": {func(c *consumer) {
			scheme := c.verified(nil)
			c.verify = func(m *sign.Message) bool {
				sum := sha256.Sum256(m.Body)
				value, _ := m.Headers.Get("webhook-signature")
				return strings.Contains(value, base64.StdEncoding.EncodeToString(sum[:])) || scheme(m)
			}
		}, []string{"plain-hash"}},
		"takes any version of a signature": {func(c *consumer) {
			c.verify = c.verified(func(m *sign.Message) {
				editSignature(m, func(value string) string { _, sig, _ := strings.Cut(value, ","); return "v1," + sig })
			})
		}, []string{"wrong-label"}},
		"verifies a signature with its own timestamp": {func(c *consumer) {
			c.verify = func(m *sign.Message) bool {
				far := 10 * farAway
				value, _ := m.Headers.Get("webhook-timestamp")
				seconds, err := strconv.ParseInt(value, 10, 64)
				at := time.Unix(seconds, 0)
				for _, back := range []time.Duration{0, farAway, farAway - time.Second, farAway + time.Second} { // a second may pass between the two
					for i, h := range m.Headers {
						if strings.EqualFold(h.Name, "webhook-timestamp") {
							m.Headers[i].Value = strconv.FormatInt(at.Add(-back).Unix(), 10)
						}
					}
					if err == nil && time.Since(at).Abs() < time.Minute && p.Scheme.Verify(m, sign.Keys{Secrets: []string{secret, oldSecret}}, time.Now(), &far).OK {
						return true
					}
				}
				return false
			}
		}, []string{"swapped-timestamp"}},
		"parses before it verifies": {func(c *consumer) {
			scheme := c.verified(nil)
			c.verify = func(m *sign.Message) bool {
				if !json.Valid(m.Body) {
					panic(http.ErrAbortHandler)
				}
				return scheme(m)
			}
		}, []string{"unsigned-garbage", "malformed-json", "empty-body"}},
		"says 500 to a header that does not decode": {func(c *consumer) {
			c.before = func(w http.ResponseWriter, r *http.Request) bool {
				if value := r.Header.Get("Webhook-Signature"); utf8.ValidString(value) && !strings.Contains(value, "!") {
					return false
				}
				w.WriteHeader(http.StatusInternalServerError)
				return true
			}
		}, []string{"garbled-signature", "odd-header"}},
		"breaks on what is not UTF-8": {func(c *consumer) {
			c.parse = func(_ http.ResponseWriter, body []byte) bool {
				if !utf8.Valid(body) {
					panic(http.ErrAbortHandler)
				}
				return false
			}
		}, []string{"not-utf8"}},
		"knows its headers in small letters only": {func(c *consumer) {
			c.raw = func(head string) bool { return !strings.Contains(head, "Webhook-") }
		}, []string{"header-case"}},
		"refuses what it has seen": {func(c *consumer) {
			ids := map[string]bool{}
			c.before = func(w http.ResponseWriter, r *http.Request) bool {
				id := r.Header.Get("Webhook-Id")
				c.mu.Lock()
				defer c.mu.Unlock()
				if ids[id] {
					w.WriteHeader(http.StatusUnprocessableEntity)
				}
				defer func() { ids[id] = true }()
				return ids[id]
			}
		}, []string{"duplicate", "concurrent-duplicates"}},
		"is slow": {func(c *consumer) {
			c.before = func(http.ResponseWriter, *http.Request) bool {
				time.Sleep(tightLimit * 3 / 4)
				return false
			}
		}, []string{"in-time"}},
		"closes without an answer": {func(c *consumer) {
			c.before = func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }
		}, []string{"genuine", "in-time"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &consumer{profile: p, seen: remembering()}
			test.mistake(c)
			server := listening(c)
			defer server.Close()
			s := subject(t, p, server.URL)
			if name == "is slow" { // on a machine that is busy all others are, too
				s.Profile = withLimit(p, tightLimit)
			}
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

// TestADeathIsToldOnce ends the consumer with one request: what comes after it
// is not held against the consumer.
func TestADeathIsToldOnce(t *testing.T) {
	p := standard(t)
	c := &consumer{profile: p}
	server := httptest.NewServer(c)
	defer server.Close()
	var dead atomic.Bool
	c.parse = func(_ http.ResponseWriter, body []byte) bool {
		if string(body) == "null" {
			server.Listener.Close()
			dead.Store(true)
			panic(http.ErrAbortHandler)
		}
		return false
	}
	c.before = func(http.ResponseWriter, *http.Request) bool {
		if dead.Load() {
			panic(http.ErrAbortHandler)
		}
		return false
	}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	var bad, after []string
	if err := Run(t.Context(), subject(t, p, server.URL), All(), func(r Result) error {
		switch {
		case r.Status == Fail:
			bad = append(bad, r.Name)
			if !strings.Contains(r.Means, "process ended") {
				t.Errorf("means %q", r.Means)
			}
		case len(bad) > 0:
			after = append(after, r.Status)
			if !strings.Contains(r.Means, "--skip not-an-object") {
				t.Errorf("%s is skipped for %q", r.Name, r.Means)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"not-an-object"}, bad); diff != "" || len(after) == 0 {
		t.Errorf("%d checks after it; failed (-want +got):\n%s", len(after), diff)
	}
}

// TestTimeForAll: a run that was cut short is not green.
func TestTimeForAll(t *testing.T) {
	server := httptest.NewServer(&consumer{profile: standard(t)})
	defer server.Close()
	s := subject(t, standard(t), server.URL)
	s.Limit = time.Nanosecond
	if err := Run(t.Context(), s, All(), func(r Result) error {
		want := Skip
		if r.Name == nameGenuine {
			want = Fail
		}
		if r.Status != want || !strings.Contains(r.Means, "over (1ns)") {
			t.Errorf("%s: %s, %q", r.Name, r.Status, r.Means)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
