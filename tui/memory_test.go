package tui

import (
	"context"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term/noprobe"
)

func TestMain(m *testing.M) {
	noprobe.Restore()
	os.Exit(m.Run())
}

// memory is a store in memory.
type memory struct {
	mu        sync.Mutex
	rev       int64
	ds        []*store.Delivery // by number
	listeners []store.Listener
	wake      chan struct{}
	fail      error
	stopped   bool
}

func newMemory(ds ...*store.Delivery) *memory {
	s := &memory{wake: make(chan struct{}, 1)}
	for _, d := range ds {
		s.put(d)
	}
	return s
}

// put adds a delivery or replaces it.
func (s *memory) put(d *store.Delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rev++
	d.Rev = s.rev
	if d.Seq == 0 {
		d.Seq = int64(len(s.ds) + 1)
	}
	if d.ID == "" {
		d.ID = fmt.Sprintf("dlv_%026d", d.Seq)
	}
	i, found := slices.BinarySearchFunc(s.ds, d.Seq, func(d *store.Delivery, seq int64) int { return int(d.Seq - seq) })
	if found {
		s.ds[i] = d
	} else {
		s.ds = slices.Insert(s.ds, i, d)
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *memory) List(_ context.Context, q store.Query) iter.Seq2[*store.Delivery, error] {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*store.Delivery
	for i := len(s.ds) - 1; i >= 0 && len(out) < q.Limit; i-- {
		d := s.ds[i]
		if q.BeforeSeq != 0 && d.Seq >= q.BeforeSeq || q.Filter != nil && !q.Filter.Match(d) {
			continue
		}
		out = append(out, d)
	}
	err := s.fail
	return func(yield func(*store.Delivery, error) bool) {
		if err != nil {
			yield(nil, err)
			return
		}
		for _, d := range out {
			if !yield(d, nil) {
				return
			}
		}
	}
}

func (s *memory) Get(_ context.Context, ref string) (*store.Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.ds {
		if d.ID == ref {
			c := *d
			return &c, s.fail
		}
	}
	return nil, store.ErrNotFound
}

func (s *memory) Changes(_ context.Context, after int64, limit int) ([]*store.Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*store.Delivery
	for _, d := range s.ds {
		if d.Rev > after {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b *store.Delivery) int { return int(a.Rev - b.Rev) })
	return out[:min(len(out), limit)], s.fail
}

func (s *memory) Rev(context.Context) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rev, s.fail
}

func (s *memory) Listeners(context.Context) ([]store.Listener, error) { return s.listeners, nil }

func (s *memory) watch(context.Context) (<-chan struct{}, func(), error) {
	return s.wake, func() { s.mu.Lock(); s.stopped = true; s.mu.Unlock() }, nil
}

// noon is the clock of the tests.
var noon = time.Date(2026, 11, 21, 14, 3, 0, 0, time.UTC)

// sample describes a delivery in a few words.
type sample struct {
	seq             int64
	event, provider string
	verdict, reason string
	trigger         string
	code            int
	errorKind       string
	attempts        int
	answer          int
	size            int64
	took            time.Duration
}

func (x sample) delivery() *store.Delivery {
	at := noon.Add(time.Duration(x.seq-1284) * 500 * time.Millisecond)
	d := &store.Delivery{
		ID: fmt.Sprintf("dlv_01HZX%021d", x.seq), Seq: x.seq, Direction: store.In, Trigger: store.TriggerReceived,
		Event:      &store.Event{ID: fmt.Sprintf("evt_01HZX%021d", x.seq), ExternalID: fmt.Sprintf("evt_sample%02d", x.seq%100), Type: x.event, Provider: x.provider},
		ReceivedAt: at, Destination: "http://localhost:3000/hooks/" + x.provider, Status: store.Succeeded,
		Verification: &store.Verification{Verdict: x.verdict, Provider: x.provider, Reason: x.reason, Covers: []string{"body"}},
	}
	body := fmt.Sprintf(`{"id":%q,"type":%q,"data":{"amount":9007199254740993,"note":"tab\u0009 and \u001b[2J shown","customer":{"name":"Łukasz","vip":true,"tags":[]},"lines":[{"sku":"a"},{"sku":"b","n":null}]}}`, d.Event.ExternalID, x.event)
	d.Request = store.Request{
		Method: "POST", Target: "/hooks/" + x.provider, Body: []byte(body), BodySize: x.size, BodySHA256: "5f0c91e07a0b7751c019d4aa",
		ContentType: "application/json", RemoteAddr: "127.0.0.1:52114",
		Headers: sign.Headers{{Name: "Content-Type", Value: "application/json"}, {Name: "X-" + x.provider + "-Signature", Value: "sha256=9f2c41e07a"}, {Name: "Authorization", Value: "Bearer hunter2"}},
	}
	if x.trigger != "" {
		d.Trigger, d.Direction, d.Verification = x.trigger, store.Out, nil
	}
	if x.answer != 0 {
		d.Answer = &store.Answer{StatusCode: x.answer}
	}
	for n := range x.attempts {
		d.Attempts = append(d.Attempts, x.attempt(n, at))
	}
	if x.verdict == store.Invalid {
		d.Status, d.Destination = store.Rejected, ""
	} else if x.code >= 300 || x.errorKind != "" {
		d.Status = store.Failed
	}
	return d
}

func (x sample) attempt(n int, at time.Time) store.Attempt {
	a := store.Attempt{
		Number: n + 1, Trigger: store.TriggerAuto, URL: "http://localhost:3000/hooks/" + x.provider, StartedAt: at.Add(time.Duration(n) * time.Minute),
		Duration: x.took, StatusCode: x.code, ErrorKind: x.errorKind, RemoteIP: "127.0.0.1",
	}
	if x.errorKind != "" {
		a.Error = "dial tcp 127.0.0.1:3000: connection refused"
		return a
	}
	a.ResponseHeaders = sign.Headers{{Name: "Content-Type", Value: "application/json"}}
	a.ResponseBody = []byte(`{"error":"amount_due: cannot parse string as integer"}`)
	a.ResponseSize = int64(len(a.ResponseBody))
	return a
}

// samples are the deliveries of the pictures.
func samples() []*store.Delivery {
	ms := time.Millisecond
	var ds []*store.Delivery
	for _, x := range []sample{
		{seq: 1276, event: "payment.succeeded", provider: "revkeen", verdict: "valid", code: 200, attempts: 1, answer: 200, size: 410, took: 12 * ms},
		{seq: 1277, event: "invoice.paid", provider: "stripe", verdict: "valid", code: 500, attempts: 3, answer: 500, size: 1843, took: 41 * ms},
		{seq: 1278, event: "payment.failed", provider: "revkeen", verdict: "invalid", reason: "signature_mismatch", answer: 401, size: 412},
		{seq: 1279, event: "transaction_completed", provider: "raas", trigger: store.TriggerAuto, code: 409, attempts: 2, size: 298, took: 8 * ms},
		{seq: 1280, event: "payout.state-updated", provider: "rafiki", verdict: "valid", code: 200, attempts: 1, answer: 200, size: 301, took: 9 * ms},
		{seq: 1281, event: "customer.updated", provider: "stripe", verdict: "valid", errorKind: store.ErrConnect, attempts: 1, answer: 502, size: 445},
		{seq: 1282, event: "invoice.paid", provider: "stripe", trigger: store.TriggerReplay, code: 200, attempts: 1, size: 1843, took: 17 * ms},
		{seq: 1283, verdict: "unverified", reason: "unknown_provider", code: 200, attempts: 1, answer: 200, size: 59, took: 2 * ms},
		{seq: 1284, event: "transfer.created", provider: "standard", verdict: "invalid", reason: "timestamp_too_old", answer: 401, size: 266},
	} {
		ds = append(ds, x.delivery())
	}
	ds[2].Verification.Detail = "the signature would match if the body were compact JSON: something between sender and hooks rewrote it"
	return ds
}

// many returns n deliveries of all kinds.
func many(n int) []*store.Delivery {
	kinds := samples()
	ds := make([]*store.Delivery, n)
	for i := range ds {
		d := *kinds[i%len(kinds)]
		d.Seq = int64(i + 1)
		d.ID = fmt.Sprintf("dlv_01HZX%021d", i+1)
		d.ReceivedAt = noon.Add(time.Duration(i-n) * 100 * time.Millisecond)
		ds[i] = &d
	}
	return ds
}

// screen is a model with a store, driven without a terminal.
type screen struct {
	*model
	t      testing.TB
	src    *memory
	copied []byte
	at     time.Time
}

func (s *screen) copy(b []byte) (bool, error) {
	s.copied = slices.Clone(b)
	return len(b) < maxClipboard/4*3, nil
}

// newScreen starts a view on what a store holds.
func newScreen(t testing.TB, w, h int, change func(*Options), ds ...*store.Delivery) *screen {
	t.Helper()
	s := &screen{t: t, src: newMemory(ds...), at: noon}
	s.src.listeners = []store.Listener{{Addr: "127.0.0.1:4400", Forward: []string{"http://localhost:3000"}}}
	o := Options{Width: w, Height: h, Now: func() time.Time { return s.at }, Location: time.UTC, TraceDir: t.TempDir()}
	if change != nil {
		change(&o)
	}
	m, err := newModel(t.Context(), o, s.src, s)
	if err != nil {
		t.Fatal(err)
	}
	s.model = m
	m.feed.changed = s.src.wake
	s.run(m.start())
	return s
}

// run runs commands, and those that come of them, but not the ones that wait
// for the store or for the time.
func (s *screen) run(todo []command) {
	for len(todo) > 0 {
		c := todo[0]
		todo = todo[1:]
		if c.waits {
			continue
		}
		if msg := c.do(); msg != nil {
			todo = append(todo, s.update(msg)...)
		}
	}
}

// send applies a message.
func (s *screen) send(msg message) { s.run(s.update(msg)) }

// press presses keys: names as the library says them, single characters.
func (s *screen) press(keys ...string) {
	for _, k := range keys {
		if len([]rune(k)) == 1 {
			s.send(keyMsg{runes: []rune(k)})
		} else {
			s.send(keyMsg{name: k})
		}
	}
}

// write types text.
func (s *screen) write(text string) { s.send(keyMsg{runes: []rune(text)}) }

// changed takes in what the store has that the view has not.
func (s *screen) changed() {
	select {
	case <-s.src.wake:
	default:
	}
	s.send(s.feed.read(s.ctx))
}

// text returns the frame without its colours, checked.
func (s *screen) text() string {
	s.t.Helper()
	drawn := s.draw()
	if s.th.ascii {
		for i := range len(drawn) {
			if drawn[i] >= 0x80 {
				s.t.Fatalf("not ASCII:\n%q", drawn)
			}
		}
	}
	if frame := s.view(); frame != drawn {
		s.t.Fatalf("something was stopped at the last moment:\n%q", frame)
	}
	return checked(s.t, drawn, s.w, s.h)
}

func (s *screen) contains(want string) {
	s.t.Helper()
	if !strings.Contains(s.text(), want) {
		s.t.Errorf("the screen does not say %q:\n%s", want, s.text())
	}
}

// withReplay offers a replay that says what it was asked for.
func withReplay(o *Options) {
	o.Actions.Replay = func(_ context.Context, id string) (string, error) { return "replayed " + id, nil }
}
