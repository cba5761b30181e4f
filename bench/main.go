// Command bench measures hooks as whole processes, over loopback. It sets hooks
// listen beside proxies that neither verify nor record: each stands in turn
// between the same sender and the same target, and the figures of one run are
// compared. What is not installed is left out, and said.
//
//	go -C bench run .
//	go -C bench run . -what load
//	go -C bench run . -what slow,held,start,large
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"
)

// options are the flags.
type options struct {
	conns    int
	size     int
	duration time.Duration
	rounds   int
	pace     int
	only     string

	what       string
	deliveries int
}

func main() {
	var o options
	flag.IntVar(&o.conns, "c", 64, "connections of the sender")
	flag.IntVar(&o.size, "size", 2048, "bytes of a body")
	flag.DurationVar(&o.duration, "d", 4*time.Second, "length of one measurement")
	flag.IntVar(&o.rounds, "rounds", 3, "measurements of each, taken in turn")
	flag.IntVar(&o.pace, "pace", 2000, "requests a second of the second table")
	flag.StringVar(&o.only, "only", "", "measure only names that contain this")
	flag.StringVar(&o.what, "what", "full,paced", "what to measure, of full, paced, load, slow, held, start and large")
	flag.IntVar(&o.deliveries, "deliveries", 1_000_000, "deliveries of the large store")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run is the whole comparison, or, where the environment says so, one of the
// processes that take part in it.
func run(o options) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	switch role := os.Getenv(roleVariable); role {
	case "":
	case roleLean:
		return serveLean(ctx)
	case roleTarget:
		return serveTarget(ctx)
	case roleProxy:
		return serveProxy(ctx, os.Getenv("TARGET"))
	default:
		return fmt.Errorf("no role %q", role)
	}
	dir, err := os.MkdirTemp("", "hooks-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b, err := newBench(ctx, o, dir)
	if err != nil {
		return err
	}
	defer b.close()
	return b.all(ctx)
}

// all measures what is asked for.
func (b *bench) all(ctx context.Context) error {
	for _, missing := range b.missing {
		fmt.Println("left out:", missing)
	}
	known := map[string]func(context.Context) error{
		"full": b.full, "paced": b.paced, "slow": b.slow, "load": b.generators, "held": b.held, "start": b.start, "large": b.large,
	}
	for what := range strings.SplitSeq(b.o.what, ",") {
		measure, ok := known[what]
		if !ok {
			return fmt.Errorf("no measurement %q", what)
		}
		if err := measure(ctx); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	return nil
}

// full lets the sender go as fast as it can.
func (b *bench) full(ctx context.Context) error {
	results, err := b.measure(ctx, func(ctx context.Context, addr string) (load, error) {
		return flood(ctx, addr, b.request, b.o.conns, b.o.duration)
	})
	if err != nil {
		return err
	}
	fmt.Printf("\n%d connections, bodies of %d bytes, %s, medians of %d\n\n", b.o.conns, b.o.size, b.o.duration, b.o.rounds)
	fmt.Printf("%-24s %10s %9s %9s %12s %8s %9s\n", "between", "requests/s", "p50", "p99", "CPU µs/req", "RSS MB", "of proxy")
	yardstick := median(results["ReverseProxy"], func(l load) float64 { return l.rate() })
	for _, m := range b.middles {
		all := results[m.name]
		if len(all) == 0 {
			continue
		}
		rate := median(all, func(l load) float64 { return l.rate() })
		fmt.Printf("%-24s %10.0f %9s %9s %12.1f %8.0f %9s\n", m.name, rate,
			shortTime(median(all, func(l load) float64 { return l.percentile(50) })),
			shortTime(median(all, func(l load) float64 { return l.percentile(99) })),
			median(all, func(l load) float64 { return l.cpu.Seconds() * 1e6 / float64(max(1, l.count())) }),
			median(all, func(l load) float64 { return float64(l.rss) / 1e6 }), ratio(rate, yardstick))
	}
	return nil
}

// paced sends at a fixed pace: how much later the answers come is what stands
// between.
func (b *bench) paced(ctx context.Context) error {
	results, err := b.measure(ctx, func(ctx context.Context, addr string) (load, error) {
		return pace(ctx, addr, b.request, b.o.pace, b.o.duration)
	})
	if err != nil {
		return err
	}
	fmt.Printf("\n%d requests a second, latency from the moment that each was due\n\n", b.o.pace)
	fmt.Printf("%-24s %9s %9s %10s\n", "between", "p50", "p99", "added p50")
	direct := median(results["nothing"], func(l load) float64 { return l.percentile(50) })
	for _, m := range b.middles {
		all := results[m.name]
		if len(all) == 0 {
			continue
		}
		p50 := median(all, func(l load) float64 { return l.percentile(50) })
		fmt.Printf("%-24s %9s %9s %10s\n", m.name, shortTime(p50), shortTime(median(all, func(l load) float64 { return l.percentile(99) })), shortTime(p50-direct))
	}
	return nil
}

// measure takes each middle in turn, round after round, so that what the
// machine does besides falls on all of them.
func (b *bench) measure(ctx context.Context, run func(context.Context, string) (load, error)) (map[string][]load, error) {
	results := map[string][]load{}
	for range b.o.rounds {
		for _, m := range b.middles {
			l, err := b.through(ctx, m, run)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", m.name, err)
			}
			results[m.name] = append(results[m.name], l)
		}
	}
	return results, nil
}

// through starts a middle, loads it and ends it.
func (b *bench) through(ctx context.Context, m middle, run func(context.Context, string) (load, error)) (load, error) {
	p, err := m.start(ctx)
	if err != nil {
		return load{}, err
	}
	defer p.stop()
	if err := await(ctx, p.addr); err != nil {
		return load{}, errors.Join(err, p.said())
	}
	if _, err := flood(ctx, p.addr, b.request, b.o.conns, 300*time.Millisecond); err != nil { // warm
		return load{}, errors.Join(err, p.said())
	}
	before := p.cpu()
	l, err := run(ctx, p.addr)
	if err != nil {
		return l, errors.Join(err, p.said())
	}
	l.cpu, l.rss, l.peak = p.cpu()-before, p.rss(), p.peak()
	return l, nil
}

// await waits until something listens.
func await(ctx context.Context, addr string) error {
	limit := time.Now().Add(10 * time.Second)
	for {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			return conn.Close()
		}
		if ctx.Err() != nil || time.Now().After(limit) {
			return fmt.Errorf("nothing listens: %w", err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func median(all []load, of func(load) float64) float64 {
	values := make([]float64, len(all))
	for i, l := range all {
		values[i] = of(l)
	}
	if len(values) == 0 {
		return 0
	}
	slices.SortFunc(values, cmp.Compare)
	return values[len(values)/2]
}

func ratio(a, b float64) string {
	if b == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", a/b)
}

func shortTime(seconds float64) string {
	return strings.Replace(fmt.Sprintf("%.2f ms", seconds*1e3), "-0.00", "0.00", 1)
}
