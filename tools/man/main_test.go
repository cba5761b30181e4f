package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const tree = `{"path":"hooks","name":"hooks","summary":"webhooks","usage":"hooks COMMAND","version":"1.2.3","examples":["hooks listen -f '3000'"],
"global_flags":[{"name":"json","usage":"print JSON"}],"exit_codes":[{"code":0,"meaning":"done"}],
"commands":[{"path":"hooks listen","name":"listen","summary":"receive","usage":"hooks listen [flags]","description":"One µ.\n.Two \\ three.",
"flags":[{"name":"forward","shorthand":"f","value":"TARGET","usage":"to here","variable":"HOOKS_FORWARD"}]}]}`

func read(t *testing.T, file string) string {
	t.Helper()
	packed, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

func TestPages(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "man")
	if err := run([]string{dir}, strings.NewReader(tree), "86400"); err != nil {
		t.Fatal(err)
	}
	for name, parts := range map[string][]string{
		"hooks.1.gz":        {`.TH "HOOKS" 1 "1970-01-02" "hooks 1.2.3"`, `hooks listen \-f \(aq3000\(aq`, ".BR hooks\\-listen (1)\nreceive"},
		"hooks-listen.1.gz": {`hooks\-listen \- receive`, "One \\[u00B5].\n.PP\n\\&.Two \\e three.", ".B \\-f, \\-\\-forward \\fITARGET\\fR\nto here\n.br\nEnvironment: HOOKS_FORWARD", ".SH EXIT STATUS\n.TP\n.B 0\ndone"},
	} {
		page := read(t, filepath.Join(dir, name))
		for _, part := range parts {
			if !strings.Contains(page, part) {
				t.Errorf("%s has no %q:\n%s", name, part, page)
			}
		}
	}
}

// TestReproducible: the same commands make the same bytes.
func TestReproducible(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	for _, dir := range []string{one, two} {
		if err := run([]string{dir}, strings.NewReader(tree), ""); err != nil {
			t.Fatal(err)
		}
	}
	a, err := os.ReadFile(filepath.Join(one, "hooks.1.gz"))
	b, err2 := os.ReadFile(filepath.Join(two, "hooks.1.gz"))
	if err != nil || err2 != nil || !bytes.Equal(a, b) {
		t.Errorf("they differ: %v %v", err, err2)
	}
}

func TestRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		args  []string
		tree  string
		epoch string
	}{
		"no folder": {nil, tree, ""},
		"no tree":   {[]string{t.TempDir()}, "x", ""},
		"no date":   {[]string{t.TempDir()}, tree, "yesterday"},
	} {
		if err := run(c.args, strings.NewReader(c.tree), c.epoch); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
