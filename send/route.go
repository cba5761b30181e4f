package send

import (
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/store"
)

// Why an endpoint does not get an event.
const (
	NotItsProvider = "provider"  // it takes the events of another one
	NotItsType     = "type"      // it has not subscribed to the type
	EventOff       = "event_off" // the type is switched off
	NotItsChannel  = "channel"   // the event is in none of its channels
	NotEnabled     = "disabled"
	NotResumed     = "paused"
	Deleted        = "deleted"
)

// Route is what becomes of an event at an endpoint.
type Route struct {
	// Concerned is false for an endpoint that the event has nothing to do
	// with: no delivery is recorded.
	Concerned bool
	// Status is what the delivery begins as: store.Pending, store.Queued,
	// store.Paused or store.Filtered.
	Status string
	// Reason is one of the words above, "" if nothing is in the way.
	Reason string
}

// RouteTo decides about one event at one endpoint. catalog is whose event types
// the event's is one of; only, if not "", is the one provider whose endpoints
// are asked for. b are the endpoint's rules as Rules gives them. The first rule
// that fails decides.
func RouteTo(ep *store.Endpoint, e *store.Event, catalog, only string, b provider.Behaviour) Route {
	switch {
	case !ep.DeletedAt.IsZero():
		return Route{Reason: Deleted}
	case ep.Provider != "" && (only != "" && ep.Provider != only || only == "" && b.Catalog != catalog):
		return Route{Reason: NotItsProvider}
	case !ep.Takes(e.Type):
		return Route{Reason: NotItsType}
	case ep.Mutes(e.Type):
		return Route{true, store.Filtered, EventOff}
	case !ep.Hears(e.Channels):
		return Route{true, store.Filtered, NotItsChannel}
	case !ep.Enabled && b.OnDisabled == "drop":
		return Route{true, store.Filtered, NotEnabled}
	case ep.Enabled && ep.Paused && b.OnPaused == "drop":
		return Route{true, store.Filtered, NotResumed}
	}
	route := Route{Concerned: true}
	route.Status, _ = ep.Rest(false)
	switch route.Status {
	case store.Queued:
		route.Reason = NotEnabled
	case store.Paused:
		route.Reason = NotResumed
	}
	return route
}

// Rules are the rules that a delivery to an endpoint follows: those of its
// provider, else of the event's, with what the endpoint itself says instead. An
// endpoint of nobody's has an endpoint's own rules from no provider: several
// providers share it.
func Rules(b provider.Behaviour, ep *store.Endpoint) provider.Behaviour {
	if ep.Provider == "" {
		d := provider.Defaults()
		b.MaxEndpoints, b.HTTPS, b.Secret = d.MaxEndpoints, d.HTTPS, d.Secret
		b.PauseAfter, b.DisableAfter, b.OnDisabled, b.OnPaused = d.PauseAfter, d.DisableAfter, d.OnDisabled, d.OnPaused
	}
	if ep.Timeout > 0 {
		b.Timeout = ep.Timeout
	}
	if ep.Retries != nil {
		b.Retries, b.Jitter = ep.Retries, 0
	}
	if ep.ConflictInterval != nil {
		b.ConflictInterval = *ep.ConflictInterval
	}
	if ep.PauseAfter != nil {
		b.PauseAfter = *ep.PauseAfter
	}
	if ep.OnDisabled != "" {
		b.OnDisabled = ep.OnDisabled
	}
	if ep.OnPaused != "" {
		b.OnPaused = ep.OnPaused
	}
	return b
}
