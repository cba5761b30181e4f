package cmd

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/handshake"
	"github.com/hooks-cli/hooks/provider"
)

type triggerOptions struct {
	schemeOptions
	payloadOptions
	requestOptions
	deliveryOptions
	handshake string
	validate  string
	fuzz      int
}

func newTriggerCmd(a *app) *cobra.Command {
	var o triggerOptions
	c := &cobra.Command{
		Use:   "trigger EVENT... | --handshake NAME",
		Short: "make an event from the catalog, sign it and send it",
		Long: "EVENT is a type (payment.succeeded) or provider:type; hooks catalog list shows them. Without --to the event goes to the " +
			"endpoints that want it (hooks endpoint list); where none is of its provider, to the running listener of this store, else to " +
			defaultAddr + ". Redirects are not followed: a 3xx is a failure.\n" +
			"--wait follows the provider's retry schedule to its end, and --skip-waits makes its hours pass in no time. Without it an " +
			"endpoint's failed delivery stays in the queue, which hooks dispatch works through.\n" +
			"A sender can misbehave on purpose: what it did stands below each line, and in the field misbehaved of --json. A dropped " +
			"request counts as timed out.\n" +
			"--handshake plays the test of an endpoint that a sender makes, says what is wrong with the answer, and exits 0 or 1.",
		Example: `hooks trigger payment.succeeded
hooks trigger payment.succeeded --to localhost:3000/webhooks --set data.object.amount=500
hooks trigger stripe:invoice.paid --secret env:STRIPE_WEBHOOK_SECRET --count 3
hooks trigger raas:transaction_completed --dry-run --as curl
hooks trigger payment.succeeded --to localhost:3000/webhooks --fuzz 50 --seed 1
hooks trigger payment.succeeded --to localhost:3000/webhooks --skip-waits
hooks trigger payment.succeeded --to localhost:3000/webhooks --duplicate 3 --burst 3
hooks trigger payment.succeeded --to localhost:3000/webhooks --bad-signature truncated
hooks trigger --handshake crc --to localhost:3000/webhooks --secret env:X_CONSUMER_SECRET`,
		Args: func(c *cobra.Command, args []string) error {
			if o.handshake != "" {
				return o.onlyHandshake(c, args)
			}
			return argsBetween(1, -1)(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			if o.handshake != "" {
				return a.triggerHandshake(c, &o)
			}
			return a.trigger(c, args, &o)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	o.requestOptions.add(flags, "where: `TARGET` is a port, host:port/path, URL or unix:/path.sock")
	o.addKeys(flags, "whose scheme signs: `NAME` (default: the catalog's)", "the signing secret: `REF` is env:NAME, file:PATH, keyring:NAME, - or the literal; repeat it during a rotation")
	o.payloadOptions.add(a, flags)
	flags.Var(newValue(&o.url, "", "string", parseURL), "url", "the `URL` as the receiver knows it, for schemes that sign it")
	o.addParams(flags)
	addValidate(flags, &o.validate, "hold the payload against its schema: `MODE` is warn, off or reject, which sends nothing and exits 1")
	flags.Var(newValue(&o.fuzz, "", "int", parseCount), "fuzz", "send `N` events with payloads made from the schema, the same for the same --seed")
	o.deliveryOptions.add(flags)
	o.addEvents(c)
	o.addRate(c)
	flags.Var(newValue(&o.handshake, "", "string", parseHandshake), "handshake", "play the handshake `NAME` instead of an event, and judge the answer (hooks help handshakes)")
	completeWords(c, "handshake", handshake.Names())
	configurable(flags, "url", "validate")
	return c
}

func (a *app) trigger(c *cobra.Command, refs []string, o *triggerOptions) error {
	if err := exclusive(c, "secret", "secret-file"); err != nil {
		return err
	}
	if err := o.deliveryOptions.check(c); err != nil {
		return err
	}
	if o.fuzz > 0 {
		if err := exclusive(c, "fuzz", "count"); err != nil {
			return err
		}
		o.count, o.generate = o.fuzz, true
	}
	events, err := a.plan(c, refs, o)
	if err != nil {
		return err
	}
	a.warnOfBurst(&o.deliveryOptions, len(events))
	render, err := o.render(a)
	if err != nil {
		return err
	}
	if err := a.checkEvents(events, o, render); err != nil {
		return err
	}
	s, err := o.open(c, a)
	if err != nil {
		return err
	}
	defer s.close()
	if render.Channels, err = o.eventChannels(a); err != nil {
		return err
	}
	b, err := a.newOutbox(c, s, &o.requestOptions, &o.schemeOptions, &o.deliveryOptions, render.Source, o.timestamp, o.seed)
	if err != nil {
		return err
	}
	for range o.count {
		for _, e := range events {
			one, err := e.render(o, render)
			if err == nil {
				err = b.raise(one)
			}
			if err != nil {
				return interruptedOr(s.ctx, err)
			}
		}
	}
	return b.finish()
}

// planned is a type that is to be sent, and whose scheme signs it.
type planned struct {
	eventType *catalog.EventType
	profile   *provider.Profile
}

// plan finds every type before anything is sent.
func (a *app) plan(c *cobra.Command, refs []string, o *triggerOptions) ([]planned, error) {
	var events []planned
	for _, ref := range refs {
		t, err := a.findType(ref, o.provider)
		if err != nil {
			return nil, err
		}
		if t.Archived {
			return nil, usageError("event type %s is archived and no longer sent", t.Qualified())
		}
		if t.Deprecated {
			a.warn("event type %s is deprecated", t.Qualified())
		}
		scheme := o.schemeOptions
		if !c.Flags().Changed("provider") && a.settings.first("provider") == "" {
			scheme.provider = t.Catalog.Provider
		}
		p, err := a.providers().Get(scheme.provider)
		if err != nil {
			return nil, err
		}
		events = append(events, planned{t, p})
	}
	return events, nil
}

// render makes an event of the type.
func (e *planned) render(o *triggerOptions, render catalog.RenderOptions) (raised, error) {
	r, err := catalog.Render(e.eventType, render)
	if err != nil {
		return raised{}, err
	}
	if o.id == "" && e.formsIDs() {
		r.WireID = o.wireID(e.profile, r.ULID, render.Source)
	}
	return raisedFrom(r, e.profile, o.eventID(r.ULID)), nil
}

// formsIDs tells whether ids have the form of the sender's file: that of another
// sender's catalog, or of none, is not its own.
func (e *planned) formsIDs() bool {
	c := e.eventType.Catalog
	return e.profile.States("wire_id") && (c.Provider != e.profile.ID || c.IDField == "" && c.IDForm == "")
}

// wireID makes an id in the form of a sender: --static always the same one.
func (o *payloadOptions) wireID(p *provider.Profile, ulid string, source *catalog.Source) string {
	if o.static {
		id, _ := p.WireID.Make(strings.Repeat("0", len(ulid)), zeros{}) // which never fails
		return id
	}
	return wireID(p, source, ulid)
}

// zeros is what stands for random bytes where nothing is to be new.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
