package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

// probe is a subject while it is checked.
type probe struct {
	Subject
	ctx context.Context

	genuine  bool   // the delivery before the checks was acknowledged
	answered string // what came of it
	otherKey string // a secret that the consumer does not have, made once
	random   io.Reader
}

// begin sends the delivery that tells what a refusal is worth.
func (p *probe) begin() error {
	out, err := p.build(nil)
	if err != nil {
		return err
	}
	x := p.send(out)
	if err := p.ctx.Err(); err != nil {
		return err
	}
	if x.Unreachable() {
		return &UnreachableError{x.Err}
	}
	p.genuine, p.answered = x.Kind == "" && p.Profile.Acknowledges(x.StatusCode), answer(x)
	return nil
}

// delivery is what a check changes of a genuine one before it is signed.
type delivery struct {
	event   send.Event
	secrets []string
	at      time.Time
}

// new makes a genuine delivery that is not signed yet.
func (p *probe) new() (delivery, error) {
	e, err := p.Event()
	return delivery{event: e, secrets: p.Keys.Secrets[:min(1, len(p.Keys.Secrets))], at: p.Now()}, err
}

// build makes a signed request of a new event, changed before it is signed.
func (p *probe) build(change func(*delivery)) (send.Outgoing, error) {
	d, err := p.new()
	if err != nil {
		return send.Outgoing{}, err
	}
	if change != nil {
		change(&d)
	}
	return p.sign(d)
}

func (p *probe) sign(d delivery) (send.Outgoing, error) {
	keys := p.Keys
	keys.Secrets = d.secrets
	return send.Build(p.Target, d.event, send.Signing{Profile: p.Profile, Keys: keys, At: d.at, URL: p.URL}, p.UserAgent)
}

// send performs one exchange and reads no more than the kept part of the
// answer.
func (p *probe) send(out send.Outgoing) *send.Exchange {
	p.Edits.Apply(&out)
	x := p.Client.Attempt(p.ctx, p.Target, out)
	x.Close()
	return x
}

// judge makes one check.
func (p *probe) judge(c Check) (Result, error) {
	r := Result{Check: c, Status: Pass}
	err := p.perform(&r)
	var why skipped
	if errors.As(err, &why) {
		r.Status, r.Means = Skip, string(why)
		return r, nil
	}
	return r, err
}

func (p *probe) perform(r *Result) error {
	if r.run != nil {
		return r.run(p, r)
	}
	out, err := r.make(p)
	if err != nil {
		return err
	}
	return p.ask(r, out)
}

// ask sends a request and judges the answer as the check wants it.
func (p *probe) ask(r *Result, out send.Outgoing) error {
	x := p.send(out)
	r.note(out, x)
	if why := r.want(p, x); why != "" {
		r.fail(why)
	} else if isRefusal(r.Check) && !p.genuine {
		return skipped("the genuine delivery is refused, too (" + p.answered + "): this refusal proves nothing")
	}
	return nil
}

func (r *Result) note(out send.Outgoing, x *send.Exchange) {
	r.Sent, r.Got, r.Duration, r.StatusCode = &out, answer(x), x.Duration, x.StatusCode
}

func (r *Result) fail(means string) { r.Status, r.Means = Fail, means }

// answer says what came back.
func answer(x *send.Exchange) string {
	switch {
	case x.StatusCode != 0 && x.Kind == "":
		return fmt.Sprint(x.StatusCode)
	case x.StatusCode != 0:
		return fmt.Sprintf("%d, %s", x.StatusCode, x.Err)
	default:
		return fmt.Sprint(x.Err)
	}
}

// covers tells whether a signature vouches for a part of the message.
func (p *probe) covers(parts ...string) bool {
	for _, covered := range p.Profile.Scheme.Covers() {
		for _, part := range parts {
			if covered == part {
				return true
			}
		}
	}
	return false
}

// valid tells whether the scheme takes a request, as it is received.
func (p *probe) valid(out send.Outgoing) bool {
	m := &sign.Message{Method: out.Method, URL: p.URL, Headers: out.Headers, Body: out.Body}
	if m.URL == "" {
		m.URL = p.Target.SignedURL(out.RequestTarget)
	}
	keys := p.Keys
	for _, secret := range p.Keys.Secrets {
		if text, err := p.Profile.Scheme.PublicKey(secret); err == nil {
			if public, err := sign.ParsePublicKey(text); err == nil {
				keys.Public = append(keys.Public[:len(keys.Public):len(keys.Public)], public)
			}
		}
	}
	return p.Profile.Scheme.Verify(m, keys, p.Now(), nil).OK
}
