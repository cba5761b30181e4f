package cmd

import (
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

type sendOptions struct {
	schemeOptions
	requestOptions
	deliveryOptions
	load                         loadOptions
	event, id, data, contentType string
	seed                         *int64
	timestamp                    time.Time
}

func newSendCmd(a *app) *cobra.Command {
	var o sendOptions
	o.provider = defaultProvider
	c := &cobra.Command{
		Use:   "send",
		Short: "sign any body and send it",
		Long: "Like hooks trigger, with a body of your own: it goes to --to, else to the endpoints that want the event, else to the running listener. " +
			"--wait follows the provider's retry schedule, --skip-waits in no time.\n\n" + loadHelp,
		Example: `hooks send --to localhost:3000/webhooks --provider stripe --secret env:SECRET --event invoice.paid --data @body.json
echo '{"type":"ping"}' | hooks send --event ping --data -
hooks send --to 3000 --provider hmac --header X-Sig --prefix sha256= --secret env:KEY --data @body.bin
` + loadExample,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.send(c, &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	o.requestOptions.add(flags, "where: `TARGET` is a port, host:port/path, URL or unix:/path.sock (default: the running listener)")
	flags.StringVar(&o.data, "data", "", "the body: `DATA` is @file, - or the literal")
	flags.StringVar(&o.event, "event", "", "the event's `TYPE` (default: the body's)")
	flags.StringVar(&o.id, "id", "", "the event's `ID` on the wire (default: the body's, or a new one)")
	flags.StringVar(&o.contentType, "content-type", "application/json", "`TYPE` of the body")
	flags.Var(newValue(&o.timestamp, "", "string", a.parseTime), "timestamp", "the `TIME` of the signature (default: now)")
	flags.Var(newValue(&o.seed, "", "int", parseSeed), "seed", "make the same ids for the same `N`")
	o.deliveryOptions.add(flags)
	o.addEvents(c)
	o.addKeys(flags, "whose scheme signs: `NAME` or hmac", "the signing secret: `REF` is env:NAME, file:PATH, keyring:NAME, - or the literal; repeat it during a rotation")
	flags.Var(newValue(&o.url, "", "string", parseURL), "url", "the `URL` as the receiver knows it, for schemes that sign it")
	flags.StringVar(&o.method, "method", http.MethodPost, "the request's `METHOD`")
	o.addParams(flags)
	o.addGeneric(flags)
	o.load.add(flags)
	configurable(flags, "url")
	return c
}

func (a *app) send(c *cobra.Command, o *sendOptions) error {
	if err := o.check(c); err != nil {
		return err
	}
	p, err := a.profile(c, &o.schemeOptions)
	if err != nil {
		return err
	}
	keys, err := a.signingKeys(c, p, &o.schemeOptions)
	if err != nil {
		return err
	}
	body, err := a.data(o.data)
	if err != nil {
		return err
	}
	if o.load.isLoad(c) {
		return a.load(c, o, p, keys, body)
	}
	a.warnOfBurst(&o.deliveryOptions, 1)
	s, err := o.open(c, a)
	if err != nil {
		return err
	}
	defer s.close()
	source := catalog.NewSource(o.at(a), o.seed)
	b, err := a.newOutbox(c, s, &o.requestOptions, &o.schemeOptions, &o.deliveryOptions, source, o.timestamp, o.seed)
	if err != nil {
		return err
	}
	channels, err := o.eventChannels(a)
	if err != nil {
		return err
	}
	b.keys[p.ID] = keys
	known := b.work.Profile
	b.work.Profile = func(id string) (*provider.Profile, error) {
		if id == p.ID { // which may have been made from flags
			return p, nil
		}
		return known(id)
	}
	for range o.count {
		if err := b.raise(o.pack(p, body, source, channels)); err != nil {
			return interruptedOr(s.ctx, err)
		}
	}
	return b.finish()
}

// check refuses what makes no sense together, and a body that is missing.
func (o *sendOptions) check(c *cobra.Command) error {
	if err := exclusive(c, "secret", "secret-file"); err != nil {
		return err
	}
	if err := o.load.check(c); err != nil {
		return err
	}
	if err := o.deliveryOptions.check(c); err != nil {
		return err
	}
	if !c.Flags().Changed("data") {
		return usageError("send needs a body").withHint("%s", exampleOf(c, "--to localhost:3000 --data @body.json"))
	}
	if !isToken(o.method) {
		return usageError("--method %q is not a method", cut(o.method))
	}
	return nil
}

// at is the clock of the user's --timestamp, else the machine's.
func (o *sendOptions) at(a *app) func() time.Time {
	if o.timestamp.IsZero() {
		return a.now
	}
	return func() time.Time { return o.timestamp }
}

// pack makes one event of the body, with the type and id that the body shows
// where the user gave none.
func (o *sendOptions) pack(p *provider.Profile, body []byte, source *catalog.Source, channels []string) raised {
	shownType, shownID := p.Scheme.Event(&sign.Message{Body: body})
	event := &store.Event{ExternalID: orElse(o.id, shownID), Type: orElse(o.event, shownType), Provider: p.ID, Channels: channels}
	if event.ExternalID == "" {
		event.ExternalID = wireID(p, source, source.ULID())
	}
	return raised{event: event, profile: p, method: o.method, contentType: o.contentType, body: body}
}

// wireID makes the id of an event as its provider writes them.
func wireID(p *provider.Profile, source *catalog.Source, ulid string) string {
	id, err := p.WireID.Make(ulid, source)
	if err != nil {
		return ulid // a Source never fails
	}
	return id
}
