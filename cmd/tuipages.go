package cmd

import (
	"context"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/tui"
)

// offScreen is a without streams, for what is read beside the terminal UI: a
// warning must not be written into its frame.
func (a *app) offScreen() *app {
	e := *a.env
	e.stdout, e.stderr = nil, nil
	return &app{env: &e, settings: a.settings, storeDir: a.storeDir, configPath: a.configPath, color: a.color, warned: a.warned}
}

// silent is a whose words go nowhere and who is told nothing, for what runs
// beside the terminal UI and may warn or ask. The function ends it.
func (a *app) silent() (*app, func(), error) {
	none, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	b := a.offScreen()
	b.stdin, b.stdout, b.stderr, b.noInput = none, none, none, true
	return b, func() { none.Close() }, nil
}

// pageEndpoints are the endpoints as the terminal UI shows them.
func (a *app) pageEndpoints(ctx context.Context, st *store.Store) ([]tui.Endpoint, error) {
	b, done, err := a.silent()
	if err != nil {
		return nil, err
	}
	defer done()
	endpoints, err := st.Endpoints(ctx)
	if err != nil {
		return nil, err
	}
	views, err := b.views(ctx, st, endpoints...)
	if err != nil {
		return nil, err
	}
	all := make([]tui.Endpoint, 0, len(views))
	for _, v := range views {
		all = append(all, b.pageEndpoint(v))
	}
	return all, nil
}

func (a *app) pageEndpoint(v endpointView) tui.Endpoint {
	e := tui.Endpoint{
		ID: v.ID, Name: v.Name, URL: urlText(v.Endpoint), Provider: v.Provider, Events: v.events.String(), Status: v.status(),
		Queued: v.counts[store.Queued] + v.counts[store.Paused], Rate: rateText(v.counts), Secret: v.secretText(), LastAt: v.LastAttemptAt,
		Channels: strings.Join(v.Channels, ", "), Enabled: v.Enabled, Paused: v.Paused, Why: whyNot(v),
	}
	if s := currentSecret(v.secrets); s != nil {
		e.SecretSince = s.CreatedAt
	}
	p, rules, _ := a.endpointRules(v.Endpoint)
	e.Rules = rulesText(p, rules)
	types, err := a.eventTypes(v.Endpoint, rules)
	if err != nil {
		return e // without its switches; the table says the rest
	}
	for _, name := range append(types, literals(v.EventTypes, types)...) {
		e.Switches = append(e.Switches, tui.Switch{Type: name, On: v.Takes(name) && !v.Mutes(name)})
	}
	return e
}

// rulesText is what an answer of the endpoint means.
func rulesText(p *provider.Profile, rules provider.Behaviour) string {
	text := "2xx acknowledges"
	if p != nil && len(p.Ack) > 0 {
		text = strings.Join(p.Ack, ", ") + " acknowledges"
	}
	if rules.ConflictInterval > 0 {
		text += ", 409 means again every " + shortDuration(rules.ConflictInterval)
	}
	return text + ", anything else is a failure; retries " + scheduleText(rules.Retries)
}

// recentDeliveries is how many of an endpoint's latest deliveries the terminal
// UI sums up.
const recentDeliveries = 100

// pageHistory sums up the latest deliveries of an endpoint.
func (a *app) pageHistory(ctx context.Context, st *store.Store, id string) (tui.History, error) {
	var h tui.History
	all := map[string]*sampled{}
	for d, err := range st.List(ctx, store.Query{Endpoint: id, Direction: store.Out, Limit: recentDeliveries}) {
		if err != nil {
			return h, err
		}
		sample(all, d, time.Time{})
		if len(h.Last) < tui.LastShown {
			h.Last = append(h.Last, outcomeOf(d.Status))
		}
	}
	slices.Reverse(h.Last)
	s := all[id]
	if s == nil {
		return h, nil
	}
	slices.Sort(s.durations)
	h.Attempts = len(s.durations)
	if h.Attempts > 0 {
		h.P50, h.P95 = *rank(s.durations, 50), *rank(s.durations, 95)
	}
	h.Rate = rateText(s.counts)
	return h, nil
}

func outcomeOf(status string) tui.Outcome {
	switch status {
	case store.Succeeded:
		return tui.Acknowledged
	case store.Failed, store.Dead, store.Interrupted:
		return tui.NotAcknowledged
	}
	return tui.Open
}

// whyNot says why an endpoint is off, held or in doubt.
func whyNot(v endpointView) string {
	failures := counted(v.ConsecutiveFailures, "failure") + " in a row"
	switch {
	case !v.Enabled:
		return "disabled: " + disabledText(v.DisabledReason) + "; P enables"
	case v.Paused:
		return "paused after " + failures + "; P resumes"
	case v.Failing:
		return "failing: " + failures
	}
	return ""
}

// pageTypes are the event types as the terminal UI shows them.
func pageTypes(catalogs *catalog.Set) ([]tui.EventType, error) {
	types, err := catalogs.List()
	if err != nil {
		return nil, err
	}
	var all []tui.EventType
	for _, t := range types {
		if t.Archived {
			continue
		}
		e := tui.EventType{Ref: t.Catalog.Name + ":" + t.Name, Name: t.Name, Catalog: t.Catalog.Name, Group: t.Group, Title: t.Title, Description: t.Description, Schema: t.Schema}
		for _, x := range t.Examples {
			e.Samples = append(e.Samples, tui.Sample{Name: x.Name, Payload: x.Payload})
		}
		all = append(all, e)
	}
	return all, nil
}
