package send

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// maxInFlight bounds the attempts of one dispatcher, whatever its endpoints
// would take.
const maxInFlight = 1024

// takeOverEvery is how often a dispatcher looks for processes that ended in
// the midst of an attempt.
const takeOverEvery = time.Second

// Dispatcher makes the attempts that are due at endpoints: it claims deliveries,
// renders, signs and sends them, and records what came of it.
type Dispatcher struct {
	Store *store.Store
	Clock *Clock
	// Wall is the clock of signatures and of time limits.
	Wall func() time.Time
	// Profile returns a provider.
	Profile func(id string) (*provider.Profile, error)
	// Keys are an endpoint's that are valid at now, in the clock's time. While
	// they cannot be had nothing is sent to the endpoint.
	Keys func(ctx context.Context, ep *store.Endpoint, p *provider.Profile, now time.Time) (sign.Keys, error)
	// Fill writes what a body gets when it is sent to an endpoint.
	Fill func(body []byte, late []store.Late, ep *store.Endpoint) []byte
	// Build, if not nil, makes the requests in place of the function of that
	// name: a sender that misbehaves.
	Build func(t Target, e Event, s Signing, userAgent string) (Outgoing, error)
	// Edit, if not nil, has the last word on a request.
	Edit func(*Outgoing)
	// URL is the targets' URL as the receivers know it, "" the targets' own.
	URL string
	// Stamp is what signatures say of the time, if not nil; else it is Wall.
	Stamp func() time.Time
	// UserAgent stands for a provider that has none of its own.
	UserAgent string
	// Timeout and Insecure, where set, hold in place of the endpoints' own.
	Timeout  time.Duration
	Insecure bool
	// Dial and Wake, if not nil, stand for the network and for a watch of the store.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	Wake <-chan struct{}
	// Roll returns numbers between 0 and 1, for the jitter.
	Roll func() float64
	// Report is told of every attempt that is over, one at a time.
	Report func(Report)

	clients map[clientKey]*Client
}

// Report is what came of an attempt.
type Report struct {
	Delivery *store.Delivery
	// Note says what of the answer was not heeded, "" if nothing.
	Note string
	// Did says what was wrong with the request on purpose.
	Did []string
	// Change is what the attempt made of the endpoint, nil for a manual one.
	Change *store.EndpointChange
}

// Scope says which deliveries a run works on, and when it ends.
type Scope struct {
	// Own is what this process has appended or released, Endpoint the one
	// endpoint whose deliveries are meant, "" for all.
	Own      bool
	Endpoint string
	// Keep follows the deliveries of the run to their end; without it they get
	// one attempt each, and what follows is anybody's.
	Keep bool
	// UntilIdle ends the run when nothing more is due, and nothing will be
	// that the run would wait for.
	UntilIdle bool
	// MaxWait is how far ahead of its start the run's clock may go, 0 for ever.
	MaxWait time.Duration
	// InOrder makes one attempt after the other.
	InOrder bool
}

// KeysError says that an endpoint's secrets cannot be used just now.
type KeysError struct {
	Endpoint *store.Endpoint
	Err      error
}

func (e *KeysError) Error() string {
	return fmt.Sprintf("nothing is sent to endpoint %s: %v", e.Endpoint.ID, e.Err)
}
func (e *KeysError) Unwrap() error { return e.Err }

// MaxWaitError says that a run's clock has gone as far as it may, and that
// something is due still later.
type MaxWaitError struct{ Wait time.Duration }

func (e *MaxWaitError) Error() string { return fmt.Sprintf("the wait of %s is over", e.Wait) }

// Run works until ctx ends or the scope says so. It lets what is in flight come
// to its end; stop, when it is closed, begins nothing new. The error is the
// store's, a *MaxWaitError, or *KeysErrors joined.
func (d *Dispatcher) Run(ctx context.Context, scope Scope, stop <-chan struct{}) error {
	return d.run(ctx, &shared{d.Store, map[int64]*store.Delivery{}}, scope, stop)
}

// Manual makes an attempt of a delivery that was claimed for one.
func (d *Dispatcher) Manual(ctx context.Context, one *store.Delivery, ep *store.Endpoint) error {
	q := &own{store: d.Store, ep: ep, manual: one}
	return d.run(ctx, q, Scope{UntilIdle: true}, nil)
}

func (d *Dispatcher) run(ctx context.Context, q queue, scope Scope, stop <-chan struct{}) error {
	wake := d.Wake
	if wake == nil {
		watch, err := d.Store.Watch(ctx)
		if err != nil {
			return err
		}
		defer watch.Close()
		wake = watch.C
	}
	d.clients = map[clientKey]*Client{}
	r := &dispatch{Dispatcher: d, queue: q, scope: scope, stop: stop, watch: wake, busy: map[string]int{}, skip: map[string]error{}, looked: d.Wall(),
		over: make(chan *flight, maxInFlight), reports: make(chan *flight, 4*maxInFlight), reported: make(chan error, 1)}
	go r.report(context.WithoutCancel(ctx))
	err := r.loop(ctx)
	for r.inFlight > 0 {
		r.land(<-r.over)
	}
	close(r.reports)
	err = errors.Join(err, <-r.reported)
	for _, c := range d.clients {
		c.Close()
	}
	for _, failed := range r.skip {
		err = errors.Join(err, failed)
	}
	return err
}

// dispatch is a run of a Dispatcher.
type dispatch struct {
	*Dispatcher
	queue    queue
	scope    Scope
	stop     <-chan struct{}
	watch    <-chan struct{}
	inFlight int
	busy     map[string]int   // attempts in flight by endpoint
	skip     map[string]error // endpoints whose keys cannot be had
	looked   time.Time        // when the dead were looked for
	look     bool             // it is worth to know what comes next
	over     chan *flight
	reports  chan *flight
	reported chan error
}

// flight is an attempt under way.
type flight struct {
	d      *store.Delivery
	ep     *store.Endpoint
	begun  time.Time // in the clock's time
	commit *store.Commit
	shown  *store.Delivery // d as the attempt left it: the loop may go on with d
	note   string
	did    []string
	err    error // why no attempt was made
}

func (r *dispatch) loop(ctx context.Context) error {
	for ctx.Err() == nil && !r.stopped() {
		if err := r.takeOver(ctx); err != nil {
			return err
		}
		look := r.inFlight == 0 || r.look
		got, err := r.claim(ctx, look)
		if err != nil {
			return err
		}
		for _, d := range got.Deliveries {
			r.begin(ctx, d, got.Endpoints[d.Endpoint])
		}
		if r.inFlight > 0 {
			r.await(ctx, got.Next, look && len(got.Deliveries) == 0)
			continue
		}
		if done, err := r.idle(got); done || err != nil {
			return err
		}
		if r.Clock.skip && !got.Next.IsZero() {
			r.Clock.jump(got.Next.Add(together).Sub(r.Clock.Now()))
			continue
		}
		r.Clock.wait(ctx, r.target(got.Next), r.watch, r.stop)
	}
	return nil
}

func (r *dispatch) stopped() bool {
	select {
	case <-r.stop:
		return true
	default:
		return false
	}
}

func (r *dispatch) most() int {
	if r.scope.InOrder {
		return 1
	}
	return maxInFlight
}

func (r *dispatch) takeOver(ctx context.Context) error {
	now := r.Wall()
	if now.Sub(r.looked) < takeOverEvery {
		return nil
	}
	r.looked = now
	return r.Store.TakeOver(ctx)
}

func (r *dispatch) claim(ctx context.Context, look bool) (*store.Claimed, error) {
	room := r.most() - r.inFlight
	if room <= 0 {
		return &store.Claimed{}, nil
	}
	skip := make([]string, 0, len(r.skip))
	for id := range r.skip {
		skip = append(skip, id)
	}
	return r.queue.claim(ctx, store.Claim{Now: r.Clock.Now(), Endpoint: r.scope.Endpoint, Own: r.scope.Own, Busy: r.busy, Skip: skip, Max: room, LookAhead: look})
}

// idle tells whether a run without anything in flight is at its end.
func (r *dispatch) idle(got *store.Claimed) (bool, error) {
	if r.scope.MaxWait > 0 && !got.Next.IsZero() && got.Next.Sub(r.Clock.Start()) > r.scope.MaxWait {
		return true, &MaxWaitError{r.scope.MaxWait}
	}
	if !r.scope.UntilIdle {
		return false, nil
	}
	// In real time only those who asked for it wait for hours.
	waits := r.scope.Keep || !r.Clock.Real() || got.Throttled
	return !got.Open || !got.Next.IsZero() && !waits, nil
}

// together is how far a clock that skips jumps beyond the next due time: what is
// due within that is then due at once, and not each in a jump of its own.
const together = 100 * time.Millisecond

// target is what the clock waits for: it looks for the dead now and then, unless
// the run has an end.
func (r *dispatch) target(next time.Time) time.Time {
	if r.scope.UntilIdle && !next.IsZero() {
		return next
	}
	look := r.Clock.Now().Add(time.Duration(float64(takeOverEvery) * r.Clock.scale))
	if next.IsZero() || next.After(look) {
		return look
	}
	return next
}

// catchUp is how late an attempt may be in a time that skips without being late:
// there the due time counts, so that schedules add up to what providers publish.
const catchUp = time.Second

// begun is when an attempt begins that was claimed just now.
func (r *dispatch) begun(d *store.Delivery) time.Time {
	now := r.Clock.Now()
	if late := now.Sub(d.NextAttemptAt); r.Clock.skip && late > 0 && late < catchUp {
		return d.NextAttemptAt
	}
	return now
}

// begin makes an attempt beside the loop.
func (r *dispatch) begin(ctx context.Context, d *store.Delivery, ep *store.Endpoint) {
	f := &flight{d: d, ep: ep, begun: r.begun(d)}
	r.inFlight++
	r.busy[ep.ID]++
	j, err := r.prepare(ctx, f)
	go func() {
		if f.err = err; err == nil {
			r.attempt(ctx, f, j)
		}
		r.over <- f
	}()
}

// soon is how long a run waits for an attempt before it looks what else will be
// due, and between two looks because something has changed: much of that is its
// own doing.
const soon = 20 * time.Millisecond

// await waits for one attempt to be over, and takes all that are. known tells that
// next is what comes next.
func (r *dispatch) await(ctx context.Context, next time.Time, known bool) {
	var due <-chan time.Time
	watch := r.watch
	switch {
	case !known:
		due, watch = r.Clock.after(soon), nil
	case !next.IsZero() && !r.Clock.skip:
		due = r.Clock.after(max(soon, time.Duration(float64(next.Sub(r.Clock.Now()))/r.Clock.scale)))
	}
	r.look = false
	select {
	case f := <-r.over:
		r.land(f)
	case <-watch:
		r.Clock.pause(ctx, soon)
		r.look = true
	case <-due:
		r.look = true
	case <-r.stop:
		return
	}
	r.gather()
}

// gather takes the attempts that are over by now or as good as over: one claim for
// several costs little more than one for each, so it waits about as long as a
// claim takes until half of what was under way is done.
func (r *dispatch) gather() {
	half := r.inFlight / 2
	var late <-chan time.Time
	for r.inFlight > 0 {
		select {
		case f := <-r.over:
			r.land(f)
			continue
		default:
		}
		if r.inFlight <= half {
			return
		}
		if late == nil {
			late = r.Clock.after(aboutAClaim)
		}
		select {
		case f := <-r.over:
			r.land(f)
		case <-late:
			return
		}
	}
}

// aboutAClaim is how long a claim takes, which is a transaction (measured).
const aboutAClaim = 250 * time.Microsecond

// land frees the place of an attempt and hands on what came of it.
func (r *dispatch) land(f *flight) {
	r.inFlight--
	r.busy[f.ep.ID]--
	if f.err != nil {
		r.skip[f.ep.ID] = &KeysError{f.ep, f.err}
	}
	if f.err == nil {
		shown := *f.d
		f.shown = &shown
		r.queue.landed(f.d)
	}
	r.reports <- f
}

// report tells what became of the attempts when that is known: the loop does
// not wait for it.
func (r *dispatch) report(ctx context.Context) {
	var failed error
	var noticed *store.Commit // the last one
	for f := range r.reports {
		if f.err != nil {
			failed = errors.Join(failed, r.queue.unclaim(ctx, f.d))
			continue
		}
		if err := f.commit.Indexed(ctx, f.shown); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		change := f.commit.Change()
		for _, n := range Notices(change, f.shown, f.begun, r.Wall()) {
			noticed = r.Store.Append(n)
		}
		r.Report(Report{Delivery: f.shown, Note: f.note, Did: f.did, Change: change})
	}
	if noticed != nil {
		failed = errors.Join(failed, noticed.Wait(ctx))
	}
	r.reported <- failed
}

// job is a request that is ready to be sent.
type job struct {
	client *Client
	target Target
	out    Outgoing
	rules  provider.Behaviour
}

// prepare renders and signs. It runs in the loop: what it needs is not shared.
func (r *dispatch) prepare(ctx context.Context, f *flight) (job, error) {
	id := f.ep.Provider
	if id == "" {
		id = f.d.Event.Provider
	}
	p, err := r.Profile(id)
	if err != nil {
		return job{}, err
	}
	t, err := ParseTarget(f.ep.URL)
	if err != nil {
		return job{}, err
	}
	keys, err := r.Keys(ctx, f.ep, p, f.begun)
	if err != nil {
		return job{}, err
	}
	rules := Rules(p.Behaviour, f.ep)
	e := Event{Type: f.d.Event.Type, Method: f.d.Request.Method, WireID: f.d.Event.ExternalID, ContentType: f.d.Request.ContentType,
		Headers: f.d.Event.Headers, Body: r.Fill(f.d.Request.Body, f.d.Event.Late, f.ep)}
	stamp := r.Wall
	if r.Stamp != nil {
		stamp = r.Stamp
	}
	build := Build
	if r.Build != nil {
		build = r.Build
	}
	out, err := build(t, e, Signing{Profile: p, Keys: keys, At: stamp(), URL: r.URL}, r.UserAgent)
	if err != nil {
		return job{}, err
	}
	out.Headers = overlay(out.Headers, f.ep.Headers)
	if r.Edit != nil {
		r.Edit(&out)
	}
	return job{r.client(rules, f.ep), t, out, rules}, nil
}

// attempt makes the exchange and records it.
func (r *dispatch) attempt(ctx context.Context, f *flight, j job) {
	f.did = j.out.Did
	r.hold(ctx, j.out.Hold)
	x := j.client.Attempt(ctx, j.target, j.out)
	x.Close()
	d, manual := f.d, f.d.ReturnsTo != ""
	a := x.Attempt(nextNumber(d), store.TriggerAuto)
	switch {
	case manual:
		a.Trigger = store.TriggerManual
	case !d.Scheduled:
		a.Trigger = d.Trigger
	}
	if !r.Clock.Real() {
		a.VirtualAt = f.begun
	}
	if !bytes.Equal(j.out.Body, d.Request.Body) || sentBefore(d) {
		a.RequestBody = j.out.Body
		if a.RequestBody == nil {
			a.RequestBody = []byte{}
		}
	}
	d.Request.Method, d.Request.Target, d.Request.Headers, d.Request.Body = j.out.Method, j.out.RequestTarget, x.Sent, j.out.Body
	result, note := r.judge(f, j, &a)
	d.Destination = j.target.String()
	d.Attempts = append(d.Attempts, a)
	f.note, f.commit = note, r.Store.Conclude(d, result, r.scope.Keep && !manual)
	r.repeat(ctx, f, j)
}

// repeat sends the copies of a request that a misbehaving sender makes.
func (r *dispatch) repeat(ctx context.Context, f *flight, j job) {
	for n := range j.out.Copies {
		event := *f.d.Event
		event.ID = "" // receivers know it by the id on the wire
		again := &store.Delivery{Event: &event, Trigger: store.TriggerReplay, ReplayOf: f.d.ID}
		if err := j.client.Deliver(ctx, r.Store, again, j.target, j.out, j.rules); err != nil {
			f.did = append(f.did, fmt.Sprintf("copy %d was not recorded: %v", n+2, err))
			return
		}
		last := again.Attempts[0]
		f.did = append(f.did, strings.TrimSpace(fmt.Sprintf("copy %d is #%d -> %d %s", n+2, again.Seq, last.StatusCode, last.ErrorKind)))
	}
}

// hold lets a while pass by the clock on the wall, unless ctx ends.
func (r *dispatch) hold(ctx context.Context, d time.Duration) {
	if d > 0 {
		r.Clock.pause(ctx, d)
	}
}

// judge says what an attempt means. The next one is due after the wall's
// duration of this one, whatever the clock's scale: else scaling would multiply
// real latency.
func (r *dispatch) judge(f *flight, j job, a *store.Attempt) (store.Result, string) {
	o := Judge(j.rules, a)
	if a.ErrorKind == store.ErrCanceled {
		o = Interrupted
	}
	a.Outcome = string(o)
	failures := f.d.Failures
	if o != Success && o != Conflict && o != Interrupted {
		failures++
	}
	ended := f.begun.Add(a.Duration)
	step := Next(j.rules, o, failures, a, a.StartedAt.Add(a.Duration), r.Roll())
	return store.Result{
		Outcome: string(o), Again: step.Again, Due: ended.Add(step.Delay), Ended: ended, Schedule: len(j.rules.Retries),
		PauseAfter: j.rules.PauseAfter, DisableAfter: j.rules.DisableAfter,
		Disable: j.rules.ReceiverControl && wants(a.ResponseHeaders, "disable"),
	}, step.Note
}

func nextNumber(d *store.Delivery) int {
	if n := len(d.Attempts); n > 0 {
		return d.Attempts[n-1].Number + 1
	}
	return 1
}

// sentBefore tells whether an earlier attempt had a body of its own.
func sentBefore(d *store.Delivery) bool {
	for i := range d.Attempts {
		if d.Attempts[i].RequestBody != nil {
			return true
		}
	}
	return false
}

// clientKey is what exchanges must have in common to share connections.
type clientKey struct {
	timeout  time.Duration
	insecure bool
}

func (r *dispatch) client(b provider.Behaviour, ep *store.Endpoint) *Client {
	key := clientKey{b.Timeout, ep.Insecure || r.Insecure}
	if r.Timeout > 0 {
		key.timeout = r.Timeout
	}
	c := r.clients[key]
	if c == nil {
		c = NewClient(Options{Timeout: key.timeout, Insecure: key.insecure, Dial: r.Dial, Now: r.Wall})
		r.clients[key] = c
	}
	return c
}
