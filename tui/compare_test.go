package tui

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/term"
)

func TestMarks(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	s.press("M")
	s.contains("nothing is marked")
	s.press("g", "m", "j", "m")
	if want := []int64{1276, 1278}; len(s.marks.seqs) != 2 || s.marks.seqs[0] != want[0] || s.marks.seqs[1] != want[1] {
		t.Errorf("marked %v, want %v", s.marks.seqs, want)
	}
	s.contains(" m #1276")
	s.press("M")
	if s.list.len() != 2 {
		t.Errorf("%d are shown of two marked", s.list.len())
	}
	s.press("/")
	s.write("payment.failed")
	s.press("enter")
	if s.list.len() != 1 {
		t.Errorf("%d are shown of one marked that the filter takes", s.list.len())
	}
	s.press("esc", "M")
	if s.list.len() != 9 {
		t.Errorf("%d are shown of all", s.list.len())
	}
	s.press("g", "m")
	if s.marks.has(1276) {
		t.Error("a mark is not taken away")
	}
}

// A deep filter asks the store, and still shows only what is marked.
func TestOnlyMarkedUnderADeepFilter(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	s.press("g", "m", "M", "/")
	s.write("header.content-type:*json")
	s.press("enter")
	if s.list.len() != 1 {
		t.Errorf("%d are shown, of one marked", s.list.len())
	}
}

func TestCompare(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	s.press("c")
	s.contains("mark another delivery with m first")
	s.press("g", "m", "j", "j", "c") // the mark moved on to the next
	s.contains("A #1276 200 ok  B #1279 409 own")
	s.contains("@ delivery event.type")
	s.contains("- payment.succeeded")
	s.contains("+ transaction_completed")
	s.press("tab")
	s.contains("A #1279 409 own  B #1276 200 ok")
	s.contains("+ payment.succeeded")
	s.press("]")
	s.contains("[lines]")
	s.press("]")
	s.contains("[bytes]")
	s.press("[", "[", "i")
	s.contains("but ids, times")
	s.press("n", "n", "N", "G", "g", "y")
	if !strings.Contains(string(s.copied), "@ delivery event.type\n- transaction_completed\n+ payment.succeeded\n") {
		t.Errorf("copied %q", s.copied)
	}
	s.press("q")
	s.contains("#1284")
}

func TestCompareWhatIsGone(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	s.press("g", "m", "j")
	s.src.fail = fmt.Errorf("no such \x1b[2J row")
	s.press("c")
	s.contains(`no such \x1b[2J row`)
}

func TestCompareEquals(t *testing.T) {
	a, b := samples()[0], samples()[0]
	b.Seq, b.ID = 1300, "dlv_other"
	for _, w := range []int{40, 80, 120} {
		s := newScreen(t, w, 24, nil, a, b)
		s.press("g", "m", "j", "c")
		s.contains("nothing differs")
	}
}

func texts(lines string) []term.Text {
	var all []term.Text
	for _, l := range strings.Fields(lines) {
		all = append(all, term.Safe(l))
	}
	return all
}

func TestLinePairs(t *testing.T) {
	tests := []struct{ a, b, want string }{
		{"a b c", "a b c", "=a =b =c"},
		{"a b c", "a c", "=a b/ =c"},
		{"a c", "a b c", "=a /b =c"},
		{"a x c", "a y c", "=a x/y =c"},
		{"", "a", "/a"},
		{"a b c d", "c d a b", "a/ b/ =c =d /a /b"},
	}
	for _, tt := range tests {
		var got []string
		for _, p := range linePairs(texts(tt.a), texts(tt.b)) {
			if p.kind == pairSame {
				got = append(got, "="+p.a.String())
			} else {
				got = append(got, p.a.String()+"/"+p.b.String())
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s | %s: %v, want %s", tt.a, tt.b, got, tt.want)
		}
	}
	long := make([]term.Text, 3000)
	for i := range long {
		long[i] = term.Safe(fmt.Sprint(i))
	}
	if n := len(linePairs(long, append([]term.Text{term.Safe("x"), term.Safe("y")}, append(long[1:2999:2999], term.Safe("z"))...))); n == 0 {
		t.Error("long texts have no pairs")
	}
	if n := len(folded(linePairs(long, long))); n != 1 {
		t.Errorf("3000 equal lines are %d", n)
	}
}

// The three modes at every size, of bodies of every kind.
func TestCompareDraws(t *testing.T) {
	ds := samples()
	ds[0].Request.Body = []byte{0, 1, 2, 0xff, 0x1b}
	ds[1].Request.Body = []byte("text \x1b[2J\nwith lines\n")
	ds[2].Request.Body = nil
	for _, size := range sizes {
		for seq := 1276; seq < 1284; seq++ {
			s := newScreen(t, size.w, size.h, nil, ds...)
			s.press("g", "m")
			for s.list.cursor < int64(seq) {
				s.press("j")
			}
			s.press("c")
			for range compareModes {
				s.text()
				s.press("]", "G")
				s.text()
			}
		}
	}
}

// x writes what is compared into a file, and says where, as y says what it did.
func TestExportAComparison(t *testing.T) {
	var name, content string
	s := newScreen(t, 80, 24, func(o *Options) {
		o.Actions.Save = func(_ context.Context, as string, b []byte) (string, error) {
			name, content = as, string(b)
			return "/tmp/\x1b[2J", nil
		}
	}, samples()...)
	s.press("g", "m", "j", "c", "x")
	if name != "hooks-1276-1278.diff" || !strings.Contains(content, "- payment.succeeded\n+ payment.failed\n") {
		t.Errorf("%s has %q", name, content)
	}
	s.contains(`written to /tmp/\x1b[2J`)
	s.press("y")
	s.contains("copied comparison")
	if string(s.copied) != content {
		t.Errorf("copied %q, wrote %q", s.copied, content)
	}
	s.o.Actions.Save = nil
	s.press("j")
	if strings.Contains(s.text(), "x export") {
		t.Error("an export is offered that nobody does")
	}
}
