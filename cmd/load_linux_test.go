package cmd

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestLoadOnTerminal: the progress is one line that is written over, without
// escape sequences, and gone when the report comes.
func TestLoadOnTerminal(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	args := []string{"send", "--to", server.URL, "--rate", "100/s", "--count", "60", "--data", "{}"}
	out := onTerminal(t, nil, args...)
	if strings.Count(out, "\r[") < 3 || !strings.Contains(out, " of 60 sent  ") || strings.Contains(out, "\x1b") || !strings.Contains(out, " \rtarget  ") {
		t.Errorf("on a terminal: %q", out)
	}
	if out := onTerminal(t, nil, append(args, "--quiet")...); strings.Contains(out, "\r[") {
		t.Errorf("quiet: %q", out)
	}
}
