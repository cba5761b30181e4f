package cmd

import (
	"context"
	"fmt"
	"strings"

	"github.com/hooks-cli/hooks/listen"
	"github.com/hooks-cli/hooks/store"
)

// original is the delivery whose id d repeats, nil where it repeats none or the
// other is no longer in the store.
func original(ctx context.Context, st *store.Store, d *store.Delivery) *store.Delivery {
	if !isDuplicate(d) {
		return nil
	}
	first, err := st.Get(ctx, d.Verification.DuplicateOf)
	if err != nil {
		return nil
	}
	return first
}

func isDuplicate(d *store.Delivery) bool {
	return d.Verification != nil && d.Verification.DuplicateOf != ""
}

// repeats says which delivery d repeats, and whether with another body: senders
// repeat what they send, and never change it.
func repeats(d, first *store.Delivery) string {
	switch {
	case !isDuplicate(d):
		return ""
	case first == nil:
		return d.Verification.DuplicateOf
	case first.Request.BodySHA256 != d.Request.BodySHA256:
		return fmt.Sprintf("%s #%d, body differs", first.ID, first.Seq)
	}
	return fmt.Sprintf("%s #%d", first.ID, first.Seq)
}

// oddity is what the record notes on a delivery although its signature is
// right. Of any other the whole detail is shown.
func oddity(d *store.Delivery) string {
	if d.Verification == nil || d.Verification.Verdict != store.Valid {
		return ""
	}
	_, note, _ := strings.Cut(d.Verification.Detail, listen.NotePrefix)
	return note
}
