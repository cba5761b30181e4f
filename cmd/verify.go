package cmd

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/listen"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

type verifyOptions struct {
	schemeOptions
	headers   [][]sign.Header
	request   string
	delivery  string
	at        time.Time
	tolerance *time.Duration
	budget    time.Duration
	coverage  bool // say what is signed, also without --verbose
}

func newVerifyCmd(a *app) *cobra.Command {
	o := verifyOptions{schemeOptions: schemeOptions{provider: autoProvider}, budget: sign.DefaultBudget}
	c := &cobra.Command{
		Use:   "verify [FILE]",
		Short: "say whether a signature is right, and if not, why",
		Long: "Verifies a body (FILE or stdin) against -H headers, a whole HTTP request, or a recorded delivery. " +
			"Prints valid, or invalid with the reason and what would have matched; exits 0 or 1. -v adds what is signed and what not. " +
			"A recorded delivery is judged as of when it came, and unverified where no secret is known to judge it with; a --url without a path names scheme and host alone, as for listen.",
		Example: `hooks verify body.json -H 'X-Hub-Signature-256: sha256=…' --secret env:GITHUB_SECRET
hooks verify --request request.http --provider stripe --secret file:secret.txt
hooks verify --delivery @last --json`,
		Args: argsBetween(0, 1),
		RunE: func(c *cobra.Command, args []string) error { return a.verify(c, args, &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.VarP(newValues(&o.headers, headerKind, a.parseHeaders), "add-header", "H", "a header of the request: `'Name: value'`, or @FILE with one a line; repeatable")
	flags.StringVar(&o.request, "request", "", "a whole HTTP request in `FILE`, headers and body")
	flags.StringVar(&o.delivery, "delivery", "", "a recorded delivery: `ID`")
	o.addKeys(flags, "whose scheme: `NAME`, auto or hmac", "the signing secret: `REF` is env:NAME, file:PATH, keyring:NAME, - or the literal; repeatable")
	flags.Var(newValues(&o.publicRefs, "string", parseAny), "public-key", "the public key: `REF` to PEM, base64, hex or whpk_…; repeatable")
	flags.Var(newValue(&o.at, "", "string", a.parseTime), "at", "judge the timestamp as if it were `TIME` (default: now; for a recorded delivery when it came)")
	flags.Var(newValue(&o.tolerance, "", "string", parseTolerance), "tolerance", "how far the timestamp may be off: `DUR`; 0 does not judge it")
	flags.Var(newValue(&o.budget, sign.DefaultBudget.String(), "duration", durationBetween(0, time.Minute)), "explain-budget", "look for the cause of a mismatch for at most `DUR`; 0 does not look")
	o.addMessage(flags)
	o.addGeneric(flags)
	configurable(flags, "tolerance")
	return c
}

// autoProvider recognises the sender from the request.
const autoProvider = "auto"

func (a *app) verify(c *cobra.Command, args []string, o *verifyOptions) error {
	if err := exclusive(c, "request", "delivery"); err != nil {
		return err
	}
	if err := oneBody(c, args); err != nil {
		return err
	}
	keys, err := a.keys(&o.schemeOptions)
	if err != nil {
		return err
	}
	var p *provider.Profile
	if o.provider == autoProvider {
		err = noGeneric(c)
	} else if p, err = a.profile(c, &o.schemeOptions); err == nil {
		err = a.checkSecrets(p, keys.Secrets)
	}
	if err != nil {
		return err
	}
	j := judge{app: a, registry: a.providers(), tolerance: o.tolerance, budget: o.budget, names: o.keyNames(),
		known: func() []sign.Secret { return append(a.configuredNamed(), a.storeNamed(c.Context())...) }}
	if p != nil && p.Scheme.Unkeyed() {
		j.keys = func(*provider.Profile) sign.Keys { return keys }
	} else if j.keys, err = a.keysFor(c.Context(), keys, o.delivery != ""); err != nil {
		return a.whichKey(c.Context(), p, args, o, err)
	}
	m, d, err := a.verifiedMessage(c.Context(), args, o)
	if err != nil {
		return err
	}
	j.at = o.asOf(d, a.now)
	line, err := j.verdict(p, m)
	if err != nil {
		return err
	}
	if d != nil {
		line.JudgedAt, line.judged = j.at, judgedText(d, j.at)
		if !namesKeys(c) {
			line.besideRecord(d, j.knowsSender(line.Provider))
		}
	}
	err = a.printVerdict(line, a.verbose || o.coverage)
	if line.Verdict != store.Valid && len(m.Headers) == 0 {
		a.note("hint: no header was given: -H 'Name: value' or -H @FILE gives those that came, --request FILE the whole request")
	}
	return err
}

// asOf is the time to judge at: --at, or when a recorded delivery came.
func (o *verifyOptions) asOf(d *store.Delivery, now func() time.Time) time.Time {
	switch {
	case !o.at.IsZero():
		return o.at
	case d != nil:
		return d.ReceivedAt
	}
	return now()
}

// whichKey adds to the error about a missing key what the message says of it: the
// schemes with certificates name where theirs is.
func (a *app) whichKey(ctx context.Context, p *provider.Profile, args []string, o *verifyOptions, missing error) error {
	if p == nil {
		return missing
	}
	m, _, err := a.verifiedMessage(ctx, args, o)
	if err != nil {
		return missing
	}
	v := p.Scheme.Verify(m, sign.Keys{}, a.now(), o.tolerance)
	if v.Reason != sign.NoSecret || !strings.HasPrefix(v.Detail, "no certificate") {
		return missing
	}
	return usageError("%s: %s", p.ID, v.Detail).withHint("fetch it yourself and give it with --public-key PATH: hooks asks nobody")
}

// oneBody refuses a body beside a request that has one: only one would be judged.
func oneBody(c *cobra.Command, args []string) error {
	for _, flag := range []string{"request", "delivery"} {
		switch changed := c.Flags().Changed(flag); {
		case changed && c.Flag(flag).Value.String() == "":
			return usageError("--%s is empty", flag)
		case changed && len(args) > 0:
			return usageError("FILE and --%s exclude each other: give one", flag).withHint("-H @FILE gives headers to the body in FILE")
		}
	}
	return nil
}

// verifiedMessage is what is to be verified, from wherever it comes.
// A recorded delivery comes with its record, else that is nil.
func (a *app) verifiedMessage(ctx context.Context, args []string, o *verifyOptions) (m *sign.Message, d *store.Delivery, err error) {
	m = &sign.Message{Method: o.method, URL: o.url}
	switch {
	case o.delivery != "":
		st, err := a.readStore(ctx)
		if err != nil {
			return nil, nil, err
		}
		defer st.Close()
		if d, err = a.find(ctx, st, o.delivery); err != nil {
			return nil, nil, err
		}
		public := a.settings.first("url")
		m = listen.MessageOf(d, orElse(o.url, public))
		if o.url != public && hasPath(o.url) { // a whole URL, and not the listener's base
			m.URL = o.url
		}
	case o.request != "":
		raw, err := a.file(o.request)
		if err != nil {
			return nil, nil, err
		}
		if err := parseRequest(raw, m); err != nil {
			return nil, nil, requestFailure(o.request, err)
		}
	default:
		if m.Body, err = a.file(append(args, "-")[0]); err != nil {
			return nil, nil, err
		}
	}
	m.Headers = append(m.Headers, slices.Concat(o.headers...)...)
	return m, d, nil
}

// hasPath tells a whole URL from the mere base of one.
func hasPath(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (strings.Trim(u.Path, "/") != "" || u.RawQuery != "")
}
