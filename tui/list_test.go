package tui

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/hooks-cli/hooks/store"
)

// wordless is a delivery without words.
var wordless = &traits{}

func rowsOf(seqs ...int64) []row {
	rows := make([]row, len(seqs))
	for i, seq := range seqs {
		rows[i] = row{traits: wordless, seq: seq, rev: 1}
	}
	return rows
}

func TestListFollowsAndAnchors(t *testing.T) {
	l := list{follow: true}
	l.put(rowsOf(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
	if from, to := l.window(4); from != 6 || to != 10 || l.cursor != 10 {
		t.Fatalf("following: window %d to %d, cursor %d", from, to, l.cursor)
	}
	l.move(-1)
	l.window(4)
	l.put(rowsOf(11, 12, 13))
	if from, to := l.window(4); from != 6 || to != 10 || l.cursor != 9 || l.follow {
		t.Errorf("after moving up the window moves: %d to %d, cursor %d, follow %t", from, to, l.cursor, l.follow)
	}
	l.move(1)
	if l.follow {
		t.Error("moving down follows again")
	}
	l.newest()
	if from, to := l.window(4); from != 9 || to != 13 || l.cursor != 13 {
		t.Errorf("following again: window %d to %d, cursor %d", from, to, l.cursor)
	}
}

func TestListKeepsTheNewerState(t *testing.T) {
	l := list{}
	l.put([]row{{traits: wordless, seq: 2, rev: 5, code: 200}, {traits: wordless, seq: 1, rev: 2}})
	l.put([]row{{traits: wordless, seq: 2, rev: 3, code: 500}})
	if got := l.at(1); got.seq != 2 || got.code != 200 {
		t.Errorf("an older state replaced a newer one: %+v", got)
	}
	l.put([]row{{traits: wordless, seq: 2, rev: 6, code: 404}})
	if got := l.at(1).code; got != 404 {
		t.Errorf("a newer state was dropped: %d", got)
	}
}

func TestListForgetsTheOldest(t *testing.T) {
	l := list{follow: true, match: func(r *row) bool { return r.seq%2 == 0 }}
	for i := range int64(maxRows + evictRow + 1) {
		l.putOne(&row{traits: wordless, seq: i + 1, rev: 1})
	}
	l.put(nil)
	if len(l.rows) != maxRows || l.rows[0].seq != evictRow+2 || l.shown[0] != evictRow+2 {
		t.Errorf("%d rows from %d, shown from %d", len(l.rows), l.rows[0].seq, l.shown[0])
	}
	l.put(rowsOf(1))
	if l.rows[0].seq == 1 {
		t.Error("a row that is too old came back")
	}
}

// Whatever comes in whatever order: what is shown is what the filter takes, in
// order, and the cursor is on one of them.
func TestListAgainstASimpleOne(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		odd := func(r *row) bool { return (r.seq+int64(r.code))%3 != 0 }
		l := list{follow: rnd.IntN(2) == 0}
		simple := map[int64]row{}
		for range 40 {
			switch rnd.IntN(6) {
			case 0:
				l.filter(odd)
			case 1:
				l.filter(nil)
			case 2:
				l.move(rnd.IntN(9) - 4)
			default:
				r := row{traits: wordless, seq: rnd.Int64N(60) + 1, rev: rnd.Int64N(50), code: rnd.Int32N(5)}
				if old, ok := simple[r.seq]; !ok || old.rev <= r.rev {
					simple[r.seq] = r
				}
				l.put([]row{r})
			}
			checkList(t, &l, simple, 1+rnd.IntN(8))
		}
	}
}

func checkList(t *testing.T, l *list, simple map[int64]row, h int) {
	t.Helper()
	var want []int64
	for seq, r := range simple {
		if l.match == nil || l.match(&r) {
			want = append(want, seq)
		}
	}
	slices.Sort(want)
	var got []int64
	for i := range l.len() {
		got = append(got, l.at(i).seq)
	}
	if !slices.Equal(want, got) {
		t.Fatalf("shown %v, want %v", got, want)
	}
	from, to := l.window(h)
	if len(want) == 0 {
		return
	}
	at := l.position(l.cursor)
	if !slices.Contains(want, l.cursor) || at < from || at >= to || to-from > h {
		t.Fatalf("cursor %d at %d, window %d to %d of %v", l.cursor, at, from, to, want)
	}
	if l.follow && l.cursor != want[len(want)-1] {
		t.Fatalf("following, but the cursor is on %d of %v", l.cursor, want)
	}
}

func TestListPrepends(t *testing.T) {
	l := list{follow: true}
	l.put(rowsOf(5, 6))
	l.filter(func(r *row) bool { return r.seq != 3 })
	l.prepend(rowsOf(2, 3, 4, 5))
	if len(l.rows) != 5 || !slices.Equal(l.shown, []int64{2, 4, 5, 6}) || l.cursor != 6 {
		t.Errorf("%d rows, shown %v, cursor %d", len(l.rows), l.shown, l.cursor)
	}
}

// What is typed letter by letter shows what it shows typed at once, also when
// rows came in between and letters were taken back.
func TestTypingNarrows(t *testing.T) {
	s := newScreen(t, 80, 24, nil, many(400)...)
	s.press("/")
	for _, key := range []string{"p", "a", "i", "d", "backspace", "backspace", "y", "o", "U", "backspace", "u"} {
		s.press(key)
		if key == "o" {
			d := sample{seq: 500, event: "late.payout", provider: "acme", verdict: "valid", code: 204, attempts: 1}.delivery()
			s.src.put(d)
			s.changed()
		}
		got := slices.Clone(s.list.shown)
		s.refilterWhole()
		if !slices.Equal(got, s.list.shown) {
			t.Errorf("after %s: %d rows, typed at once %d", key, len(got), len(s.list.shown))
		}
	}
	if len(s.list.shown) == 0 {
		t.Error("nothing is left to compare")
	}
}

// refilterWhole puts the filter in force to work on all rows.
func (s *screen) refilterWhole() { s.list.filter(s.search.matcher.match) }

// A large message is followed by a longer pause, a small one by the usual.
func TestFloodIsShownLessOften(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	for _, n := range []int{floodRows, floodRows - 1} {
		for range n {
			s.src.put(&store.Delivery{Event: &store.Event{Type: "x"}, ReceivedAt: s.at, Seq: int64(2000 + len(s.src.ds))})
		}
		s.changed()
		if want := n >= floodRows; s.feed.flooded != want {
			t.Errorf("after %d rows: flooded %t", n, s.feed.flooded)
		}
	}
}
