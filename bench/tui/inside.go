package main

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
)

// inside runs the benchmarks of the packages, which measure one frame or key.
func (b *bench) inside(ctx context.Context) error {
	for _, of := range []struct {
		goal, what, limit string
		pkg, bench, times string
		unit              string
		scale             float64
		show              string
	}{
		{"P1", "2,000 a second with the feed in memory, without the terminal", "6 %", "./tui", "Follow", "20x", "%core", 1, "%.1f %%"},
		{"P4", "list frame at 100,000 rows, 120x35", "0.3 ms", "./tui", "ListFrame/100000", "2000x", "ns/op", 1e6, "%.3f ms"},
		{"P4", "  and its garbage", "40 KB", "./tui", "ListFrame/100000", "2000x", "B/op", 1e3, "%.1f KB"},
		{"P5", "whole frame with a detail pane", "1 ms", "./tui", "SplitFrame", "500x", "ns/op", 1e6, "%.3f ms"},
		{"P6", "slowest key while 2,000 a second arrive", "33 ms", "./tui", "KeyInAFlood", "300x", "max-ms", 1, "%.2f ms"},
		{"P9", "prepare 1 MB of JSON", "40 ms", "./tui", "Prepare", "20x", "ns/op", 1e6, "%.1f ms"},
		{"P10", "a scroll frame inside it", "0.2 ms", "./tui", "ScrollFrame", "2000x", "ns/op", 1e6, "%.3f ms"},
		{"P11", "key in the filter at 100,000 rows: a bare text", "5 ms", "./tui", "FilterKey/invoic", "60x", "ns/op", 1e6, "%.1f ms"},
		{"P11", "  an expression", "5 ms", "./tui", "FilterKey/event", "60x", "ns/op", 1e6, "%.1f ms"},
		{"P12", "bytes a second to the terminal, 30 frames a second", "160 KB", "./tui", "BytesPerSecond", "20x", "KB/s", 1, "%.0f KB"},
		{"P15", "escape 1 MB", "10 ms", "./term", "Safe", "50x", "ns/op", 1e6, "%.1f ms"},
	} {
		if !b.asked(of.goal) {
			continue
		}
		n, err := b.benchmark(ctx, of.pkg, of.bench, of.times, of.unit)
		if err != nil {
			return err
		}
		b.say(of.goal, of.what, of.limit, fmt.Sprintf(of.show, n/of.scale))
	}
	return nil
}

// benchmark is the best of three runs: what else the machine does only adds.
func (b *bench) benchmark(ctx context.Context, pkg, name, times, unit string) (float64, error) {
	out, err := exec.CommandContext(ctx, "go", "test", "-C", "..", pkg, "-run", "^$", "-bench", name, "-benchtime", times, "-count", "3", "-benchmem").CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	best, found := 0.0, false
	for _, m := range regexp.MustCompile(`([0-9.]+) `+regexp.QuoteMeta(unit)).FindAllSubmatch(out, -1) {
		n, err := strconv.ParseFloat(string(m[1]), 64)
		if err == nil && (!found || n < best) {
			best, found = n, true
		}
	}
	if !found {
		return 0, fmt.Errorf("%s says no %s:\n%s", name, unit, out)
	}
	return best, nil
}
