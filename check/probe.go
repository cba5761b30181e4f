package check

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

// probe is a subject while it is checked.
type probe struct {
	Subject
	ctx context.Context

	started   time.Time
	first     *send.Exchange // of the delivery before the checks
	genuine   bool           // it was acknowledged
	answered  string         // what came of it
	tokens    []string       // where it carries the secret itself, as in Result
	otherKeys []string       // secrets that the consumer does not have, made once
	random    io.Reader

	last *send.Exchange // of the check that is being made
	gone string         // why nothing more is asked, "" while the consumer lives
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
	p.first, p.genuine, p.answered = x, acknowledged(p, x) == "", answer(x)
	p.tokens = p.secretPlaces(out)
	return nil
}

// withGenuine puts the check of the genuine delivery before the others, if that
// is what is wrong and nobody asks for it.
func (p *probe) withGenuine(checks []Check) []Check {
	isGenuine := func(c Check) bool { return c.Name == nameGenuine }
	if p.genuine || slices.ContainsFunc(checks, isGenuine) {
		return checks
	}
	all := All()
	return append([]Check{all[slices.IndexFunc(all, isGenuine)]}, checks...)
}

// secretPlaces are the headers that carry the secret as it is.
func (p *probe) secretPlaces(out send.Outgoing) []string {
	var places []string
	for _, secret := range p.Keys.Secrets[:min(1, len(p.Keys.Secrets))] {
		for _, line := range out.Headers {
			if strings.Contains(line.Value, secret) {
				places = append(places, line.Name)
			}
		}
		if bytes.Contains(out.Body, []byte(secret)) {
			places = append(places, "")
		}
	}
	return places
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

// pointless says why a check is not made at all.
func (p *probe) pointless(c Check) string {
	switch {
	case p.gone != "":
		return p.gone
	case p.first.StatusCode == 0 && !c.always:
		return "the genuine delivery gets no answer: " + p.answered
	}
	return ""
}

// judge makes one check.
func (p *probe) judge(c Check) (Result, error) {
	r := Result{Check: c, Status: Pass}
	p.last = nil
	if p.gone == "" && p.Limit > 0 && p.Now().Sub(p.started) > p.Limit {
		p.gone = fmt.Sprintf("the time for all checks is over (%s)", p.Limit)
		r.fail(p.gone + ": nothing is known of what comes from here on")
		return r, nil
	}
	err := error(skipped(p.pointless(c)))
	if err.Error() == "" {
		err = p.perform(&r)
	}
	if r.Status == Fail {
		r.Got += p.said()
	}
	var why skipped
	if errors.As(err, &why) {
		r.Status, r.Means = Skip, string(why)
		err = nil
	}
	if err == nil && p.ctx.Err() == nil {
		p.lookAfter(&r)
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
	p.note(r, out, x)
	why := r.want(p, x)
	switch {
	case !p.genuine && !r.always && (why == "" || x.StatusCode == p.first.StatusCode):
		return skipped("the genuine delivery is not acknowledged (" + p.answered + "): this answer proves nothing")
	case why != "":
		r.fail(why)
	case x.StatusCode == 0:
		return skipped("no answer came: " + answer(x))
	}
	return nil
}

func (p *probe) note(r *Result, out send.Outgoing, x *send.Exchange) {
	p.last = x
	r.Sent, r.Got, r.Duration, r.StatusCode, r.Tokens, r.Times = &out, answer(x), x.Duration, x.StatusCode, p.tokens, 1
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

// quotedAnswer is how much of an answer's body is quoted, in bytes.
const quotedAnswer = 200

// said is the beginning of the last answer's body, unless it acknowledges: many
// consumers say there why they refuse.
func (p *probe) said() string {
	if p.last == nil || p.last.StatusCode == 0 || p.last.StatusCode/100 == 2 {
		return ""
	}
	words := strings.Fields(strings.ToValidUTF8(string(p.last.Body[:min(len(p.last.Body), quotedAnswer)]), ""))
	if len(words) == 0 {
		return ""
	}
	if len(p.last.Body) > quotedAnswer {
		words = append(words, "…")
	}
	return ": " + strings.Join(words, " ")
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
