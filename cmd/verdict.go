package cmd

import (
	"fmt"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// judge is what a message is judged with.
type judge struct {
	*app
	registry  *provider.Registry
	keys      func(*provider.Profile) sign.Keys
	names     []string // of the keys, where they have one
	at        time.Time
	tolerance *time.Duration
	budget    time.Duration // of the search for what would have matched; 0 does not look
	known     func() []sign.Secret
	cancel    <-chan struct{}
}

// verdictLine is what `hooks verify --json` prints.
type verdictLine struct {
	Verdict  string   `json:"verdict"`
	Provider string   `json:"provider"`
	Reason   string   `json:"reason"`
	Detail   string   `json:"detail"`
	Covers   []string `json:"covers"`
	Key      *int     `json:"key,omitempty"` // which of the secrets or keys matched, counted from 0
	// Matched says the same in words, where there are several.
	Matched string `json:"matched,omitempty"`
	// Note is what is odd about the message whatever its signature: header and
	// body name different event types.
	Note string `json:"note,omitempty"`
	// JudgedAt is as of when a recorded delivery was judged, judged the same in
	// words.
	JudgedAt time.Time `json:"judged_at,omitzero"`
	judged   string
	// Recognised is on what grounds the sender was found, and who signs alike;
	// "" if it was named.
	Recognised string `json:"recognised,omitempty"`
	// Coverage is what a valid signature of this provider means, and what not.
	Coverage *sign.Coverage `json:"coverage,omitempty"`
	// Explanation is what would have matched, null where nothing was looked for; it
	// never changes the verdict.
	Explanation *sign.Explanation `json:"explanation"`
}

// verdict judges m as p's, or as that of the sender who is recognised.
func (j *judge) verdict(p *provider.Profile, m *sign.Message) (verdictLine, error) {
	var why provider.Why
	if p == nil {
		if p, why = j.registry.Recognise(m, j.keys, j.at); p == nil {
			return verdictLine{Verdict: store.Invalid, Reason: sign.UnknownProvider, Covers: []string{},
				Detail: why.String() + "; name it with --provider"}, nil
		}
		if err := j.checkSecrets(p, j.keys(p).Secrets); err != nil {
			return verdictLine{}, err
		}
	}
	p, v := j.registry.Verify(p, m, j.keys(p), j.at, j.tolerance)
	coverage := p.Scheme.Coverage()
	line := verdictLine{Verdict: store.Invalid, Provider: p.ID, Reason: v.Reason, Detail: v.Detail, Covers: append([]string{}, v.Covers...),
		Recognised: why.String(), Coverage: &coverage, Note: p.Scheme.Disagreement(m)}
	switch {
	case v.OK:
		line.Verdict = store.Valid
		if v.Key >= 0 {
			line.Key, line.Matched = &v.Key, matched(v.Key, j.keys(p), j.names)
		}
	case j.budget > 0:
		e := j.explain(p, m)
		line.Explanation = &e
	}
	return line, nil
}

// explain says why m is not valid as p's.
func (j *judge) explain(p *provider.Profile, m *sign.Message) sign.Explanation {
	return j.registry.Explain(p, m, j.keys(p), j.at, sign.ExplainOptions{
		Tolerance: j.tolerance, Clock: j.now, Budget: j.budget, Others: j.known(), Cancel: j.cancel,
	})
}

// matched says which of several keys it was.
func matched(key int, k sign.Keys, names []string) string {
	of, what := len(k.Secrets), "secret"
	if len(k.Public) > 0 {
		of, what = len(k.Public), "key"
	}
	if of < 2 {
		return ""
	}
	text := fmt.Sprintf("signed with %s %d of %d", what, key+1, of)
	if len(names) == of && names[key] != "" {
		text += ", " + names[key]
	}
	return text
}

// printVerdict prints the verdict; an invalid one is the answer no.
func (a *app) printVerdict(line verdictLine, coverage bool) error {
	var err error
	switch {
	case a.json:
		err = a.printJSON(line)
	case a.quiet:
		err = a.println(line.Verdict)
	default:
		style := term.Red
		if line.Verdict == store.Valid {
			style = term.Green
		}
		err = a.println(painted(a.colourOut, style, line.Verdict) + strings.TrimPrefix(verdictText(line, coverage), line.Verdict))
	}
	if err == nil && line.Verdict != store.Valid {
		err = answerNo("")
	}
	return err
}

// verdictText is the verdict, and below it why.
func verdictText(line verdictLine, coverage bool) string {
	text := line.Verdict
	if line.Reason != "" {
		text += ": " + line.Reason
	}
	for _, more := range []string{line.Detail, line.Matched} {
		if more != "" {
			text += "\n  " + snippet(more)
		}
	}
	if line.Note != "" {
		text += "\n  note: " + snippet(line.Note)
	}
	if line.Recognised != "" {
		text += "\n  " + snippet(line.Provider+": "+line.Recognised)
	}
	if line.Explanation != nil {
		text += explanationText(*line.Explanation)
	}
	if coverage && line.judged != "" {
		text += "\n  " + line.judged
	}
	if coverage && line.Coverage != nil {
		text += coverageText(line.Provider, *line.Coverage)
	}
	return text
}

// explanationText is what would have matched and what to do, a line each.
func explanationText(e sign.Explanation) string {
	text := ""
	if e.Summary != "" {
		text += "\n  why: " + term.Safe(e.Summary).String()
	}
	if e.Fix != "" {
		text += "\n  fix: " + term.Safe(e.Fix).String()
	}
	if d := e.FirstDifference; d != nil {
		text += fmt.Sprintf("\n  first difference at byte %d: received %s, signed %s", d.Offset, snippet(d.Received), snippet(d.Signed))
	}
	return text
}

// coverageText is what a provider signs and what not, and below it what follows.
func coverageText(id string, c sign.Coverage) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n  %s signs: %s", id, c.Sentence())
	for _, l := range c.Limits {
		fmt.Fprintf(&b, "\n    %s: %s", l.Label, l.Means)
	}
	return b.String()
}
