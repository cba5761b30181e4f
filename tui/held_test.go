package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fakeGate holds what a test says and notes what it is told.
type fakeGate struct {
	filter string
	held   []Held
	told   []string
	fails  error
}

func (g *fakeGate) gate() *Gate {
	tell := func(what, id string) (string, error) {
		g.told = append(g.told, what+" "+id)
		return what + " " + id, g.fails
	}
	return &Gate{
		Changed: make(chan struct{}), Filter: func() string { return g.filter }, Held: func() []Held { return g.held },
		Hold: func(f string) error {
			if f == "wrong:" {
				return errors.New("unknown key")
			}
			g.filter = f
			return nil
		},
		Release: func(id string) (string, error) { return tell("released", id) },
		Drop:    func(id string) (string, error) { return tell("dropped", id) },
		Answer: func(id string, status int, body []byte) (string, error) {
			return tell(fmt.Sprint(status, " ", string(body)), id)
		},
		Edit: func(_ context.Context, id string) (string, error) { return tell("edited", id) },
	}
}

// holding is a screen over a gate that holds two requests.
func holding(t testing.TB, w, h int, change func(*Options)) (*screen, *fakeGate) {
	g := &fakeGate{filter: "event:payment.*", held: []Held{
		{ID: "dlv_a", Seq: 1283, Event: "payment.failed", Provider: "revkeen", Size: 412, Since: noon, Until: noon.Add(3 * time.Second), Answered: true},
		{ID: "dlv_b", Seq: 1284, Event: "payment.succeeded", Provider: "revkeen", Size: 1843, Since: noon, Until: noon.Add(6 * time.Second)},
	}}
	s := newScreen(t, w, h, func(o *Options) {
		o.Gate = g.gate()
		if change != nil {
			change(o)
		}
	}, samples()...)
	s.send(heldMsg{g.held, g.filter})
	return s, g
}

func TestHeldFrames(t *testing.T) {
	for _, size := range sizes[:4] {
		for name, keys := range map[string][]string{"held-list": nil, "held": {"b", "j"}, "held-answer": {"b", "j", "a", "o", "k"}} {
			s, _ := holding(t, size.w, size.h, nil)
			s.press(keys...)
			golden(t, fmt.Sprintf("%s-%dx%d", name, size.w, size.h), frameOf(s))
		}
	}
	for name, colour := range map[string]bool{"sequences-held-colour": true, "sequences-held-no-colour": false} {
		s, _ := holding(t, 80, 24, func(o *Options) { o.Colour = colour })
		s.press("b")
		s.text()
		golden(t, name, strings.ReplaceAll(s.view(), "\x1b", "␛")+"\n")
	}
}

func TestHeldKeys(t *testing.T) {
	tests := []struct {
		keys []string
		want []string
	}{
		{[]string{"b", "enter"}, []string{"released dlv_a"}},
		{[]string{"b", "j", "r"}, []string{"released dlv_b"}},
		{[]string{"b", "A"}, []string{"released dlv_a", "released dlv_b"}},
		{[]string{"b", "d"}, []string{"dropped dlv_a"}},
		{[]string{"b", "a"}, nil}, // its sender has an answer
		{[]string{"b", "j", "a", "o", "k", "enter"}, []string{"200 ok dlv_b"}},
		{[]string{"b", "j", "a", "ctrl+u", "5", "0", "3", "enter"}, []string{"503  dlv_b"}},
		{[]string{"b", "j", "a", "ctrl+u", "9", "enter"}, nil},
		{[]string{"b", "j", "a", "esc"}, nil},
		{[]string{"b", "q", "enter"}, nil},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.keys, " "), func(t *testing.T) {
			s, g := holding(t, 80, 24, nil)
			s.press(tt.keys...)
			s.text()
			if diff := cmp.Diff(tt.want, g.told); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// Editing has the terminal to itself.
func TestHeldIsEditedOutside(t *testing.T) {
	s, g := holding(t, 80, 24, nil)
	s.press("b", "j", "e")
	if s.outside == nil || g.told != nil {
		t.Fatal("editing does not wait for the terminal")
	}
	msg := s.outside()
	s.outside = nil
	s.send(msg)
	s.contains("edited dlv_b")
	g.fails = errors.New("the payload is not JSON")
	s.press("e")
	s.send(s.outside())
	s.contains("held: the payload is not JSON")
}

func TestHoldFilter(t *testing.T) {
	s, g := holding(t, 80, 24, nil)
	s.press("b", "/", "ctrl+u")
	s.write("wrong:")
	s.press("enter")
	s.contains("hold wrong:")
	if g.filter != "event:payment.*" {
		t.Errorf("a wrong filter replaced the one in force: %q", g.filter)
	}
	s.press("ctrl+u", "enter")
	s.contains("nothing more is held")
	g.held = nil
	s.send(heldMsg{nil, ""})
	s.contains("Nothing is held.")
	s.press("q", "b")
	s.contains("hold event:*")
	s.press("enter", "q")
	s.contains("holding (b)")
}

// The cursor stays on its request while others come and go, and a clock runs
// only while a sender waits.
func TestHeldChanges(t *testing.T) {
	s, g := holding(t, 80, 24, nil)
	s.press("b", "j")
	if !s.gate.ticking {
		t.Error("no clock while a sender waits")
	}
	g.held = []Held{{ID: "dlv_c", Seq: 1290, Answered: true}, {ID: "dlv_b", Seq: 1284, Answered: true}}
	s.send(heldMsg{g.held, g.filter})
	if h := s.gate.chosen(); h == nil || h.ID != "dlv_b" {
		t.Errorf("the cursor is on %+v", h)
	}
	s.send(heldTickMsg{})
	if s.gate.ticking {
		t.Error("a clock while nobody waits")
	}
}

func TestNothingIsHeldWithoutAListener(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	s.press("b")
	if s.over != noOverlay {
		t.Error("b opens what there is not")
	}
}

func TestHostileHeld(t *testing.T) {
	for _, p := range hostile {
		for _, size := range sizes {
			s, g := holding(t, size.w, size.h, nil)
			g.held[0].Event, g.held[0].Provider = p, p
			s.send(heldMsg{g.held, p})
			s.press("b")
			s.text()
			s.send(decidedMsg{said: p})
			s.text()
			s.send(decidedMsg{err: errors.New(p)})
			s.text()
		}
	}
}
