package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/handshake"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// What came of a handshake, or of one request of it.
const (
	greetRight       = "right"
	greetWrong       = "wrong"
	greetUnreachable = "unreachable"
)

// greetLine is the last line of `hooks trigger --handshake --json`, behind the
// deliveries.
type greetLine struct {
	Type      string      `json:"type"` // handshake
	Handshake string      `json:"handshake"`
	Provider  string      `json:"provider,omitempty"`
	Verdict   string      `json:"verdict"`
	Steps     []greetStep `json:"steps"`
}

type greetStep struct {
	Delivery   string              `json:"delivery"`
	Asked      string              `json:"asked"`
	StatusCode int                 `json:"status_code"`
	Verdict    string              `json:"verdict"`
	Findings   []handshake.Finding `json:"findings"`
}

// triggerHandshake plays a handshake to its end, or to the first answer that a
// sender would not take.
func (a *app) triggerHandshake(c *cobra.Command, o *triggerOptions) error {
	g, err := a.greeting(c, o)
	if err != nil {
		return err
	}
	s, err := o.open(c, a)
	if err != nil {
		return err
	}
	defer s.close()
	if o.dryRun || o.as != "" {
		return a.printGreeting(g, s.target, o)
	}
	client := o.client(a, g.profile)
	defer client.Close()
	line := greetLine{Type: "handshake", Handshake: g.Name, Provider: g.sender(), Verdict: greetRight, Steps: []greetStep{}}
	for _, step := range g.steps {
		taken, err := a.play(s, client, g, step, o)
		if err != nil {
			return err
		}
		line.Steps, line.Verdict = append(line.Steps, taken), taken.Verdict
		if line.Verdict != greetRight {
			break
		}
	}
	if a.json {
		if err := a.printJSON(line); err != nil {
			return err
		}
	}
	switch line.Verdict {
	case greetRight:
		return nil
	case greetUnreachable:
		return &failure{exit: exitUnreachable}
	default:
		return answerNo("")
	}
}

func (g *greeting) sender() string {
	if g.profile == nil {
		return ""
	}
	return g.profile.ID
}

func (g *greeting) record() *store.Event {
	return &store.Event{Provider: g.sender(), Handshake: g.Name}
}

// printGreeting shows what would be sent. What is asked after an answer is
// shown, too: it does not depend on it.
func (a *app) printGreeting(g *greeting, t send.Target, o *triggerOptions) error {
	for _, step := range g.steps {
		out, _, err := g.request(a, step, t, o)
		if err != nil {
			return err
		}
		out.RequestTarget = g.masked(out.RequestTarget)
		out.Headers = slices.Clone(out.Headers)
		for i := range out.Headers {
			out.Headers[i].Value = g.masked(out.Headers[i].Value)
		}
		if err := a.printRequest(job{target: t, out: out, event: g.record(), trigger: store.TriggerManual}, o.as); err != nil {
			return err
		}
	}
	return nil
}

// masked hides the secret that was given where the request carries it.
func (g *greeting) masked(text string) string {
	for _, secret := range g.keys.Secrets {
		text = strings.ReplaceAll(text, secret, "***")
	}
	if token := g.keys.Params["verify_token"]; token != "" {
		text = strings.ReplaceAll(text, token, "***")
	}
	return text
}

// play makes one request of a handshake, records it and prints what came.
func (a *app) play(s *session, client *send.Client, g *greeting, step handshake.Step, o *triggerOptions) (greetStep, error) {
	out, m, err := g.request(a, step, s.target, o)
	if err != nil {
		return greetStep{}, err
	}
	taken := greetStep{Asked: step.Does, Verdict: greetWrong, Findings: []handshake.Finding{}}
	d := &store.Delivery{Event: g.record(), Trigger: store.TriggerManual}
	err = client.DeliverJudged(s.ctx, s.store, d, s.target, out, func(at *store.Attempt) send.Outcome {
		taken.Findings = append(taken.Findings, g.judge(step, m, at)...)
		taken.StatusCode = at.StatusCode
		switch {
		case unreachable(at):
			taken.Verdict = greetUnreachable
		case !handshake.Wrong(taken.Findings):
			taken.Verdict = greetRight
			return send.Success
		}
		return send.Failure
	})
	if err != nil {
		return taken, interruptedOr(s.ctx, err)
	}
	if s.ctx.Err() != nil {
		return taken, interruptedOr(s.ctx, s.ctx.Err())
	}
	taken.Delivery = d.ID
	return taken, a.printPlayed(g, d, taken)
}

// judge says what is wrong with what came back, if anything came.
func (g *greeting) judge(step handshake.Step, m *sign.Message, at *store.Attempt) []handshake.Finding {
	if at.StatusCode == 0 || at.ErrorKind != "" && at.ErrorKind != store.ErrRedirect {
		f := handshake.Finding{Problem: "no complete answer came: " + at.Error, Fix: "answer with a status, headers and a body, and end it"}
		if unreachable(at) {
			f = handshake.Finding{Problem: at.Error, Fix: "start the consumer, or name it: --to TARGET"}
		}
		return []handshake.Finding{f}
	}
	return g.Judge(step, m, handshake.Party{Secrets: g.keys.Secrets, Params: g.keys.Params},
		handshake.Response{Status: at.StatusCode, Headers: at.ResponseHeaders, Body: at.ResponseBody, Took: at.Duration})
}

// printPlayed prints what was asked, what came, and what is wrong.
func (a *app) printPlayed(g *greeting, d *store.Delivery, taken greetStep) error {
	switch {
	case a.json:
		return a.printJSON(d)
	case a.quiet:
		return a.println(d.ID)
	}
	last := lastAttempt(d)
	name := g.Name
	if id := g.sender(); id != "" {
		name += " of " + id
	}
	lines := []string{
		fmt.Sprintf("%s  %s  %s %s  %s  #%d", a.paintedGreeting(taken.Verdict), name, d.Request.Method, term.Safe(g.masked(last.URL)), outcomeText(d), d.Seq),
		"  asked " + taken.Asked,
	}
	if last.StatusCode != 0 {
		lines = append(lines, "  answered "+g.answered(last))
	}
	for _, f := range taken.Findings {
		what := "wrong"
		if f.Advice {
			what = "better"
		}
		lines = append(lines, "  "+what+": "+term.Safe(g.masked(f.Problem)).String(), "  fix: "+term.Safe(g.masked(f.Fix)).String())
	}
	return a.println(strings.Join(lines, "\n"))
}

// answered is the part of the answer that a handshake may look at.
func (g *greeting) answered(at *store.Attempt) string {
	text := fmt.Sprint(at.StatusCode)
	if kind, ok := at.ResponseHeaders.Get("Content-Type"); ok {
		text += " " + snippet(kind)
	}
	for _, h := range at.ResponseHeaders {
		switch name := strings.ToLower(h.Name); {
		case strings.HasPrefix(name, "webhook-allowed-"):
			text += ", " + snippet(h.Name+": "+h.Value)
		case store.SecretHeader(name):
			text += ", " + snippet(h.Name) + ": ***"
		}
	}
	if len(at.ResponseBody) > 0 {
		return text + ", " + snippet(g.masked(string(at.ResponseBody)))
	}
	return text + ", no body"
}

func (a *app) paintedGreeting(verdict string) string {
	style := term.Red
	if verdict == greetRight {
		style = term.Green
	}
	return painted(a.colourOut, style, verdict)
}
