package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// starts is how often each command is run.
const starts = 41

// bareCobra is the least that a command line with the same library does.
const bareCobra = `package main

import "github.com/spf13/cobra"

func main() { (&cobra.Command{Use: "bare", Run: func(*cobra.Command, []string) {}}).Execute() }
`

// start measures whole processes.
func (b *bench) start(ctx context.Context) error {
	bare, err := b.bare(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("\na process from its start to its end, medians of %d\n\n%-28s %9s %9s\n", starts, "", "median", "of cobra")
	yardstick := time.Duration(0)
	for _, args := range [][]string{
		{bare}, {b.hooks, "--version"}, {b.hooks, "sign", "--provider", "standard", "--secret", secret},
		{b.hooks, "provider", "list"},
	} {
		took, err := b.runs(ctx, args)
		if err != nil {
			return err
		}
		if yardstick == 0 {
			yardstick = took
		}
		name := filepath.Base(args[0])
		for _, word := range args[1:min(2, len(args))] {
			name += " " + word
		}
		fmt.Printf("%-28s %9s %9s\n", name, shortTime(took.Seconds()), ratio(took.Seconds(), yardstick.Seconds()))
	}
	return nil
}

// bare builds a program that has nothing but the library, in the versions of
// hooks.
func (b *bench) bare(ctx context.Context) (string, error) {
	source, binary := filepath.Join(b.dir, "bare.go"), filepath.Join(b.dir, "cobra alone")
	if err := os.WriteFile(source, []byte(bareCobra), 0o600); err != nil {
		return "", err
	}
	build := exec.CommandContext(ctx, "go", "build", "-C", "..", "-o", binary, source)
	build.Env = static()
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build a bare program: %w\n%s", err, out)
	}
	return binary, nil
}

// static builds programs as they are released, without C: its library alone takes
// as long to start as a small program.
func static() []string { return append(os.Environ(), "CGO_ENABLED=0") }

// runs is the median of how long a command takes.
func (b *bench) runs(ctx context.Context, args []string) (time.Duration, error) {
	var all []time.Duration
	for range starts {
		c := exec.CommandContext(ctx, args[0], args[1:]...)
		c.Dir, c.Stdin = b.dir, bytes.NewReader(b.request)
		began := time.Now()
		if out, err := c.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("%s: %w\n%.500s", args, err, out)
		}
		all = append(all, time.Since(began))
	}
	slices.SortFunc(all, cmp.Compare)
	return all[len(all)/2], nil
}
