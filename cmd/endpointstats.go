package cmd

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/store"
)

func newEndpointStatsCmd(a *app) *cobra.Command {
	var since time.Time
	c := &cobra.Command{
		Use:   "stats [EP]",
		Short: "how deliveries went: attempts, durations, codes, success rate",
		Long: "Counts the deliveries of events that were raised since a time; tests, replays and what was sent by hand are not among them. " +
			"P95 is the duration that 95 of 100 attempts did not exceed.",
		Example: "hooks endpoint stats\nhooks endpoint stats shop --since 24h\nhooks endpoint stats --json",
		Args:    argsBetween(0, 1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.endpointStats(c.Context(), append(args, "")[0], since)
		},
	}
	c.Flags().Var(newValue(&since, "", "string", a.parseTime), "since", "from this `TIME` on: 24h, RFC 3339 or Unix seconds")
	return c
}

// sampled is what is known of the attempts of an endpoint in a window of time.
type sampled struct {
	counts    store.EndpointCounts
	durations []time.Duration
	codes     map[string]int64
}

// endpointStatsLine is what `hooks endpoint stats --json` prints.
type endpointStatsLine struct {
	Type        string           `json:"type"`
	ID          string           `json:"id"`
	Name        string           `json:"name"`
	Since       *time.Time       `json:"since"`
	Deliveries  int64            `json:"deliveries"`
	Attempts    int              `json:"attempts"`
	MedianMS    *float64         `json:"median_ms"`
	P95MS       *float64         `json:"p95_ms"`
	Codes       map[string]int64 `json:"codes"` // by status, or by the kind of the error
	SuccessRate *float64         `json:"success_rate"`
}

func (a *app) endpointStats(ctx context.Context, ref string, since time.Time) error {
	ctx, stop := a.interruptible(ctx)
	defer stop()
	st, err := a.readEndpoints(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	var endpoints []*store.Endpoint
	query := store.Query{Since: since, Direction: store.Out}
	if ref == "" {
		endpoints, err = st.Endpoints(ctx)
	} else {
		var ep *store.Endpoint
		if ep, err = st.Endpoint(ctx, ref); err == nil {
			endpoints, query.Endpoint = []*store.Endpoint{ep}, ep.ID
		}
	}
	if err != nil {
		return err
	}
	samples := map[string]*sampled{}
	for d, err := range st.List(ctx, query) {
		if err != nil {
			return interruptedOr(ctx, err)
		}
		sample(samples, d, since)
	}
	return a.printStats(endpoints, samples, since)
}

// sample adds a delivery to those of its endpoint.
func sample(samples map[string]*sampled, d *store.Delivery, since time.Time) {
	if d.Endpoint == "" || d.Trigger != store.TriggerAuto && d.Trigger != store.TriggerRecover {
		return
	}
	s := samples[d.Endpoint]
	if s == nil {
		s = &sampled{counts: store.EndpointCounts{}, codes: map[string]int64{}}
		samples[d.Endpoint] = s
	}
	s.counts[d.Status]++
	for i := range d.Attempts {
		at := &d.Attempts[i]
		if at.StatusCode == 0 && at.ErrorKind == "" || at.StartedAt.Before(since) {
			continue // it is being made
		}
		s.durations = append(s.durations, at.Duration)
		code := at.ErrorKind
		if at.StatusCode != 0 {
			code = fmt.Sprint(at.StatusCode)
		}
		s.codes[code]++
	}
}

// rank is the duration that a share of all did not exceed; nil without any.
func rank(sorted []time.Duration, percent int) *time.Duration {
	if len(sorted) == 0 {
		return nil
	}
	return &sorted[max(0, (len(sorted)*percent+99)/100-1)]
}

func (a *app) printStats(endpoints []*store.Endpoint, samples map[string]*sampled, since time.Time) error {
	t := newTable("ID", "NAME", "DELIVERIES", "ATTEMPTS", "MEDIAN", "P95", "SUCCESS RATE", "CODES")
	t.spare = []string{"MEDIAN", "ATTEMPTS"}
	for _, ep := range endpoints {
		s := cmp.Or(samples[ep.ID], &sampled{codes: map[string]int64{}})
		slices.Sort(s.durations)
		if a.json {
			if err := a.printJSON(s.line(ep, since)); err != nil {
				return err
			}
			continue
		}
		took := func(d *time.Duration) string {
			if d == nil {
				return "–"
			}
			return duration(*d)
		}
		t.add(ep.ID, orElse(ep.Name, "–"), fmt.Sprint(s.deliveries()), fmt.Sprint(len(s.durations)), took(rank(s.durations, 50)), took(rank(s.durations, 95)),
			rateText(s.counts), s.codesText())
	}
	if a.json {
		return nil
	}
	if len(endpoints) == 0 {
		a.note("no endpoints")
		return nil
	}
	return a.printTable(t)
}

func (s *sampled) deliveries() (n int64) {
	for _, count := range s.counts {
		n += count
	}
	return n
}

// codesText is 200×12 timeout×1, the frequent ones first.
func (s *sampled) codesText() string {
	codes := sortedKeys(s.codes)
	slices.SortStableFunc(codes, func(a, b string) int { return cmp.Compare(s.codes[b], s.codes[a]) })
	var parts []string
	for _, code := range codes {
		parts = append(parts, fmt.Sprintf("%s×%d", code, s.codes[code]))
	}
	return strings.Join(parts, " ")
}

func (s *sampled) line(ep *store.Endpoint, since time.Time) endpointStatsLine {
	line := endpointStatsLine{Type: "endpoint_stats", ID: ep.ID, Name: ep.Name, Since: timeOrNull(since),
		Deliveries: s.deliveries(), Attempts: len(s.durations), Codes: s.codes}
	if len(s.durations) > 0 {
		median, p95 := milliseconds(*rank(s.durations, 50)), milliseconds(*rank(s.durations, 95))
		line.MedianMS, line.P95MS = &median, &p95
	}
	if rate, ok := s.counts.SuccessRate(); ok {
		line.SuccessRate = &rate
	}
	return line
}
