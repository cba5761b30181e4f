package cmd

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

type verifyOptions struct {
	schemeOptions
	headers   [][]sign.Header
	request   string
	delivery  string
	at        time.Time
	tolerance *time.Duration
	budget    time.Duration
}

func newVerifyCmd(a *app) *cobra.Command {
	o := verifyOptions{schemeOptions: schemeOptions{provider: autoProvider}, budget: sign.DefaultBudget}
	c := &cobra.Command{
		Use:   "verify [FILE]",
		Short: "say whether a signature is right, and if not, why",
		Long: "Verifies a body (FILE or stdin) against -H headers, a whole HTTP request, or a recorded delivery. " +
			"Prints valid, or invalid with the reason; exits 0 or 1.",
		Example: `hooks verify body.json -H 'X-Hub-Signature-256: sha256=…' --secret env:GITHUB_SECRET
hooks verify --request request.http --provider stripe --secret file:secret.txt
hooks verify --delivery @last --json`,
		Args: argsBetween(0, 1),
		RunE: func(c *cobra.Command, args []string) error { return a.verify(c, args, &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.VarP(newValues(&o.headers, "string", a.parseHeaders), "add-header", "H", "a header of the request: `'Name: value'`, or @FILE with one a line; repeatable")
	flags.StringVar(&o.request, "request", "", "a whole HTTP request in `FILE`, headers and body")
	flags.StringVar(&o.delivery, "delivery", "", "a recorded delivery: `ID`")
	o.addKeys(flags, "whose scheme: `NAME`, auto or hmac", "the signing secret: `REF` is env:NAME, file:PATH, keyring:NAME, - or the literal; repeatable")
	flags.StringArrayVar(&o.publicRefs, "public-key", nil, "the public key: `REF` to PEM, base64, hex or whpk_…; repeatable")
	flags.Var(newValue(&o.at, "", "string", a.parseTime), "at", "judge the timestamp as if it were `TIME`")
	flags.Var(newValue(&o.tolerance, "", "string", parseTolerance), "tolerance", "how far the timestamp may be off: `DUR`; 0 does not judge it")
	flags.Var(newValue(&o.budget, sign.DefaultBudget.String(), "duration", durationBetween(0, time.Minute)), "explain-budget", "look for the cause of a mismatch for at most `DUR`; 0 does not look")
	o.addMessage(flags)
	o.addGeneric(flags)
	configurable(flags, "tolerance")
	return c
}

// autoProvider recognises the sender from the request.
const autoProvider = "auto"

// verdictLine is what `hooks verify --json` prints.
type verdictLine struct {
	Verdict  string   `json:"verdict"`
	Provider string   `json:"provider,omitempty"`
	Reason   string   `json:"reason"`
	Detail   string   `json:"detail"`
	Covers   []string `json:"covers"`
	Key      *int     `json:"key,omitempty"` // which of the secrets or keys matched, counted from 0
	// Explanation is what would have matched; it never changes the verdict.
	Explanation *sign.Explanation `json:"explanation,omitempty"`
}

func (a *app) verify(c *cobra.Command, args []string, o *verifyOptions) error {
	if err := exclusive(c, "request", "delivery"); err != nil {
		return err
	}
	keys, err := a.keys(&o.schemeOptions)
	if err != nil {
		return err
	}
	keysFor, err := a.keysFor(c.Context(), keys, o.delivery != "")
	if err != nil {
		return err
	}
	var p *provider.Profile
	if o.provider == autoProvider {
		err = noGeneric(c)
	} else if p, err = a.profile(c, &o.schemeOptions); err == nil {
		err = checkSecrets(p, keys.Secrets)
	}
	if err != nil {
		return err
	}
	m, err := a.verifiedMessage(c.Context(), args, o)
	if err != nil {
		return err
	}
	now := o.at
	if now.IsZero() {
		now = a.now()
	}
	why := ""
	if p == nil {
		if p, why = a.providers().Recognise(m, keysFor, now); p == nil {
			return a.printVerdict(verdictLine{Verdict: store.Invalid, Reason: "unknown_provider",
				Detail: orElse(why, "no header of a known provider; name it with --provider"), Covers: []string{}})
		}
		if err := checkSecrets(p, keys.Secrets); err != nil {
			return err
		}
		a.debug("%s: %s", p.ID, why)
	}
	p, v := a.providers().Verify(p, m, keysFor(p), now, o.tolerance)
	line := verdictOf(p, v)
	if !v.OK && o.budget > 0 {
		e := a.providers().Explain(p, m, keysFor(p), now, a.explainOptions(o.budget, o.tolerance))
		line.Explanation = &e
	}
	return a.printVerdict(line)
}

// explainOptions bound an explanation, and name the other secrets that the
// settings know.
func (a *app) explainOptions(budget time.Duration, tolerance *time.Duration) sign.ExplainOptions {
	o := sign.ExplainOptions{Tolerance: tolerance, Clock: a.now, Budget: budget}
	configured, err := a.configuredSecrets()
	if err != nil {
		return o // what is wrong with them was said where they were needed
	}
	for _, name := range sortedKeys(configured) {
		for _, text := range configured[name] {
			o.Others = append(o.Others, sign.Secret{Name: "secrets." + name + " of the settings", Text: text})
		}
	}
	return o
}

// keysFor gives the keys to verify a provider's messages with: those that were
// named; else those of the settings and, for what this store sent itself, the
// store's own.
func (a *app) keysFor(ctx context.Context, named sign.Keys, stored bool) (func(*provider.Profile) sign.Keys, error) {
	if len(named.Secrets)+len(named.Public) > 0 {
		return func(*provider.Profile) sign.Keys { return named }, nil
	}
	byProvider, err := a.configuredSecrets()
	if err != nil {
		return nil, err
	}
	own := ""
	if stored {
		st, err := a.openStore(ctx)
		if err != nil {
			return nil, err
		}
		defer st.Close()
		if own, err = st.Secret(ctx); err != nil {
			return nil, err
		}
	} else if len(byProvider) == 0 {
		return nil, usageError("verify needs a secret or a public key").withHint("--secret env:NAME, --secret-file PATH or --public-key PATH")
	}
	return func(p *provider.Profile) sign.Keys {
		keys := named
		keys.Secrets = byProvider[p.ID]
		if own != "" && p.Scheme.CheckSecret(own) == nil {
			keys.Secrets = append(keys.Secrets[:len(keys.Secrets):len(keys.Secrets)], own)
		}
		return keys
	}, nil
}

// configuredSecrets resolves the secrets of the settings, by provider.
func (a *app) configuredSecrets() (map[string][]string, error) {
	resolved := map[string][]string{}
	for name, refs := range a.settings.secrets {
		p, err := a.providers().Get(name)
		if err != nil {
			return nil, err
		}
		if resolved[name], err = a.secrets(refs); err != nil {
			return nil, err
		}
		if err := checkSecrets(p, resolved[name]); err != nil {
			return nil, err
		}
	}
	return resolved, nil
}

// verifiedMessage is what is to be verified, from wherever it comes.
func (a *app) verifiedMessage(ctx context.Context, args []string, o *verifyOptions) (*sign.Message, error) {
	m := &sign.Message{Method: o.method, URL: o.url}
	switch {
	case o.delivery != "":
		st, err := a.readStore(ctx)
		if err != nil {
			return nil, err
		}
		defer st.Close()
		d, err := st.Get(ctx, o.delivery)
		if err != nil {
			return nil, err
		}
		m.Method, m.Headers, m.Body = d.Request.Method, d.Request.Headers, d.Request.Body
	case o.request != "":
		raw, err := a.file(o.request)
		if err != nil {
			return nil, err
		}
		if err := parseRequest(raw, m); err != nil {
			return nil, usageError("%s is no HTTP request: %s", o.request, err)
		}
	default:
		body, err := a.file(append(args, "-")[0])
		if err != nil {
			return nil, err
		}
		m.Body = body
	}
	m.Headers = append(m.Headers, slices.Concat(o.headers...)...)
	return m, nil
}

func verdictOf(p *provider.Profile, v sign.Verdict) verdictLine {
	line := verdictLine{Verdict: store.Invalid, Provider: p.ID, Reason: v.Reason, Detail: v.Detail, Covers: append([]string{}, v.Covers...)}
	if v.OK {
		line.Verdict, line.Key = store.Valid, &v.Key
	}
	return line
}

// printVerdict prints the verdict; an invalid one is the answer no.
func (a *app) printVerdict(line verdictLine) error {
	var err error
	if a.json {
		err = a.printJSON(line)
	} else {
		err = a.println(verdictText(line))
	}
	if err == nil && line.Verdict != store.Valid {
		err = answerNo("")
	}
	return err
}

// verdictText is the verdict, and below it why.
func verdictText(line verdictLine) string {
	text := line.Verdict
	if line.Reason != "" {
		text += ": " + line.Reason
	}
	if line.Detail != "" {
		text += "\n  " + snippet(line.Detail)
	}
	if line.Explanation != nil {
		text += explanationText(*line.Explanation)
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
