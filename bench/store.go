package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// large measures commands on a store of many deliveries of 2 KiB: a million take
// 2.7 GB and the better part of a minute.
func (b *bench) large(ctx context.Context) error {
	dir := filepath.Join(b.dir, "large")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := fill(ctx, dir, b.o.deliveries); err != nil {
		return err
	}
	fmt.Printf("\na store of %d deliveries, processes from their start to their end, medians of %d\n\n", b.o.deliveries, starts)
	for _, args := range [][]string{
		{"log", "--limit", "1"},
		{"log", "--limit", "50"},
		{"log", "--limit", "50", "--event", "payment.failed", "--status", "failed"},
		{"log", "--limit", "1", "--filter", "body:x event:invoice.paid"},
		{"show", strconv.Itoa(b.o.deliveries / 2)},
	} {
		took, err := b.runs(ctx, append(append([]string{b.hooks}, args...), "--store", dir))
		if err != nil {
			return err
		}
		fmt.Printf("%-56s %9s\n", fmt.Sprint(args), shortTime(took.Seconds()))
	}
	return b.onLarge(ctx, dir)
}

// onLarge measures the memory of a listener on the store, idle and under load.
func (b *bench) onLarge(ctx context.Context, dir string) error {
	addr, err := freeAddr()
	if err != nil {
		return err
	}
	p, err := b.listenOn(ctx, addr, dir, "--provider", "standard")
	if err != nil {
		return err
	}
	defer p.stop()
	if err := await(ctx, p.addr); err != nil {
		return err
	}
	fmt.Printf("\n%-56s %9s %9s\n", "hooks listen on it", "RSS MB", "peak MB")
	report := func(what string) {
		fmt.Printf("%-56s %9.0f %9.0f\n", what, float64(p.rss())/1e6, float64(p.peak())/1e6)
	}
	report("idle")
	if _, err := pace(ctx, p.addr, b.request, 1000, b.o.duration); err != nil {
		return err
	}
	report("1000 requests a second")
	if _, err := flood(ctx, p.addr, b.request, b.o.conns, b.o.duration); err != nil {
		return err
	}
	report(fmt.Sprintf("%d connections at full speed", b.o.conns))
	return nil
}

// fill makes the store with the benchmark of the store itself.
func fill(ctx context.Context, dir string, deliveries int) error {
	command := exec.CommandContext(ctx, "go", "test", "-C", "..", "./store", "-run", "^$", "-bench", "Million/Open", "-benchtime", "1x")
	command.Env = append(os.Environ(), "HOOKS_BENCH_DIR="+dir, "HOOKS_BENCH_DELIVERIES="+strconv.Itoa(deliveries))
	command.WaitDelay = time.Second
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("fill a store: %w\n%s", err, out)
	}
	return nil
}
