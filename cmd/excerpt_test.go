package cmd

import (
	"bytes"
	"strings"
	"testing"
)

// TestReportExcerpt holds errors with a place in a file to three lines.
func TestReportExcerpt(t *testing.T) {
	tests := []struct {
		name, line string
		column     int
		hint, want string
	}{
		{"with a hint", "adr: 1", 1, "did you mean addr?", "  adr: 1\nhint: did you mean addr?\n"},
		{"without one", "url: [a", 6, "", "  url: [a\n       ^\n"},
		{"behind the end", "url: [a\n", 99, "", "  url: [a\n         ^\n"},
		{"a tab", "\turl: a", 2, "", "   url: a\n   ^\n"},
		{"wide characters", "名前: a", 3, "", "  名前: a\n      ^\n"},
		{"an escape sequence", "a: \x1b[31m", 1, "", "  a: \\x1b[31m\n  ^\n"},
		{"far to the right", strings.Repeat("a", 99) + "b" + strings.Repeat("c", 99), 100, "", "  " + strings.Repeat("a", 40) + "b" + strings.Repeat("c", 31) + "\n" + strings.Repeat(" ", 42) + "^\n"},
		{"no line", "", 7, "see there", "hint: see there\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := usageError("wrong").withHint("%s", tt.hint)
			f.excerpt = excerpt{line: tt.line, column: tt.column}
			var out bytes.Buffer
			report(&out, false, false, f)
			if want := "error: wrong\n" + tt.want; out.String() != want {
				t.Errorf("got\n%swant\n%s", out.String(), want)
			}
		})
	}
}

func TestExcerptOfHidesSecrets(t *testing.T) {
	tests := []struct {
		name, text string
		line       int
		want       string
	}{
		{"the line", "addr: 1\nforward: [3000\n", 2, "forward: [3000"},
		{"a secret in it", "secret: hush: hush\n", 1, ""},
		{"a list of them", "secret:\n- env:A\n- hush: hush\n", 3, ""},
		{"deeper", "secrets:\n  github:\n    hush: [\n", 3, ""},
		{"behind them", "secrets:\n  github: hush\naddr: [\n", 3, "addr: ["},
		{"a password in a URL", "forward: http://me:hush@host: [\n", 1, ""},
		{"behind the end", "secret: hush\naddr: [1\n\n", 9, "addr: [1"},
		{"a secret at the end", "secret: [hush\n", 2, ""},
		{"nothing", "", 1, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := excerptOf(tt.text, tt.line, 1).line; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
