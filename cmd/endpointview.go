package cmd

import (
	"context"
	"fmt"
	"time"

	"github.com/hooks-cli/hooks/store"
)

// endpointView is an endpoint with all that a console shows of it.
type endpointView struct {
	*store.Endpoint
	counts  store.EndpointCounts
	secrets []store.EndpointSecret
	events  subscription
}

// views looks at endpoints. What the whole store is asked for is asked once.
func (a *app) views(ctx context.Context, st *store.Store, endpoints ...*store.Endpoint) ([]endpointView, error) {
	counts, err := st.EndpointStats(ctx)
	if err != nil {
		return nil, err
	}
	secrets, err := st.AllEndpointSecrets(ctx, a.now())
	if err != nil {
		return nil, err
	}
	types := map[string][]string{}
	var all []endpointView
	for _, ep := range endpoints {
		v := endpointView{Endpoint: ep, counts: counts[ep.ID], secrets: secrets[ep.ID]}
		names, known := types[ep.Provider]
		if !known {
			_, rules, gone := a.endpointRules(ep)
			if gone != nil {
				a.warnOnce("%s: %s", callIt(ep), gone)
			}
			if names, err = a.eventTypes(ep, rules); err != nil {
				return nil, err
			}
			types[ep.Provider] = names
		}
		v.events = subscriptionOf(ep, names)
		all = append(all, v)
	}
	return all, nil
}

func (a *app) view(ctx context.Context, st *store.Store, ep *store.Endpoint) (endpointView, error) {
	all, err := a.views(ctx, st, ep)
	if err != nil {
		return endpointView{}, err
	}
	return all[0], nil
}

// status is the column STATUS in one word.
func (v endpointView) status() string {
	switch {
	case !v.DeletedAt.IsZero():
		return "deleted"
	case !v.Enabled:
		return "disabled"
	case v.Paused:
		return "paused"
	case v.Failing:
		return "failing"
	}
	return "active"
}

// disabledText says in words why an endpoint is disabled.
func disabledText(reason string) string {
	switch reason {
	case store.DisabledByGone:
		return "it answered 410"
	case store.DisabledByReceiver:
		return "it asked for that (webhook-delivery: disable)"
	case store.DisabledByFailing:
		return "nothing but failures for too long"
	}
	return "by hand"
}

// statusText is the word, and how many deliveries are held for that.
func (v endpointView) statusText() string {
	text := v.status()
	switch queued, held := v.counts[store.Queued], v.counts[store.Paused]; {
	case queued > 0:
		return fmt.Sprintf("%s (%d queued)", text, queued)
	case held > 0:
		return fmt.Sprintf("%s (%d held)", text, held)
	}
	return text
}

// rateText is the share of acknowledged deliveries, rounded down: only what
// never failed is 100 %.
func rateText(c store.EndpointCounts) string {
	if _, ok := c.SuccessRate(); !ok {
		return "–"
	}
	tenths := c[store.Succeeded] * 1000 / (c[store.Succeeded] + c[store.Failed] + c[store.Dead])
	return fmt.Sprintf("%d.%d %%", tenths/10, tenths%10)
}

// moment is a time in a table: local and short for people.
func (a *app) moment(t time.Time) string {
	switch {
	case t.IsZero():
		return "never"
	case a.terminal:
		return t.Local().Format("2006-01-02 15:04:05")
	}
	return t.UTC().Format(time.RFC3339)
}

// endpointLine is an endpoint in --json.
type endpointLine struct {
	Type                string        `json:"type"`
	ID                  string        `json:"id"`
	UID                 string        `json:"uid"`
	Name                string        `json:"name"`
	URL                 string        `json:"url"`
	Provider            string        `json:"provider"`
	Description         string        `json:"description"`
	EventTypes          []string      `json:"event_types"`
	MutedTypes          []string      `json:"muted_types"`
	Events              any           `json:"events"` // "all" or how many
	Channels            []string      `json:"channels"`
	Enabled             bool          `json:"enabled"`
	Paused              bool          `json:"paused"`
	Status              string        `json:"status"`
	StatusReason        string        `json:"status_reason"`
	Queued              int64         `json:"queued"`
	Held                int64         `json:"held"`
	Open                int64         `json:"open"`
	SuccessRate         *float64      `json:"success_rate"`
	Succeeded           int64         `json:"succeeded"`
	Failed              int64         `json:"failed"`
	Dead                int64         `json:"dead"`
	ConsecutiveFailures int           `json:"consecutive_failures"`
	LastDeliveryAt      *time.Time    `json:"last_delivery_at"`
	Secret              string        `json:"secret"` // masked, unless it was to be revealed
	Secrets             []secretState `json:"secrets"`
	CreatedAt           time.Time     `json:"created_at"`
	UpdatedAt           time.Time     `json:"updated_at"`
	DeletedAt           *time.Time    `json:"deleted_at,omitempty"`

	Headers          [][2]string `json:"headers"`
	Timeout          *float64    `json:"timeout"` // seconds; null here and below: the provider's
	Throttle         *float64    `json:"throttle"`
	Concurrency      int         `json:"concurrency"`
	Retries          []float64   `json:"retries"`           // seconds
	ConflictInterval *float64    `json:"conflict_interval"` // seconds
	PauseAfter       *int        `json:"pause_after"`
	OnDisabled       *string     `json:"on_disabled"`
	OnPaused         *string     `json:"on_paused"`
	Insecure         bool        `json:"insecure"`
}

// secretState is one of the secrets of an endpoint there.
type secretState struct {
	ID        string     `json:"id"`
	State     string     `json:"state"`
	ExpiresAt *time.Time `json:"expires_at"`
}

func stateOf(s store.EndpointSecret) secretState {
	if s.Current() {
		return secretState{s.ID, "current", nil}
	}
	return secretState{s.ID, "expiring", &s.ExpiresAt}
}

// line is v in --json, with the text of its secret.
func (v endpointView) line(secret string) endpointLine {
	l := endpointLine{Type: "endpoint", ID: v.ID, UID: v.UID, Name: v.Name, URL: urlText(v.Endpoint), Provider: v.Provider, Description: v.Description,
		EventTypes: v.EventTypes, MutedTypes: append([]string{}, v.MutedTypes...), Events: "all", Channels: append([]string{}, v.Channels...),
		Enabled: v.Enabled, Paused: v.Paused, Status: v.status(), StatusReason: v.DisabledReason,
		Queued: v.counts[store.Queued], Held: v.counts[store.Paused], Open: v.counts.Open(),
		Succeeded: v.counts[store.Succeeded], Failed: v.counts[store.Failed], Dead: v.counts[store.Dead],
		ConsecutiveFailures: v.ConsecutiveFailures, LastDeliveryAt: timeOrNull(v.LastAttemptAt), Secret: secret, Secrets: []secretState{},
		CreatedAt: v.CreatedAt, UpdatedAt: v.UpdatedAt, DeletedAt: timeOrNull(v.DeletedAt)}
	if !v.events.all {
		l.Events = v.events.wanted
	}
	if rate, ok := v.counts.SuccessRate(); ok {
		l.SuccessRate = &rate
	}
	for _, s := range v.secrets {
		l.Secrets = append(l.Secrets, stateOf(s))
	}
	v.knobs(&l)
	return l
}

// knobs adds what the endpoint says in place of its provider.
func (v endpointView) knobs(l *endpointLine) {
	l.Headers = [][2]string{}
	for _, h := range maskHeaders(v.Headers, false) {
		l.Headers = append(l.Headers, [2]string{h.Name, h.Value})
	}
	l.Concurrency, l.PauseAfter, l.Insecure = v.Concurrency, v.PauseAfter, v.Insecure
	l.OnDisabled, l.OnPaused = wordOrNull(v.OnDisabled), wordOrNull(v.OnPaused)
	if v.Timeout > 0 {
		l.Timeout = seconds(v.Timeout)
	}
	if v.Throttle > 0 {
		l.Throttle = &v.Throttle
	}
	if v.ConflictInterval != nil {
		l.ConflictInterval = seconds(*v.ConflictInterval)
	}
	if v.Retries != nil {
		l.Retries = []float64{}
		for _, d := range v.Retries {
			l.Retries = append(l.Retries, d.Seconds())
		}
	}
}

func seconds(d time.Duration) *float64 {
	s := d.Seconds()
	return &s
}

func wordOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func timeOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// secretText is the current secret as it is shown.
func (v endpointView) secretText() string {
	if s := currentSecret(v.secrets); s != nil {
		return maskedSecret(*s)
	}
	return ""
}

// printEndpoint prints an endpoint as JSON, as its id, or as what describe says.
func (a *app) printEndpoint(v endpointView, secret string, describe func() string) error {
	switch {
	case a.json:
		return a.printJSON(v.line(secret))
	case a.quiet:
		return a.println(v.ID)
	}
	return a.page([]byte(describe()))
}
