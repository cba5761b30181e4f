package term

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
)

func TestEgress(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"text and colours", "a\n\x1b[1;31mb\x1b[0m\x1b[m", "a\n\x1b[1;31mb\x1b[0m\x1b[m"},
		{"colon parameters", "\x1b[4:3m\x1b[38:2::1:2:3m", "\x1b[4:3m\x1b[38:2::1:2:3m"},
		{"cursor", "\x1b[2Ja", "\ufffd[2Ja"},
		{"clipboard", "\x1b]52;c;YQ==\x07", "\ufffd]52;c;YQ==\ufffd"},
		{"private parameters", "\x1b[>4;1m\x1b[?4m", "\ufffd[>4;1m\ufffd[?4m"},
		{"unfinished", "a\x1b[31", "a\ufffd[31"},
		{"alone at the end", "a\x1b", "a\ufffd"},
		{"C1 and carriage return", "\u009b31m\r\x9b", "\ufffd31m\ufffd\ufffd"},
		{"bidi", "\u202e", "\ufffd"},
		{"tab", "\t", "\ufffd"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Egress(tt.in); got != tt.want {
				t.Errorf("Egress(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func FuzzEgress(f *testing.F) {
	for _, s := range []string{"\x1b[31ma", "\x1b[\x1b[m", "\x1b]0;x\x07", "\xff\u0085", "a\nb"} {
		f.Add(s)
	}
	sgr := regexp.MustCompile(`\x1b\[[0-9;:]*m`)
	f.Fuzz(func(t *testing.T, s string) {
		got := Egress(s)
		if Egress(got) != got {
			t.Errorf("Egress twice changes %q", got)
		}
		for _, r := range sgr.ReplaceAllString(got, "") {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Fatalf("Egress(%q) lets %U pass", s, r)
			}
		}
		if allowed(s) == len(s) && got != s {
			t.Errorf("Egress changed what is allowed: %q to %q", s, got)
		}
	})
}

func BenchmarkEgress(b *testing.B) {
	row := "\x1b[7m" + strings.Repeat("x", 100) + "\x1b[0m \x1b[31m│ some more text\x1b[0m\n"
	frame := strings.Repeat(row, 35)
	b.ReportAllocs()
	for b.Loop() {
		Egress(frame)
	}
}
