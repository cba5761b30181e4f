package cmd

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/store"
)

func newStorePruneCmd(a *app) *cobra.Command {
	var keep store.Retention
	dryRun := false
	c := &cobra.Command{
		Use:   "prune",
		Short: "remove old deliveries that are finished, and give back their room",
		Long: "Removes what breaks any of the limits, the oldest first. What is pending, being delivered, waiting\n" +
			"for a retry, queued or paused is kept. Numbers are never used again. A listener does the same all\n" +
			"the time with --keep-age, --keep-count and --keep-size.",
		Example: "hooks store prune --older-than 30d --dry-run\nhooks store prune --keep 10000\nhooks store prune --max-size 1GiB",
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !keep.Limits() {
				return usageError("say what to remove").withHint("give --older-than DUR, --keep N or --max-size SIZE; hooks store clear removes everything")
			}
			return a.storePrune(c.Context(), keep, dryRun)
		},
	}
	flags := c.Flags()
	flags.Var(newValue(&keep.Age, "", "duration", parseAge), "older-than", "remove what was received longer than `DUR` ago, as in 12h or 30d")
	flags.Var(newValue(&keep.Count, "", "int", parseKeep), "keep", "keep the last `N`")
	flags.Var(newValue(&keep.Size, "", "size", parseKeepSize), "max-size", "keep at most `SIZE` of records, as in 500MB or 2GiB")
	flags.BoolVar(&dryRun, "dry-run", false, "only count what would be removed")
	return c
}

// parseAge is parseDuration with days.
func parseAge(s string) (time.Duration, error) {
	digits, ok := strings.CutSuffix(s, "d")
	if !ok {
		d, err := parseDuration(s)
		if err == nil && d == 0 {
			err = errors.New("must be above 0")
		}
		return d, err
	}
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || !(n > 0 && n <= 36500) || strings.ContainsAny(digits, "eExX+_") {
		return 0, errors.New("is not a duration; give a number and a unit, as in 12h or 30d")
	}
	return time.Duration(math.Round(n * float64(24*time.Hour))), nil
}

func parseKeep(s string) (int64, error) {
	n, err := parseCount(s)
	return int64(n), err
}

func parseKeepSize(s string) (int64, error) {
	n, err := parseSize(s)
	if err == nil && n < 1 {
		err = errors.New("must be at least 1 byte")
	}
	return n, err
}

// storePrunedLine is what `hooks store prune --json` and `clear --json` print.
type storePrunedLine struct {
	Deliveries int64 `json:"deliveries"`
	Bytes      int64 `json:"bytes"`
	Freed      int64 `json:"freed"`
	Held       int64 `json:"held"`
	DryRun     bool  `json:"dry_run"`
}

func (a *app) storePrune(ctx context.Context, keep store.Retention, dryRun bool) error {
	st, err := a.openExistingStore(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	done, err := st.Prune(ctx, keep, dryRun)
	if err != nil {
		return err
	}
	return a.sayPruned(done, dryRun)
}

// openExistingStore opens the store for writing, but makes none.
func (a *app) openExistingStore(ctx context.Context) (*store.Store, error) {
	st, err := a.readStore(ctx)
	if err != nil {
		return nil, err
	}
	if err := st.Close(); err != nil {
		return nil, err
	}
	return a.openStore(ctx)
}

func (a *app) sayPruned(done store.Pruned, dryRun bool) error {
	if a.json {
		return a.printJSON(storePrunedLine{done.Deliveries, done.Bytes, done.Freed, done.Held, dryRun})
	}
	if dryRun {
		return a.println(fmt.Sprintf("%d deliveries would be removed, with %s of records", done.Deliveries, sizeText(done.Bytes)))
	}
	if err := a.println(fmt.Sprintf("%d deliveries removed, %s given back", done.Deliveries, sizeText(max(0, done.Freed)))); err != nil {
		return err
	}
	if done.Held > 0 {
		a.note("%s more will be freed when the processes that write to the store end", sizeText(done.Held))
	}
	return nil
}

func newStoreClearCmd(a *app) *cobra.Command {
	yes := false
	c := &cobra.Command{
		Use:     "clear",
		Short:   "remove every delivery, including those that are not finished",
		Example: "hooks store clear\nhooks store clear --yes",
		Args:    noArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.storeClear(c.Context(), yes) },
	}
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return c
}

func (a *app) storeClear(ctx context.Context, yes bool) error {
	st, err := a.openExistingStore(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	if !yes {
		s, err := st.Stats(ctx)
		if err != nil {
			return err
		}
		if err := a.confirm(fmt.Sprintf("remove all %d deliveries of %s?", s.Deliveries, st.Dir())); err != nil {
			return err
		}
	}
	done, err := st.Clear(ctx)
	if err != nil {
		return err
	}
	return a.sayPruned(done, false)
}
