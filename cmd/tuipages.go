package cmd

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/catalog"
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

// pageEndpoints are the endpoints as the terminal UI shows them.
func (a *app) pageEndpoints(ctx context.Context, st *store.Store) ([]tui.Endpoint, error) {
	b := a.offScreen()
	none, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	defer none.Close()
	b.stderr = none
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
		ID: v.ID, Name: v.Name, URL: urlText(v.Endpoint), Provider: v.Provider, Events: v.events.String(), Status: v.statusText(),
		Rate: rateText(v.counts), Secret: v.secretText(), Last: "never", Channels: strings.Join(v.Channels, ", "),
		Enabled: v.Enabled, Paused: v.Paused, Why: whyNot(v),
	}
	if !v.LastAttemptAt.IsZero() {
		e.Last = v.LastAttemptAt.In(time.Local).Format("15:04:05")
	}
	_, rules, _ := a.endpointRules(v.Endpoint)
	types, err := a.eventTypes(v.Endpoint, rules)
	if err != nil {
		return e // without its switches; the table says the rest
	}
	for _, name := range append(types, literals(v.EventTypes, types)...) {
		e.Switches = append(e.Switches, tui.Switch{Type: name, On: v.Takes(name) && !v.Mutes(name)})
	}
	return e
}

// whyNot says why an endpoint is off, held or in doubt.
func whyNot(v endpointView) string {
	failures := counted(v.ConsecutiveFailures, "failure") + " in a row"
	switch {
	case !v.Enabled:
		return "disabled: " + disabledBy(v.DisabledReason)
	case v.Paused:
		return "paused after " + failures + "; P resumes"
	case v.Failing:
		return "failing: " + failures
	}
	return ""
}

func disabledBy(reason string) string {
	if reason == "" || reason == store.DisabledByUser {
		return "by hand; P enables"
	}
	return reason
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
