package send

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// loadBody has every member that some provider looks for.
const loadBody = `{"id":"evt_1","type":"a.b","event_name":"a.b","signature":{"token":"x","timestamp":1,"signature":"x"},` +
	`"event":{"event_time":"1","event_type":"x"},"webhookTimestamp":1,"passcode":"x","value":[{"clientState":"x"}],` +
	`"notificationItems":[{"NotificationRequestItem":{"pspReference":"1","additionalData":{"hmacSignature":""}}}]}`

// loadEvent is an event as p sends them.
func loadEvent(t testing.TB, p *provider.Profile) Event {
	t.Helper()
	id, err := p.WireID.Make("01ARZ3NDEKTSV4RRFFQ69G5FAV", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	e := Event{Type: "a.b", WireID: id, Body: []byte(loadBody), ContentType: "application/json"}
	if p.Scheme.Spec().Code == "aws-sns" {
		e.Body = []byte(`{"Type":"Notification","MessageId":"one","TopicArn":"arn:aws:sns:us-east-1:1:t","Message":"{\"a\":1}\n"}`)
	}
	if slices.ContainsFunc(p.Scheme.Spec().Fields, func(f sign.Field) bool { return f.Place == sign.InForm }) {
		e.ContentType, e.Body = "application/x-www-form-urlencoded", []byte("bt_payload=abc&z=1&a=2")
	}
	return e
}

// rsaKey is made once: each takes its time.
var rsaKey = sync.OnceValue(func() string {
	p, err := provider.Open().Get("wise")
	if err != nil {
		panic(err)
	}
	k, err := p.NewKey("", rand.Reader)
	if err != nil {
		panic(err)
	}
	return k.Private
})

// loadKeys are n keys of p's kind.
func loadKeys(t testing.TB, p *provider.Profile, n int) sign.Keys {
	t.Helper()
	keys := sign.Keys{Params: map[string]string{"key_id": "ours", "webhook_id": "4JH86294D6297924G"}}
	for range n {
		alg := p.Scheme.Spec().Alg[0]
		if strings.HasPrefix(alg, "rsa") || strings.HasPrefix(alg, "RS") {
			keys.Secrets = append(keys.Secrets, rsaKey())
			continue
		}
		k, err := p.NewKey("", rand.Reader)
		var none *sign.KeyError
		if errors.As(err, &none) && none.Reason == sign.NoSecret {
			return keys
		}
		if err != nil {
			t.Fatal(err)
		}
		keys.Secrets = append(keys.Secrets, k.Secret+k.Private)
	}
	return keys
}

func allProviders(t testing.TB) []*provider.Profile {
	t.Helper()
	all, err := provider.Open().All()
	if err != nil || len(all) < 140 {
		t.Fatalf("%d providers, %v", len(all), err)
	}
	return all
}

func loadTo(t testing.TB, url string, p *provider.Profile) *Load {
	t.Helper()
	target, err := ParseTarget(url)
	if err != nil {
		t.Fatal(err)
	}
	client := NewClient(Options{Now: time.Now, Timeout: 5 * time.Second})
	t.Cleanup(client.Close)
	return &Load{Client: client, Target: target, Event: loadEvent(t, p), Signing: Signing{Profile: p, Keys: loadKeys(t, p, 1)},
		UserAgent: "test/1", Connections: 3, Count: 12}
}

func runLoad(t testing.TB, l *Load) *LoadResult {
	t.Helper()
	result, err := l.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// verifier is a target that verifies every request as a receiver does.
type verifier struct {
	profile *provider.Profile
	keys    sign.Keys
	mu      sync.Mutex
	ids     map[string]int
	wrong   []string
	seen    int
}

func (v *verifier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	m := &sign.Message{Method: r.Method, URL: "http://" + r.Host + r.RequestURI, Body: body}
	for name, values := range r.Header {
		for _, value := range values {
			m.Headers = append(m.Headers, sign.Header{Name: name, Value: value})
		}
	}
	verdict := v.profile.Scheme.Verify(m, v.keys, time.Now(), nil)
	_, id := v.profile.Scheme.Event(m)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.seen++
	if err != nil || !verdict.OK {
		v.wrong = append(v.wrong, verdict.Reason+" "+verdict.Detail)
	}
	v.ids[id]++
}

// TestLoadIsSignedAfresh: for every provider, every request of a load has a
// valid signature, a time of now, and an id that no other has.
func TestLoadIsSignedAfresh(t *testing.T) {
	for _, p := range allProviders(t) {
		t.Run(p.ID, func(t *testing.T) {
			v := &verifier{profile: p, ids: map[string]int{}}
			server := httptest.NewServer(v)
			defer server.Close()
			l := loadTo(t, server.URL+"/hook?data.id=A1", p)
			v.keys = l.Signing.Keys
			result := runLoad(t, l)
			if result.Requests != l.Count || result.Acknowledged != l.Count || v.seen != int(l.Count) || len(v.wrong) > 0 {
				t.Fatalf("%d of %d acknowledged, %d seen, errors %v, wrong %q", result.Acknowledged, result.Requests, v.seen, result.Examples, v.wrong)
			}
			if _, none := v.ids[""]; !none && len(v.ids) != v.seen {
				t.Errorf("%d requests have %d ids: %v", v.seen, len(v.ids), v.ids)
			}
		})
	}
}

// TestLoadOverTLS: the same connection carries all of a worker's requests, and
// a certificate nobody knows is said before anything is sent.
func TestLoadOverTLS(t *testing.T) {
	p, err := provider.Open().Get("standard")
	if err != nil {
		t.Fatal(err)
	}
	v := &verifier{profile: p, ids: map[string]int{}}
	server := httptest.NewUnstartedServer(v)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	var opened atomic.Int64
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	server.StartTLS()
	defer server.Close()
	l := loadTo(t, server.URL, p)
	l.Connections, v.keys = 1, l.Signing.Keys
	var nobody *UnreachableError
	if _, err := l.Run(t.Context()); !errors.As(err, &nobody) || nobody.Kind != store.ErrTLS {
		t.Fatalf("Run = %v", err)
	}
	before := opened.Load()
	l.Client.opts.Insecure = true
	if result := runLoad(t, l); result.Acknowledged != l.Count || opened.Load() != before+1 {
		t.Errorf("%d acknowledged over %d connections: %v", result.Acknowledged, opened.Load()-before, result.Examples)
	}
}

// TestLoadFaults: a load calls a target's faults what a single exchange calls
// them.
func TestLoadFaults(t *testing.T) {
	p, err := provider.Open().Get("standard")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			if f.serve == nil {
				f.serve = func(net.Conn) { <-t.Context().Done() } // never reads
			}
			l := loadTo(t, "http://127.0.0.1:1", p)
			l.Target = target(t, f.serve)
			l.Client.opts.Timeout = 300 * time.Millisecond
			l.Connections, l.Count = 1, 1
			if f.body != "" {
				l.Event.Body = []byte(f.body)
			}
			var nobody *UnreachableError
			result, err := l.Run(t.Context())
			if errors.As(err, &nobody) && contains(f.kinds, nobody.Kind) {
				return // some races end before the first request
			}
			if err != nil {
				t.Fatal(err)
			}
			for kind, n := range result.Errors {
				if n != 1 || !contains(f.kinds, kind) || result.Examples[kind] == "" {
					t.Errorf("%d of %s (%s), want %s", n, kind, result.Examples[kind], f.kinds)
				}
			}
			if result.Requests != 1 || (f.kinds == "") != (len(result.Errors) == 0) {
				t.Errorf("%d requests with errors %v, want %q", result.Requests, result.Errors, f.kinds)
			}
		})
	}
}

// TestLoadReconnects: a target that closes every connection after one answer,
// whether or not it says so, costs no request if the connection has rested.
func TestLoadReconnects(t *testing.T) {
	p, err := provider.Open().Get("github")
	if err != nil {
		t.Fatal(err)
	}
	for name, header := range map[string]string{"said": "Connection: close\r\n", "unsaid": ""} {
		t.Run(name, func(t *testing.T) {
			// Between two looks at the clock a connection rests long enough to
			// be looked at, and has been closed.
			var closing sync.Mutex
			var looks atomic.Int64
			l := loadTo(t, "http://127.0.0.1:1", p)
			l.Target = target(t, func(c net.Conn) {
				if readRequest(c) == nil {
					closing.Lock()
					defer closing.Unlock()
					io.WriteString(c, "HTTP/1.1 200 OK\r\n"+header+"Content-Length: 2\r\n\r\nok")
					c.Close()
				}
			})
			l.Client.opts.Now = func() time.Time {
				closing.Lock()
				defer closing.Unlock()
				return time.Now().Add(time.Duration(looks.Add(1)) * 2 * restful)
			}
			l.Connections, l.Count = 1, 6
			if result := runLoad(t, l); result.Acknowledged != 6 {
				t.Errorf("%d acknowledged: %v", result.Acknowledged, result.Examples)
			}
		})
	}
}

// TestLoadKeepsItsPace: what is due while a target stalls is measured from when
// it was due, not from when it could be sent.
func TestLoadKeepsItsPace(t *testing.T) {
	p, err := provider.Open().Get("github")
	if err != nil {
		t.Fatal(err)
	}
	stalled := false
	const stall = 300 * time.Millisecond
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !stalled {
			stalled = true
			time.Sleep(stall) // the fault that is measured
		}
	}))
	defer server.Close()
	l := loadTo(t, server.URL, p)
	l.Rate, l.Connections, l.Count = 200, 1, 80
	result := runLoad(t, l)
	// One is due every 5 ms, so of those that were due during the stall half
	// waited for more than half of it.
	slow := result.Latency.Count() - result.Latency.AtMost(stall/2)
	if result.Acknowledged != 80 || slow < 25 || result.Late.Max() < stall/2 {
		t.Errorf("%d acknowledged, %d slower than %s, begun up to %s late", result.Acknowledged, slow, stall/2, result.Late.Max())
	}
}

// TestLoadOverload: what no connection was free for in time is told, not left
// out.
func TestLoadOverload(t *testing.T) {
	p, err := provider.Open().Get("github")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(50 * time.Millisecond) }))
	defer server.Close()
	l := loadTo(t, server.URL, p)
	l.Rate, l.Connections, l.Count, l.Duration = 1000, 1, 0, 200*time.Millisecond
	result := runLoad(t, l)
	if planned := int64(200); result.Requests+result.Unsent != planned || result.Unsent < planned/2 {
		t.Errorf("%d requests and %d unsent, want %d together", result.Requests, result.Unsent, planned)
	}
}

// TestLoadIsInterrupted: the figures so far come at once, whatever the target
// does.
func TestLoadIsInterrupted(t *testing.T) {
	p, err := provider.Open().Get("standard")
	if err != nil {
		t.Fatal(err)
	}
	answered := make(chan struct{}, 100)
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(answered) >= 5 {
			<-release
		}
		answered <- struct{}{}
	}))
	defer server.Close()
	defer close(release)
	l := loadTo(t, server.URL, p)
	l.Count, l.Connections, l.Client.opts.Timeout = 0, 1, time.Minute
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for range 5 {
			<-answered
		}
		cancel()
	}()
	result, err := l.Run(ctx)
	if err != nil || !result.Interrupted || result.Requests+result.Canceled < 5 || result.Acknowledged != result.Requests {
		t.Errorf("Run = %+v, %v", result, err)
	}
}

func TestLoadUnreachable(t *testing.T) {
	p, err := provider.Open().Get("standard")
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	var nobody *UnreachableError
	if _, err := loadTo(t, "http://"+listener.Addr().String(), p).Run(t.Context()); !errors.As(err, &nobody) || nobody.Kind != store.ErrConnect {
		t.Errorf("Run = %v", err)
	}
}

// TestLoadLargeBody: a body beyond what is written in one piece goes the
// general way.
func TestLoadLargeBody(t *testing.T) {
	p, err := provider.Open().Get("stripe")
	if err != nil {
		t.Fatal(err)
	}
	v := &verifier{profile: p, ids: map[string]int{}}
	server := httptest.NewServer(v)
	defer server.Close()
	l := loadTo(t, server.URL, p)
	l.Event.Body = []byte(`{"id":"evt_1","x":"` + xs(1<<20) + `"}`)
	v.keys = l.Signing.Keys
	if result := runLoad(t, l); result.Acknowledged != l.Count || len(v.ids) != int(l.Count) {
		t.Errorf("%d acknowledged, %d ids: %v", result.Acknowledged, len(v.ids), result.Examples)
	}
}
