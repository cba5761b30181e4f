package cmd

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hooks-cli/hooks/crash"
	"github.com/hooks-cli/hooks/listen"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// lines prints what a listener receives. Recording never waits for it: what
// comes while the reader of stdout is too far behind is not printed, and
// counted.
type lines struct {
	*app
	judge    judge
	store    *store.Store
	url      string // the public one
	queue    chan *line
	open     atomic.Bool
	dropped  atomic.Int64
	done     chan struct{}
	attempts map[string]int // failed deliveries by event, for what comes next
	// endNotices ends the search for notices; noticed is closed when it has ended.
	endNotices context.CancelFunc
	noticed    chan struct{}
}

// line is a delivery to be printed. What the store finds out about it after it
// has recorded it is filled in then, not while its sender waits.
type line struct {
	*store.Delivery
	commit *store.Commit
}

const (
	// waitingLines is how many deliveries may wait for the reader of stdout.
	waitingLines = 4096
	// lastLines is how long the lines of the last deliveries may take once the
	// listener has ended.
	lastLines = time.Second
	// explainedBody is the largest body of an invalid delivery that is kept to
	// say why, explainedQueue how many lines may wait while that is looked for,
	// and explainBudget how long that may take.
	explainedBody  = 64 << 10
	explainedQueue = 16
	explainBudget  = 50 * time.Millisecond
	// rememberedEvents bounds the memory of what failed before.
	rememberedEvents = 10_000
)

func newLines(a *app, o *listenOptions, known *storeKeys) *lines {
	j := a.listenJudge(o.Registry, known, func(p *provider.Profile) sign.Keys { return o.Keys(p).Keys })
	j.budget = explainBudget
	return &lines{app: a, judge: j, store: o.Store, url: o.url, queue: make(chan *line, waitingLines), done: make(chan struct{}), noticed: make(chan struct{}),
		attempts: map[string]int{}}
}

// add takes a delivery to be printed, without its bodies: they may be large,
// and the queue may be long.
func (l *lines) add(d *store.Delivery, commit *store.Commit) {
	if !l.open.Load() {
		return
	}
	shown := *d
	if !isInvalid(d) || len(d.Request.Body) > explainedBody {
		shown.Request.Body = nil
	}
	if last := lastAttempt(d); last != nil {
		kept := *last
		kept.ResponseBody = append([]byte(nil), kept.ResponseBody[:min(len(kept.ResponseBody), 2*quotedValueLimit)]...)
		shown.Attempts = []store.Attempt{kept}
	}
	select {
	case l.queue <- &line{&shown, commit}:
	default:
		l.dropped.Add(1)
	}
}

// start begins to print what is added, and the notices of all processes after the
// change rev for people: ids and JSON are of what was received.
func (l *lines) start(ctx context.Context, rev int64) {
	l.open.Store(true)
	go func() {
		defer close(l.done)
		defer crash.Catch(ctx)
		l.run()
	}()
	noticing, end := context.WithCancel(ctx)
	l.endNotices = end
	go func() {
		defer close(l.noticed)
		defer crash.Catch(ctx)
		if !l.quiet && !l.json {
			followNotices(noticing, l.store, rev, func(d *store.Delivery) { l.add(d, nil) })
		}
	}()
}

// finish prints what came last. Nothing is added any more.
func (l *lines) finish() {
	if !l.open.Load() {
		return
	}
	l.endNotices()
	<-l.noticed
	l.open.Store(false)
	enough := time.After(lastLines) // nobody reads: the lines are lost, the record is not
	select {
	case l.queue <- nil:
	case <-enough:
	}
	select {
	case <-l.done:
	case <-enough:
	}
	if n := l.dropped.Load(); n > 0 {
		l.note("%d lines were not printed because nobody read them; hooks log has them", n)
	}
}

// run prints until a nil ends the queue. Lines are written together while there
// are more, so that a burst costs few writes and a single one no delay. When
// stdout is gone the listener goes on without lines.
func (l *lines) run() {
	w := bufio.NewWriterSize(l.stdout, 64<<10)
	var failed error
	for d := <-l.queue; d != nil; d = <-l.queue {
		if failed != nil {
			continue
		}
		if d.commit != nil { // else it was read from the index
			// An error says that it is not known yet: the line is printed without.
			_ = d.commit.Indexed(context.Background(), d.Delivery)
		}
		if _, failed = w.WriteString(l.text(d.Delivery)); failed == nil && len(l.queue) == 0 {
			failed = w.Flush()
		}
	}
	if failed == nil {
		w.Flush() // the last words of a stream that ends
	}
}

func (l *lines) text(d *store.Delivery) string {
	switch {
	case l.json:
		return l.jsonLine(d)
	case l.quiet:
		return d.ID + "\n"
	}
	line := l.deliveryLine(d) + "\n"
	if second := l.second(d); second != "" {
		line += second + "\n"
	}
	if note := l.noted(d); note != "" {
		line += "  note: " + snippet(note) + "\n"
	}
	return line
}

// noted is what is odd about a delivery. Nothing is looked up while lines wait.
func (l *lines) noted(d *store.Delivery) string {
	note := oddity(d)
	if len(l.queue) > explainedQueue {
		return note
	}
	first := original(context.Background(), l.store, d)
	if first != nil && first.Request.BodySHA256 != d.Request.BodySHA256 {
		note = strings.TrimPrefix(note+"; "+fmt.Sprintf("the same id as #%d, but another body", first.Seq), "; ")
	}
	return note
}

// second is what stands below a delivery: where it failed what came back, and what
// its provider would do next; where its signature is in doubt why.
func (l *lines) second(d *store.Delivery) string {
	line := failureLine(d)
	if last := lastAttempt(d); last != nil && d.Status != store.Succeeded {
		if next := l.next(d); next != "" {
			line = orElse(line, " ") + "  (" + next + ")"
		}
	}
	if line != "" && !isInvalid(d) {
		return line // what is unverified says so in its own line
	}
	return strings.Trim(line+"\n"+doubtLine(d)+l.why(d), "\n")
}

func isInvalid(d *store.Delivery) bool {
	return d.Verification != nil && d.Verification.Verdict == store.Invalid
}

// explain looks for what would have matched. It runs beside the answering of
// senders, who have theirs by then, and not at all while lines wait for it.
func (l *lines) explain(d *store.Delivery) (sign.Explanation, bool) {
	if !isInvalid(d) || len(l.queue) > explainedQueue || int64(len(d.Request.Body)) != d.Request.BodySize {
		return sign.Explanation{}, false
	}
	p, err := l.judge.registry.Get(d.Verification.Provider)
	if err != nil {
		return sign.Explanation{}, false
	}
	j := l.judge
	j.at = d.ReceivedAt
	e := j.explain(p, listen.MessageOf(d, l.url))
	return e, e.Fix != ""
}

// why is the explanation for people.
func (l *lines) why(d *store.Delivery) string {
	e, ok := l.explain(d)
	if !ok {
		return ""
	}
	return explanationText(e)
}

// jsonLine is the delivery, and where its signature is invalid the explanation
// beside it, as verify --json has it.
func (l *lines) jsonLine(d *store.Delivery) string {
	line, err := json.Marshal(d)
	if err != nil {
		return ""
	}
	if e, ok := l.explain(d); ok {
		if text, err := json.Marshal(e); err == nil {
			line = slices.Concat(line[:len(line)-1], []byte(`,"explanation":`), store.EscapeJSON(text), []byte("}"))
		}
	}
	return string(line) + "\n"
}

// next says what follows this answer: a retry of the listener's own, or what the
// provider would do.
func (l *lines) next(d *store.Delivery) string {
	switch d.Status {
	case store.Retrying:
		last := lastAttempt(d)
		return fmt.Sprintf("attempt %d in %s", last.Number+1, shortDuration(d.NextAttemptAt.Sub(last.StartedAt.Add(last.Duration))))
	case store.Dead:
		return "no more retries"
	case store.Interrupted:
		return "no more retries: listen ended"
	}
	p, err := l.judge.registry.Get(d.Event.Provider)
	if err != nil {
		return ""
	}
	key := orElse(d.Event.ExternalID, d.ID)
	if len(l.attempts) >= rememberedEvents {
		clear(l.attempts)
	}
	l.attempts[key]++
	if step := nextStep(p.Behaviour, lastAttempt(d), l.attempts[key]); step != "" {
		return p.ID + ": " + step
	}
	return ""
}
