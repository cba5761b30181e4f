package tui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// withPages gives a screen endpoints, a catalog and a command line that
// answers with what it was asked.
func withPages(o *Options) {
	withReplay(o)
	withEdits(o)
	withCommand(o, func(words []string) (string, error) { return "done: " + strings.Join(words, " "), nil })
}

func withCommand(o *Options, run func(words []string) (string, error)) {
	o.Actions.Command = func(_ context.Context, words []string) (string, error) { return run(words) }
	o.Actions.Endpoints = func(context.Context) ([]Endpoint, error) { return sampleEndpoints(), nil }
	o.Actions.EventTypes = func(context.Context) ([]EventType, error) { return sampleTypes(), nil }
	o.Actions.History = func(_ context.Context, id string) (History, error) { return sampleHistory(id), nil }
	o.Actions.EndpointForm = func(_ context.Context, id string) (Form, error) { return sampleForm(id), nil }
	o.Actions.CheckForm = func(_ context.Context, start []string, fields map[string][]string) Problems {
		return sampleProblems(start, fields)
	}
}

func sampleHistory(id string) History {
	if id != "ep_01HZXA" {
		return History{}
	}
	h := History{P50: 8 * time.Millisecond, P95: 40 * time.Millisecond, Attempts: 24, Rate: "65.0 %"}
	for _, c := range "..x....x....x..xxx?." {
		h.Last = append(h.Last, map[rune]Outcome{'.': Acknowledged, 'x': NotAcknowledged}[c])
	}
	return h
}

// sampleForm is a form of three fields, one of them a secret.
func sampleForm(id string) Form {
	flag := func(name string) func(string) []string {
		return func(v string) []string { return []string{"--" + name, v} }
	}
	f := Form{Title: "new endpoint", Words: []string{"endpoint", "add"}, Fields: []FormField{
		{Name: "url", Label: "url", Hint: "3000 or https://example.com/hooks", Words: func(v string) []string { return []string{v} }},
		{Name: "secret", Label: "secret", Hint: "env:NAME or the secret itself", Secret: true, Words: flag("secret")},
		{Name: "timeout", Label: "timeout", Value: "30s", Hint: "as in 10s", Words: flag("timeout")},
	}}
	if id != "" {
		f.Title, f.Words, f.Fields[0].Value = "edit "+id, []string{"endpoint", "edit", id}, "http://localhost:3000/raas"
	}
	return f
}

// sampleProblems wants a URL without spaces and a timeout with a unit.
func sampleProblems(begin []string, fields map[string][]string) Problems {
	problems := Problems{}
	if words := fields["url"]; words == nil && begin[1] == "add" || words != nil && strings.Contains(words[0], " ") {
		problems["url"] = "is no URL"
	}
	if words := fields["timeout"]; words != nil && !strings.HasSuffix(words[1], "s") {
		problems["timeout"] = "must be a duration, as in 10s"
	}
	return problems
}

func sampleEndpoints() []Endpoint {
	return []Endpoint{
		{ID: "ep_01HZXA", URL: "http://localhost:3000/raas", Provider: "raas", Events: "3 of 5", Status: "paused", Queued: 4, Rate: "61.0 %", Secret: "…77aQ", SecretSince: noon.Add(-300 * time.Hour), LastAt: noon.Add(-time.Second), Rules: "2xx acknowledges, 409 means again every 60s, anything else is a failure; retries 5x1m", Enabled: true, Paused: true,
			Why: "paused after 5 failures in a row; P resumes", Switches: []Switch{{"transaction_completed", true}, {"transaction_failed", true}, {"transaction_onhold", false}, {"user_kyc_verified", true}, {"user_kyc_failed", false}}},
		{ID: "ep_01HZXB", Name: "shop", URL: "http://localhost:3000/hooks/revkeen", Provider: "revkeen", Events: "all", Status: "active", Rate: "99.2 %", Secret: "env:SHOP_SECRET", LastAt: noon.Add(-26 * time.Hour), Enabled: true, Channels: "eu"},
		{ID: "ep_01HZXC", URL: "http://localhost:3000/slow", Events: "4 of 16", Status: "disabled", Queued: 126, Rate: "–", Why: "disabled: by hand"},
	}
}

func sampleTypes() []EventType {
	paid := Sample{"default", []byte(`{"id":"evt_1","type":"payment.succeeded","data":{"object":{"amount":9007199254740993}}}`)}
	return []EventType{
		{Ref: "revkeen:payment.succeeded", Name: "payment.succeeded", Catalog: "revkeen", Group: "Payments", Title: "A payment was captured", Description: "Sent once the money is there.", Samples: []Sample{paid, {"refused", []byte(`{"id":"evt_2"}`)}}, Schema: []byte(`{"type":"object","required":["id"]}`)},
		{Ref: "revkeen:invoice.paid", Name: "invoice.paid", Catalog: "revkeen", Group: "Invoices", Samples: []Sample{paid}},
		{Ref: "raas:transaction_failed", Name: "transaction_failed", Catalog: "raas"},
	}
}

func TestPagesAsFrames(t *testing.T) {
	tests := []struct {
		name string
		play func(s *screen)
	}{
		{"tabs", func(*screen) {}},
		{"endpoints", func(s *screen) { s.press("2") }},
		{"endpoint-events", func(s *screen) { s.press("2", "tab", "j", "j") }},
		{"endpoint-secret", func(s *screen) { s.press("2", "s") }},
		{"endpoint-delete", func(s *screen) { s.press("2", "j", "d") }},
		{"endpoint-add", func(s *screen) { s.press("2", "+"); s.write("localhost:3000/x") }},
		{"endpoint-add-wrong", func(s *screen) {
			s.press("2", "+")
			s.write("a b")
			s.press("tab")
			s.write("whsec_hidden")
			s.press("tab", "backspace")
		}},
		{"endpoint-edit", func(s *screen) { s.press("2", "e", "tab"); s.write("env:SHOP_SECRET") }},
		{"endpoint-search", func(s *screen) { s.press("2", "/"); s.write("slow") }},
		{"catalog", func(s *screen) { s.press("3") }},
		{"catalog-search", func(s *screen) { s.press("3", "/"); s.write("inv") }},
		{"catalog-schema", func(s *screen) { s.press("3", "v") }},
		{"output", func(s *screen) {
			s.o.Actions.Command = func(context.Context, []string) (string, error) { return "#12 succeeded\nHTTP/1.1 200 OK\n", nil }
			s.press(":")
			s.write("show 12")
			s.press("enter")
		}},
	}
	for _, tt := range tests {
		for _, size := range sizes[:4] {
			name := "page-" + tt.name + "-" + num(int64(size.w)).String() + "x" + num(int64(size.h)).String()
			t.Run(name, func(t *testing.T) {
				s := newScreen(t, size.w, size.h, withPages, samples()...)
				tt.play(s)
				golden(t, name, frameOf(s))
			})
		}
	}
	for name, colour := range map[string]bool{"sequences-endpoints-colour": true, "sequences-endpoints-no-colour": false} {
		s := newScreen(t, 80, 24, func(o *Options) { withPages(o); o.Colour = colour }, samples()...)
		s.press("2")
		s.text()
		if !strings.Contains(s.view(), reverse) {
			t.Error("the selection is not to be seen")
		}
		golden(t, name, strings.ReplaceAll(s.view(), "\x1b", "␛")+"\n")
	}
}

// What a page copies is what it shows.
func TestPagesCopy(t *testing.T) {
	s := newScreen(t, 80, 24, withPages, samples()...)
	for _, tt := range []struct{ keys, want string }{
		{"2 y", "http://localhost:3000/raas"}, {"3 j y", "hooks trigger revkeen:invoice.paid"}, {"k E y", "hooks trigger revkeen:payment.succeeded --example refused"},
	} {
		s.press(strings.Fields(tt.keys)...)
		if string(s.copied) != tt.want {
			t.Errorf("%s copied %q, want %q", tt.keys, s.copied, tt.want)
		}
	}
}

// Every key of a page runs the command that does the same.
func TestKeysRunCommands(t *testing.T) {
	tests := []struct {
		keys []string
		want []string
	}{
		{[]string{"A"}, []string{"retry", samples()[8].ID}},
		{[]string{"X"}, []string{"cancel", samples()[8].ID}},
		{[]string{"2", "P"}, []string{"endpoint", "resume", "ep_01HZXA"}},
		{[]string{"2", "j", "P"}, []string{"endpoint", "disable", "ep_01HZXB"}},
		{[]string{"2", "G", "P"}, []string{"endpoint", "enable", "ep_01HZXC"}},
		{[]string{"2", "T"}, []string{"endpoint", "test", "ep_01HZXA"}},
		{[]string{"2", "/", "r", "e", "v", "enter", "P"}, []string{"endpoint", "disable", "ep_01HZXB"}},
		{[]string{"2", "/", "r", "e", "v", "esc", "P"}, []string{"endpoint", "resume", "ep_01HZXA"}},
		{[]string{"2", "/", "x", "z", "enter", "P"}, nil}, // on none
		{[]string{"2", "tab", "j", " "}, []string{"endpoint", "edit", "ep_01HZXA", "--off", "transaction_failed"}},
		{[]string{"2", "tab", "j", "j", " "}, []string{"endpoint", "edit", "ep_01HZXA", "--on", "transaction_onhold"}},
		{[]string{"2", "d", "y"}, []string{"endpoint", "delete", "ep_01HZXA", "--yes"}},
		{[]string{"2", "d", "n"}, nil},
		{[]string{"2", "ctrl+r", "esc"}, nil},
		{[]string{"2", "ctrl+r", "y"}, []string{"secret", "rotate", "ep_01HZXA"}},
		{[]string{"2", "e", "tab", "tab", "backspace", "5", "enter"}, nil}, // no unit
		{[]string{"2", "e", "tab", "tab", "backspace", "5", "s", "enter"}, []string{"endpoint", "edit", "ep_01HZXA", "--timeout", "305s"}},
		{[]string{"2", "+", "x", "tab", "k", "tab", "ctrl+u", "5", "s", "enter"}, []string{"endpoint", "add", "x", "--secret", "k", "--timeout", "5s"}},
		{[]string{"2", "+", "x", "esc", "enter"}, nil},
		{[]string{"3", "enter"}, []string{"trigger", "revkeen:payment.succeeded"}},
		{[]string{"t", "E", "enter"}, []string{"trigger", "revkeen:payment.succeeded", "--example", "refused"}},
		{[]string{"3", "=", "x", "=", "1", "enter", "enter"}, []string{"trigger", "revkeen:payment.succeeded", "--set", "x=1"}},
		{[]string{"3", "j", "b", "b", "enter"}, []string{"trigger", "revkeen:invoice.paid", "--duplicate", "2"}},
		{[]string{"3", "E", "b", "esc", "enter"}, []string{"trigger", "revkeen:payment.succeeded", "--example", "refused"}},
		{[]string{"3", "j", "t", "enter"}, []string{"trigger", "revkeen:invoice.paid"}},
		{[]string{":", "l", "o", "g", "esc"}, nil},
		{[]string{":", "l", "o", "g", "enter"}, []string{"log"}},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.keys, " "), func(t *testing.T) {
			var got []string
			s := newScreen(t, 80, 24, func(o *Options) {
				withEdits(o)
				withCommand(o, func(words []string) (string, error) { got = words; return "", nil })
			}, samples()...)
			s.press(tt.keys...)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			s.text()
		})
	}
}

func TestSecretIsShownForAWhile(t *testing.T) {
	s := newScreen(t, 80, 24, func(o *Options) {
		withCommand(o, func([]string) (string, error) { return "whsec_abc\n", nil })
	}, samples()...)
	s.press("2", "s")
	s.contains("whsec_abc")
	s.press("s")
	s.press("j")
	if strings.Contains(s.text(), "whsec_abc") {
		t.Error("the secret is shown as another endpoint's")
	}
	s.press("k")
	s.send(hideMsg{1})
	s.contains("whsec_abc") // the second showing goes on
	s.send(hideMsg{2})
	if strings.Contains(s.text(), "whsec_abc") {
		t.Error("the secret stays")
	}
}

func TestOneCommandAtATime(t *testing.T) {
	s := newScreen(t, 80, 24, withPages, samples()...)
	first := s.update(keyMsg{runes: []rune("A")})
	s.press("X")
	s.contains("still running: hooks retry")
	s.run(first)
	s.contains("done: retry")
	s.o.Actions.Command = func(ctx context.Context, _ []string) (string, error) { return "", ctx.Err() }
	first = s.update(keyMsg{runes: []rune("A")})
	s.press("esc")
	s.run(first)
	s.contains(context.Canceled.Error())
}

func TestFailedCommandIsShown(t *testing.T) {
	s := newScreen(t, 80, 24, func(o *Options) {
		withCommand(o, func([]string) (string, error) {
			return "", errors.New("error: no such delivery\nhint: hooks log")
		})
	}, samples()...)
	s.press("A")
	s.contains("hint: hooks log")
	s.press("q")
	if s.over != noOverlay || s.request != nothing {
		t.Error("q does not close what the command said")
	}
}

func TestEndpointsAreReadAgain(t *testing.T) {
	reads := 0
	s := newScreen(t, 80, 24, func(o *Options) {
		withPages(o)
		o.Actions.Endpoints = func(context.Context) ([]Endpoint, error) {
			reads++
			all := sampleEndpoints()
			slices.Reverse(all)
			return all, nil
		}
	}, samples()...)
	s.press("2", "j")
	s.at = s.at.Add(2 * time.Second)
	s.changed()
	if reads != 2 || s.console.chosen().ID != "ep_01HZXB" {
		t.Errorf("%d reads, the cursor is on %s", reads, s.console.chosen().ID)
	}
	s.press("/")
	s.write("shop")
	s.press("enter")
	s.contains("1 of 3")
	s.press("esc") // ends the search, not the view
	s.contains("3 endpoints")
	s.press("j")
	s.changed()
	if reads != 2 || !s.console.waiting {
		t.Errorf("%d reads within a second", reads)
	}
	s.press("enter")
	if s.page != deliveriesPage || s.bar.text != "endpoint:ep_01HZXB" {
		t.Errorf("page %d, filter %q", s.page, s.bar.text)
	}
}

func TestHostilePages(t *testing.T) {
	for _, p := range hostile {
		for _, size := range sizes {
			for _, ascii := range []bool{false, true} {
				s := newScreen(t, size.w, size.h, func(o *Options) {
					o.ASCII, o.Colour = ascii, true
					o.Actions.Command = func(context.Context, []string) (string, error) { return p + "\n" + p, errors.New(p) }
					o.Actions.Endpoints = func(context.Context) ([]Endpoint, error) {
						return []Endpoint{{ID: p, Name: p, URL: p, Provider: p, Events: p, Status: p, Rate: p, Secret: p, Rules: p, Channels: p, Why: p, Switches: []Switch{{p, true}}}}, nil
					}
					o.Actions.EventTypes = func(context.Context) ([]EventType, error) {
						return []EventType{{Ref: p, Name: p, Catalog: p, Group: p, Title: p, Description: p, Samples: []Sample{{p, []byte(p)}}, Schema: []byte(p)}}, nil
					}
				}, samples()...)
				for _, keys := range []string{"2", "s", "tab", "P", "q", "d", "n", "e", "esc", "3", "v", "E", "=", "enter", "q", "/", "esc", ":"} {
					s.press(keys)
					s.text()
				}
				s.send(keyMsg{runes: []rune(p)})
				s.text()
				s.press("left")
				s.text()
			}
		}
	}
}

// A countdown goes on by itself while it is shown, and only then.
func TestCountdown(t *testing.T) {
	s := newScreen(t, 80, 24, nil, scheduled()...)
	s.open(1279)
	if s.ticking {
		t.Error("a tick without a countdown on the screen")
	}
	s.press("[", "[")
	s.contains("in 41s")
	s.at = s.at.Add(30 * time.Second)
	s.send(secondMsg{})
	s.contains("in 11s")
	if !s.ticking {
		t.Error("the countdown does not go on")
	}
	s.at = s.at.Add(time.Minute)
	s.send(secondMsg{})
	s.contains("due")
	if s.ticking {
		t.Error("ticks after the end of the countdown")
	}
}
