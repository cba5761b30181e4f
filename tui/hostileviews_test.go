package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/store"
)

// hostileWorld answers everything that the view asks for with a payload.
func hostileWorld(p string) func(*Options) {
	return func(o *Options) {
		withEverything(o)
		o.Colour = true
		o.Exports = append(o.Exports, ExportHAR, ExportCloudEvent)
		o.Breaks = [][]string{{"--" + p, p}}
		o.Listening = func() string { return p }
		g := &fakeGate{filter: p, held: []Held{{ID: p, Seq: 1, Event: p, Provider: p, Since: noon, Until: noon.Add(time.Second)}}}
		o.Gate = g.gate()
		o.Memory = Memory{Read: func(string) ([]byte, error) { return []byte(p + "\n" + p + "\n"), nil }, Write: func(string, []byte) error { return errors.New(p) }}
		a := &o.Actions
		a.Explain = hostileInsight(p)
		a.Schema = func(_ context.Context, d *store.Delivery) (Schema, error) {
			if d.Seq == 1 {
				return Schema{None: p, Next: [][]string{{p, p}}}, nil
			}
			return Schema{Type: p, Source: p, Faults: []Fault{{Broken, "/" + p, p, p, 1}, {Missing, p, p, p, 0}}, News: []string{"/" + p}}, nil
		}
		a.Secret = func(context.Context, *store.Delivery) (string, string, error) { return p, p, nil }
		a.Save = func(context.Context, string, []byte) (string, error) { return p, nil }
		a.Export = func(context.Context, string, string) (string, error) { return p, errors.New(p) }
		a.Command = func(context.Context, []string) (string, error) { return p + "\n" + p, errors.New(p) }
		a.Endpoints = func(context.Context) ([]Endpoint, error) {
			return []Endpoint{{ID: p, Name: p, URL: p, Provider: p, Events: p, Status: p, Rate: p, Secret: p, Channels: p, Rules: p, Why: p, Enabled: true, Switches: []Switch{{p, true}}}}, nil
		}
		a.EventTypes = func(context.Context) ([]EventType, error) {
			return []EventType{{Ref: p, Name: p, Catalog: p, Group: p, Title: p, Description: p, Samples: []Sample{{p, []byte(p)}}, Schema: []byte(p)}}, nil
		}
		a.History = func(context.Context, string) (History, error) { return History{Rate: p, Attempts: 1}, nil }
		a.EndpointForm = func(context.Context, string) (Form, error) {
			return Form{Title: p, Words: []string{p}, Fields: []FormField{{Name: p, Label: p, Value: p, Hint: p, Words: func(v string) []string { return []string{p, v} }}}}, nil
		}
		a.CheckForm = func(context.Context, []string, map[string][]string) Problems { return Problems{p: p, "": p} }
	}
}

// What the views beside the list show is text, too, whoever wrote it.
func TestHostilePayloadsInEveryView(t *testing.T) {
	stories := []string{
		"g m G c x ] ] i y esc", "enter [ j enter", "enter [ a esc", "enter s", "g enter [ [ [ s", "R = z enter e", "t b b E y", "t = z enter esc", "t / z enter enter esc",
		"2 s tab space d y", "2 e z enter enter", "2 + z tab enter", "2 y T", "3 v v E y", "3 b", "3 = x esc", "3 e", "x h", "x e", ": z enter esc", "b", "b e", "b a z enter", "b d", "/ tab tab enter", "/ up up ctrl+s", "f", "D y", "? / z enter",
	}
	for _, p := range hostile {
		for _, size := range []struct{ w, h int }{sizes[0], sizes[2]} {
			for n, keys := range stories {
				s := newScreen(t, size.w, size.h, hostileWorld(p), hostileDelivery(1, p), hostileDelivery(2, p))
				s.src.listeners = []store.Listener{{Addr: p, Forward: []string{p}}}
				s.send(heldMsg{s.o.Gate.Held(), p})
				s.text()
				for _, key := range strings.Fields(keys) {
					switch key {
					case "z":
						s.send(keyMsg{runes: []rune(p)})
					default:
						s.press(key)
					}
					if s.outside != nil {
						s.outside = nil
						if s.guest != nil {
							s.send(s.guest.done(errors.New(p)))
						}
					}
					s.text()
				}
				if n == 0 {
					s.send(recatalogMsg{errors.New(p)})
					s.text()
				}
			}
		}
	}
}
