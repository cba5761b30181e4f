package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
)

// TestHelpFits: the help of every command is as wide as COLUMNS, without trailing
// blanks and escape sequences, but for words that cannot be broken.
func TestHelpFits(t *testing.T) {
	for columns, room := range map[string]int{"80": 80, "200": 100, "": 100} {
		file, err := os.Create(filepath.Join(t.TempDir(), "help"))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		a := &app{env: systemEnv(""), color: "auto"}
		a.stdout, a.lookup = file, func(name string) (string, bool) { return columns, name == "COLUMNS" }
		walkCommands(newRoot(a), func(c *cobra.Command) {
			if err := a.help(c); err != nil {
				t.Fatal(err)
			}
		})
		text, err := os.ReadFile(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		if len(text) < 50_000 {
			t.Fatalf("only %d bytes of help", len(text))
		}
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSuffix(line, "\n")
			if len([]rune(line)) > room || line != strings.TrimRight(line, " ") || strings.ContainsAny(line, "\x1b\t") {
				t.Errorf("COLUMNS=%s: %q", columns, line)
			}
		}
	}
}

func TestExampleParts(t *testing.T) {
	for example, want := range map[string][]string{
		"hooks log":                                   {"hooks log"},
		"hooks trigger a --to 3000 --dry-run":         {"hooks trigger a ", "--to 3000 ", "--dry-run"},
		"hooks log --filter 'a -b | c'":               {"hooks log ", "--filter 'a -b | c'"},
		`echo "x -y" | hooks import -`:                {`echo "x -y" `, "| hooks import ", "-"},
		"hooks sign b -H \"it's -x\" -s env:K | curl": {"hooks sign b ", "-H \"it's -x\" ", "-s env:K ", "| curl"},
	} {
		if diff := cmp.Diff(want, exampleParts(example)); diff != "" {
			t.Errorf("%s: %s", example, diff)
		}
		if strings.Join(exampleParts(example), "") != example {
			t.Errorf("%s: it is another one when it is put together", example)
		}
	}
}
