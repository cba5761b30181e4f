package tui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hooks-cli/hooks/store"
)

// sink is a terminal that only takes: its bytes, and a signal for each write.
type sink struct {
	mu    sync.Mutex
	b     bytes.Buffer
	wrote chan struct{}
}

func newSink() *sink { return &sink{wrote: make(chan struct{}, 1)} }

func (s *sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.wrote <- struct{}{}:
	default:
	}
	return s.b.Write(p)
}

func (s *sink) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// until waits for text in what was written.
func (s *sink) until(t *testing.T, want string) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for !strings.Contains(s.String(), want) {
		select {
		case <-s.wrote:
		case <-deadline:
			t.Fatalf("the terminal never showed %q; it has\n%q", want, s.String())
		}
	}
}

// session is a view that runs.
type session struct {
	keys *io.PipeWriter
	out  *sink
	done chan error
}

func begin(t *testing.T, ctx context.Context, src source, change func(*Options)) *session {
	in, keys := io.Pipe()
	s := &session{keys: keys, out: newSink(), done: make(chan error, 1)}
	o := Options{In: in, Out: s.out, Width: 80, Height: 24, Now: time.Now, Location: time.UTC, TraceDir: t.TempDir()}
	if change != nil {
		change(&o)
	}
	go func() { s.done <- run(ctx, o, src); in.Close() }()
	return s
}

func (s *session) press(t *testing.T, keys string) {
	t.Helper()
	if _, err := io.WriteString(s.keys, keys); err != nil && !errors.Is(err, io.ErrClosedPipe) {
		t.Fatal(err)
	}
}

func (s *session) end(t *testing.T) error {
	t.Helper()
	select {
	case err := <-s.done:
		return err
	case <-time.After(20 * time.Second):
		t.Fatal("the view does not end")
		return nil
	}
}

// restored fails unless the terminal was given back: no alternate screen, a
// cursor, no bracketed paste.
func (s *session) restored(t *testing.T) {
	t.Helper()
	out := s.out.String()
	for on, off := range map[string]string{"\x1b[?1049h": "\x1b[?1049l", "\x1b[?25l": "\x1b[?25h", "\x1b[?2004h": "\x1b[?2004l"} {
		if strings.LastIndex(out, on) > strings.LastIndex(out, off) {
			t.Errorf("%q was not undone", on)
		}
	}
}

func TestRunEnds(t *testing.T) {
	cause := errors.New("told to")
	tests := []struct {
		name string
		end  func(t *testing.T, s *session, cancel context.CancelCauseFunc)
		want error
	}{
		{"q", func(t *testing.T, s *session, _ context.CancelCauseFunc) { s.press(t, "q") }, nil},
		{"ctrl+c", func(t *testing.T, s *session, _ context.CancelCauseFunc) { s.press(t, "\x03") }, ErrInterrupted},
		{"the context", func(_ *testing.T, _ *session, cancel context.CancelCauseFunc) { cancel(cause) }, cause},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			src := newMemory(samples()...)
			s := begin(t, ctx, src, nil)
			s.out.until(t, "#1284")
			tt.end(t, s, cancel)
			if err := s.end(t); !errors.Is(err, tt.want) || tt.want == nil && err != nil {
				t.Errorf("Run returned %v, want %v", err, tt.want)
			}
			s.restored(t)
			if !src.stopped {
				t.Error("the watch was not closed")
			}
		})
	}
}

func TestRunShowsWhatIsWritten(t *testing.T) {
	src := newMemory(samples()...)
	s := begin(t, t.Context(), src, func(o *Options) { o.Mouse = true })
	s.out.until(t, "#1284")
	src.put(sample{seq: 1285, event: "order.created", provider: "acme", verdict: "valid", code: 204, attempts: 1}.delivery())
	s.out.until(t, "order.created")
	s.press(t, "yi")
	s.out.until(t, "\x1b]52;c;ZGx2XzAxSFpY")
	s.press(t, "q")
	if err := s.end(t); err != nil {
		t.Fatal(err)
	}
}

// A panic anywhere ends the view in order: the terminal is restored, nothing
// of Go is written to it, the trace is in a file.
func TestPanics(t *testing.T) {
	boom := func() { panic("boom\x1b[2J") }
	tests := []struct {
		name string
		src  func() source
		opts func(*Options)
	}{
		{"in a command", func() source { return panicking{newMemory(samples()...), boom} }, nil},
		{"in an update", func() source { return newMemory(samples()...) }, func(o *Options) {
			var calls atomic.Int32
			o.Now = func() time.Time {
				if calls.Add(1) > 3 {
					boom()
				}
				return noon
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := begin(t, t.Context(), tt.src(), tt.opts)
			if tt.opts == nil {
				s.out.until(t, "#1284")
			}
			s.press(t, "jkjkjk\r")
			err := s.end(t)
			var crash *CrashError
			if !errors.As(err, &crash) {
				t.Fatalf("Run returned %v", err)
			}
			s.restored(t)
			trace, err := os.ReadFile(crash.File)
			if err != nil || !strings.Contains(string(trace), "goroutine") {
				t.Errorf("the trace: %v, %.80q", err, trace)
			}
			if strings.Contains(s.out.String(), "goroutine") {
				t.Error("a trace of Go was written to the terminal")
			}
		})
	}
}

// panicking panics when a delivery is read.
type panicking struct {
	*memory
	boom func()
}

func (p panicking) Get(context.Context, string) (*store.Delivery, error) {
	p.boom()
	return nil, nil
}

func TestPanicInView(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	g := &guard{cancel: cancel, dir: t.TempDir()}
	s := newScreen(t, 80, 24, nil, samples()...)
	s.th, s.dirty = nil, true
	s.pen.th = nil
	(&program{m: s.model, guard: g}).View()
	if ctx.Err() == nil || g.crash() == nil {
		t.Error("a panic in the view ends nothing")
	}
}

func TestCrashWithoutAPlaceForTheTrace(t *testing.T) {
	_, cancel := context.WithCancelCause(t.Context())
	g := &guard{cancel: cancel, dir: "/nowhere/at/all"}
	func() {
		defer g.catch()
		panic(strings.Repeat("x", 1000))
	}()
	err := g.crash()
	if err == nil || len(err.Error()) > 300 {
		t.Errorf("got %v", err)
	}
}

// The feed turns a burst into one message and rests while nothing happens.
func TestFeedGathersABurst(t *testing.T) {
	src := newMemory()
	f := &feed{src: src, now: time.Now, changed: src.wake, words: interner{}, older: interner{}}
	<-f.drained(t)
	for i := range 500 {
		src.put(&store.Delivery{Event: &store.Event{}, Seq: int64(i + 1), ReceivedAt: noon})
	}
	msg, ok := f.wait(t.Context(), false).(changesMsg)
	if !ok || len(msg.rows) != 500 || msg.more {
		t.Fatalf("one message of %d rows, more %t", len(msg.rows), msg.more)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan message)
	go func() { ended <- f.wait(ctx, false) }()
	cancel()
	if got := <-ended; got != nil {
		t.Errorf("a wait that was cancelled returns %v", got)
	}
}

// drained starts a feed and returns a closed channel.
func (f *feed) drained(t *testing.T) <-chan struct{} {
	if msg, ok := f.start(t.Context()).(pageMsg); !ok || msg.err != nil {
		t.Fatalf("start: %+v", msg)
	}
	done := make(chan struct{})
	close(done)
	return done
}

func TestFeedGoesOnAfterAnError(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	s.src.fail = fmt.Errorf("disk I/O error")
	s.changed()
	s.contains("disk I/O error")
	s.src.fail = nil
	s.src.put(sample{seq: 1285, event: "order.created", provider: "acme", verdict: "valid", attempts: 1, code: 200}.delivery())
	s.send(s.feed.again(s.ctx))
	s.contains("order.created")
}

// The real store, written to while the view runs.
func TestRunOnAStore(t *testing.T) {
	st, err := store.Open(t.Context(), t.TempDir(), store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	write := func(event string) {
		d := sample{seq: 1, event: event, provider: "stripe", verdict: "valid", code: 200, attempts: 1, answer: 200}.delivery()
		d.ID, d.Seq, d.Event.ID = "", 0, ""
		if err := st.Append(d).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	write("before.start")
	in, keys := io.Pipe()
	out, done := newSink(), make(chan error, 1)
	go func() {
		done <- Run(t.Context(), Options{Store: st, In: in, Out: out, Width: 120, Height: 35, Now: time.Now, Location: time.UTC})
		in.Close()
	}()
	out.until(t, "before.start")
	write("while.running")
	out.until(t, "while.running")
	for _, step := range []struct{ keys, want string }{{"k\r", "came back"}, {"]", "evt_sample01"}, {"q/body.id:nothing", "No delivery matches"}, {"\x1b", ""}, {"q", ""}} {
		if _, err := io.WriteString(keys, step.keys); err != nil {
			t.Fatal(err)
		}
		out.until(t, step.want)
	}
	keys.Close()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the view does not end")
	}
}
