package cmd

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/check"
	"github.com/hooks-cli/hooks/send"
)

// misbehaveOptions are the flags of a sender that misbehaves on purpose.
type misbehaveOptions struct {
	check.Misbehaviour
	burst int
	rate  float64 // deliveries a second, 0 without a limit
	delay span
}

// misbehaveGroup is the title of their part of the help.
const misbehaveGroup = "Misbehave on purpose (--seed N makes it reproducible)"

// longestHold bounds how long a request, or a part of it, is held back.
const longestHold = time.Hour

// addAttempts adds what goes wrong with single requests.
func (o *misbehaveOptions) addAttempts(c *cobra.Command) {
	kinds := check.SignatureKinds()
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	own.SortFlags = false
	own.Var(newValue(&o.Duplicate, "1", "int", parseCount), "duplicate", "send each event `N` times in all, under the same id")
	own.Var(newValue(&o.delay, "", "duration", parseSpan), "delay", "hold each request back once it is signed: `DUR`, or MIN-MAX as in 100ms-2s")
	own.Var(newValue(&o.Drop, "", "float", parseShare), "drop", "lose this share `P` of the requests, as in 0.1")
	own.BoolVar(&o.Tamper, "tamper", false, "change the body after it was signed")
	own.Var(newValue(&o.Stale, "", "duration", durationBetween(time.Second, 100*365*24*time.Hour)), "stale", "sign with a timestamp that is `DUR` old")
	own.Var(newEnum(&o.BadSignature, kinds...), "bad-signature", "sign wrongly: `KIND` is "+strings.Join(kinds, ", "))
	own.Var(newValue(&o.BodyCut, "", "int", parseCut), "body-cut", "send no more than `N` bytes of the body, and close")
	own.Var(newValue(&o.BodySlow, "", "duration", durationBetween(time.Millisecond, longestHold)), "body-slow", "hold the second half of the body back for `DUR`")
	o.join(c, own)
}

// addEvents adds what goes wrong with the order and the pace of events.
func (o *misbehaveOptions) addEvents(c *cobra.Command) {
	o.addAttempts(c)
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	own.SortFlags = false
	own.BoolVar(&o.Shuffle, "shuffle", false, fmt.Sprintf("send the events in another order than they were made (within %d)", chunk))
	own.Var(newValue(&o.burst, "1", "int", wholeBetween(1, maxBurst)), "burst", "send `N` at the same time: with --duplicate, concurrent duplicates")
	o.join(c, own)
}

// addRate adds the pace, to a command that has none.
func (o *misbehaveOptions) addRate(c *cobra.Command) {
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	own.Var(newValue(&o.rate, "", "string", parseRate), "rate", "send at most `R`, as in 10/s or 600/m")
	o.join(c, own)
}

func (o *misbehaveOptions) join(c *cobra.Command, own *pflag.FlagSet) {
	own.VisitAll(func(f *pflag.Flag) { f.Annotations = map[string][]string{helpGroup: {misbehaveGroup}} })
	c.Flags().AddFlagSet(own)
}

// span is a length of time, or a choice between two.
type span struct{ min, max time.Duration }

func parseSpan(s string) (span, error) {
	least, most, ranges := strings.Cut(s, "-")
	if !ranges {
		most = least
	}
	from, err := durationBetween(0, longestHold)(least)
	to, bad := durationBetween(0, longestHold)(most)
	switch {
	case err != nil:
		return span{}, err
	case bad != nil:
		return span{}, bad
	case from > to:
		return span{}, errors.New("ends before it begins; give the shorter one first, as in 100ms-2s")
	}
	return span{from, to}, nil
}

func parseCut(s string) (*int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return nil, errors.New("must be a whole number of bytes, 0 or more")
	}
	return &n, nil
}

// maxBurst is how many requests one dispatcher has under way.
const maxBurst = 1024

// check refuses what makes no sense together, and settles the rest.
func (o *misbehaveOptions) check(c *cobra.Command) error {
	o.DelayMin, o.DelayMax = o.delay.min, o.delay.max
	pairs := [][2]string{{"stale", "timestamp"}}
	for _, paced := range []string{"rate", "burst"} {
		for _, other := range []string{"wait", "skip-waits", "time-scale", "no-deliver"} {
			pairs = append(pairs, [2]string{paced, other})
		}
	}
	for _, later := range []string{"delay", "drop", "tamper", "stale", "bad-signature", "body-cut", "body-slow"} {
		pairs = append(pairs, [2]string{later, "no-deliver"})
	}
	for _, pair := range pairs {
		if err := exclusive(c, pair[0], pair[1]); err != nil {
			return err
		}
	}
	if f := c.Flags().Lookup("as"); f != nil && f.Value.String() == "curl" {
		return errors.Join(exclusive(c, "as", "body-cut"), exclusive(c, "as", "body-slow"))
	}
	return nil
}

// sender is what makes requests go wrong, nil if all is to be right.
func (o *misbehaveOptions) sender(seed *int64) *check.Sender {
	if !o.PerRequest() && !o.reorders() {
		return nil
	}
	return check.NewSender(o.Misbehaviour, seed)
}

// reorders tells whether the events are not sent once each, as they were made.
func (o *misbehaveOptions) reorders() bool { return o.Duplicate > 1 || o.Shuffle }

// paced tells whether deliveries wait for each other.
func (o *misbehaveOptions) paced() bool { return o.burst > 0 || o.rate > 0 }

// cutShown is a request as text of which less is sent than was announced.
func cutShown(text []byte, out send.Outgoing) []byte {
	if out.CutAt == nil {
		return text
	}
	return text[:len(text)-len(out.Body)+min(*out.CutAt, len(out.Body))]
}
