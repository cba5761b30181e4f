package cmd

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/check"
	"github.com/hooks-cli/hooks/listen"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/term"
)

type doctorOptions struct {
	to      []string
	addr    string
	relay   string
	timeout time.Duration
}

func newDoctorCmd(a *app) *cobra.Command {
	o := doctorOptions{timeout: 5 * time.Second}
	c := &cobra.Command{
		Use:   "doctor",
		Short: "check the set-up: store, port, files, clock, target, relay",
		Long: "Says for each part of the set-up whether it is in order, and how to fix what is not. Targets are those of --to, else of the settings; " +
			"each gets one HEAD request, whose Date tells how far the clocks are apart.\n" +
			"With --relay nothing but a relay or tunnel is looked at: signed requests with tricky bodies, headers and paths go to its public URL, and what arrives " +
			"at --addr, where it must send to, is compared byte for byte. First stop what listens there.\n" +
			"Exit 0 if nothing failed, 1 if something did, 4 if the relay cannot be reached.",
		Example: `hooks doctor
hooks doctor --to localhost:3000/webhooks --json
hooks doctor --relay https://example.ngrok.app --addr 127.0.0.1:4400`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.doctor(c, &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.Var(newValues(&o.to, "string", parseText), "to", "look at this `TARGET`: port, host:port/path, URL or unix:/path.sock; repeatable")
	flags.StringVar(&o.addr, "addr", "", "the `HOST:PORT` that listen takes, and that the relay sends to (default "+defaultAddr+")")
	flags.Var(newValue(&o.relay, "", "string", parseURL), "relay", "send probes through the relay at this public `URL`")
	flags.Var(newValue(&o.relay, "", "string", parseURL), "through", "`URL`: the same as --relay")
	flags.Var(newValue(&o.timeout, "5s", "duration", durationBetween(10*time.Millisecond, time.Minute)), "timeout", "limit of each request to a target, and of each probe: `DUR`")
	configurable(flags, "to", "addr")
	return c
}

func (a *app) doctor(c *cobra.Command, o *doctorOptions) error {
	if err := exclusive(c, "relay", "through"); err != nil {
		return err
	}
	if o.relay != "" && c.Flags().Changed("to") && a.settings.first("to") == "" {
		return usageError("--relay looks at nothing but the relay: leave --to out")
	}
	for _, text := range o.to { // before anything is looked at
		if _, err := parseTarget("to", text); err != nil {
			return err
		}
	}
	ctx, stop := a.interruptible(c.Context())
	defer stop()
	d := &doctor{app: a, ctx: ctx, o: o, totals: doctorTotals{Type: "summary"}}
	looks := []func() error{d.store, d.files, d.secrets, d.catalogs, d.providers, d.port, d.targets}
	if o.relay != "" {
		looks = []func() error{d.relay}
	}
	for _, look := range looks {
		if err := look(); err != nil {
			return interruptedOr(ctx, err)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return d.finish()
}

// doctor looks at one part after the other, and prints what it finds as it comes.
type doctor struct {
	*app
	ctx    context.Context
	o      *doctorOptions
	totals doctorTotals
}

// doctorLine is a finding as `hooks doctor --json` prints it.
type doctorLine struct {
	Type   string `json:"type"` // finding
	Name   string `json:"name"`
	Status string `json:"status"` // pass, warn, fail or skip
	Says   string `json:"says"`
	Fix    string `json:"fix,omitempty"`
}

// doctorTotals is the last line of `hooks doctor --json`.
type doctorTotals struct {
	Type    string `json:"type"` // summary
	Passed  int    `json:"passed"`
	Warned  int    `json:"warned"`
	Failed  int    `json:"failed"`
	Skipped int    `json:"skipped"`
}

func (d *doctor) found(f check.Finding) error {
	style := term.Style("")
	switch f.Status {
	case check.Pass:
		d.totals.Passed++
		style = term.Green
	case check.Warn:
		d.totals.Warned++
		style = term.Yellow
	case check.Fail:
		d.totals.Failed++
		style = term.Red
	default:
		d.totals.Skipped++
	}
	switch {
	case d.json:
		return d.printJSON(doctorLine{"finding", f.Name, f.Status, f.Says, f.Fix})
	case d.quiet && f.Status != check.Fail:
		return nil
	case d.quiet:
		return d.println(f.Name)
	}
	line := fmt.Sprintf("%s  %-13s  %s", painted(d.colourOut, style, f.Status), f.Name, oneLine(f.Says))
	if f.Fix != "" {
		line += "\n      fix: " + oneLine(f.Fix)
	}
	return d.println(line)
}

func (d *doctor) pass(name, format string, args ...any) error {
	return d.found(check.Finding{Name: name, Status: check.Pass, Says: fmt.Sprintf(format, args...)})
}

func (d *doctor) skip(name, format string, args ...any) error {
	return d.found(check.Finding{Name: name, Status: check.Skip, Says: fmt.Sprintf(format, args...)})
}

func (d *doctor) warns(name, fix, format string, args ...any) error {
	return d.found(check.Finding{Name: name, Status: check.Warn, Says: fmt.Sprintf(format, args...), Fix: fix})
}

func (d *doctor) fail(name, fix, format string, args ...any) error {
	return d.found(check.Finding{Name: name, Status: check.Fail, Says: fmt.Sprintf(format, args...), Fix: fix})
}

// failed reports an error that has its own hint.
func (d *doctor) failed(name string, err error) error {
	f := asFailure(err)
	return d.fail(name, f.hint, "%s", f.message)
}

func (d *doctor) finish() error {
	t := d.totals
	switch {
	case d.json:
		if err := d.printJSON(t); err != nil {
			return err
		}
	default:
		d.note("%d passed, %d warnings, %d failed, %d skipped", t.Passed, t.Warned, t.Failed, t.Skipped)
	}
	if t.Failed > 0 {
		return answerNo("")
	}
	return nil
}

// relay sends probes through a relay.
func (d *doctor) relay() error {
	t, err := parseTarget("relay", d.o.relay)
	if err != nil {
		return err
	}
	local, err := listen.Open(d.ctx, orElse(d.o.addr, defaultAddr))
	var bind *listen.BindError
	if errors.As(err, &bind) && bind.Cause == listen.InUse {
		return ofBind(bind).withHint("stop it for the time being, or give --addr HOST:PORT where the relay sends to")
	}
	if err != nil {
		return err
	}
	for _, second := range local[1:] {
		second.Close()
	}
	p, err := d.app.providers().Get(defaultProvider)
	if err != nil {
		local[0].Close()
		return err
	}
	client := send.NewClient(send.Options{Timeout: d.o.timeout, Now: d.now, Proxy: d.proxy})
	defer client.Close()
	d.note("sending probes to %s; they must arrive at %s", t, local[0].Addr())
	r := &check.Relay{Target: t, Local: local[0], Profile: p, Client: client, Now: d.now, Wait: d.o.timeout}
	err = r.Probe(d.ctx, d.found)
	var away *check.UnreachableError
	if errors.As(err, &away) {
		return &failure{exit: exitUnreachable, code: "unreachable", message: away.Error(), hint: "start the relay, and give its public URL", err: err}
	}
	return err
}
