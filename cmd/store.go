package cmd

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/store"
)

func newStoreCmd(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "store",
		Short:   "look after the record of deliveries",
		Example: "hooks store stats\nhooks store prune --older-than 30d\nhooks store check",
		Args:    cobra.ArbitraryArgs,
		RunE:    runGroup,
	}
	c.AddCommand(newStorePathCmd(a), newStoreStatsCmd(a), newStoreCheckCmd(a), newStorePruneCmd(a), newStoreClearCmd(a))
	return c
}

func newStorePathCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "path",
		Short:   "print where the store is",
		Example: "hooks store path",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			dir, err := a.storePath()
			if err != nil {
				return err
			}
			return a.printPath(dir)
		},
	}
}

func newStoreStatsCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "stats",
		Short:   "count what the store holds",
		Example: "hooks store stats\nhooks store stats --json",
		Args:    noArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.storeStats(c.Context()) },
	}
}

// storeStatsLine is what `hooks store stats --json` prints.
type storeStatsLine struct {
	Path       string           `json:"path"`
	Deliveries int64            `json:"deliveries"`
	ByStatus   map[string]int64 `json:"by_status"`
	Bytes      int64            `json:"bytes"`
	IndexBytes int64            `json:"index_bytes"`
	LogBytes   int64            `json:"log_bytes"`
	LiveBytes  int64            `json:"live_bytes"`
	Segments   int64            `json:"segments"`
	Oldest     *time.Time       `json:"oldest"`
	Newest     *time.Time       `json:"newest"`
}

func (a *app) storeStats(ctx context.Context) error {
	st, err := a.readStore(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	s, err := st.Stats(ctx)
	if err != nil {
		return err
	}
	if a.json {
		line := storeStatsLine{Path: st.Dir(), Deliveries: s.Deliveries, ByStatus: s.ByStatus, Bytes: s.Bytes,
			IndexBytes: s.IndexBytes, LogBytes: s.LogBytes, LiveBytes: s.LiveBytes, Segments: s.Segments}
		if s.Deliveries > 0 {
			line.Oldest, line.Newest = &s.Oldest, &s.Newest
		}
		return a.printJSON(line)
	}
	var d description
	d.row("store", "%s", st.Dir())
	d.row("size", "%s", sizeText(s.Bytes))
	d.row("  index", "%s", sizeText(s.IndexBytes))
	d.row("  log", "%s in %d files, %s of it in use", sizeText(s.LogBytes), s.Segments, sizeText(s.LiveBytes))
	d.row("deliveries", "%d", s.Deliveries)
	for _, status := range sortedKeys(s.ByStatus) {
		d.row("  "+status, "%d", s.ByStatus[status])
	}
	if s.Deliveries > 0 {
		d.row("oldest", "%s", s.Oldest.UTC().Format(time.RFC3339))
		d.row("newest", "%s", s.Newest.UTC().Format(time.RFC3339))
	}
	return a.write([]byte(d.String()))
}

func newStoreCheckCmd(a *app) *cobra.Command {
	repair := false
	c := &cobra.Command{
		Use:     "check",
		Short:   "look for damage: the index, every record, the hash of every body",
		Example: "hooks store check\nhooks store check --json\nhooks store check --repair",
		Args:    noArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.storeCheck(c.Context(), repair) },
	}
	c.Flags().BoolVar(&repair, "repair", false, "rebuild a damaged index from the log; nothing else may use the store")
	return c
}

// storeCheckLine is what `hooks store check --json` prints.
type storeCheckLine struct {
	OK         bool     `json:"ok"`
	Deliveries int64    `json:"deliveries"`
	Attempts   int64    `json:"attempts"`
	Bodies     int64    `json:"bodies"`
	Problems   []string `json:"problems"`
}

func (a *app) storeCheck(ctx context.Context, repair bool) error {
	r, err := a.checkStore(ctx)
	var corrupt *store.CorruptError
	if repair && (errors.As(err, &corrupt) || len(r.Problems) > 0) {
		a.sayDamage(r, err) // a new index does not know of what is lost
		if err := a.rebuildStore(ctx); err != nil {
			return err
		}
		r, err = a.checkStore(ctx)
	}
	if err != nil {
		return err
	}
	if r.More > 0 {
		r.Problems = append(r.Problems, fmt.Sprintf("%d more problems", r.More))
	}
	sound := len(r.Problems) == 0
	if a.json {
		err = a.printJSON(storeCheckLine{sound, r.Deliveries, r.Attempts, r.Bodies, append([]string{}, r.Problems...)})
	} else {
		err = a.println(fmt.Sprintf("%d deliveries, %d attempts, %d bodies", r.Deliveries, r.Attempts, r.Bodies))
		a.sayDamage(r, nil)
	}
	if err == nil && !sound {
		hint := "hooks store check --repair rebuilds the index from the log"
		if repair {
			hint = "what is intact stays readable: hooks log"
		}
		err = answerNo("the store is damaged: %d problems", len(r.Problems)).withHint("%s", hint)
	}
	return err
}

// sayDamage says what a check has found, or what kept it from looking.
func (a *app) sayDamage(r store.Report, err error) {
	if err != nil {
		a.warn("%v", err)
	}
	for _, p := range r.Problems {
		a.warn("%s", p)
	}
}

func (a *app) checkStore(ctx context.Context) (store.Report, error) {
	st, err := a.readStore(ctx)
	if err != nil {
		return store.Report{}, err
	}
	defer st.Close()
	return st.Check(ctx)
}

func (a *app) rebuildStore(ctx context.Context) error {
	dir, err := a.storePath()
	if err != nil {
		return err
	}
	remarks, err := store.Rebuild(ctx, dir, store.Options{Now: a.now})
	for _, remark := range remarks {
		a.note("%s", remark)
	}
	return err
}
