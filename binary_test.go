package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// maxBinary is how large a released program may become.
const maxBinary = 20 << 20

// releaseFlags are those that the program is released with, but for its version.
func releaseFlags(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(".goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Builds []struct{ Flags, Tags, Gcflags, Ldflags []string }
	}
	if err := yaml.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	if len(config.Builds) != 1 {
		t.Fatalf("%d builds", len(config.Builds))
	}
	b := config.Builds[0]
	flags := slices.DeleteFunc(b.Flags, func(f string) bool { return f == "-buildvcs=true" }) // there may be no repository
	flags = append(flags, "-tags="+strings.Join(b.Tags, ","))
	for _, f := range b.Gcflags {
		flags = append(flags, "-gcflags="+f)
	}
	withoutVersion := regexp.MustCompile(` -X main\.version=\S*( \S* ?}})?`).ReplaceAllString(strings.Join(b.Ldflags, " "), "")
	if strings.Contains(withoutVersion, "{{") {
		t.Fatalf("the linker's flags are no plain words: %s", withoutVersion)
	}
	return append(flags, "-ldflags="+withoutVersion+" -dumpdep")
}

// TestBinary builds the program as it is released and holds it small. A single method looked up
// by a name that only the run knows makes the linker keep every exported method
// of everything: 3 MB, and who calls it is marked <ReflectMethod>. text/template
// is the usual cause.
func TestBinary(t *testing.T) {
	if testing.Short() {
		t.Skip("links the program")
	}
	file := filepath.Join(t.TempDir(), "hooks")
	build := exec.CommandContext(t.Context(), "go", append(append([]string{"build"}, releaseFlags(t)...), "-o", file, ".")...)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
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
