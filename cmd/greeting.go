package cmd

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/handshake"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

// greeting is a handshake that is to be played: whose, and with which keys.
type greeting struct {
	handshake.Handshake
	profile *provider.Profile // nil where no file names the handshake
	keys    sign.Keys
	steps   []handshake.Step
}

// handshakeFlags are the flags of trigger that a handshake has a use for; all
// others make or change an event.
var handshakeFlags = [...]string{"handshake", "to", "add-header", "timeout", "insecure", "dry-run", "as",
	"provider", "secret", "secret-file", "param", "url", "seed", "timestamp"}

// onlyHandshake refuses what belongs to an event.
func (o *triggerOptions) onlyHandshake(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError("--handshake makes a request of its own, and takes no event: %q", cut(args[0])).
			withHint("%s", exampleOf(c, "--handshake "+o.handshake+" --to localhost:3000/webhooks"))
	}
	var surplus string
	c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		if f.Changed && surplus == "" && !slices.Contains(handshakeFlags[:], f.Name) {
			surplus = f.Name
		}
	})
	if surplus != "" {
		return usageError("--%s changes an event, and --handshake sends none: give one", surplus)
	}
	return exclusive(c, "secret", "secret-file")
}

// greeting finds out who makes the handshake, and what it is made of.
func (a *app) greeting(c *cobra.Command, o *triggerOptions) (*greeting, error) {
	h, err := handshake.Find(o.handshake)
	if err != nil {
		return nil, err
	}
	g := &greeting{Handshake: h}
	if g.profile, err = a.greeter(c, h, o.schemeOptions.provider); err != nil {
		return nil, err
	}
	token, err := a.tokens(o.seed)
	if err != nil {
		return nil, err
	}
	asking := handshake.Asking{Token: token}
	if p := g.profile; p != nil {
		asking.Sender = orElse(p.Like, p.ID)
	}
	signed := slices.ContainsFunc(h.Steps(asking), func(s handshake.Step) bool { return s.Signing != handshake.Unsigned && s.Secret == "" })
	if err := refuseSecret(c, h, signed); err != nil {
		return nil, err
	}
	if g.keys, err = a.greetingKeys(c, g.profile, h.Keyed || signed, o); err != nil {
		return nil, err
	}
	for _, name := range h.Needs {
		if g.keys.Params[name] == "" {
			return nil, usageError("the answer to the handshake %s has %s in it, and cannot be judged without it", h.Name, name).withHint("--param %s=VALUE", name)
		}
	}
	asking.Params = g.keys.Params
	if len(g.keys.Secrets) > 0 {
		asking.Secret = g.keys.Secrets[0]
	}
	g.steps = h.Steps(asking)
	if len(o.secretRefs) == 0 && o.secretFile == "" && (h.Keyed || signed) && (g.profile == nil || len(a.settings.secrets[g.profile.ID]) == 0) {
		a.note("no secret was given: played with the store's own (hooks listen --print-secret)")
	}
	if g.asksWith(handshake.VerifyToken) {
		a.note("no token was agreed on: asked with %s; --param verify_token=TOKEN gives another", handshake.VerifyToken)
	}
	return g, nil
}

// asksWith tells whether a text is part of a query.
func (g *greeting) asksWith(text string) bool {
	return slices.ContainsFunc(g.steps, func(s handshake.Step) bool { return strings.Contains(s.Query, text) })
}

// greeter is who makes a handshake: the provider that was named; else the one
// of the settings, if its file names the handshake; else the first whose does.
func (a *app) greeter(c *cobra.Command, h handshake.Handshake, named string) (*provider.Profile, error) {
	greeters := a.providers().Greeters(h.Name)
	named = orElse(named, a.settings.first("provider"))
	i := slices.IndexFunc(greeters, func(p *provider.Profile) bool { return p.ID == named })
	switch {
	case i >= 0:
		return greeters[i], nil
	case c.Flags().Changed("provider"):
		return nil, a.noGreeter(h, named, greeters)
	case len(greeters) > 0:
		return greeters[0], nil
	}
	return nil, nil
}

func (a *app) noGreeter(h handshake.Handshake, named string, greeters []*provider.Profile) error {
	if _, err := a.providers().Get(named); err != nil {
		return err
	}
	var ids []string
	for _, p := range greeters {
		ids = append(ids, p.ID)
	}
	f := usageError("the file of %s names no handshake %s", named, h.Name)
	if len(ids) == 0 {
		return f.withHint("leave --provider out: no file names it")
	}
	return f.withHint("--provider %s", strings.Join(ids, ", "))
}

// refuseSecret refuses a secret that would not be used.
func refuseSecret(c *cobra.Command, h handshake.Handshake, signed bool) error {
	for _, name := range []string{"secret", "secret-file"} {
		if c.Flags().Changed(name) && !h.Keyed && !signed && !h.Carries {
			return usageError("the handshake %s uses no secret", h.Name).withHint("leave --%s out", name)
		}
	}
	return nil
}

// greetingKeys are the keys that were named, or those of the settings. Where a
// secret is needed and none is known it is the store's own.
func (a *app) greetingKeys(c *cobra.Command, p *provider.Profile, needed bool, o *triggerOptions) (sign.Keys, error) {
	if needed && p != nil {
		return a.signingKeys(c, p, &o.schemeOptions)
	}
	keys, err := a.keys(&o.schemeOptions)
	if err == nil && len(keys.Secrets) == 0 && p != nil {
		keys.Secrets, err = a.secrets(a.settings.secrets[p.ID])
	}
	if err != nil || len(keys.Secrets) > 0 || !needed {
		return keys, err
	}
	st, err := a.openStore(c.Context())
	if err != nil {
		return keys, err
	}
	defer st.Close()
	own, err := st.Secret(c.Context())
	keys.Secrets = []string{own}
	return keys, err
}

// tokens makes challenges: the same ones for the same seed.
func (a *app) tokens(seed *int64) (func(int) string, error) {
	const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	var key [32]byte
	if seed != nil {
		copy(key[:], fmt.Sprint(*seed))
	} else if _, err := io.ReadFull(a.random, key[:]); err != nil {
		return nil, environmentError("no random numbers: %s", cause(err))
	}
	return func(n int) string {
		source := rand.New(rand.NewChaCha8(key))
		key[31]++ // the next token is another
		text := make([]byte, n)
		for i := range text {
			text[i] = alphabet[source.IntN(len(alphabet))]
		}
		return string(text)
	}, nil
}

// request is a step as it goes out, and as its answer is judged: under the URL
// that the receiver knows.
func (g *greeting) request(a *app, s handshake.Step, t send.Target, o *triggerOptions) (send.Outgoing, *sign.Message, error) {
	agent := a.userAgent()
	if g.profile != nil {
		agent = orElse(g.profile.UserAgent, agent)
	}
	path := "/"
	if s.Query != "" {
		path += "?" + s.Query
	}
	out := send.Outgoing{Method: s.Method, RequestTarget: t.RequestTarget(path), Body: s.Body,
		Headers: append(sign.Headers{{Name: "User-Agent", Value: agent}}, s.Headers...)}
	known := t.SignedURL(out.RequestTarget)
	if o.url != "" {
		base, _, _ := strings.Cut(o.url, "?")
		_, query, _ := strings.Cut(out.RequestTarget, "?")
		known = strings.TrimSuffix(base+"?"+query, "?")
	}
	if s.Signing != handshake.Unsigned && g.profile != nil {
		var err error
		if out, err = g.sign(a, s, t, out, known, o); err != nil {
			return out, nil, schemeFailure(g.profile, err)
		}
	}
	o.requestOptions.edits.Apply(&out)
	return out, &sign.Message{Method: out.Method, URL: known, Headers: out.Headers, Body: out.Body}, nil
}

// sign signs as the sender does: rightly, or what is not sent.
func (g *greeting) sign(a *app, s handshake.Step, t send.Target, out send.Outgoing, known string, o *triggerOptions) (send.Outgoing, error) {
	signing := send.Signing{Profile: g.profile, Keys: g.keys, At: o.timestamp, URL: known}
	if signing.At.IsZero() {
		signing.At = a.now()
	}
	if s.Secret != "" {
		signing.Keys.Secrets = []string{s.Secret}
	}
	body := out.Body
	if s.Signing == handshake.Missigned {
		out.Body = append(slices.Clone(body), ' ')
	}
	source := o.source(a)
	id := wireID(g.profile, source, source.ULID())
	out, err := signing.Sign(t, out, sign.Values{ID: id, Nonce: id, Event: s.Event})
	if s.Signing == handshake.Missigned {
		out.Body = body
	}
	return out, err
}
