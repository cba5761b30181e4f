package cmd

import (
	"errors"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/send"
)

// timingOptions are the flags of the commands that follow a retry schedule.
type timingOptions struct {
	skipWaits bool
	timeScale float64
	maxWait   time.Duration
}

// compressedWait is how far a clock that does not run on real time may go: a
// target that answers 409 for ever would keep it going for ever.
const compressedWait = 7 * 24 * time.Hour

func (o *timingOptions) add(flags *pflag.FlagSet) {
	flags.BoolVar(&o.skipWaits, "skip-waits", false, "jump over the waits: hours of retries pass in no time")
	flags.Var(newValue(&o.timeScale, "1", "float", parseScale), "time-scale", "let time pass `N` times as fast")
	flags.Var(newValue(&o.maxWait, "", "duration", durationBetween(time.Second, 10*365*24*time.Hour)), "max-wait",
		"how far the clock of --skip-waits and --time-scale goes at most: `DUR` (default 168h; in real time without end)")
}

func parseScale(s string) (float64, error) {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !(n >= 1 && n <= 1e9) {
		return 0, errors.New("must be a number from 1 to 1000000000")
	}
	return n, nil
}

// check refuses what excludes each other.
func (o *timingOptions) check(c *cobra.Command) error {
	return exclusive(c, "skip-waits", "time-scale")
}

// compressed tells whether the waits are shorter than the schedule says.
func (o *timingOptions) compressed() bool { return o.skipWaits || o.timeScale > 1 }

func (o *timingOptions) clock(a *app) *send.Clock {
	return send.NewClock(a.now, time.After, o.timeScale, o.skipWaits)
}

// longest is how far the run's clock may go, 0 for ever.
func (o *timingOptions) longest() time.Duration {
	if o.maxWait == 0 && o.compressed() {
		return compressedWait
	}
	return o.maxWait
}
