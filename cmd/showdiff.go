package cmd

import (
	"context"
	"fmt"
	"strings"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// showDiff prints what differs between two recorded deliveries. As diff does,
// it fails where something does.
func (a *app) showDiff(ctx context.Context, ref, other string, ignore, reveal bool) error {
	st, err := a.readStore(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	was, err := a.find(ctx, st, ref)
	if err != nil {
		return err
	}
	is, err := a.find(ctx, st, other)
	if err != nil {
		return err
	}
	c := store.Compare(was, is, store.CompareOptions{IgnoreVolatile: ignore, Reveal: reveal})
	if a.json {
		err = a.printJSON(struct {
			A string `json:"a"`
			B string `json:"b"`
			store.Comparison
		}{was.ID, is.ID, c})
	} else {
		err = a.write([]byte(comparisonText(was, is, c)))
	}
	switch n := len(c.Changes); {
	case err != nil:
		return err
	case n > 0 || !c.SameBytes && !ignore:
		return answerNo("%s", differText(n))
	}
	a.note("nothing differs")
	return nil
}

func differText(n int) string {
	if n == 0 {
		return "the bodies hold the same JSON in other bytes"
	}
	return counted(n, "difference")
}

// comparisonText is a comparison for people: - is of the first, + of the second.
func comparisonText(a, b *store.Delivery, c store.Comparison) string {
	var t strings.Builder
	fmt.Fprintf(&t, "- %s\n+ %s\n", term.Safe(deliveryName(a)), term.Safe(deliveryName(b)))
	for _, change := range c.Changes {
		fmt.Fprintf(&t, "@ %s\n", term.Safe(strings.TrimSpace(change.Part+" "+change.Path)))
		if change.Kind != store.ChangeAdded {
			fmt.Fprintf(&t, "- %s\n", term.Safe(change.Before))
		}
		if change.Kind != store.ChangeRemoved {
			fmt.Fprintf(&t, "+ %s\n", term.Safe(change.After))
		}
	}
	if c.Form != "" {
		fmt.Fprintf(&t, "@ body bytes\n  the same JSON, %s\n", term.Safe(c.Form))
	}
	return t.String()
}

func deliveryName(d *store.Delivery) string {
	return strings.TrimSpace(fmt.Sprintf("#%d  %s  %s", d.Seq, eventText(d), outcomeText(d)))
}
