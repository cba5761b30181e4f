package tui

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/store"
)

// withSchema knows how the payloads of the pictures differ from their schemas.
func withSchema(o *Options) {
	o.Actions.Command = func(context.Context, []string) (string, error) { return "", nil }
	o.Actions.Schema = func(_ context.Context, d *store.Delivery) (Schema, error) {
		switch d.Event.Provider {
		case "revkeen":
			return Schema{Type: "revkeen:" + d.Event.Type, Source: "built in", Faults: []Fault{
				{OtherType, "/data/amount", "a whole number", `"1999"`, 8},
				{Missing, "/data/object/currency", "a required value", "nothing", 7},
				{Broken, "/type", "one of a, b or c", `"x` + "\x1b[2J\"", 3},
			}, News: []string{"/data/note", "/extra"}}, nil
		case "stripe":
			return Schema{Type: "stripe:" + d.Event.Type, Source: "catalog/stripe.yaml"}, nil
		case "raas":
			return Schema{}, errors.New("catalog/raas.yaml:3: not YAML")
		}
		return Schema{None: "no catalog has the event types of " + d.Event.Provider, Next: [][]string{
			{"catalog", "learn", "--event", d.Event.Type, "--into", "acme"}, {"catalog", "list"},
		}}, nil
	}
}

func TestSchemaTab(t *testing.T) {
	tests := []struct {
		name string
		seq  int64
		want []string
	}{
		{"faults", 1276, []string{"Schema 3", "3 problems, 2 fields are new", "~ /data/amount", `expected a whole number, got "1999"`,
			"- /data/object/currency", "missing: expected a required value", `\x1b[2J`, "+ /extra"}},
		{"fits", 1277, []string{"the payload fits its schema", "catalog/stripe.yaml"}},
		{"fails", 1279, []string{"not YAML"}},
		{"no type", 1280, []string{"no catalog has the event types of rafiki", "$ hooks catalog learn --event payout.state-updated --into acme"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newScreen(t, 100, 40, withSchema, samples()...)
			s.open(tt.seq)
			s.press("[")
			for _, want := range tt.want {
				s.contains(want)
			}
		})
	}
}

// enter leads from a problem to its place in the body, through what is folded
// and from any form.
func TestJumpToAProblem(t *testing.T) {
	for _, prepare := range [][]string{{}, {"H"}, {"v", "v"}} {
		s := newScreen(t, 100, 40, withSchema, samples()...)
		s.open(1276)
		s.press("]")
		s.press(prepare...)
		s.press("[", "[", "j", "j", "j", "enter")
		s.contains("[Request]")
		if at := s.detail.cursor[request] - len(s.detail.lines); at < 0 || !strings.Contains(s.detail.bodies[request].lines[at].text.String(), `"note"`) {
			t.Errorf("after %v the cursor is on line %d:\n%s", prepare, at, s.text())
		}
	}
}

// What is to be done about an unknown type is put into the command line, not
// run: it writes a file.
func TestLearnFromAPayload(t *testing.T) {
	s := newScreen(t, 100, 40, withSchema, samples()...)
	s.open(1280)
	s.press("[", "a")
	s.contains("hooks catalog learn --event payout.state-updated --into acme")
	s.press("esc", "esc")
	s.open(1276)
	s.press("a")
	s.contains("catalog import --format deliveries dlv_")
}

// A payload is judged anew when the tab is opened again, and not while a
// stream is followed.
func TestSchemaIsAskedForWhenSomebodyLooks(t *testing.T) {
	asked := 0
	s := newScreen(t, 120, 35, func(o *Options) {
		o.Actions.Schema = func(context.Context, *store.Delivery) (Schema, error) { asked++; return Schema{Type: "a:b"}, nil }
	}, samples()...)
	if asked != 0 {
		t.Errorf("asked %d times while following", asked)
	}
	s.open(1276)
	before := asked
	s.press("[", "[", "]")
	if asked != before+2 {
		t.Errorf("opened the tab twice, asked %d times", asked-before)
	}
}
