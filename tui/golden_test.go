package tui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

var update = flag.Bool("update", false, "rewrite the frames in testdata")

// uncoloured returns a frame without the sequences that choose colours and
// attributes.
func uncoloured(frame string) string {
	return regexp.MustCompile(`\x1b\[[0-9;:]*m`).ReplaceAllString(frame, "")
}

// checked returns a frame without colours, after looking at what holds for
// every frame: its size, and that nothing is in it but text and colours.
func checked(t testing.TB, frame string, w, h int) string {
	t.Helper()
	if clean := term.Egress(frame); clean != frame {
		t.Fatalf("the frame holds more than text and colours:\n%q", frame)
	}
	text := uncoloured(frame)
	lines := strings.Split(text, "\n")
	if len(lines) > h {
		t.Fatalf("%d lines on a screen of %d:\n%s", len(lines), h, text)
	}
	for i, l := range lines {
		if n := term.Width(term.Safe(l)); n > w {
			t.Fatalf("line %d takes %d columns of %d:\n%s", i, n, w, l)
		}
	}
	return text
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("no frame to compare with (-update makes it): %v", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

// frameOf returns a frame as it is kept: without trailing spaces.
func frameOf(s *screen) string {
	lines := strings.Split(s.text(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// states are the screens that are kept, each a story of keys.
var states = []struct {
	name string
	ds   func() []*store.Delivery
	play func(s *screen)
}{
	{"empty", func() []*store.Delivery { return nil }, func(*screen) {}},
	{"one", func() []*store.Delivery { return samples()[:1] }, func(*screen) {}},
	{"list", samples, func(s *screen) { s.press("k", "k") }},
	{"many", func() []*store.Delivery { return many(400) }, func(s *screen) { s.press("ctrl+u", "k") }},
	{"preview", samples, func(s *screen) { s.press("p") }},
	{"overview", samples, func(s *screen) { s.open(1277) }},
	{"request", samples, func(s *screen) { s.open(1278); s.press("]", "j", "j", "j", "j", "j") }},
	{"folded", samples, func(s *screen) { s.open(1278); s.press("]", "H") }},
	{"hex", samples, func(s *screen) { s.open(1278); s.press("]", "v", "v") }},
	{"response", samples, func(s *screen) { s.open(1277); s.press("]", "]") }},
	{"nothing-sent", samples, func(s *screen) { s.open(1278); s.press("]", "]") }},
	{"signature", samples, func(s *screen) { s.open(1278); s.press("]", "]", "]") }},
	{"explained", samples, func(s *screen) { withExplain(&s.o); s.open(1278); s.press("]", "]", "]") }},
	{"explained-end", samples, func(s *screen) { withExplain(&s.o); s.open(1278); s.press("]", "]", "]"); s.press("G") }},
	{"covered", samples, func(s *screen) { withExplain(&s.o); s.open(1276); s.press("]", "]", "]") }},
	{"attempts", samples, func(s *screen) { s.open(1277); s.press("[", "[", "k") }},
	{"failing", samples, func(s *screen) { s.open(1281); s.press("[", "[") }},
	{"scheduled", scheduled, func(s *screen) { s.open(1279); s.press("[", "[") }},
	{"marked", samples, func(s *screen) { s.press("g", "m", "j", "m", "j") }},
	{"compare", samples, func(s *screen) { s.press("g", "m", "j", "c") }},
	{"compare-lines", samples, func(s *screen) { s.press("g", "m", "j", "c", "]", "i") }},
	{"compare-bytes", samples, func(s *screen) { s.press("g", "m", "j", "c", "[", "j", "j") }},
	{"replay-with", samples, func(s *screen) { withSender(s); s.press("g", "R", "=", "i", "d", "=", "x", "y", "enter") }},
	{"trigger", samples, func(s *screen) { withSender(s); s.press("t", "b") }},
	{"trigger-set", samples, func(s *screen) { withSender(s); s.press("t", "="); s.write("id=") }},
	{"searched", samples, func(s *screen) { s.open(1278); s.press("]"); s.find("amount"); s.press("n") }},
	{"export", samples, func(s *screen) { withEverything(&s.o); s.press("x") }},
	{"complete", samples, func(s *screen) { s.press("/"); s.write("event:"); s.press("tab", "tab") }},
	{"help-searched", samples, func(s *screen) { withEverything(&s.o); s.press("?"); s.find("filter") }},
	{"schema", samples, func(s *screen) { withSchema(&s.o); s.open(1276); s.press("[", "j") }},
	{"schema-end", samples, func(s *screen) { withSchema(&s.o); s.open(1276); s.press("["); s.press("G") }},
	{"schema-none", samples, func(s *screen) { withSchema(&s.o); s.open(1280); s.press("[") }},
	{"filter", samples, func(s *screen) { s.press("/"); s.write("verdict:invalid") }},
	{"filter-kept", samples, func(s *screen) { s.press("/"); s.write("invoice"); s.press("enter") }},
	{"filter-wrong", samples, func(s *screen) { s.press("/"); s.write("invoice"); s.press("ctrl+u"); s.write("code>=4xx duration>2") }},
	{"no-match", samples, func(s *screen) { s.press("/"); s.write("nowhere"); s.press("enter") }},
	{"help", samples, func(s *screen) { s.press("?") }},
	{"copy", samples, func(s *screen) { s.press("y") }},
	{"store-fails", samples, func(s *screen) {
		s.src.fail = fmt.Errorf("disk I/O error: \x1b[2J/tmp")
		s.changed()
	}},
}

// scheduled has a delivery whose next attempt is still to come, in a schedule
// that runs an hour ahead of the clock.
func scheduled() []*store.Delivery {
	ds := samples()
	d := ds[3]
	d.Status = store.Retrying
	for i := range d.Attempts {
		d.Attempts[i].Outcome = store.OutcomeConflict
		d.Attempts[i].VirtualAt = d.Attempts[i].StartedAt.Add(time.Hour)
	}
	d.NextAttemptAt = noon.Add(time.Hour + 41*time.Second)
	return ds
}

// withSender offers what there is to send.
func withSender(s *screen) {
	var r sender
	r.offer(&s.o)
}

// open opens the detail of a delivery.
func (s *screen) open(seq int64) {
	s.press("g")
	for range 100 {
		if s.list.cursor == seq {
			break
		}
		s.press("j")
	}
	s.press("enter")
}

var sizes = []struct{ w, h int }{{120, 35}, {80, 24}, {40, 15}, {32, 10}, {31, 9}}

func TestFrames(t *testing.T) {
	for _, state := range states {
		for _, size := range sizes {
			name := fmt.Sprintf("%s-%dx%d", state.name, size.w, size.h)
			if size.w == 31 && state.name != "list" {
				continue // one frame says it all
			}
			t.Run(name, func(t *testing.T) {
				s := newScreen(t, size.w, size.h, withReplay, state.ds()...)
				state.play(s)
				golden(t, name, frameOf(s))
			})
		}
	}
}

// Three frames keep their sequences: in colour, without, and in ASCII. The
// escape character is written as ␛.
func TestFramesWithTheirColours(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Options)
	}{
		{"colour", func(o *Options) { o.Colour = true }},
		{"no-colour", func(*Options) {}},
		{"ascii", func(o *Options) { o.ASCII = true }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newScreen(t, 120, 24, tt.change, samples()...)
			s.open(1278)
			s.press("]", "j", "j")
			s.text()
			golden(t, "sequences-"+tt.name, strings.ReplaceAll(s.view(), "\x1b", "␛")+"\n")
			if tt.name != "colour" && strings.Contains(s.view(), "\x1b[3") {
				t.Error("a colour without the permission for it")
			}
			if !strings.Contains(s.view(), reverse) {
				t.Error("the selection is not to be seen")
			}
		})
	}
}

// Every screen at every size says the same with colours, without and, but for
// the glyphs, in ASCII; and without the permission there is no colour in it.
func TestFramesSayTheSameWithoutColour(t *testing.T) {
	for _, state := range states {
		for _, size := range sizes {
			frame := func(colour, ascii bool) string {
				s := newScreen(t, size.w, size.h, func(o *Options) { withReplay(o); o.Colour, o.ASCII = colour, ascii }, state.ds()...)
				state.play(s)
				s.text()
				return s.view()
			}
			with, without, ascii := frame(true, false), frame(false, false), frame(false, true)
			if uncoloured(with) != uncoloured(without) {
				t.Errorf("%s at %dx%d says other things in colour", state.name, size.w, size.h)
			}
			for _, code := range []string{"\x1b[3", "\x1b[9", ";3", ";9", "\x1b[4;", "\x1b[10"} {
				if strings.Contains(without, code) || strings.Contains(ascii, code) {
					t.Errorf("%s at %dx%d has a colour: %q", state.name, size.w, size.h, code)
				}
			}
			if state.name != "store-fails" && strings.Count(uncoloured(ascii), "\n") != strings.Count(uncoloured(with), "\n") {
				t.Errorf("%s at %dx%d has other lines in ASCII", state.name, size.w, size.h)
			}
		}
	}
}
