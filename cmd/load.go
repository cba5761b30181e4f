package cmd

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

// loadOptions make hooks send a load generator.
type loadOptions struct {
	rate        float64
	max         bool
	duration    time.Duration
	connections int
	report      string
}

// Limits of a load.
const (
	defaultConnections = 16
	maxConnections     = 4096
	defaultLoad        = 10 * time.Second
	maxLoad            = 24 * time.Hour
)

func (o *loadOptions) add(flags *pflag.FlagSet) {
	o.connections = defaultConnections
	flags.Var(newValue(&o.rate, "", "string", parseRate), "rate", "load: begin so many requests, `N/s`, whether or not the target keeps up")
	flags.BoolVar(&o.max, "max", false, "load: each connection sends as fast as it is answered")
	flags.Var(newValue(&o.duration, "", "duration", durationBetween(100*time.Millisecond, maxLoad)), "duration", "load: for `DUR` (default 10s, or --count requests)")
	flags.Var(newValue(&o.connections, "16", "int", wholeBetween(1, maxConnections)), "connections", "load: over `N` connections, which stay open")
	flags.Var(newValue(&o.report, "", "string", parseReport), "report", "load: write the report to `FILE`, too: .html is a page with charts, .json what --json prints")
}

func parseReport(s string) (string, error) {
	if ending := filepath.Ext(s); ending != ".html" && ending != ".json" {
		return "", errors.New("must end in .html or .json, as in load.html")
	}
	return s, nil
}

// loadHelp is what --help says of it.
const loadHelp = "--rate or --max make it a load generator: every request is an event with an id, a timestamp and a signature of its own (an id that the body shows is replaced). " +
	"It goes to --to, else to the running listener, and to no endpoint; nothing is recorded in the store. Latency counts from when a request was due, so that waiting for a busy " +
	"connection is part of it. An interrupt prints the report so far. Exit 1 if any request was not acknowledged.\n\n" +
	"With --json the report of a load is one object: target, provider, rate (null with --max), connections, started_at, duration_ms, interrupted, requests, acknowledged, " +
	"unsent (due, but no connection was free), canceled (in flight at the interrupt), status_codes, errors (by kind), throughput (requests a second), bytes_sent, " +
	"latency_ms and late_ms (how much later than due requests began; null with --max), each with min, mean, p50, p90, p99, p99_9 and max, " +
	"histogram (le_ms, count) and timeline (at_ms, requests, failed, p50_ms, p99_ms, max_ms). Percentiles are too high by at most 0.8 %, never too low."

const loadExample = "hooks send --to 3000/hook --rate 500/s --duration 10s --connections 16 --data '{\"type\":\"ping\"}' --report load.html\n" +
	"hooks send --to 3000/hook --max --duration 5s --provider stripe --secret env:SECRET --data @body.json --json"

// isLoad tells whether a load is asked for.
func (o *loadOptions) isLoad(c *cobra.Command) bool { return o.max || c.Flags().Changed("rate") }

// loadFlags are the flags that mean the same for a load as for a single event.
// Any other one would be ignored, and is refused.
var loadFlags = [...]string{"to", "add-header", "timeout", "insecure", "data", "event", "content-type", "seed", "count", "provider", "secret", "secret-file",
	"url", "method", "param", "rate", "max", "duration", "connections", "report"}

// check refuses what makes no sense together.
func (o *loadOptions) check(c *cobra.Command) error {
	if !o.isLoad(c) {
		for _, name := range []string{"duration", "connections", "report"} {
			if c.Flags().Changed(name) {
				return usageError("--%s is for a load: add --rate or --max", name).withHint("%s", exampleOf(c, "--rate 500/s --duration 10s --data @body.json"))
			}
		}
		return nil
	}
	if err := exclusive(c, "rate", "max"); err != nil {
		return err
	}
	if err := exclusive(c, "duration", "count"); err != nil {
		return err
	}
	var wrong error
	c.Flags().Visit(func(f *pflag.Flag) {
		if global := c.InheritedFlags().Lookup(f.Name) != nil; wrong == nil && !global && !slices.Contains(loadFlags[:], f.Name) && !slices.Contains(genericFlags[:], f.Name) {
			wrong = usageError("--%s does nothing under load: every request is sent once, with an id and time of its own, and none is recorded", f.Name).
				withHint("leave out --%s, or --rate and --max", f.Name)
		}
	})
	return wrong
}

// load sends the event again and again, and reports.
func (a *app) load(c *cobra.Command, o *sendOptions, p *provider.Profile, keys sign.Keys, body []byte) error {
	s, err := o.open(c, a)
	if err != nil {
		return err
	}
	defer s.close()
	run := &send.Load{Target: s.target, UserAgent: a.userAgent(), Edit: o.edits.Apply,
		Rate: o.load.rate, Duration: o.load.duration, Connections: o.load.connections}
	if c.Flags().Changed("count") {
		run.Count = int64(o.count)
		run.Connections = min(run.Connections, o.count)
	} else if run.Duration == 0 {
		run.Duration = defaultLoad
	}
	if len(p.Ack) == 0 { // a scheme made of flags says nothing of answers
		described := *p
		described.Behaviour = provider.Defaults()
		p = &described
	}
	run.Signing = send.Signing{Profile: p, Keys: keys, URL: o.url}
	source := catalog.NewSource(a.now, o.seed)
	kind, _ := p.Scheme.Event(&sign.Message{Body: body})
	run.Event = send.Event{Type: orElse(o.event, kind), Method: o.method, WireID: wireID(p, source, source.ULID()), Body: body, ContentType: o.contentType}
	run.Client = o.client(a, p)
	defer run.Client.Close()
	bar := newLoadBar(a, run)
	run.Progress = bar.show
	result, err := run.Run(s.ctx)
	bar.clear()
	if err != nil {
		return interruptedOr(s.ctx, loadFailure(p, s, o.to == "", err))
	}
	return a.reportLoad(&loadReport{load: run, to: s.target.String(), result: result, file: o.load.report})
}

// loadFailure words what kept a load from beginning.
func loadFailure(p *provider.Profile, s *session, undirected bool, err error) error {
	var nobody *send.UnreachableError
	if !errors.As(err, &nobody) {
		return schemeFailure(p, err)
	}
	hint := "nothing was sent: check that it runs, or name another with --to"
	if undirected {
		hint = "no listener runs: hooks listen starts one, --to TARGET sends elsewhere"
	}
	return (&failure{exit: exitUnreachable, code: "unreachable", message: fmt.Sprintf("cannot reach %s: %s", s.target, nobody)}).withHint("%s", hint)
}

// verdict is the exit of a load.
func (r *loadReport) verdict() error {
	switch {
	case r.result.Interrupted:
		return &failure{exit: exitInterrupted}
	case r.result.NobodyThere():
		return &failure{exit: exitUnreachable}
	case r.result.Acknowledged < r.result.Requests+r.result.Unsent || r.result.Requests == 0:
		return answerNo("")
	}
	return nil
}

// loadBar is the progress of a load, one line on a terminal that is written
// over, and nothing elsewhere.
type loadBar struct {
	*app
	load  *send.Load
	shown int // the width of what is on the line
}

func newLoadBar(a *app, l *send.Load) *loadBar { return &loadBar{app: a, load: l} }

// barWidth is the width of the bar itself.
const barWidth = 24

func (b *loadBar) show(p send.LoadProgress) {
	if !b.animates() {
		return
	}
	columns, _ := size(b.stderr)
	line := b.line(p)
	line = line[:min(len(line), columns-1)]
	fmt.Fprintf(b.stderr, "\r%-*s", b.shown, line) // blanks over what was longer
	b.shown = len(line)
}

// line is plain ASCII, so that it can be cut anywhere.
func (b *loadBar) line(p send.LoadProgress) string {
	share, of := 0.0, ""
	if b.load.Count > 0 {
		share, of = float64(p.Requests)/float64(b.load.Count), fmt.Sprintf("of %d ", b.load.Count)
	} else {
		share = p.Passed.Seconds() / b.load.Duration.Seconds()
	}
	done := int(min(share, 1) * barWidth)
	bar := strings.Repeat("#", done) + strings.Repeat(".", barWidth-done)
	return fmt.Sprintf("[%s] %s  %d %ssent  %.0f/s  p99 %s  %d not acknowledged", bar, p.Passed.Round(100*time.Millisecond), p.Requests, of,
		float64(p.Recent.Requests)/max(p.Recent.Length.Seconds(), 1e-3), millis(p.Recent.P99), p.Requests-p.Acknowledged)
}

func (b *loadBar) clear() {
	if b.shown > 0 {
		fmt.Fprintf(b.stderr, "\r%*s\r", b.shown, "")
	}
}
