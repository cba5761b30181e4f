package cmd

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/term"
)

type signOptions struct {
	schemeOptions
	id, nonce, event     string
	timestamp            time.Time
	seed                 *int64
	contentType, bodyOut string
	force                bool
}

func newSignCmd(a *app) *cobra.Command {
	o := signOptions{schemeOptions: schemeOptions{provider: defaultProvider}}
	c := &cobra.Command{
		Use:   "sign [FILE]",
		Short: "print the headers that sign a body",
		Long:  "Signs FILE or stdin, byte for byte, and prints one header a line, as curl -H @- reads them. Without --secret the store's own secret signs.",
		Example: `hooks sign body.json --provider github --secret env:GITHUB_SECRET
hooks sign body.json --provider stripe --secret-file secret.txt | curl -H @- --data-binary @body.json localhost:3000
hooks sign body.json --provider hmac --header X-Sig --content '{timestamp}.{body}' --timestamp-header X-Time --secret env:KEY`,
		Args: argsBetween(0, 1),
		RunE: func(c *cobra.Command, args []string) error { return a.sign(c, args, &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	o.addKeys(flags, "whose scheme: `NAME` or hmac", "the signing secret or private key: `REF` is env:NAME, file:PATH, keyring:NAME, - or the literal; repeat it during a rotation")
	flags.StringVar(&o.id, "id", "", "the event's `ID`, where the scheme carries one (default: the body's, or a new one)")
	flags.StringVar(&o.nonce, "nonce", "", "the `NONCE`, where the scheme carries one (default: a new one)")
	flags.StringVar(&o.event, "event", "", "the event's `TYPE`, where a header carries it (default: the body's)")
	flags.Var(newValue(&o.seed, "", "int", parseSeed), "seed", "make the same id and nonce for the same `N`, for the same --timestamp")
	flags.Var(newValue(&o.timestamp, "", "string", a.parseTime), "timestamp", "the `TIME` to sign with (default: now)")
	o.addMessage(flags)
	flags.StringVar(&o.contentType, "content-type", "", "`TYPE` of the body, for schemes that sign a form's fields; printed with the headers")
	flags.StringVar(&o.bodyOut, "body-out", "", "write the body as it was signed to `FILE`, or to - which is stdout; needed where the signature is inside it")
	flags.BoolVar(&o.force, "force", false, "replace the FILE of --body-out")
	o.addGeneric(flags)
	return c
}

// defaultProvider signs where nobody says whose scheme.
const defaultProvider = "standard"

func (a *app) sign(c *cobra.Command, args []string, o *signOptions) error {
	if err := exclusive(c, "secret", "secret-file"); err != nil {
		return err
	}
	switch {
	case o.bodyOut == "" && (o.force || c.Flags().Changed("body-out")):
		return usageError("--body-out needs a FILE").withHint("--body-out signed.json")
	case o.bodyOut == "-" && a.json:
		return usageError("--body-out - and --json both write to stdout").withHint("--json has the body in it where it was changed; --body-out FILE")
	}
	p, err := a.profile(c, &o.schemeOptions)
	if err != nil {
		return err
	}
	keys, err := a.signingKeys(c, p, &o.schemeOptions)
	if err != nil {
		return err
	}
	body, err := a.file(append(args, "-")[0])
	if err != nil {
		return err
	}
	if o.timestamp.IsZero() {
		o.timestamp = a.now()
	}
	if !a.json {
		a.sayUnstable(body)
	}
	source := catalog.NewSource(func() time.Time { return o.timestamp }, o.seed)
	id := wireID(p, source, source.ULID())
	shownType, shownID := p.Scheme.Event(&sign.Message{Body: body})
	values := sign.Values{Time: o.timestamp, ID: orElse(o.id, orElse(shownID, id)), Nonce: orElse(o.nonce, id), Event: orElse(o.event, shownType)}
	m := &sign.Message{Method: o.method, URL: o.url, Body: body}
	if o.contentType != "" {
		m.Headers = sign.Headers{{Name: "Content-Type", Value: o.contentType}}
	}
	signed, err := p.Scheme.Sign(m, keys, values)
	if err != nil {
		return schemeFailure(p, err)
	}
	if err := a.writeSigned(p, o, body, signed.Body); err != nil {
		return err
	}
	if !a.json && signed.URL != m.URL {
		a.note("%s signs inside the URL: send it to %s", p.ID, signed.URL)
	}
	return a.printSigned(p, m, signed)
}

// signingKeys are the keys that were named, or the store's own secret.
func (a *app) signingKeys(c *cobra.Command, p *provider.Profile, o *schemeOptions) (sign.Keys, error) {
	keys, err := a.keys(o)
	if err != nil {
		return sign.Keys{}, err
	}
	if len(keys.Secrets) == 0 && len(a.settings.secrets[p.ID]) > 0 {
		if keys.Secrets, err = a.secrets(a.settings.secrets[p.ID]); err != nil {
			return sign.Keys{}, err
		}
	}
	if len(keys.Secrets) > 0 || p.Scheme.Unkeyed() {
		return keys, a.checkSecrets(p, keys.Secrets)
	}
	st, err := a.openStore(c.Context())
	if err != nil {
		return sign.Keys{}, err
	}
	defer st.Close()
	own, err := st.Secret(c.Context())
	if err != nil {
		return sign.Keys{}, err
	}
	if err := p.Scheme.CheckSecret(own); err != nil {
		return sign.Keys{}, secretError("%s signs with a key of its own form: %s", p.ID, err).withHint("--secret REF names it; hooks secret new --provider %s makes one", p.ID)
	}
	keys.Secrets = []string{own}
	return keys, nil
}

// writeSigned writes the body to where it was asked for, and asks where to if
// it carries its own signature.
func (a *app) writeSigned(p *provider.Profile, o *signOptions, given, signed []byte) error {
	switch {
	case o.bodyOut == "-":
		return a.writeBody(signed)
	case o.bodyOut != "":
		return thereAlready(createFile(o.bodyOut, signed, 0o600, o.force), "--force replaces it")
	case !a.json && !bytes.Equal(given, signed):
		return usageError("%s signs inside the body: say where the signed body goes", p.ID).withHint("--body-out FILE, or --json")
	}
	return nil
}

// signedLine is what `hooks sign --json` prints. URL and body are only there if
// the scheme changed them.
type signedLine struct {
	Provider   string            `json:"provider"`
	Headers    map[string]string `json:"headers"`
	URL        string            `json:"url,omitempty"`
	BodySHA256 string            `json:"body_sha256"`
	Body       *string           `json:"body,omitempty"`
	BodyBase64 []byte            `json:"body_base64,omitempty"`
}

func (a *app) printSigned(p *provider.Profile, given, signed *sign.Message) error {
	if !a.json {
		for _, h := range signed.Headers {
			if err := a.println(term.Safe(h.Name + ": " + h.Value).String()); err != nil {
				return err
			}
		}
		return nil
	}
	sum := sha256.Sum256(signed.Body)
	line := signedLine{Provider: p.ID, Headers: map[string]string{}, BodySHA256: hex.EncodeToString(sum[:])}
	for _, h := range signed.Headers {
		line.Headers[h.Name] = h.Value
	}
	if signed.URL != given.URL {
		line.URL = signed.URL
	}
	if !bytes.Equal(given.Body, signed.Body) {
		if text := string(signed.Body); utf8.ValidString(text) {
			line.Body = &text
		} else {
			line.BodyBase64 = signed.Body
		}
	}
	return a.printJSON(line)
}
