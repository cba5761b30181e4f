package tui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// withExplain knows why the deliveries of the pictures are not valid.
func withExplain(o *Options) {
	o.Actions.Explain = func(_ context.Context, d *store.Delivery) (Insight, error) {
		in := Insight{Coverage: &sign.Coverage{
			Covers: []string{"body"}, Not: []string{"timestamp", "id", "url"},
			Limits: []sign.Limit{{Label: "replay not limited", Means: "no timestamp is signed: a captured delivery can be sent again at any time"}},
		}}
		if d.Verification.Verdict == store.Invalid {
			in.Explanation = &sign.Explanation{
				Found: true, Class: sign.ClassBody, Tried: 29,
				Summary:         "valid for JSON.stringify(JSON.parse(body)): something parsed the body before it was verified and wrote it again as json.dumps(json.loads(body)) of Python does",
				Fix:             "verify the raw bytes of the request, before any parser sees them",
				FirstDifference: &sign.Difference{Offset: 5, Received: `{"a": 1, "b": "x\n"`, Signed: `{"a":1,"b":"x` + "\n\x1b[2J" + `"}`},
			}
		}
		return in, nil
	}
}

// asked is an Explain that says what it was asked for, and when it was given up.
type asked struct {
	ids []string
	ctx []context.Context
}

func (a *asked) explain(ctx context.Context, d *store.Delivery) (Insight, error) {
	a.ids, a.ctx = append(a.ids, d.ID), append(a.ctx, ctx)
	return Insight{Explanation: &sign.Explanation{Summary: "the reason of #" + d.ID[len(d.ID)-4:]}}, nil
}

// It is looked for when the tab is looked at, once for each delivery.
func TestInsightIsAskedForWhenLookedAt(t *testing.T) {
	var a asked
	s := newScreen(t, 120, 35, func(o *Options) { o.Actions.Explain = a.explain }, samples()...)
	s.open(1278)
	s.press("]", "]")
	if len(a.ids) != 0 {
		t.Fatalf("asked for %v before the tab was looked at", a.ids)
	}
	s.press("]")
	s.contains("the reason of #1278")
	s.press("[", "]", "J", "K")
	s.contains("the reason of #1278")
	want := []string{"1278", "1280"} // 1279 was sent: it has no verdict
	s.press("J", "J")
	var got []string
	for _, id := range a.ids {
		got = append(got, id[len(id)-4:])
	}
	if !slices.Equal(got, want) {
		t.Errorf("asked for %v, want %v", got, want)
	}
}

// Whoever goes elsewhere does not wait for it, nor does the view: the search
// ends, what it brings late says nothing, and it is begun anew on return.
func TestInsightIsGivenUp(t *testing.T) {
	tests := []struct{ name, leave, back string }{
		{"another tab", "[", "]"}, {"another delivery", "J", "K"}, {"no detail", "esc", "enter"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var a asked
			s := newScreen(t, 80, 24, func(o *Options) { o.Actions.Explain = a.explain }, samples()...)
			s.open(1278)
			s.press("]", "]")
			under := s.update(keyMsg{runes: []rune("]")})
			if len(under) != 1 {
				t.Fatalf("%d commands", len(under))
			}
			s.contains("looking for what would have matched")
			s.press(test.leave)
			s.run(under)
			if len(a.ctx) != 1 || a.ctx[0].Err() == nil || len(s.insights.known) != 0 {
				t.Errorf("the search was not given up: %v", s.insights.order)
			}
			s.press(test.back)
			s.contains("the reason of #1278")
		})
	}
}

func TestInsightFails(t *testing.T) {
	s := newScreen(t, 80, 24, func(o *Options) {
		o.Actions.Explain = func(context.Context, *store.Delivery) (Insight, error) {
			return Insight{}, errors.New("no such \x1b[2J file")
		}
	}, samples()...)
	s.open(1278)
	s.press("]", "]", "]")
	s.contains(`no such \x1b[2J file`)
	s.contains("the signature would match if the body were compact JSON")
}

func TestInsightsAreBounded(t *testing.T) {
	var a asked
	s := newScreen(t, 120, 35, func(o *Options) { o.Actions.Explain = a.explain }, many(3*maxLookups)...)
	s.press("g", "enter", "]", "]", "]")
	for range 3 * maxLookups {
		s.press("J")
	}
	if n := len(s.insights.known); n != maxLookups || len(s.insights.order) != n {
		t.Errorf("%d are remembered, %d in order", n, len(s.insights.order))
	}
	if !strings.Contains(s.text(), "the reason of") {
		t.Error("nothing is shown")
	}
}
