package cmd

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/tui"
)

// withEnv is an app with these variables.
func withEnv(t *testing.T, vars map[string]string) *app {
	a := bareApp(t)
	a.env.lookup = func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
	return a
}

func TestClipboardOfTheSystem(t *testing.T) {
	dir := t.TempDir()
	got := filepath.Join(dir, "copied")
	program := filepath.Join(dir, "xclip")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n[ \"$*\" = '-selection clipboard' ] && cat > "+got+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	find := func(name string) (string, error) {
		if name != "xclip" {
			return "", errors.New("not found")
		}
		return program, nil
	}
	for name, vars := range map[string]map[string]string{"no display": {}, "over SSH": {"DISPLAY": ":0", "SSH_CONNECTION": "a b"}} {
		if withEnv(t, vars).clipboard(find) != nil {
			t.Errorf("%s: there is a clipboard", name)
		}
	}
	a := withEnv(t, map[string]string{"DISPLAY": ":0"})
	if a.clipboard(func(string) (string, error) { return "", errors.New("not found") }) != nil {
		t.Error("a clipboard without a program")
	}
	if err := a.clipboard(find)(t.Context(), []byte("\x00bytes\xff")); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(got); string(b) != "\x00bytes\xff" {
		t.Errorf("copied %q, %v", b, err)
	}
	if err := os.WriteFile(program, []byte("#!/bin/sh\nexit 3\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := a.clipboard(find)(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "xclip") {
		t.Errorf("a program that fails: %v", err)
	}
}

func TestExportFromTheTerminalUI(t *testing.T) {
	a := bareApp(t)
	st, err := store.Open(t.Context(), t.TempDir(), store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	d := &store.Delivery{Event: &store.Event{Type: "a"}, Direction: store.In, Trigger: store.TriggerReceived, ReceivedAt: time.Now(), Status: store.Captured}
	d.Request.Method, d.Request.Target, d.Request.Body = "POST", "/", []byte(`{"a":1}`)
	d.Request.Headers = sign.Headers{{Name: "Host", Value: "x"}, {Name: "Authorization", Value: "Bearer secret"}}
	if err := st.Append(d).Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, form := range append(pageExports, pageExports...) {
		path, err := a.pageExport(t.Context(), st, d.ID, form)
		if err != nil || seen[path] || filepath.Dir(path) != a.dir {
			t.Fatalf("%s: %s, %v", form, path, err)
		}
		seen[path] = true
		content, err := os.ReadFile(path)
		if err != nil || len(content) == 0 || strings.Contains(string(content), "Bearer secret") {
			t.Errorf("%s: %q, %v", form, content, err)
		}
		if form == tui.ExportBody && string(content) != `{"a":1}` {
			t.Errorf("the body is %q", content)
		}
	}
	if _, err := a.pageExport(t.Context(), st, d.ID, "stone"); err == nil {
		t.Error("every form can be written")
	}
}

func TestFilterMemory(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state")
	m := withEnv(t, map[string]string{"XDG_STATE_HOME": state}).filterMemory()
	if _, err := m.Read("filters"); err == nil {
		t.Error("what was never written is read")
	}
	for _, text := range []string{"one\n", "two\n"} {
		if err := m.Write("filters", []byte(text)); err != nil {
			t.Fatal(err)
		}
		if b, err := m.Read("filters"); string(b) != text {
			t.Errorf("%q, %v", b, err)
		}
	}
	if m := withEnv(t, nil).filterMemory(); m.Read != nil {
		t.Error("without a home filters are kept")
	}
}
