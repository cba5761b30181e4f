package cmd

import (
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// namesKeys tells whether the command line names the keys to verify with; those
// of the settings are known, and not named.
func namesKeys(c *cobra.Command) bool {
	return slices.ContainsFunc([]string{"secret", "secret-file", "public-key"}, func(name string) bool { return c.Flags().Changed(name) })
}

// knowsSender tells whether there is anything but the store's own secret to
// judge a provider's messages with.
func (j *judge) knowsSender(id string) bool {
	p, err := j.registry.Get(id)
	if err != nil {
		return false
	}
	keys := j.keys(p)
	isOwn := func(text string) bool {
		return slices.ContainsFunc(j.known(), func(s sign.Secret) bool { return s.Name == ownSecret && s.Text == text })
	}
	return p.Scheme.Unkeyed() || len(keys.Public) > 0 || slices.ContainsFunc(keys.Secrets, func(s string) bool { return !isOwn(s) })
}

// besideRecord compares the verdict on a recorded delivery with the record,
// where nobody named a secret. One that is missing now makes nothing invalid:
// neither what was valid when it came, nor what there never was a secret for.
func (l *verdictLine) besideRecord(d *store.Delivery, known bool) {
	was := ""
	if d.Verification != nil {
		was = d.Verification.Verdict
	}
	lacking := l.Reason == sign.SignatureMismatch || l.Reason == sign.NoSecret
	if l.Verdict == store.Valid || !lacking || was == store.Invalid || known && was != store.Valid {
		return
	}
	l.Verdict, l.Reason = store.Unverified, sign.NoSecret
	switch {
	case was == store.Valid:
		l.Detail = fmt.Sprintf("recorded as valid: the secret of %s that verified it then is not known here now", l.Provider)
		if slices.Contains(l.Covers, "url") {
			l.Detail += ", or it was known under another URL (--url)"
		}
	case d.Direction == store.Out:
		l.Detail = fmt.Sprintf("the secret of %s that it was signed with is not known here", l.Provider)
	default:
		l.Detail = fmt.Sprintf("no secret of %s is known here, and the store's own does not match", l.Provider)
	}
	if l.Explanation == nil || !l.Explanation.Found {
		l.Explanation = &sign.Explanation{Class: sign.ClassSecret,
			Fix: fmt.Sprintf("hooks verify --delivery %d --secret REF, or \"secrets: {%s: env:NAME}\" in hooks.yaml", d.Seq, l.Provider)}
	}
}

// judgedText says as of when a recorded delivery was judged.
func judgedText(d *store.Delivery, at time.Time) string {
	text := "judged as of " + at.UTC().Format(time.RFC3339)
	switch {
	case !at.Equal(d.ReceivedAt):
		return text
	case d.Direction == store.Out:
		return text + ", when it was sent; --at TIME judges at another time"
	}
	return text + ", when it came; --at TIME judges at another time"
}
