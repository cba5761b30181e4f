package cmd

import (
	"context"
	"strings"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/store"
)

// whyLine says what became of an event at one endpoint.
type whyLine struct {
	Type     string `json:"type"` // route
	Event    string `json:"event"`
	Endpoint string `json:"endpoint"`
	Name     string `json:"name"`
	URL      string `json:"url"`
	Delivery string `json:"delivery"` // "" if there is none
	Status   string `json:"status"`   // "" if there is none
	Reason   string `json:"reason"`
}

// showWhy says for every endpoint why an event was or was not sent to it. ref
// names the event or any of its deliveries.
func (a *app) showWhy(ctx context.Context, ref string) error {
	st, err := a.readEndpoints(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	event, byEndpoint, err := eventOf(ctx, st, ref)
	if err != nil {
		return err
	}
	endpoints, err := st.Endpoints(ctx)
	if err != nil {
		return err
	}
	if len(endpoints) == 0 {
		a.note("there are no endpoints: hooks endpoint add URL")
	}
	table := newTable("ENDPOINT", "URL", "EVENT", "WHY")
	table.prose = true
	for _, ep := range endpoints {
		line := whyLine{Type: "route", Event: event.ID, Endpoint: ep.ID, Name: ep.Name, URL: urlText(ep)}
		if d := byEndpoint[ep.ID]; d != nil {
			line.Delivery, line.Status, line.Reason = d.ID, d.Status, d.StatusReason
		} else if line.Reason, err = a.notSent(ep, event); err != nil {
			return err
		}
		if a.json {
			if err := a.printJSON(line); err != nil {
				return err
			}
			continue
		}
		table.add(refOf(ep), line.URL, orElse(line.Status, "not sent"), whyText(line))
	}
	if a.json {
		return nil
	}
	return a.printTable(table)
}

func whyText(l whyLine) string {
	switch {
	case l.Reason != "":
		return routeText(l.Reason)
	case l.Status != "":
		return "it wants the event"
	}
	return "it wants the event now, and did not when it was raised"
}

// notSent is the rule that keeps an event from an endpoint that it was never
// sent to, as things are now.
func (a *app) notSent(ep *store.Endpoint, event *store.Event) (string, error) {
	p, err := a.providers().Get(event.Provider)
	if err != nil {
		return "", err
	}
	_, rules, err := a.endpointRules(ep)
	if err != nil {
		return "", err
	}
	return send.RouteTo(ep, event, p.Catalog, "", rules).Reason, nil
}

// eventOf finds an event by its id, or by a delivery of it, and its deliveries by
// endpoint. They are not of one time: what recover makes up for comes later.
func eventOf(ctx context.Context, st *store.Store, ref string) (*store.Event, map[string]*store.Delivery, error) {
	var event *store.Event
	query := store.Query{Direction: store.Out, Ascending: true}
	if !strings.HasPrefix(ref, "evt_") {
		d, err := st.Get(ctx, ref)
		if err != nil {
			return nil, nil, err
		}
		event = d.Event
	}
	id := ref
	if event != nil {
		id = event.ID
		if event.Type != "" {
			query.Events = []string{event.Type}
		}
	}
	byEndpoint := map[string]*store.Delivery{}
	for d, err := range st.List(ctx, query) {
		if err != nil {
			return nil, nil, err
		}
		if d.Event.ID != id {
			continue
		}
		if event = d.Event; d.Endpoint != "" {
			byEndpoint[d.Endpoint] = d
		}
	}
	if event == nil {
		return nil, nil, store.ErrNotFound
	}
	return event, byEndpoint, nil
}
