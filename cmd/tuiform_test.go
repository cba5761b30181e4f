package cmd

import (
	"context"
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/tui"
)

// formApp is a program beside the terminal UI, with its settings and an environment
// without variables.
func formApp(t *testing.T) (*app, *store.Store) {
	t.Helper()
	a, st := beside(t)
	a.lookup = func(string) (string, bool) { return "", false }
	var err error
	if a.settings, err = loadSettings(a); err != nil {
		t.Fatal(err)
	}
	return a, st
}

// fill says what the fields of a form are after some of them were changed.
func fill(t *testing.T, f tui.Form, values map[string]string) (fields map[string][]string, words []string) {
	t.Helper()
	fields = map[string][]string{}
	words = append(words, f.Words...)
	for _, field := range f.Fields {
		if v, changed := values[field.Name]; changed {
			fields[field.Name] = field.Words(v)
			words = append(words, field.Words(v)...)
			delete(values, field.Name)
		}
	}
	for name := range values {
		t.Fatalf("the form has no field %s", name)
	}
	return fields, words
}

func TestCheckFormOfANewEndpoint(t *testing.T) {
	tests := []struct {
		name   string
		values map[string]string
		field  string // "" and no want: nothing is wrong
		want   string
	}{
		{"nothing", map[string]string{}, "url", "is needed"},
		{"no URL", map[string]string{"url": "ftp://x"}, "url", "only http and https"},
		{"port", map[string]string{"url": "3000"}, "", ""},
		{"unknown provider", map[string]string{"url": "3000", "provider": "strip"}, "provider", "did you mean stripe?"},
		{"unknown type", map[string]string{"url": "https://example.com/x", "provider": "revkeen", "event": "payment.succeded"}, "event", "did you mean payment.succeeded"},
		{"timeout", map[string]string{"url": "3000", "timeout": "5"}, "timeout", "is not a duration"},
		{"retry", map[string]string{"url": "3000", "retry": "soon"}, "retry", ""},
		{"name", map[string]string{"url": "3000", "name": "a b"}, "name", "letters"},
		{"channel", map[string]string{"url": "3000", "channels": "a/b"}, "channels", "must be 1 to 128"},
		{"concurrency", map[string]string{"url": "3000", "concurrency": "0"}, "concurrency", ""},
		{"secret the provider makes", map[string]string{"url": "https://example.com/x", "provider": "stripe", "secret": "whsec_x"}, "secret", "generates its own"},
		{"unset variable", map[string]string{"url": "3000", "secret": "env:NOT_SET"}, "secret", "NOT_SET"},
		{"a file is the command's", map[string]string{"url": "3000", "secret": "file:/nowhere"}, "", ""},
		{"no header", map[string]string{"url": "3000", "headers": "nonsense"}, "headers", "a header is"},
		{"a header of hooks", map[string]string{"url": "3000", "headers": "Host: x"}, "headers", "makes for every request"},
		{"headers", map[string]string{"url": "3000", "headers": "X-A: 1, 2 | X-B: 3"}, "", ""},
		{"everything", map[string]string{"url": "3000", "provider": "revkeen", "event": "payment.*,!payment.failed", "channels": "a, b", "timeout": "5s",
			"retry": "1m,5m", "pause-after": "3", "concurrency": "1", "throttle": "5/s", "description": "for the shop"}, "", ""},
	}
	a, st := formApp(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := a.endpointForm(t.Context(), st, "")
			if err != nil {
				t.Fatal(err)
			}
			fields, _ := fill(t, f, tt.values)
			problems := a.checkForm(t.Context(), st, f.Words, fields)
			if tt.field == "" && len(problems) > 0 || tt.field != "" && (len(problems) != 1 || problems[tt.field] == "" || !strings.Contains(problems[tt.field], tt.want)) {
				t.Errorf("problems %q, want %q of %q", problems, tt.want, tt.field)
			}
		})
	}
	if all, err := st.Endpoints(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("judging made %d endpoints, %v", len(all), err)
	}
}

// What a form that is in order says is a command that does it, and the form of
// what came of it has the same values.
func TestFormsAreCommands(t *testing.T) {
	a, st := formApp(t)
	run := func(f tui.Form, values map[string]string) {
		t.Helper()
		fields, words := fill(t, f, values)
		if problems := a.checkForm(t.Context(), st, f.Words, fields); len(problems) > 0 {
			t.Fatalf("%q: problems %q", words, problems)
		}
		if _, err := a.runWords(context.Background(), st, words); err != nil {
			t.Fatalf("%q: %v", words, err)
		}
	}
	f, err := a.endpointForm(t.Context(), st, "")
	if err != nil {
		t.Fatal(err)
	}
	run(f, map[string]string{"url": "localhost:3000/x", "provider": "revkeen", "name": "shop", "event": "payment.*,!payment.failed", "channels": "a,b", "timeout": "5s", "retry": "1m,5m"})
	expect := func(want map[string]string) tui.Form {
		t.Helper()
		ep, err := st.Endpoint(t.Context(), "shop")
		if err != nil {
			t.Fatal(err)
		}
		f, err := a.endpointForm(t.Context(), st, ep.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, field := range f.Fields {
			if v, asked := want[field.Name]; asked && field.Value != v {
				t.Errorf("%s is %q, want %q", field.Name, field.Value, v)
			}
		}
		return f
	}
	f = expect(map[string]string{"url": "http://localhost:3000/x", "event": "payment.*,!payment.failed", "channels": "a,b", "timeout": "5s", "retry": "1m,5m"})
	run(f, map[string]string{"event": "payment.*", "channels": "c", "timeout": "", "throttle": "2/s"})
	f = expect(map[string]string{"event": "payment.*", "channels": "c", "timeout": "", "throttle": "2/s", "retry": "1m,5m"})
	fields, _ := fill(t, f, map[string]string{"event": "no.such"})
	if problems := a.checkForm(t.Context(), st, f.Words, fields); problems["event"] == "" {
		t.Errorf("an unknown type passes: %q", problems)
	}
}
