package send

import (
	"testing"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/store"
)

func TestRouteTo(t *testing.T) {
	revkeen, raas := behaviourOf(t, "revkeen"), behaviourOf(t, "raas")
	active := func(change func(*store.Endpoint)) *store.Endpoint {
		ep := &store.Endpoint{Enabled: true, EventTypes: []string{"*"}}
		change(ep)
		return ep
	}
	inChannels := func(channels ...string) *store.Event {
		return &store.Event{Type: "payment.succeeded", Channels: channels}
	}
	plain := inChannels()
	sent, not := Route{true, store.Pending, ""}, func(reason string) Route { return Route{Reason: reason} }
	filtered := func(reason string) Route { return Route{true, store.Filtered, reason} }
	for _, test := range []struct {
		name string
		ep   *store.Endpoint
		e    *store.Event
		only string
		b    provider.Behaviour
		want Route
	}{
		{"anybody's", active(func(*store.Endpoint) {}), plain, "", revkeen, sent},
		{"its provider's", active(func(ep *store.Endpoint) { ep.Provider = "revkeen" }), plain, "", revkeen, sent},
		{"one that shares the catalog", active(func(ep *store.Endpoint) { ep.Provider = "revkeen-v1" }), plain, "", behaviourOf(t, "revkeen-v1"), sent},
		{"another provider's", active(func(ep *store.Endpoint) { ep.Provider = "raas" }), plain, "", raas, not(NotItsProvider)},
		{"not the one that is named", active(func(ep *store.Endpoint) { ep.Provider = "revkeen-v1" }), plain, "revkeen", revkeen, not(NotItsProvider)},
		{"anybody's, one is named", active(func(*store.Endpoint) {}), plain, "revkeen", revkeen, sent},
		{"another type", active(func(ep *store.Endpoint) { ep.EventTypes = []string{"order.*"} }), plain, "", revkeen, not(NotItsType)},
		{"no type at all", active(func(ep *store.Endpoint) { ep.EventTypes = nil }), plain, "", revkeen, not(NotItsType)},
		{"switched off", active(func(ep *store.Endpoint) { ep.MutedTypes = []string{"payment.succeeded"} }), plain, "", revkeen, filtered(EventOff)},
		{"endpoint none, event some", active(func(*store.Endpoint) {}), inChannels("a"), "", revkeen, sent},
		{"both share one", active(func(ep *store.Endpoint) { ep.Channels = []string{"a", "b"} }), inChannels("c", "b"), "", revkeen, sent},
		{"both share none", active(func(ep *store.Endpoint) { ep.Channels = []string{"a"} }), inChannels("A"), "", revkeen, filtered(NotItsChannel)},
		{"endpoint some, event none", active(func(ep *store.Endpoint) { ep.Channels = []string{"a"} }), plain, "", revkeen, filtered(NotItsChannel)},
		{"disabled, queued", active(func(ep *store.Endpoint) { ep.Enabled = false }), plain, "", revkeen, Route{true, store.Queued, NotEnabled}},
		{"disabled, dropped", active(func(ep *store.Endpoint) { ep.Provider, ep.Enabled = "raas", false }), plain, "raas", raas, filtered(NotEnabled)},
		{"paused, held", active(func(ep *store.Endpoint) { ep.Paused = true }), plain, "", revkeen, Route{true, store.Paused, NotResumed}},
		{"paused, dropped", active(func(ep *store.Endpoint) { ep.Provider, ep.Paused = "raas", true }), plain, "raas", raas, filtered(NotResumed)},
		{"both, queued", active(func(ep *store.Endpoint) { ep.Enabled, ep.Paused = false, true }), plain, "", revkeen, Route{true, store.Queued, NotEnabled}},
		{"the earlier rule decides", active(func(ep *store.Endpoint) { ep.Enabled, ep.MutedTypes = false, []string{"payment.succeeded"} }), plain, "", revkeen, filtered(EventOff)},
		{"deleted", active(func(ep *store.Endpoint) { ep.DeletedAt = endedAt }), plain, "", revkeen, not(Deleted)},
	} {
		if got := RouteTo(test.ep, test.e, "revkeen", test.only, Rules(test.b, test.ep)); got != test.want {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestRules(t *testing.T) {
	raas := behaviourOf(t, "raas")
	pause, interval := 0, 5*time.Second
	own := &store.Endpoint{
		Provider: "raas", Retries: []time.Duration{}, PauseAfter: &pause, ConflictInterval: &interval,
		OnDisabled: "queue", OnPaused: "hold", Timeout: time.Second,
	}
	b := Rules(raas, own)
	if len(b.Retries) != 0 || b.PauseAfter != 0 || b.ConflictInterval != interval || b.OnDisabled != "queue" || b.OnPaused != "hold" || b.Timeout != time.Second {
		t.Errorf("the endpoint's own rules are not followed: %+v", b)
	}
	shared := Rules(raas, &store.Endpoint{})
	if shared.PauseAfter != 0 || shared.OnDisabled != "queue" || len(shared.Retries) != 10 || shared.ConflictInterval != time.Minute {
		t.Errorf("an endpoint of nobody's has the rules %+v", shared)
	}
}
