package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/store"
)

// counting is a consumer that knows what came, by the ids of the events.
type counting struct {
	*httptest.Server
	status func() int

	mu           sync.Mutex
	inFlight     map[string]int
	requests     map[string]int
	acknowledged map[string]bool
	order        []string // as they came first
	most         int      // requests at a time
	twice        []string // ids that came while they were being answered
}

func newCounting(t *testing.T, status func() int) *counting {
	c := &counting{status: status, inFlight: map[string]int{}, requests: map[string]int{}, acknowledged: map[string]bool{}}
	c.Server = httptest.NewServer(http.HandlerFunc(c.answer))
	t.Cleanup(c.Close)
	return c
}

func (c *counting) answer(w http.ResponseWriter, r *http.Request) {
	var event struct{ ID string }
	body, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(body, &event) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	status := c.begin(event.ID)
	time.Sleep(time.Duration(rand.IntN(8)) * time.Millisecond)
	c.mu.Lock()
	defer c.mu.Unlock()
	// What is answered 200 counts as acknowledged before the answer is out: who
	// says so without it is caught, and who does not know yet is not.
	c.acknowledged[event.ID] = c.acknowledged[event.ID] || status == http.StatusOK
	c.inFlight[event.ID]--
	w.WriteHeader(status)
}

func (c *counting) begin(id string) (status int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.requests[id]++; c.requests[id] == 1 {
		c.order = append(c.order, id)
	}
	if c.inFlight[id]++; c.inFlight[id] > 1 {
		c.twice = append(c.twice, id)
	}
	total := 0
	for _, n := range c.inFlight {
		total += n
	}
	c.most = max(c.most, total)
	return c.status()
}

func always(status int) func() int { return func() int { return status } }

// program runs the commands of a test on one store.
type program struct {
	*testing.T
	path, dir string
}

func newProgram(t *testing.T) *program { return &program{t, selfAsHooks(t), t.TempDir()} }

func (p *program) command(args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), 2*waitLimit)
	p.Cleanup(cancel)
	c := exec.CommandContext(ctx, p.path, append([]string{"--store", filepath.Join(p.dir, "store")}, args...)...)
	c.Env = []string{"HOME=" + p.dir, "GORACE=atexit_sleep_ms=0"}
	return c
}

func (p *program) run(args ...string) {
	p.Helper()
	if out, err := p.command(args...).CombinedOutput(); err != nil {
		p.Fatalf("%v: %v\n%s", args, err, out)
	}
}

// killed starts a command as often as times says, all at once, and kills each of
// them some time after the consumer has got something from them.
func (p *program) killed(c *counting, times int, args ...string) {
	p.Helper()
	seen := c.total()
	var ends sync.WaitGroup
	for range times {
		running := p.command(args...)
		if err := running.Start(); err != nil {
			p.Fatal(err)
		}
		ends.Go(func() {
			for deadline := time.Now().Add(waitLimit / 4); c.total() == seen && time.Now().Before(deadline); {
				time.Sleep(time.Millisecond)
			}
			time.Sleep(time.Duration(rand.IntN(120)) * time.Millisecond)
			running.Process.Kill()
			running.Wait() // it was killed: its error says so
		})
	}
	ends.Wait()
}

// total is how many requests came.
func (c *counting) total() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, requests := range c.requests {
		n += requests
	}
	return n
}

// deliveries are those to endpoints, in their order.
func (p *program) deliveries() []*store.Delivery {
	p.Helper()
	st, err := store.Open(p.Context(), filepath.Join(p.dir, "store"), store.Options{ReadOnly: true})
	if err != nil {
		p.Fatal(err)
	}
	defer st.Close()
	var all []*store.Delivery
	for d, err := range st.List(p.Context(), store.Query{Direction: store.Out, Ascending: true}) {
		if err != nil {
			p.Fatal(err)
		}
		if d.Endpoint != "" {
			all = append(all, d)
		}
	}
	return all
}

// soundSoFar holds the record against what the consumer knows.
func (p *program) soundSoFar(c *counting) (open, interruptions int) {
	p.Helper()
	known := map[string]bool{}
	for _, d := range p.deliveries() {
		id := d.Event.ExternalID
		known[id] = true
		c.mu.Lock()
		acknowledged, requests := c.acknowledged[id], c.requests[id]
		c.mu.Unlock()
		outcomes := map[string]int{}
		for i, a := range d.Attempts {
			outcomes[a.Outcome]++
			if a.Number != i+1 {
				p.Errorf("#%d: attempt %d has the number %d", d.Seq, i+1, a.Number)
			}
		}
		switch {
		case d.Status == store.Succeeded && !acknowledged:
			p.Errorf("#%d is said to be acknowledged, and was not", d.Seq)
		case (d.Status == store.Succeeded) != (outcomes[store.OutcomeSuccess] == 1):
			p.Errorf("#%d is %s after %v", d.Seq, d.Status, outcomes)
		case store.Final(d.Status) && requests > len(d.Attempts):
			p.Errorf("#%d: %d requests came, %d attempts are recorded", d.Seq, requests, len(d.Attempts))
		}
		if !store.Final(d.Status) {
			open++
		}
		interruptions += outcomes[store.OutcomeInterrupted]
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for id := range c.requests {
		if !known[id] {
			p.Errorf("%s was sent and is not in the record", id)
		}
	}
	return open, interruptions
}

// finish works off what is left, and wants all of it acknowledged.
func (p *program) finish(c *counting) (interruptions int) {
	p.Helper()
	p.run("dispatch", "--until-idle", "--skip-waits", "-q")
	open, interruptions := p.soundSoFar(c)
	if open > 0 {
		p.Errorf("%d are left open", open)
	}
	for _, d := range p.deliveries() {
		if d.Status != store.Succeeded {
			p.Errorf("#%d is %s", d.Seq, d.Status)
		}
	}
	return interruptions
}

// flaky answers 500 now and then.
func flaky() int {
	if rand.IntN(10) == 0 {
		return http.StatusInternalServerError
	}
	return http.StatusOK
}

// TestKillDispatch kills dispatchers, two at a time, again and again: nothing is
// lost, nothing is called acknowledged that was not, what was in flight is marked
// as interrupted, and all of it arrives in the end.
func TestKillDispatch(t *testing.T) {
	p, c := newProgram(t), newCounting(t, flaky)
	p.run("endpoint", "add", c.URL, "--provider", "revkeen", "--concurrency", "2", "-q")
	p.run("trigger", "payment.succeeded", "--count", "400", "--no-deliver", "-q")
	for round := 0; round < 12; round++ {
		p.killed(c, 2, "dispatch", "-q")
		if open, _ := p.soundSoFar(c); open == 0 {
			break
		}
	}
	interruptions := p.finish(c)
	if n := len(c.requests); n != 400 {
		t.Errorf("%d of 400 arrived", n)
	}
	if interruptions == 0 {
		t.Error("no attempt is marked as interrupted")
	}
	t.Logf("%d attempts interrupted, %d requests at a time", interruptions, c.most)
}

// TestKillTrigger kills the command that raises the events: what was sent is in
// the record, and what is in the record arrives.
func TestKillTrigger(t *testing.T) {
	p, c := newProgram(t), newCounting(t, flaky)
	p.run("endpoint", "add", c.URL, "--provider", "revkeen", "-q")
	for range 3 {
		p.killed(c, 1, "trigger", "payment.succeeded", "--count", "400", "-q")
		p.soundSoFar(c)
	}
	interruptions := p.finish(c)
	if len(c.requests) == 0 || interruptions == 0 {
		t.Errorf("%d events arrived, %d attempts were interrupted", len(c.requests), interruptions)
	}
	t.Logf("%d events, %d attempts interrupted", len(c.requests), interruptions)
}

// TestKillEnable kills the command that works off what an endpoint has held: the
// others are due all the same, and come in their order.
func TestKillEnable(t *testing.T) {
	p, c := newProgram(t), newCounting(t, always(http.StatusOK))
	p.run("endpoint", "add", c.URL, "--provider", "revkeen", "--name", "ep", "--disabled", "--concurrency", "1", "-q")
	p.run("trigger", "payment.succeeded", "--count", "100", "-q")
	p.killed(c, 1, "endpoint", "enable", "ep")
	p.soundSoFar(c)
	p.finish(c)
	var raised []string
	for _, d := range p.deliveries() {
		raised = append(raised, d.Event.ExternalID)
	}
	if !slices.Equal(c.order, raised) {
		t.Errorf("%d of %d came, or in another order than they were raised in", len(c.order), len(raised))
	}
}

// TestKillBesideDispatch: who works until nothing is left to do takes over what
// another one was killed with.
func TestKillBesideDispatch(t *testing.T) {
	p := newProgram(t)
	arrived, release := make(chan bool, 2), make(chan bool)
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		arrived <- true
		if requests.Add(1) == 1 {
			<-release
		}
	}))
	defer server.Close()
	defer close(release)
	p.run("endpoint", "add", server.URL, "--provider", "revkeen", "-q")
	p.run("trigger", "payment.succeeded", "--no-deliver", "-q")
	killed, beside := p.command("dispatch", "-q"), p.command("dispatch", "--until-idle", "-q")
	for _, c := range []*exec.Cmd{killed, beside} {
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if c == killed {
			<-arrived
		}
	}
	killed.Process.Kill()
	killed.Wait() // it was killed: its error says so
	if err := beside.Wait(); err != nil {
		t.Errorf("the other one: %v", err)
	}
	d := p.deliveries()[0]
	if d.Status != store.Succeeded || len(d.Attempts) != 2 || d.Attempts[0].Outcome != store.OutcomeInterrupted {
		t.Errorf("%s after %+v", d.Status, d.Attempts)
	}
}

// TestManyDispatchers: however many work on one store, an endpoint gets each
// event once, no more at a time than it takes, and one after the other in their
// order where it takes one.
func TestManyDispatchers(t *testing.T) {
	for _, test := range []struct{ dispatchers, concurrency, count int }{{2, 3, 150}, {4, 2, 150}, {4, 1, 100}} {
		t.Run(fmt.Sprintf("%d at %d", test.dispatchers, test.concurrency), func(t *testing.T) {
			p, c := newProgram(t), newCounting(t, always(http.StatusOK))
			p.run("endpoint", "add", c.URL, "--provider", "revkeen", "--concurrency", fmt.Sprint(test.concurrency), "-q")
			p.run("trigger", "payment.succeeded", "--count", fmt.Sprint(test.count), "--no-deliver", "-q")
			p.together(test.dispatchers, "dispatch", "--until-idle", "-q")
			p.soundSoFar(c)
			if len(c.order) != test.count || len(c.twice) > 0 || c.most > test.concurrency {
				t.Errorf("%d of %d arrived, %d of them twice at a time, %d at a time", len(c.order), test.count, len(c.twice), c.most)
			}
			for id, n := range c.requests {
				if n != 1 {
					t.Errorf("%s came %d times", id, n)
				}
			}
			var raised []string
			for _, d := range p.deliveries() {
				raised = append(raised, d.Event.ExternalID)
			}
			if test.concurrency == 1 && !slices.Equal(c.order, raised) {
				t.Error("they came in another order than they were raised in")
			}
		})
	}
}

// TestManyClocks: dispatchers whose clocks run at different speeds send nothing
// twice at a time, and each delivery to its end.
func TestManyClocks(t *testing.T) {
	p, c := newProgram(t), newCounting(t, flaky)
	p.run("endpoint", "add", c.URL, "--provider", "revkeen", "-q")
	p.run("trigger", "payment.succeeded", "--count", "100", "--no-deliver", "-q")
	var ends sync.WaitGroup
	for _, clock := range []string{"--skip-waits", "--skip-waits", "--time-scale=1000000"} {
		ends.Go(func() { p.command("dispatch", "--until-idle", "-q", clock).Run() }) // 1 if another one ends what it began
	}
	ends.Wait()
	p.finish(c)
	if len(c.twice) > 0 {
		t.Errorf("%v came while they were being answered", c.twice)
	}
}

// TestManyDispatchersThrottle: together they are not faster than the throttle. It
// spaces claims; on a busy machine the first requests come half a second after
// theirs, so that there are three seconds of them.
func TestManyDispatchersThrottle(t *testing.T) {
	const count, perSecond = 60, 20
	p, c := newProgram(t), newCounting(t, always(http.StatusOK))
	p.run("endpoint", "add", c.URL, "--provider", "revkeen", "--throttle", fmt.Sprint(perSecond, "/s"), "-q")
	p.run("trigger", "payment.succeeded", "--count", fmt.Sprint(count), "--no-deliver", "-q")
	p.together(4, "dispatch", "--until-idle", "-q")
	var first, last time.Time
	for _, d := range p.deliveries() {
		for _, a := range d.Attempts {
			if first.IsZero() || a.StartedAt.Before(first) {
				first = a.StartedAt
			}
			if a.StartedAt.After(last) {
				last = a.StartedAt
			}
		}
	}
	if least := (count - 1) * time.Second / perSecond / 2; last.Sub(first) < least || len(c.order) != count {
		t.Errorf("%d came within %s", len(c.order), last.Sub(first))
	}
}

// together runs a command several times at once.
func (p *program) together(times int, args ...string) {
	p.Helper()
	var ends sync.WaitGroup
	for range times {
		ends.Go(func() {
			if out, err := p.command(args...).CombinedOutput(); err != nil {
				p.Errorf("%v: %v\n%s", args, err, out)
			}
		})
	}
	ends.Wait()
}
