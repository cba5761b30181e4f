package cmd

import (
	"crypto"
	"errors"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
)

// schemeOptions say how a message is signed: whose scheme, with which keys,
// and what a scheme may need to know besides.
type schemeOptions struct {
	provider   string
	secretRefs []string
	secretFile string
	publicRefs []string
	url        string
	method     string
	params     []pair
	generic    sign.GenericOptions
}

// genericProvider is the id of the scheme that is made from flags.
const genericProvider = "hmac"

// addKeys adds the flags that name keys. secret and provider may come from the
// settings.
func (o *schemeOptions) addKeys(flags *pflag.FlagSet, providerUsage, secretUsage string) {
	flags.StringVarP(&o.provider, "provider", "p", o.provider, providerUsage)
	flags.VarP(newValues(&o.secretRefs, "string", parseAny), "secret", "s", secretUsage)
	flags.StringVar(&o.secretFile, "secret-file", "", "the secret is in `PATH`; the same as --secret file:PATH")
	configurable(flags, "provider", "secret")
}

// addMessage adds the flags about what was sent: URL, method and parameters.
func (o *schemeOptions) addMessage(flags *pflag.FlagSet) {
	flags.Var(newValue(&o.url, "", "string", parseURL), "url", "the `URL` as the sender knows it, for schemes that sign it")
	flags.StringVar(&o.method, "method", http.MethodPost, "the request's `METHOD`, for schemes that sign it")
	o.addParams(flags)
	configurable(flags, "url")
}

func (o *schemeOptions) addParams(flags *pflag.FlagSet) {
	flags.Var(newValues(&o.params, "string", parsePair), "param", "`NAME=VALUE` that only the operator knows: key_id, webhook_id, …")
}

// addGeneric adds the flags that describe a scheme without a file.
func (o *schemeOptions) addGeneric(flags *pflag.FlagSet) {
	addGeneric(flags, &o.generic, "with --provider hmac: ")
}

// addGeneric adds them for a command that says when they count.
func addGeneric(flags *pflag.FlagSet, g *sign.GenericOptions, when string) {
	flags.StringVar(&g.Header, "header", "", when+"the signature's header `NAME`")
	flags.StringVar(&g.Algorithm, "algorithm", "sha256", when+"`NAME` is HMAC's sha1, sha256, sha384, sha512 or md5, or ed25519, ecdsa-p256-sha256, rsa-sha256, equal, …")
	flags.StringVar(&g.Encoding, "encoding", "", when+"`FORM` is hex, base64 or base64url (default: hex)")
	flags.StringVar(&g.Prefix, "prefix", "", when+"`TEXT` before the signature, as in sha256=")
	flags.StringVar(&g.Content, "content", "{body}", when+"what is signed: `TEXT`, as in '{timestamp}.{body}'")
	flags.StringVar(&g.TimestampHeader, "timestamp-header", "", when+"the timestamp's header `NAME`")
	flags.StringVar(&g.IDHeader, "id-header", "", when+"the id's header `NAME`")
	flags.StringVar(&g.SecretForm, "secret-form", "literal", when+"`FORM` is literal, base64, hex or whsec")
}

// genericFlags are the flags of addGeneric.
var genericFlags = [...]string{"header", "algorithm", "encoding", "prefix", "content", "timestamp-header", "id-header", "secret-form"}

// profile finds the provider, or makes one of the flags.
func (a *app) profile(c *cobra.Command, o *schemeOptions) (*provider.Profile, error) {
	if o.provider == genericProvider {
		scheme, err := sign.Generic(o.generic)
		if err != nil {
			return nil, usageError("--provider hmac: %s", err).
				withHint("--header X-Signature --algorithm sha256 --encoding hex --content '{body}'")
		}
		return &provider.Profile{ID: genericProvider, Name: "generic HMAC", Scheme: scheme, Behaviour: unsigned().Behaviour}, nil
	}
	if err := noGeneric(c); err != nil {
		return nil, err
	}
	return a.providers().Get(o.provider)
}

// noGeneric refuses flags that describe a scheme where a file does.
func noGeneric(c *cobra.Command) error {
	for _, name := range genericFlags {
		if f := c.Flags().Lookup(name); f != nil && f.Changed {
			return usageError("--%s describes a scheme and needs --provider hmac", name)
		}
	}
	return nil
}

// keys resolves the secrets and keys that were named. Nothing is read from
// stdin before the literal ones are found to be usable.
func (a *app) keys(o *schemeOptions) (sign.Keys, error) {
	refs := o.secretRefs
	if o.secretFile != "" {
		refs = append(refs[:len(refs):len(refs)], "file:"+o.secretFile)
	}
	secrets, err := a.secrets(refs)
	if err != nil {
		return sign.Keys{}, err
	}
	public, err := a.publicKeys(o.publicRefs)
	if err != nil {
		return sign.Keys{}, err
	}
	values := a.settings.params
	if len(o.params) > 0 {
		values = params(o.params)
		for name, value := range a.settings.params {
			if _, given := values[name]; !given {
				values[name] = value
			}
		}
	}
	return sign.Keys{Secrets: secrets, Public: public, Params: values}, nil
}

// publicKeys resolves public keys; a bare path is taken for a file, since a
// key is never one.
func (a *app) publicKeys(refs []string) ([]crypto.PublicKey, error) {
	var keys []crypto.PublicKey
	for _, ref := range refs {
		if _, err := os.Stat(ref); err == nil && !isReference(ref) {
			ref = "file:" + ref
		}
		text, err := a.resolve(ref)
		if err != nil {
			return nil, err
		}
		key, err := sign.ParsePublicKey(text)
		if err != nil {
			return nil, keyFailure("--public-key", err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// checkSecrets refuses secrets that the scheme cannot use, and warns of those
// that it should not.
func (a *app) checkSecrets(p *provider.Profile, secrets []string) error {
	for _, s := range secrets {
		if err := p.Scheme.CheckSecret(s); err != nil {
			return keyFailure(p.ID+" secret", err)
		}
		if weak := p.Scheme.WeakSecret(s); weak != "" {
			a.warnOnce("%s: %s", p.ID, weak)
		}
	}
	return nil
}

// parseHeader reads 'K: V' as curl does: 'K;' is sent empty, 'K:' removes.
func parseHeader(s string) (sign.Header, error) {
	name, value, ok := strings.Cut(s, ":")
	if !ok {
		if name, ok = strings.CutSuffix(s, ";"); !ok {
			return sign.Header{}, errHeader
		}
	}
	value = strings.Trim(value, " \t")
	if !isToken(name) || strings.ContainsAny(value, "\r\n\x00") {
		return sign.Header{}, errHeader
	}
	return sign.Header{Name: name, Value: value}, nil
}

var errHeader = errors.New("a header is 'Name: value', without line ends")

// isToken tells whether s is a header's name (RFC 9110, section 5.6.2).
func isToken(s string) bool {
	return s != "" && strings.Trim(s, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// parseTolerance reads a duration; 0 switches the window off.
func parseTolerance(s string) (*time.Duration, error) {
	d, err := parseDuration(s)
	return &d, err
}

// unsigned is the behaviour of nobody in particular.
func unsigned() *provider.Profile {
	return &provider.Profile{Behaviour: provider.Behaviour{Ack: []string{"2xx"}}}
}

// pair is NAME=VALUE.
type pair struct{ name, value string }

func parsePair(s string) (pair, error) {
	name, value, ok := strings.Cut(s, "=")
	if !ok || name == "" {
		return pair{}, errors.New("must be NAME=VALUE")
	}
	return pair{name, value}, nil
}

// params makes a map of NAME=VALUE flags.
func params(pairs []pair) map[string]string {
	m := make(map[string]string, len(pairs))
	for _, p := range pairs {
		m[p.name] = p.value
	}
	return m
}

// schemeFailure words what Sign could not do.
func schemeFailure(p *provider.Profile, err error) error {
	var missing *sign.MissingValueError
	if errors.As(err, &missing) {
		flag := map[string]string{"id": "--id", "url": "--url", "time": "--timestamp", "method": "--method"}[missing.What]
		return usageError("%s: %s", p.ID, missing).withHint("give %s", orElse(flag, "--param NAME=VALUE"))
	}
	var key *sign.KeyError
	if errors.As(err, &key) {
		return keyFailure(p.ID+" secret", key)
	}
	return usageError("%s: %s", p.ID, err)
}

// schemeFailureOf words what could not be signed, and leaves other errors.
func schemeFailureOf(p *provider.Profile, err error) error {
	var missing *sign.MissingValueError
	var key *sign.KeyError
	if errors.As(err, &missing) || errors.As(err, &key) {
		return schemeFailure(p, err)
	}
	return err
}
