package check

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

// Relay is what stands between a sender and a consumer: a tunnel, a proxy, a
// gateway.
type Relay struct {
	// Target is its public side, Local where it sends what it gets.
	Target  send.Target
	Local   net.Listener
	Profile *provider.Profile // whose scheme signs the probes
	Client  *send.Client
	Now     func() time.Time
	// Wait is how long a probe may be on its way.
	Wait time.Duration
}

// Finding is what a relay does with one part of a request.
type Finding struct {
	Name   string
	Status string // Pass, Warn, Fail or Skip
	Says   string // what arrived
	Fix    string // "" where nothing is to be done
}

// Warn is the status of what breaks only some consumers.
const Warn = "warn"

// probeRequest is what is sent through a relay.
type probeRequest struct {
	name string
	out  send.Outgoing
	// judge says what became of it.
	judge func(sent send.Outgoing, got *arrived) []Finding
}

// errNotHere is a probe that the relay did not hand on in time.
var errNotHere = errors.New("it did not arrive")

// Probe sends signed requests through the relay, compares what arrives with what
// was sent, and reports each finding as it is made. It closes Local. The error is an
// *UnreachableError of the public side, or that of the context.
func (r *Relay) Probe(ctx context.Context, report func(Finding) error) error {
	c := newCatcher(r.Local)
	defer c.close()
	secret, err := r.Profile.NewKey("", rand.Reader)
	if err != nil {
		return err
	}
	for i, probe := range r.probes() {
		findings, err := r.one(ctx, c, probe, sign.Keys{Secrets: []string{secret.Secret}}, i == 0)
		if err != nil {
			return err
		}
		for _, f := range findings {
			if err := report(f); err != nil {
				return err
			}
		}
		if i == 0 && findings[0].Status == Fail && findings[0].Name == "arrival" {
			return nil // nothing else would arrive
		}
	}
	return nil
}

// one sends a probe. The first one says whether the way is open at all, too.
func (r *Relay) one(ctx context.Context, c *catcher, probe probeRequest, keys sign.Keys, first bool) ([]Finding, error) {
	mark := newMark()
	out := probe.out
	out.Method = "POST"
	out.RequestTarget = strings.ReplaceAll(r.Target.RequestTarget(orText(out.RequestTarget, "/hooks-doctor/MARK")), "MARK", mark)
	if r.Target.HasPath() && !strings.Contains(out.RequestTarget, mark) {
		out.RequestTarget += markQuery(out.RequestTarget) + mark
	}
	out.Headers = append(slices.Clone(out.Headers), sign.Header{Name: "X-Hooks-Probe", Value: mark})
	out, err := send.Signing{Profile: r.Profile, Keys: keys, At: r.Now()}.Sign(r.Target, out, sign.Values{ID: mark, Nonce: mark, Event: "hooks.doctor"})
	if err != nil {
		return nil, err
	}
	arrival := c.expect(mark)
	x := r.Client.Attempt(ctx, r.Target, out)
	x.Close()
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	if x.Unreachable() {
		return nil, &UnreachableError{x.Err}
	}
	got, err := arrival(ctx, r.Wait)
	if err != nil {
		return []Finding{lostFinding(probe.name, x, r.Local.Addr().String(), first)}, context.Cause(ctx)
	}
	var findings []Finding
	if first {
		findings = append(findings, Finding{Name: "arrival", Status: Pass, Says: "probes arrive at " + r.Local.Addr().String()}, answerFinding(x), r.signature(out, got, keys))
	}
	return append(findings, probe.judge(out, got)...), nil
}

// signature verifies what has arrived, as a consumer would that knows its public
// URL.
func (r *Relay) signature(sent send.Outgoing, got *arrived, keys sign.Keys) Finding {
	m := &sign.Message{Method: got.method, URL: r.Target.SignedURL(sent.RequestTarget), Headers: got.headers, Body: got.body}
	v := r.Profile.Scheme.Verify(m, keys, r.Now(), nil)
	if v.OK {
		return Finding{Name: "signature", Status: Pass, Says: "the signature of " + r.Profile.ID + " is valid on arrival"}
	}
	return Finding{"signature", Fail, fmt.Sprintf("the signature of %s is invalid on arrival: %s", r.Profile.ID, v.Reason), "mend what the other lines name"}
}

func markQuery(target string) string {
	if strings.Contains(target, "?") {
		return "&hooks-doctor="
	}
	return "?hooks-doctor="
}

func orText(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func newMark() string {
	random := make([]byte, 8)
	rand.Read(random) // which never fails
	return "hd" + hex.EncodeToString(random)
}

func lostFinding(name string, x *send.Exchange, local string, first bool) Finding {
	f := Finding{Name: name, Status: Fail, Says: fmt.Sprintf("%s; the relay answered %s", errNotHere, answer(x)), Fix: "the relay refuses such requests: look at its limits and its firewall"}
	if first {
		f.Name, f.Fix = "arrival", "have the relay send to http://"+local+", or give --addr where it sends to"
	}
	return f
}

// answerFinding compares the answer of the doctor with the one that came back.
func answerFinding(x *send.Exchange) Finding {
	value, _ := x.Headers.Get(answerHeader)
	switch {
	case x.StatusCode != answerStatus:
		return Finding{"answer", Fail, fmt.Sprintf("%d was answered, %s came back", answerStatus, answer(x)), "a sender judges by the status: have the relay hand it on, and answer after the consumer has"}
	case value != answerValue || !bytes.Equal(x.Body, []byte(answerBody)):
		return Finding{"answer", Fail, "the status came back, its headers or body did not", "handshakes answer in the body: have the relay hand it on as it is"}
	}
	return Finding{Name: "answer", Status: Pass, Says: "status, headers and body came back"}
}
