package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// requestOptions are the flags of every command that sends.
type requestOptions struct {
	to       string
	edits    send.Edits
	timeout  time.Duration
	insecure bool
	dryRun   bool
	as       string
}

// maxTimeout is the longest an exchange may be given.
const maxTimeout = time.Hour

func (o *requestOptions) add(flags *pflag.FlagSet, toUsage string) {
	flags.StringVar(&o.to, "to", "", toUsage)
	flags.VarP(newValues((*[]send.Edit)(&o.edits), headerKind, send.ParseEdit), "add-header", "H", "a header of the request: `'Name: value'`; 'Name;' is sent empty, 'Name:' removes")
	flags.Var(newValue(&o.timeout, "30s", "duration", durationBetween(time.Millisecond, maxTimeout)), "timeout", "limit of the exchange: `DUR`")
	flags.BoolVar(&o.insecure, "insecure", false, "accept any certificate of the target")
	flags.BoolVar(&o.dryRun, "dry-run", false, "print the request and send nothing")
	flags.Var(newEnum(&o.as, "curl", "raw"), "as", "print the request as `FORM` and send nothing: curl or raw")
	configurable(flags, "to", "timeout")
}

// session is what a command that sends needs: the store, the target, and a
// context that an interrupt ends.
type session struct {
	ctx    context.Context
	store  *store.Store
	target send.Target
	to     string // the text that names the target
	close  func()
}

// open begins a session. Everything about the call has been checked before.
func (o *requestOptions) open(c *cobra.Command, a *app) (*session, error) {
	ctx, stop := a.interruptible(c.Context())
	st, err := a.openDeclared(ctx)
	if err != nil {
		stop()
		return nil, err
	}
	s := &session{ctx: ctx, store: st, close: func() { st.Close(); stop() }}
	if s.target, s.to, err = o.target(ctx, st); err != nil {
		s.close()
		return nil, err
	}
	a.warnTarget(s.target, true)
	return s, nil
}

// client performs the exchanges of a command. Without a time limit of the
// user's the provider's holds.
func (o *requestOptions) client(a *app, p *provider.Profile) *send.Client {
	limit := o.timeout
	if limit == 0 && p != nil {
		limit = p.Timeout
	}
	if o.insecure {
		a.warnOnce("--insecure: the certificate of the target is not checked")
	}
	return send.NewClient(send.Options{Timeout: limit, Insecure: o.insecure, Now: a.now, Proxy: a.proxy})
}

// target is where to send to: --to, else the running listener of the store,
// else the default address.
func (o *requestOptions) target(ctx context.Context, st *store.Store) (t send.Target, text string, err error) {
	if o.to != "" {
		t, err = parseTarget("to", o.to)
		return t, o.to, err
	}
	listeners, err := st.Listeners(ctx)
	if err != nil {
		return send.Target{}, "", err
	}
	text = defaultAddr
	if len(listeners) > 0 {
		text = listeners[0].URL
	}
	t, err = send.ParseTarget(text)
	return t, text, err
}

func parseTarget(flag, text string) (send.Target, error) {
	t, err := send.ParseTarget(text)
	var bad *send.TargetError
	if errors.As(err, &bad) {
		return t, usageError("--%s %q: %s", flag, cut(send.MaskPassword(text)), bad).withHint("%s", bad.Hint)
	}
	return t, err
}

// defaultAddr is where listen listens, and where trigger sends if nobody does.
const defaultAddr = "127.0.0.1:4400"

// warnTarget says what is unusual about a target.
func (a *app) warnTarget(t send.Target, signed bool) {
	switch {
	case t.Metadata():
		a.warnOnce("%s is a cloud's metadata address", t)
	case t.Scheme == "http" && !t.Loopback() && signed:
		a.warnOnce("%s is reached over plain http: anyone on the way reads the request", t)
	}
}

// userAgent is what the program calls itself.
func (a *app) userAgent() string { return "hooks/" + versionOf(a.version).Version }

// job is one event on its way to one target.
type job struct {
	profile  *provider.Profile
	target   send.Target
	out      send.Outgoing
	event    *store.Event
	trigger  string
	replay   string          // the delivery that is sent again, "" if none
	endpoint *store.Endpoint // that it goes to, nil if none
}

// unsent is the record of a request that is only shown.
func (a *app) unsent(j job) *store.Delivery {
	request := send.Recorded(j.out)
	request.Headers = append(sign.Headers{{Name: "Host", Value: orElse(j.out.Host, j.target.Authority())}}, request.Headers...)
	d := &store.Delivery{Direction: store.Out, Trigger: j.trigger, Event: j.event, Destination: j.target.String(),
		Status: store.Pending, Request: request, ReceivedAt: a.now().UTC()}
	d.Attempts = []store.Attempt{{URL: j.target.URL(j.out.RequestTarget)}}
	return d
}

// printRequest shows what would be sent.
func (a *app) printRequest(j job, as string) error {
	d := a.unsent(j)
	if as == "curl" {
		return a.println(store.Curl(d, false))
	}
	if a.json {
		d.Attempts = nil
		return a.printJSON(d)
	}
	return a.writeRequest(append(cutShown(store.RawRequest(d), j.out), '\n'))
}

// tally counts what became of the deliveries of a command.
type tally struct {
	sent, acknowledged, unreachable, unauthorized int

	undirected bool // nobody said where to
	unruly     bool // requests went wrong on purpose: what they are answered is no surprise
	connected  bool // some attempt got a connection, be it not the last of its delivery
}

// deliver sends one job, records it and prints the line of its attempt.
func (a *app) deliver(ctx context.Context, st *store.Store, client *send.Client, j job, n *tally) error {
	d := &store.Delivery{Event: j.event, Trigger: j.trigger, ReplayOf: j.replay}
	if j.endpoint != nil {
		d.Endpoint = j.endpoint.ID
	}
	if err := client.Deliver(ctx, st, d, j.target, j.out, j.profile.Behaviour); err != nil {
		return interruptedOr(ctx, err)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	n.count(d)
	return a.printAttempt(d)
}

func (n *tally) count(d *store.Delivery) {
	n.sent++
	last := lastAttempt(d)
	switch {
	case d.Status == store.Succeeded:
		n.acknowledged++
	case last != nil && unreachable(last):
		n.unreachable++
	case last != nil && last.StatusCode == http.StatusUnauthorized:
		n.unauthorized++
	}
}

// unreachable tells whether an attempt got no connection.
func unreachable(at *store.Attempt) bool {
	return at.ErrorKind == store.ErrDNS || at.ErrorKind == store.ErrConnect || at.ErrorKind == store.ErrTLS
}

// conclude ends a command that made attempts: a receiver that refuses a right
// signature has another secret.
func (a *app) conclude(n *tally) error {
	if n.undirected && n.sent > 0 && n.unreachable == n.sent {
		a.note("hint: no listener runs: hooks listen starts one, --to TARGET sends elsewhere")
	}
	if n.unauthorized > 0 && !n.unruly {
		a.hintSecret()
	}
	return n.verdict()
}

// hintSecret explains an answer of 401.
func (a *app) hintSecret() {
	a.note("hint: 401 is what a receiver answers that verifies with another secret; give both sides the same --secret REF (without it the store's own signs)")
}

// nobodyThere tells whether no attempt at all got a connection.
func (n *tally) nobodyThere() bool { return n.unreachable == n.sent && !n.connected }

// verdict is the exit of a command that made attempts.
func (n *tally) verdict() error {
	switch {
	case n.acknowledged == n.sent:
		return nil
	case n.nobodyThere():
		return &failure{exit: exitUnreachable}
	default:
		return answerNo("")
	}
}

// printUnruly prints an attempt, and what was wrong with its request on purpose.
func (a *app) printUnruly(d *store.Delivery, did []string) error {
	switch {
	case len(did) == 0 || a.quiet && !a.json:
		return a.printAttempt(d)
	case a.json:
		object, err := json.Marshal(d)
		list, bad := json.Marshal(did)
		if err = errors.Join(err, bad); err != nil {
			return err
		}
		return a.write(fmt.Appendf(nil, "%s,\"misbehaved\":%s}\n", bytes.TrimSuffix(object, []byte("}")), list))
	}
	if err := a.printAttempt(d); err != nil {
		return err
	}
	return a.println("  misbehaved: " + oneLine(strings.Join(did, ", ")))
}

// printAttempt prints an attempt: event, target, status, duration, number;
// then, if it failed, the error or the beginning of the answer.
func (a *app) printAttempt(d *store.Delivery) error {
	switch {
	case a.json:
		return a.printJSON(d)
	case a.quiet:
		return a.println(d.ID)
	}
	last := lastAttempt(d)
	url := d.Destination
	if last != nil {
		url = last.URL
	}
	line := oneLine(fmt.Sprintf("%s  %s  ", orElse(d.Event.Type, "(unknown)"), url)) +
		painted(a.colourOut, stateStyle(d.Status), outcomeText(d)) + oneLine(fmt.Sprintf("%s  #%d", followUp(d), d.Seq))
	if err := a.println(line); err != nil || last == nil {
		return err
	}
	if second := failureLine(d); second != "" {
		return a.println(second)
	}
	return nil
}
