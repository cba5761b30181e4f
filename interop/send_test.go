package interop

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hooks-cli/hooks/catalog"
)

// consumer is a server that verifies with a library and answers 401 where the
// library refuses.
type consumer struct {
	*httptest.Server
	mu     sync.Mutex
	events []string // what read made of the requests, or why it refused
}

func startConsumer(t *testing.T, read func(r *http.Request) (string, error)) *consumer {
	c := &consumer{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		event, err := read(r)
		if err != nil {
			event = "refused: " + err.Error()
			w.WriteHeader(http.StatusUnauthorized)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.events = append(c.events, event)
	}))
	t.Cleanup(c.Close)
	return c
}

// seen is what came since the last call.
func (c *consumer) seen() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	events := c.events
	c.events = nil
	return events
}

// testSend: a consumer that verifies with the library acknowledges what
// `hooks send` sends, and only if the secret is its own.
func testSend(t *testing.T, p *program) {
	for _, l := range libraries(t) {
		c := startConsumer(t, func(r *http.Request) (string, error) { return "accepted", l.verify(r, l.secret) })
		send := func(t *testing.T, data string, secrets ...string) result {
			args := []string{"send", "--to", c.URL + "/hook?x=1", "--provider", l.provider, "--event", eventType, "--data", data}
			for _, secret := range secrets {
				args = append(args, "--secret", secret)
			}
			return p.run(t, nil, args...)
		}
		for _, body := range bodies() {
			t.Run(l.provider+"/"+body.name, func(t *testing.T) {
				send(t, "@"+file(t, body.bytes), l.secret).wantCode(t, 0)
				if seen := c.seen(); !slices.Equal(seen, []string{"accepted"}) {
					t.Errorf("the consumer saw %q", seen)
				}
			})
		}
		t.Run(l.provider+"/another secret", func(t *testing.T) {
			send(t, aBody, l.foreign).wantCode(t, 1)
			if seen := c.seen(); len(seen) != 1 || !strings.HasPrefix(seen[0], "refused: ") {
				t.Errorf("the consumer saw %q", seen)
			}
		})
		t.Run(l.provider+"/rotation", func(t *testing.T) {
			if oneSignature(l) {
				t.Skip("its library reads one signature")
			}
			send(t, aBody, l.foreign, l.secret).wantCode(t, 0)
		})
	}
}

// testTrigger: the events of the catalog reach the libraries' own types.
func testTrigger(t *testing.T, p *program) {
	set := catalog.Open()
	for id, read := range readers() {
		t.Run(id, func(t *testing.T) {
			l := libraryOf(t, id)
			types, err := set.ForProvider(id)
			if err != nil || len(types) == 0 {
				t.Fatalf("%d types, %v", len(types), err)
			}
			c := startConsumer(t, func(r *http.Request) (string, error) { return read(r, l.secret) })
			args := []string{"trigger", "--to", c.URL, "--secret", l.secret}
			var want []string
			for _, eventType := range types {
				args, want = append(args, eventType.Qualified()), append(want, eventType.Name)
			}
			p.run(t, nil, args...).wantCode(t, 0)
			if seen := c.seen(); !slices.Equal(seen, want) {
				t.Errorf("the consumer saw %q, want %q", seen, want)
			}
		})
	}
}
