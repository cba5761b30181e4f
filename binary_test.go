package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// maxBinary is how large the program may become without its symbols.
const maxBinary = 20 << 20

// TestBinary builds the program and holds it small. A single method looked up
// by a name that only the run knows makes the linker keep every exported method
// of everything: 3 MB, and who calls it is marked <ReflectMethod>. text/template
// is the usual cause.
func TestBinary(t *testing.T) {
	if testing.Short() {
		t.Skip("links the program")
	}
	file := filepath.Join(t.TempDir(), "hooks")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w -dumpdep", "-o", file, ".")
	var edges bytes.Buffer
	build.Stdout, build.Stderr = os.Stdout, &edges
	if err := build.Run(); err != nil {
		t.Fatalf("go build: %v\n%.2000s", err, edges.String())
	}
	if n := bytes.Count(edges.Bytes(), []byte("\n")); n < 10_000 {
		t.Fatalf("the linker named only %d dependencies", n)
	}
	for line := range bytes.Lines(edges.Bytes()) {
		if bytes.Contains(line, []byte("<ReflectMethod>")) {
			t.Errorf("methods are looked up by name: %s", bytes.TrimSpace(line))
			break
		}
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.1f MiB of %d", float64(info.Size())/(1<<20), maxBinary>>20)
	if info.Size() > maxBinary {
		t.Errorf("the program has %.1f MiB, %d are allowed", float64(info.Size())/(1<<20), maxBinary>>20)
	}
}
