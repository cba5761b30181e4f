package cmd

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/store"
)

func newEndpointShowCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "show EP",
		Short:   "everything about an endpoint",
		Example: "hooks endpoint show shop\nhooks endpoint show ep_01J --json",
		Args:    argsBetween(1, 1),
		RunE:    func(c *cobra.Command, args []string) error { return a.showEndpoint(c.Context(), args[0]) },
	}
}

// lastShown is how many deliveries show adds.
const lastShown = 5

func (a *app) showEndpoint(ctx context.Context, ref string) error {
	st, err := a.readEndpoints(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	ep, err := st.Endpoint(ctx, ref)
	if err != nil {
		return err
	}
	v, err := a.view(ctx, st, ep)
	if err != nil {
		return err
	}
	last, err := a.lastDeliveries(ctx, st, ep)
	if err != nil {
		return err
	}
	return a.printEndpoint(v, v.secretText(), func() string { return a.describeEndpoint(v) + last })
}

func (a *app) lastDeliveries(ctx context.Context, st *store.Store, ep *store.Endpoint) (string, error) {
	text := ""
	for d, err := range st.List(ctx, store.Query{Endpoint: ep.ID, Limit: lastShown}) {
		if err != nil {
			return "", err
		}
		text += "  " + a.deliveryLine(d) + "\n"
	}
	if text != "" {
		text = "\nLAST DELIVERIES\n" + text
	}
	return text, nil
}

// eventsText is which event types the endpoint takes.
func eventsText(v endpointView) string {
	switch {
	case v.events.all && v.events.of > 0:
		return fmt.Sprintf("all of %d", v.events.of)
	case v.events.all:
		return "all"
	}
	text := v.events.String() + ": " + strings.Join(v.EventTypes, ", ")
	if len(v.MutedTypes) > 0 {
		text += "; off: " + strings.Join(v.MutedTypes, ", ")
	}
	return text
}

// describeEndpoint is an endpoint for people.
func (a *app) describeEndpoint(v endpointView) string {
	var d description
	d.row("endpoint", "%s", callIt(v.Endpoint))
	d.row("url", "%s", urlText(v.Endpoint))
	d.row("about", "%s", v.Description)
	d.row("provider", "%s", orElse(v.Provider, everybody))
	d.row("uid", "%s", v.UID)
	d.row("events", "%s", eventsText(v))
	d.row("channels", "%s", strings.Join(v.Channels, ", "))
	status := v.statusText()
	if v.status() == "disabled" {
		status += "  " + disabledText(v.DisabledReason)
	}
	d.row("status", "%s", status)
	d.row("success rate", "%s", rateText(v.counts))
	d.row("deliveries", "%s", countsText(v.counts))
	if v.ConsecutiveFailures > 0 {
		d.row("failures", "%d in a row", v.ConsecutiveFailures)
	}
	d.row("last attempt", "%s", a.moment(v.LastAttemptAt))
	for _, s := range v.secrets {
		d.row("secret", "%s", strings.TrimSpace(s.ID+"  "+maskedSecret(s)+"  "+a.untilText(s)))
	}
	a.describeRules(&d, v.Endpoint)
	d.row("added", "%s", a.moment(v.CreatedAt))
	d.row("changed", "%s", a.moment(v.UpdatedAt))
	if !v.DeletedAt.IsZero() {
		d.row("deleted", "%s", a.moment(v.DeletedAt))
	}
	return d.String()
}

func countsText(c store.EndpointCounts) string {
	text := fmt.Sprintf("%d succeeded, %d failed, %d dead", c[store.Succeeded], c[store.Failed], c[store.Dead])
	for _, more := range []struct {
		what string
		n    int64
	}{{"open", c.Open()}, {"queued", c[store.Queued]}, {"held", c[store.Paused]}, {"filtered", c[store.Filtered]}, {"canceled", c[store.Canceled]}} {
		if more.n > 0 {
			text += fmt.Sprintf(", %d %s", more.n, more.what)
		}
	}
	return text
}

// untilText says how long a secret is valid.
func (a *app) untilText(s store.EndpointSecret) string {
	if s.Current() {
		return ""
	}
	return "until " + a.moment(s.ExpiresAt)
}

// describeRules is how the endpoint is delivered to, by its provider's rules and
// its own.
func (a *app) describeRules(d *description, ep *store.Endpoint) {
	_, rules, err := a.endpointRules(ep)
	if err != nil {
		return // views has said it
	}
	own := func(is bool) string {
		if is {
			return "  (its own)"
		}
		return ""
	}
	d.row("timeout", "%s%s", shortDuration(rules.Timeout), own(ep.Timeout > 0))
	d.row("retries", "%s%s", scheduleText(rules.Retries), own(ep.Retries != nil))
	if rules.ConflictInterval > 0 || ep.ConflictInterval != nil {
		d.row("after 409", "again after %s%s", shortDuration(rules.ConflictInterval), own(ep.ConflictInterval != nil))
	}
	if rules.PauseAfter > 0 || ep.PauseAfter != nil {
		d.row("pause", "after %d failures in a row%s", rules.PauseAfter, own(ep.PauseAfter != nil))
	}
	d.row("disabled", "new events: %s%s", rules.OnDisabled, own(ep.OnDisabled != ""))
	d.row("paused", "new events: %s%s", rules.OnPaused, own(ep.OnPaused != ""))
	if ep.Throttle > 0 {
		d.row("throttle", "%g attempts a second", ep.Throttle)
	}
	d.row("concurrency", "%d", ep.Concurrency)
	for _, h := range maskHeaders(ep.Headers, false) {
		d.row("header", "%s: %s", h.Name, h.Value)
	}
	if ep.Insecure {
		d.row("certificate", "not checked")
	}
}

// scheduleText is a schedule in the form that --retry takes.
func scheduleText(delays []time.Duration) string {
	if len(delays) == 0 {
		return "none"
	}
	var parts []string
	for i := 0; i < len(delays); {
		n := 1
		for i+n < len(delays) && delays[i+n] == delays[i] {
			n++
		}
		text := shortDuration(delays[i])
		if n > 1 {
			text = fmt.Sprintf("%dx%s", n, text)
		}
		parts = append(parts, text)
		i += n
	}
	return strings.Join(parts, ",")
}
