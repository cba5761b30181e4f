package cmd

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// signatures is a receiver that answers with a status and keeps what signed.
func signatures(t *testing.T, status *int) (url string, seen func() []string) {
	t.Helper()
	got := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		got <- r.Header.Get("X-Hub-Signature-256")
		w.WriteHeader(*status)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() (all []string) {
		for len(got) > 0 {
			all = append(all, <-got)
		}
		return all
	}
}

// TestReplayOfTheTerminalUI: the key does what the command does, with the
// settings as they are when it is pressed, and records the same.
func TestReplayOfTheTerminalUI(t *testing.T) {
	status := 200
	url, seen := signatures(t, &status)
	a, st := beside(t)
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(a.dir, "hooks.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	captured := &store.Delivery{
		Event:     &store.Event{Type: "push", Provider: "github"},
		Direction: store.In, Trigger: store.TriggerReceived, Status: store.Captured, ReceivedAt: time.Now(),
		Request: store.Request{Method: "POST", Target: "/", Headers: sign.Headers{{Name: "X-GitHub-Event", Value: "push"}}, Body: []byte(`{"a":1}`)},
	}
	if err := st.Append(captured).Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := a.replayOne(t.Context(), st, captured.ID); err == nil || err.Error() != "delivery #1 has no target to send to again; hooks replay 1 --to localhost:3000" {
		t.Errorf("without a target: %v", err)
	}
	write("to: " + url + "\nsecrets: {github: the settings' own}\n")
	for _, status = range []int{200, 503} {
		said, err := a.replayOne(t.Context(), st, captured.ID)
		if want := fmt.Sprintf("-> %d in ", status); err != nil || !strings.HasPrefix(said, want) {
			t.Errorf("%s: %q, %v", want, said, err)
		}
		byKey := latest(t, st)
		if _, err := a.runWords(t.Context(), st, []string{"replay", captured.ID}); (err == nil) != (status == 200) {
			t.Errorf("hooks replay: %v", err)
		}
		if diff := cmp.Diff(latest(t, st), byKey); diff != "" {
			t.Errorf("recorded (-command +key):\n%s", diff)
		}
		if s := seen(); len(s) != 2 || s[0] != s[1] || s[0] == "" {
			t.Errorf("signed %q", s)
		}
	}
	write("to: [\n")
	if _, err := a.replayOne(t.Context(), st, captured.ID); err == nil || !strings.Contains(err.Error(), "hooks.yaml") {
		t.Errorf("with broken settings: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if said, err := a.replayOne(ctx, st, captured.ID); err == nil {
		t.Errorf("after the end: %q", said)
	}
}

// TestWarningsOfTheTerminalUI: what was warned of at the start is not said with
// every command, what is new is.
func TestWarningsOfTheTerminalUI(t *testing.T) {
	a, st := beside(t)
	none, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer none.Close()
	a.stderr = none
	file := filepath.Join(a.dir, "hooks.yaml")
	if err := os.WriteFile(file, []byte("secret: literal\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const warning = "holds a secret in plain text"
	for _, want := range []bool{true, false} {
		out, err := a.runWords(t.Context(), st, []string{"endpoint", "list"})
		if err != nil || strings.Contains(out, warning) != want {
			t.Errorf("%q, %v; want the warning: %v", out, err, want)
		}
		a.warnOnce("%s:1 %s; use env:NAME or file:PATH", file, warning)
	}
}

// TestReplayKeepsItsEndpoint: what an endpoint was sent is the endpoint's again.
func TestReplayKeepsItsEndpoint(t *testing.T) {
	status := 200
	url, seen := signatures(t, &status)
	a, st := beside(t)
	if _, err := a.runWords(t.Context(), st, []string{"endpoint", "add", url, "--name", "shop", "--provider", "github", "--secret", "env:S", "--allow-custom-secret"}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.runWords(t.Context(), st, []string{"endpoint", "test", "shop", "--event", "github:push"}); err != nil {
		t.Fatal(err)
	}
	first := latest(t, st)
	d, err := st.Get(t.Context(), "@last")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.replayOne(t.Context(), st, d.ID); err != nil {
		t.Fatal(err)
	}
	if again := latest(t, st); again["endpoint"] != first["endpoint"] || again["endpoint"] == "" || again["replay"] != d.ID {
		t.Errorf("%v, then %v", first, again)
	}
	if s := seen(); len(s) != 2 || s[0] != s[1] || s[0] == "" {
		t.Errorf("signed %q", s)
	}
}

// beside is the program beside the terminal UI, with a store and a folder of
// its own.
func beside(t *testing.T) (*app, *store.Store) {
	t.Helper()
	st, err := store.Open(t.Context(), t.TempDir(), store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	e := systemEnv("")
	e.dir, e.stdout, e.stderr = t.TempDir(), nil, nil
	e.lookup = func(name string) (string, bool) { return "s3cret-of-the-endpoint", name == "S" }
	return &app{env: e, color: "auto"}, st
}

// latest is what was recorded last, as far as two runs can be alike.
func latest(t *testing.T, st *store.Store) map[string]string {
	t.Helper()
	d, err := st.Get(t.Context(), "@last")
	if err != nil {
		t.Fatal(err)
	}
	signature, _ := d.Request.Headers.Get("X-Hub-Signature-256")
	return map[string]string{"trigger": string(d.Trigger), "replay": d.ReplayOf, "endpoint": d.Endpoint, "to": d.Destination, "status": string(d.Status),
		"signature": signature, "event": d.Event.Type, "provider": d.Event.Provider}
}
