package send

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/hooks-cli/hooks/crash"
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
	// Proxy is that of Options.
	Proxy func(*url.URL) (*url.URL, error)
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
	if r.scope.MaxWait > 0 && !got.Next.IsZero() && got.Next.Sub(r.Clock.start) > r.scope.MaxWait {
		return true, &MaxWaitError{r.scope.MaxWait}
	}
	if !r.scope.UntilIdle {
		return false, nil
	}
	// In real time only those who asked for it wait for hours.
	waits := r.scope.Keep || !r.Clock.real() || got.Throttled
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

// errUnended is of an attempt that has not come to its end.
var errUnended = errors.New("the attempt broke off")

// begin makes an attempt beside the loop.
func (r *dispatch) begin(ctx context.Context, d *store.Delivery, ep *store.Endpoint) {
	f := &flight{d: d, ep: ep, begun: r.begun(d)}
	r.inFlight++
	r.busy[ep.ID]++
	j, err := r.prepare(ctx, f)
	go func() {
		defer func() { r.over <- f }()
		defer crash.Catch(ctx)
		if f.err = err; err == nil {
			f.err = errUnended
			r.attempt(ctx, f, j)
			f.err = nil
		}
	}()
}
