package cmd

import (
	"os"
	"os/exec"
	"testing"
)

// BenchmarkStart is what a user waits for before anything happens. Compare with
// another program through HOOKS_BENCH_PEER, run in turn with ours:
//
//	go build -o /tmp/hooks . && HOOKS_BENCH=/tmp/hooks HOOKS_BENCH_PEER=/bin/true go test ./cmd -run '^$' -bench Start -count 10
func BenchmarkStart(b *testing.B) {
	for _, c := range []struct{ name, variable string }{{"hooks", "HOOKS_BENCH"}, {"peer", "HOOKS_BENCH_PEER"}} {
		path := os.Getenv(c.variable)
		if path == "" {
			continue
		}
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if err := exec.Command(path, "--version").Run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
