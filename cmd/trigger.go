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
	timingOptions
	channelFlags
	count                         int
	handshake                     string
	wait, noDeliver, requireMatch bool
}

func newTriggerCmd(a *app) *cobra.Command {
	o := triggerOptions{count: 1}
	c := &cobra.Command{
		Use:   "trigger EVENT... | --handshake NAME",
		Short: "make an event from the catalog, sign it and send it",
		Long: "EVENT is a type (payment.succeeded) or provider:type; hooks catalog list shows them. Without --to the event goes to the " +
			"endpoints that want it (hooks endpoint list); where none is of its provider, to the running listener of this store, else to " +
			defaultAddr + ". Redirects are not followed: a 3xx is a failure.\n" +
			"--wait follows the provider's retry schedule to its end, and --skip-waits makes its hours pass in no time. Without it an " +
			"endpoint's failed delivery stays in the queue, which hooks dispatch works off.\n" +
			"--handshake plays the test of an endpoint that a sender makes, says what is wrong with the answer, and exits 0 or 1.",
		Example: `hooks trigger payment.succeeded
hooks trigger payment.succeeded --to localhost:3000/webhooks --set data.object.amount=500
hooks trigger stripe:invoice.paid --secret env:STRIPE_WEBHOOK_SECRET --count 3
hooks trigger raas:transaction_completed --dry-run --as curl
hooks trigger payment.succeeded --to localhost:3000/webhooks --skip-waits
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
	flags.Var(newValue(&o.count, "1", "int", parseCount), "count", "send `N` events")
	flags.Var(newValue(&o.url, "", "string", parseURL), "url", "the `URL` as the receiver knows it, for schemes that sign it")
	o.addParams(flags)
	o.channelFlags.add(flags, "channel", "the event is of this channel: `NAME`; repeatable")
	flags.BoolVar(&o.wait, "wait", false, "follow the provider's retry schedule to the end")
	o.timingOptions.add(flags)
	flags.BoolVar(&o.noDeliver, "no-deliver", false, "put the deliveries to endpoints into the queue and leave them to hooks dispatch")
	flags.BoolVar(&o.requireMatch, "require-match", false, "exit 1 when no endpoint wants an event")
	flags.Var(newValue(&o.handshake, "", "string", parseHandshake), "handshake", "play the handshake `NAME` instead of an event, and judge the answer (hooks help handshakes)")
	completeWords(c, "handshake", handshake.Names())
	configurable(flags, "url")
	return c
}

func (a *app) trigger(c *cobra.Command, refs []string, o *triggerOptions) error {
	for _, pair := range [][]string{{"secret", "secret-file"}, {"no-deliver", "wait"}, {"no-deliver", "skip-waits"}, {"no-deliver", "time-scale"}, {"no-deliver", "to"}} {
		if err := exclusive(c, pair...); err != nil {
			return err
		}
	}
	if err := o.timingOptions.check(c); err != nil {
		return err
	}
	o.wait = o.wait || o.compressed()
	events, err := a.plan(c, refs, o)
	if err != nil {
		return err
	}
	s, err := o.open(c, a)
	if err != nil {
		return err
	}
	defer s.close()
	t, err := a.newTriggering(c, s, o)
	if err != nil {
		return err
	}
	return t.run(events)
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
