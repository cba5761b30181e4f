package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/store"
)

type endpointEditOptions struct {
	endpointFlags
	subscriptionFlags
	channelFlags
	releaseOptions
	url            string
	removeChannels []string
	clearChannels  bool
	removeHeaders  []string
}

func newEndpointEditCmd(a *app) *cobra.Command {
	var o endpointEditOptions
	c := &cobra.Command{
		Use:   "edit EP",
		Short: "change an endpoint",
		Long: "All of it is changed or, where something is wrong, nothing. What is not named stays as it is. A new URL holds from the next attempt on, other types and channels for " +
			"new events. Every edit ends a pause and clears the count of failures. The provider is not changed: add another endpoint; the secret is by hooks secret rotate.",
		Example: `hooks endpoint edit shop --url https://example.com/hooks/v2
hooks endpoint edit shop --off payment.failed
hooks endpoint edit shop --event 'payment.*,refund.*' --retry 1m,5m,1h
hooks endpoint edit shop --clear-channels --add-channel eu`,
		Args: argsBetween(1, 1),
		RunE: func(c *cobra.Command, args []string) error { return a.editEndpoint(c, args[0], &o) },
	}
	c.Flags().SortFlags = false
	o.add(c.Flags())
	return c
}

func (o *endpointEditOptions) add(flags *pflag.FlagSet) {
	flags.StringVar(&o.url, "url", "", "deliver to `URL`")
	o.subscriptionFlags.add(flags, "take these event types in place of those before: `GLOBS`, comma-separated, ! switches off; repeatable")
	flags.Var(newValues(&o.on, "string", parseGlobs), "on", "switch the `TYPE` on, and take it; repeatable")
	o.channelFlags.add(flags, "add-channel", "take events of the channel `C`, too; repeatable")
	flags.Var(newValues(&o.removeChannels, "string", parseChannel), "remove-channel", "stop taking events of the channel `C`; repeatable")
	flags.BoolVar(&o.clearChannels, "clear-channels", false, "remove all channels, before others are added")
	flags.Var(newValues(&o.removeHeaders, "string", parseAny), "remove-header", "remove the header `NAME`; repeatable")
	o.endpointFlags.add(flags)
	o.releaseOptions.add(flags)
}

func (a *app) editEndpoint(c *cobra.Command, ref string, o *endpointEditOptions) error {
	if !anyChanged(c.LocalNonPersistentFlags()) {
		return usageError("say what to change").withHint("hooks endpoint edit --help; hooks endpoint resume %s ends a pause", ref)
	}
	ctx := c.Context()
	st, ep, err := storeWith(ctx, a.openDeclared, ref)
	if err != nil {
		return err
	}
	defer st.Close()
	p, rules, err := a.endpointRules(ep)
	if err != nil {
		return err
	}
	edit, err := o.prepare(a, c.Flags(), ep, p, rules)
	if err != nil {
		return err
	}
	change, err := st.ChangeEndpoint(ctx, ep.ID, a.now(), false, func(e *store.Endpoint, others []*store.Endpoint) error {
		if !e.DeletedAt.IsZero() {
			return deletedEndpoint(e)
		}
		if err := edit(e); err != nil {
			return err
		}
		e.Resume()
		e.Declared = ""
		if c.Flags().Changed("url") {
			a.warnTwins(e, others)
		}
		return nameFree(e, others)
	})
	if err != nil {
		return err
	}
	if len(change.Before.Channels) > 0 && len(change.After.Channels) == 0 {
		a.note("%s has no channel any more: it gets the events of all channels and of none", callIt(ep))
	}
	return a.release(ctx, st, change, "edited", o.releaseOptions)
}

func anyChanged(flags *pflag.FlagSet) bool {
	changed := false
	flags.VisitAll(func(f *pflag.Flag) { changed = changed || f.Changed })
	return changed
}

// prepare judges the flags by the endpoint as it is, says what is to be warned
// of, and returns the change itself, which may be made more than once.
func (o *endpointEditOptions) prepare(a *app, flags *pflag.FlagSet, ep *store.Endpoint, p *provider.Profile, rules provider.Behaviour) (func(*store.Endpoint) error, error) {
	url := ""
	if flags.Changed("url") {
		var err error
		if url, err = endpointURL(o.url); err != nil {
			return nil, err
		}
		if err := a.checkTransport(url, ep.Provider, rules, o.strict); err != nil {
			return nil, err
		}
	}
	if err := checkHeaders(p, o.headers); err != nil {
		return nil, err
	}
	added, err := o.given(a, o.strict)
	if err != nil {
		return nil, err
	}
	wish, err := o.wish()
	if err != nil {
		return nil, err
	}
	tried := *ep
	if err := a.subscribe(&tried, rules, &o.subscriptionFlags); err != nil {
		return nil, err
	}
	return func(e *store.Endpoint) error {
		e.URL = orElse(url, e.URL)
		if err := o.withoutHeaders(e); err != nil {
			return err
		}
		o.apply(flags, e)
		if err := o.changeChannels(e, added); err != nil {
			return err
		}
		return wish.apply(e)
	}, nil
}

func (o *endpointEditOptions) withoutHeaders(e *store.Endpoint) error {
	for _, name := range o.removeHeaders {
		left := slices.Clone(e.Headers)
		for i := len(left) - 1; i >= 0; i-- {
			if strings.EqualFold(left[i].Name, name) {
				left = slices.Delete(left, i, i+1)
			}
		}
		if len(left) == len(e.Headers) {
			var known []string
			for _, h := range e.Headers {
				known = append(known, h.Name)
			}
			return usageError("%s has no header %q", callIt(e), cut(name)).withHint("%s", didYouMean(name, known))
		}
		e.Headers = left
	}
	return nil
}

func (o *endpointEditOptions) changeChannels(e *store.Endpoint, added []string) error {
	channels := slices.Clone(e.Channels)
	for _, name := range o.removeChannels {
		i := slices.Index(channels, name)
		if i < 0 {
			return usageError("%s has no channel %q", callIt(e), name).withHint("%s", didYouMean(name, channels))
		}
		channels = slices.Delete(channels, i, i+1)
	}
	if o.clearChannels {
		channels = nil
	}
	var err error
	e.Channels, err = joined(append(channels, added...))
	return err
}
