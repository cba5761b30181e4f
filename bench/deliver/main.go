// Command deliver measures hooks dispatch, which signs, sends and records, beside
// load generators that only send: the same bodies to the same target, in turn. It
// also measures what a queue of a given length takes in memory, and how long a
// provider's schedule takes when its waits are skipped.
//
//	go -C bench run ./deliver
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
)

// options are the flags.
type options struct {
	count  int
	conns  int
	rounds int
	queue  int
}

func main() {
	var o options
	role := flag.Int("target", 0, "be the target, and answer with this status")
	flag.IntVar(&o.count, "n", 20_000, "deliveries of one measurement")
	flag.IntVar(&o.conns, "c", 64, "attempts at a time")
	flag.IntVar(&o.rounds, "rounds", 3, "measurements of each, taken in turn")
	flag.IntVar(&o.queue, "queue", 0, "measure the memory of a queue of this length as well")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := error(nil)
	if *role != 0 {
		err = answer(ctx, *role)
	} else {
		err = run(ctx, o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "deliver:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "hooks-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{options: o, dir: dir, hooks: filepath.Join(dir, "hooks"), hey: filepath.Join(dir, "hey")}
	for _, build := range []*exec.Cmd{
		exec.CommandContext(ctx, "go", "build", "-C", "..", "-o", b.hooks, "."),
		exec.CommandContext(ctx, "go", "build", "-o", b.hey, "github.com/rakyll/hey"),
	} {
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", build, err, out)
		}
	}
	if err := b.rates(ctx); err != nil {
		return err
	}
	if err := b.schedule(ctx); err != nil {
		return err
	}
	for _, n := range []int{b.queue / 100, b.queue / 10, b.queue} {
		if n == 0 {
			continue
		}
		if err := b.memory(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// bench is one run.
type bench struct {
	options
	dir        string
	hooks, hey string // the binaries
}

// rates are deliveries a second, of each sender in turn.
func (b *bench) rates(ctx context.Context) error {
	target, addr, err := startTarget(ctx, 200)
	if err != nil {
		return err
	}
	defer target()
	body, err := b.sample(ctx)
	if err != nil {
		return err
	}
	url := "http://" + addr + "/in"
	n, conns := strconv.Itoa(b.count), strconv.Itoa(b.conns)
	senders := []sender{
		{"hooks dispatch", func() (spent, error) { return b.dispatch(ctx, url, b.count, b.conns) }},
		{"hooks dispatch, four at a time", func() (spent, error) { return b.dispatch(ctx, url, b.count, 4) }},
		{"hey", func() (spent, error) {
			return b.time(exec.CommandContext(ctx, b.hey, "-n", n, "-c", conns, "-m", "POST", "-T", "application/json", "-D", body, url), b.count)
		}},
	}
	fmt.Printf("%d deliveries, %d at a time, medians of %d\n\n%-32s %10s %14s %8s\n", b.count, b.conns, b.rounds, "sender", "a second", "CPU µs each", "peak MB")
	found := map[string][]spent{}
	for range b.rounds {
		for _, s := range senders {
			one, err := s.run()
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			found[s.name] = append(found[s.name], one)
		}
	}
	for _, s := range senders {
		all := found[s.name]
		fmt.Printf("%-32s %10.0f %14.1f %8.0f\n", s.name, median(all, spent.rate), median(all, spent.cpuEach), median(all, spent.megabytes))
	}
	return nil
}

// schedule is how long RevKeen's 26 h 36 m take for a thousand events.
func (b *bench) schedule(ctx context.Context) error {
	const events, attempts = 1000, 6
	target, addr, err := startTarget(ctx, 500)
	if err != nil {
		return err
	}
	defer target()
	var all []spent
	for range b.rounds {
		if err := b.endpoint(ctx, "http://"+addr+"/in", 4); err != nil {
			return err
		}
		cmd := exec.CommandContext(ctx, b.hooks, "--store", b.store(), "trigger", eventType, "--count", strconv.Itoa(events), "--skip-waits", "--quiet")
		one, err := b.time(cmd, events*attempts, 1)
		if err != nil {
			return err
		}
		all = append(all, one)
	}
	fmt.Printf("\n%d events that fail over 26 h 36 m, %d attempts: %.2f s, CPU %.1f µs an attempt\n", events, events*attempts,
		median(all, func(s spent) float64 { return s.took.Seconds() }), median(all, spent.cpuEach))
	return nil
}

// memory is the peak of a dispatcher that works off a queue.
func (b *bench) memory(ctx context.Context, n int) error {
	target, addr, err := startTarget(ctx, 200)
	if err != nil {
		return err
	}
	defer target()
	one, err := b.dispatch(ctx, "http://"+addr+"/in", n, b.conns)
	if err != nil {
		return err
	}
	fmt.Printf("%d queued: peak %.0f MB, %.0f a second\n", n, one.megabytes(), one.rate())
	return nil
}
