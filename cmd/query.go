package cmd

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/store"
)

// addSelection adds the flags that choose deliveries: log, wait and replay
// mean the same by them.
func (a *app) addSelection(flags *pflag.FlagSet, q *store.Query) {
	flags.VarP(newValue(&q.Events, "", "string", parseGlobs), "event", "e", "event types: `GLOBS`, comma-separated, ! excludes")
	flags.Var(newValue(&q.Since, "", "string", a.parseTime), "since", "from this `TIME` on: 1h, RFC 3339 or Unix seconds")
	flags.Var(newValue(&q.Until, "", "string", a.parseTime), "until", "up to this `TIME`")
	flags.Var(newValue(&q.Provider, "", "string", a.parseProvider), "provider", "this provider's: `NAME`")
	flags.Var(newEnum(&q.Verdict, store.Valid, store.Invalid, store.Unverified), "verdict", "`V`: valid, invalid or unverified")
	flags.Var(newEnum(&q.Status, statusWords()...), "status", "`S`: "+strings.Join(statusWords(), ", "))
	flags.Var(newValue(&q.Direction, "", "string", parseDirection), "direction", "`DIR` is in or out")
	flags.Var(newValue(&q.Code, "", "string", parseCode), "code", "the last attempt's HTTP status: `CODE` is 404 or 5xx")
	flags.Var(newValue(&q.Filter, "", "string", a.parseFilter), "filter", "a filter `EXPR`: see hooks help filters")
}

// addTo adds the flags that choose by where deliveries go.
func addTo(flags *pflag.FlagSet, q *store.Query) {
	flags.StringVar(&q.Endpoint, "endpoint", "", "to this endpoint: `EP` is its id, a prefix of it, or its name")
	flags.StringVar(&q.Channel, "channel", "", "of this channel: `C`")
}

// findEndpoint puts the id of the endpoint that a query names into it.
func findEndpoint(ctx context.Context, st *store.Store, q *store.Query) error {
	if q.Endpoint == "" {
		return nil
	}
	ep, err := st.Endpoint(ctx, q.Endpoint)
	if err == nil {
		q.Endpoint = ep.ID
	}
	return err
}

// selectionFlags are those of addSelection and addTo.
var selectionFlags = [...]string{"event", "since", "until", "provider", "verdict", "status", "direction", "code", "filter", "endpoint", "channel"}

func statusWords() []string {
	return []string{store.Captured, store.Rejected, store.Filtered, store.Pending, store.Delivering, store.Retrying,
		store.Queued, store.Paused, store.Succeeded, store.Failed, store.Dead, store.Canceled, store.Interrupted}
}

// parseProvider refuses names that no delivery can have: a misspelt one would
// find nothing, and look as if there were none.
func (a *app) parseProvider(s string) (string, error) {
	known := append(a.providers().IDs(), genericProvider, store.Notifier)
	if !slices.Contains(known, s) {
		return "", &provider.UnknownError{ID: s, Known: known}
	}
	return s, nil
}

func parseDirection(s string) (store.Direction, error) {
	if d := store.Direction(s); d == store.In || d == store.Out {
		return d, nil
	}
	return "", &unknownWord{s, []string{string(store.In), string(store.Out)}}
}

func parseCode(s string) (string, error) {
	if len(s) == 3 && s[0] >= '1' && s[0] <= '5' && (s[1:] == "xx" || strings.Trim(s[1:], "0123456789") == "") {
		return s, nil
	}
	return "", errors.New("must be a status such as 404, or a class such as 5xx")
}

// parseGlobs splits GLOBS at the commas.
func parseGlobs(s string) ([]string, error) {
	var globs []string
	for glob := range strings.SplitSeq(s, ",") {
		if glob = strings.TrimSpace(glob); glob == "" || glob == "!" {
			return nil, errors.New("holds an empty glob; give event types as in payment.*,!payment.failed")
		}
		globs = append(globs, glob)
	}
	return globs, nil
}

// settled tells whether there is something to say about a delivery: it is not
// on its way right now.
func settled(d *store.Delivery) bool {
	return d.Status != store.Delivering && d.Status != store.Pending
}

// parseFilter reads an expression; since and until count from now.
func (a *app) parseFilter(s string) (*store.Filter, error) {
	return store.ParseFilter(s, store.FilterOptions{Now: a.now})
}
