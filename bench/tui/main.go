// Command tui measures the terminal UI of hooks as a user has it: the program
// itself, in a terminal that tmux plays, on a store of many deliveries, while
// another process writes. The figures of one frame or one key come from the
// benchmarks of the packages. Every line says the figure, its goal and what it
// is; a goal is something to compare with, not a test.
//
//	go -C bench run ./tui
//	go -C bench run ./tui -only P8
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

type options struct {
	deliveries, pace int
	duration         time.Duration
	only             string
}

func main() {
	var o options
	flag.IntVar(&o.deliveries, "deliveries", 100_000, "deliveries of the store")
	flag.IntVar(&o.pace, "pace", 2_000, "requests a second of the writer")
	flag.DurationVar(&o.duration, "d", 10*time.Second, "length of one measurement")
	flag.StringVar(&o.only, "only", "", "measure only goals whose name begins with this")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run.
type bench struct {
	o          options
	dir, hooks string
	socket     string // of tmux
	nth        int
}

func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "hooks-bench-tui-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{o: o, dir: dir, hooks: filepath.Join(dir, "hooks")}
	defer func() { _ = exec.Command("tmux", "-L", b.socket, "kill-server").Run() }()
	build := exec.CommandContext(ctx, "go", "build", "-C", "..", "-o", b.hooks, ".")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build hooks: %w\n%s", err, out)
	}
	fmt.Printf("%-4s %-60s %12s %12s\n", "", "", "goal", "measured")
	for _, part := range []struct {
		goals string
		run   func(context.Context) error
	}{
		{"P1 P4 P5 P6 P9 P10 P11 P12 P15", b.inside}, {"P13", b.first}, {"P14", b.mute}, {"P3 P8", b.still}, {"P2", b.follow}, {"P7", b.record},
	} {
		if !b.asked(strings.Fields(part.goals)...) {
			continue
		}
		if err := part.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", part.goals, err)
		}
	}
	return nil
}

// asked tells whether one of the goals is to be measured.
func (b *bench) asked(goals ...string) bool {
	for _, g := range goals {
		if b.o.only == "" || g == b.o.only {
			return true
		}
	}
	return false
}

func (b *bench) say(goal, what, limit, measured string) {
	if b.asked(goal) {
		fmt.Printf("%-4s %-60s %12s %12s\n", goal, what, limit, measured)
	}
}
