package cmd

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/handshake"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

type triggerOptions struct {
	schemeOptions
	payloadOptions
	requestOptions
	count     int
	handshake string
}

func newTriggerCmd(a *app) *cobra.Command {
	o := triggerOptions{count: 1}
	c := &cobra.Command{
		Use:   "trigger EVENT... | --handshake NAME",
		Short: "make an event from the catalog, sign it and send it",
		Long: "EVENT is a type (payment.succeeded) or provider:type; hooks catalog list shows them. Without --to the event goes to the " +
			"running listener of this store, else to " + defaultAddr + ". Redirects are not followed: a 3xx is a failure.\n" +
			"--handshake plays the test of an endpoint that a sender makes, says what is wrong with the answer, and exits 0 or 1.",
		Example: `hooks trigger payment.succeeded
hooks trigger payment.succeeded --to localhost:3000/webhooks --set data.object.amount=500
hooks trigger stripe:invoice.paid --secret env:STRIPE_WEBHOOK_SECRET --count 3
hooks trigger raas:transaction_completed --dry-run --as curl
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
	flags.Var(newValue(&o.handshake, "", "string", parseHandshake), "handshake", "play the handshake `NAME` instead of an event, and judge the answer (hooks help handshakes)")
	completeWords(c, "handshake", handshake.Names())
	configurable(flags, "url")
	return c
}

func (a *app) trigger(c *cobra.Command, refs []string, o *triggerOptions) error {
	if err := exclusive(c, "secret", "secret-file"); err != nil {
		return err
	}
	events, err := a.plan(c, refs, o)
	if err != nil {
		return err
	}
	s, err := o.open(c, a)
	if err != nil {
		return err
	}
	defer s.close()
	return a.run(s, events, o)
}

// planned is a type that is to be sent, and how it is signed.
type planned struct {
	eventType *catalog.EventType
	profile   *provider.Profile
	keys      sign.Keys
}

// plan finds every type and key before anything is sent.
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
		keys, err := a.signingKeys(c, p, &scheme)
		if err != nil {
			return nil, err
		}
		events = append(events, planned{t, p, keys})
	}
	return events, nil
}

// run makes and sends every event, --count times.
func (a *app) run(s *session, events []planned, o *triggerOptions) error {
	render, err := o.render(a)
	if err != nil {
		return err
	}
	n := &tally{undirected: o.to == ""}
	for range o.count {
		for _, e := range events {
			j, err := a.make(e, s.target, render, o)
			if err != nil {
				return err
			}
			if o.dryRun || o.as != "" {
				if err := a.printRequest(j, o.as); err != nil {
					return err
				}
				continue
			}
			client := o.client(a, e.profile)
			err = a.deliver(s.ctx, s.store, client, j, n)
			client.Close()
			if err != nil {
				return err
			}
		}
	}
	return a.conclude(n)
}

// make renders an event and builds its signed request.
func (a *app) make(e planned, target send.Target, render catalog.RenderOptions, o *triggerOptions) (job, error) {
	r, err := catalog.Render(e.eventType, render)
	if err != nil {
		return job{}, err
	}
	at := o.timestamp
	if at.IsZero() {
		at = a.now()
	}
	if o.id == "" && e.formsIDs() {
		r.WireID = o.wireID(e.profile, r.ULID, render.Source)
	}
	event := send.Event{Type: r.Type, WireID: r.WireID, ContentType: r.ContentType,
		Body: catalog.Fill(r.Body, r.Late, render.Source, "")}
	for _, h := range r.Headers {
		event.Headers = append(event.Headers, sign.Header(h))
	}
	return a.build(e.profile, e.keys, target, event, at, o.url, o.requestOptions.edits, &store.Event{
		ID: o.eventID(r.ULID), ExternalID: r.WireID, Type: r.Type, Provider: e.profile.ID, Channels: r.Channels,
	})
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

// build makes the signed request of an event, with the user's headers on top.
func (a *app) build(p *provider.Profile, keys sign.Keys, t send.Target, e send.Event, at time.Time, url string, edits send.Edits, record *store.Event) (job, error) {
	out, err := send.Build(t, e, send.Signing{Profile: p, Keys: keys, At: at, URL: url}, a.userAgent())
	if err != nil {
		return job{}, schemeFailure(p, err)
	}
	edits.Apply(&out)
	return job{profile: p, target: t, out: out, event: record, trigger: store.TriggerManual}, nil
}
