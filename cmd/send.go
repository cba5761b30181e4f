package cmd

import (
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

type sendOptions struct {
	schemeOptions
	requestOptions
	event, id, data, contentType string
	seed                         *int64
	timestamp                    time.Time
	count                        int
}

func newSendCmd(a *app) *cobra.Command {
	o := sendOptions{count: 1}
	o.provider = defaultProvider
	c := &cobra.Command{
		Use:   "send",
		Short: "sign any body and send it",
		Example: `hooks send --to localhost:3000/webhooks --provider stripe --secret env:SECRET --event invoice.paid --data @body.json
echo '{"type":"ping"}' | hooks send --event ping --data -
hooks send --to 3000 --provider hmac --header X-Sig --prefix sha256= --secret env:KEY --data @body.bin`,
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
	flags.Var(newValue(&o.count, "1", "int", parseCount), "count", "send `N` events, each with its own id and signature")
	o.addKeys(flags, "whose scheme signs: `NAME` or hmac", "the signing secret: `REF` is env:NAME, file:PATH, keyring:NAME, - or the literal; repeat it during a rotation")
	flags.Var(newValue(&o.url, "", "string", parseURL), "url", "the `URL` as the receiver knows it, for schemes that sign it")
	flags.StringVar(&o.method, "method", http.MethodPost, "the request's `METHOD`")
	o.addParams(flags)
	o.addGeneric(flags)
	configurable(flags, "url")
	return c
}

func (a *app) send(c *cobra.Command, o *sendOptions) error {
	if err := exclusive(c, "secret", "secret-file"); err != nil {
		return err
	}
	if !c.Flags().Changed("data") {
		return usageError("send needs a body").withHint("%s", exampleOf(c, "--to localhost:3000 --data @body.json"))
	}
	if !isToken(o.method) {
		return usageError("--method %q is no method", cut(o.method))
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
	s, err := o.open(c, a)
	if err != nil {
		return err
	}
	defer s.close()
	client := o.client(a, p)
	defer client.Close()
	source := catalog.NewSource(o.clock(a), o.seed)
	n := &tally{undirected: o.to == ""}
	for range o.count {
		j, err := a.pack(p, keys, s.target, body, source, o)
		if err != nil {
			return err
		}
		if o.dryRun || o.as != "" {
			err = a.printRequest(j, o.as)
		} else {
			err = a.deliver(s.ctx, s.store, client, j, n)
		}
		if err != nil {
			return err
		}
	}
	return a.conclude(n)
}

// clock is that of the user's --timestamp, else the machine's.
func (o *sendOptions) clock(a *app) func() time.Time {
	if o.timestamp.IsZero() {
		return a.now
	}
	return func() time.Time { return o.timestamp }
}

// pack makes one event of the body, with the type and id that the body shows
// where the user gave none.
func (a *app) pack(p *provider.Profile, keys sign.Keys, t send.Target, body []byte, source *catalog.Source, o *sendOptions) (job, error) {
	shownType, shownID := p.Scheme.Event(&sign.Message{Body: body})
	e := send.Event{Type: orElse(o.event, shownType), Method: o.method, WireID: orElse(o.id, shownID), Body: body, ContentType: o.contentType}
	if e.WireID == "" {
		e.WireID = wireID(p, source, source.ULID())
	}
	return a.build(p, keys, t, e, o.clock(a)(), o.url, o.edits, &store.Event{ExternalID: e.WireID, Type: e.Type, Provider: p.ID})
}

// wireID makes the id of an event as its provider writes them.
func wireID(p *provider.Profile, source *catalog.Source, ulid string) string {
	id, err := p.WireID.Make(ulid, source)
	if err != nil {
		return ulid // a Source never fails
	}
	return id
}
