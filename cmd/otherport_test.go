package cmd

import (
	"strings"
	"testing"
)

func TestWithOtherPort(t *testing.T) {
	const generic = "hooks listen --addr 127.0.0.1:0 picks a free port"
	tests := []struct{ args, want string }{
		{"listen", "hooks listen --addr 127.0.0.1:0"},
		{"listen --addr :4400 -f 3000", "hooks listen -f 3000 --addr 127.0.0.1:0"},
		{"listen --addr=:4400 --events *,!a", "hooks listen --events '*,!a' --addr 127.0.0.1:0"},
		{"listen --secret env:SECRET", "hooks listen --secret env:SECRET --addr 127.0.0.1:0"},
		{"listen --secret=file:a", "hooks listen --secret=file:a --addr 127.0.0.1:0"},
		{"listen --secret-file token.txt", generic},
		{"listen --secret-file a", "hooks listen --secret-file a --addr 127.0.0.1:0"},
		{"listen --secret hush", generic},
		{"listen --secret=hush", generic},
		{"listen --secret env:A --secret hush", generic},
		{"listen -H Authorization:hush", generic},
		{"listen -f http://me:hush@localhost:3000", generic},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			got := withOtherPort(strings.Fields(tt.args))
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if strings.Contains(got, "hush") {
				t.Error("a secret is shown")
			}
		})
	}
}
