package send

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/store"
)

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
	if !r.Clock.real() {
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
		c = NewClient(Options{Timeout: key.timeout, Insecure: key.insecure, Dial: r.Dial, Proxy: r.Proxy, Now: r.Wall})
		r.clients[key] = c
	}
	return c
}
