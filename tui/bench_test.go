package tui

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/store"
)

// full returns a view on n rows that follows, colours on.
func full(t testing.TB, w, h, n int) *screen {
	s := newScreen(t, w, h, func(o *Options) { o.Colour = true })
	ds := many(n)
	for from := 0; from < n; from += pageSize {
		rows := make([]row, 0, pageSize)
		for _, d := range ds[from:min(n, from+pageSize)] {
			rows = append(rows, newRow(d, s.feed.words))
		}
		s.list.put(rows)
	}
	s.src.ds = ds
	return s
}

// A list frame with a new row each time, at a thousand rows and at a hundred
// thousand.
func BenchmarkListFrame(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := full(b, 120, 35, n)
			s.arranged[wide] = arrangement{beside, false}
			one := newRow(samples()[0], interner{})
			b.ReportAllocs()
			for b.Loop() {
				n++
				one.seq, one.rev = int64(n), int64(n)
				s.update(changesMsg{rows: []row{one}})
				s.view()
			}
		})
	}
}

// A frame with the list and a loaded delivery beside it.
func BenchmarkSplitFrame(b *testing.B) {
	for _, at := range []tab{overview, request, signature} {
		b.Run(fmt.Sprint(at), func(b *testing.B) {
			s := full(b, 120, 35, 100_000)
			s.press("k")
			s.detail.tab = at
			b.ReportAllocs()
			for b.Loop() {
				s.update(tickMsg{})
				s.view()
			}
		})
	}
}

// A body of a mebibyte in 5,000 lines, scrolled by one line a frame.
func BenchmarkScrollFrame(b *testing.B) {
	s := full(b, 120, 35, 10)
	s.press("k", "enter", "]")
	s.detail.bodies[request].show(prepare(s.th, bigJSON(), nil, pretty), pretty)
	s.press("z")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s.update(keyMsg{runes: []rune("jk"[i/4000%2 : i/4000%2+1])})
		s.view()
	}
}

func bigJSON() []byte {
	var b bytes.Buffer
	b.WriteByte('[')
	for b.Len() < 1<<20 {
		fmt.Fprintf(&b, `{"id":"evt_%d","amount":9007199254740993,"note":"%s"},`, b.Len(), strings.Repeat("long text ", 60))
	}
	b.WriteString("0]")
	return b.Bytes()
}

func BenchmarkPrepare(b *testing.B) {
	body := bigJSON()
	th := newTheme(true, false)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		prepare(th, body, nil, pretty)
	}
}

// A key in the filter at a hundred thousand rows.
func BenchmarkFilterKey(b *testing.B) {
	for _, text := range []string{"verdict:invali", "invoic", "event:payment.* code>=400 -verdict:vali"} {
		b.Run(text, func(b *testing.B) {
			s := full(b, 120, 35, 100_000)
			s.press("/")
			s.write(text)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if i%2 == 0 {
					s.update(keyMsg{runes: []rune("d")})
				} else {
					s.update(keyMsg{name: "backspace"})
				}
			}
		})
	}
}

// A second of following 2,000 arrivals a second with the feed in memory, as a
// share of a core: thirty messages of 66 rows and their frames, without what
// the library does to write them.
func BenchmarkFollow(b *testing.B) {
	s := full(b, 120, 35, 100_000)
	one, n, seconds, began := newRow(samples()[0], interner{}), 100_000, 0, time.Now()
	for b.Loop() {
		seconds++
		for range 30 {
			rows := make([]row, 66)
			for j := range rows {
				n++
				one.seq, one.rev = int64(n), int64(n)
				rows[j] = one
			}
			s.update(changesMsg{rows: rows})
			s.view()
		}
	}
	b.ReportMetric(100*time.Since(began).Seconds()/float64(seconds), "%core")
}

// The slowest key while sixty-six rows come between two frames, at a hundred
// thousand: a key may have to wait for the message before it.
func BenchmarkKeyInAFlood(b *testing.B) {
	s := full(b, 120, 35, 100_000)
	one, n, slowest := newRow(samples()[0], interner{}), 100_000, time.Duration(0)
	for i := 0; b.Loop(); i++ {
		rows := make([]row, 66)
		for j := range rows {
			n++
			one.seq, one.rev = int64(n), int64(n)
			rows[j] = one
		}
		began := time.Now()
		s.update(changesMsg{rows: rows})
		s.view()
		s.update(keyMsg{runes: []rune{rune("jkGz-"[i%5])}})
		s.view()
		slowest = max(slowest, time.Since(began))
	}
	b.ReportMetric(float64(slowest.Microseconds())/1000, "max-ms")
}

// What a second of following costs the line to the terminal: thirty frames,
// each with 66 new rows. The library repaints the lines that changed.
func BenchmarkBytesPerSecond(b *testing.B) {
	s := full(b, 120, 35, 1_000)
	n, sum, seconds := 1_000, 0, 0
	one := newRow(samples()[0], interner{})
	before := strings.Split(s.view(), "\n")
	for b.Loop() {
		seconds++
		for range 30 {
			for range 66 {
				n++
				one.seq, one.rev = int64(n), int64(n)
				s.list.putOne(&one)
			}
			s.update(changesMsg{})
			after := strings.Split(s.view(), "\n")
			for i, l := range after {
				if i >= len(before) || before[i] != l {
					sum += len(l) + 5
				}
			}
			before = after
		}
	}
	b.ReportMetric(float64(sum)/float64(seconds)/1000, "KB/s")
	b.ReportMetric(0, "ns/op")
}

// What a hundred thousand rows keep in memory.
func BenchmarkMemory(b *testing.B) {
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		l := list{follow: true}
		words := interner{}
		kinds := samples()
		for i := range maxRows {
			d := *kinds[i%len(kinds)]
			d.Seq, d.Rev = int64(i+1), int64(i+1)
			d.ID = fmt.Sprintf("dlv_01HZX%021d", i)
			d.Event = &store.Event{ID: fmt.Sprintf("evt_01HZX%021d", i), ExternalID: fmt.Sprintf("msg_%022d", i), Type: strings.Clone(d.Event.Type), Provider: strings.Clone(d.Event.Provider)}
			l.put([]row{newRow(&d, words)})
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
		runtime.KeepAlive(&l)
	}
}

// The cost of a frame does not grow with the number of rows, nor does its
// garbage. Both are compared within one run.
func TestAFrameCostsTheSameAtAnyNumberOfRows(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a hundred thousand rows")
	}
	frame := func(n int) (allocs, bytes float64) {
		s := full(t, 120, 35, n)
		s.arranged[wide] = arrangement{beside, false}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		allocs = testing.AllocsPerRun(100, func() { s.update(tickMsg{}); s.view() })
		runtime.ReadMemStats(&after)
		return allocs, float64(after.TotalAlloc-before.TotalAlloc) / 101
	}
	fewAllocs, fewBytes := frame(1_000)
	manyAllocs, manyBytes := frame(100_000)
	if manyAllocs > 1.2*fewAllocs || manyBytes > 1.2*fewBytes {
		t.Errorf("at 100,000 rows %.0f allocations of %.0f bytes, at 1,000 %.0f of %.0f", manyAllocs, manyBytes, fewAllocs, fewBytes)
	}
	if manyBytes > 40_000 {
		t.Errorf("%.0f bytes of garbage a frame", manyBytes)
	}
}

// What a frame looks like is decided by what is on the screen alone.
func TestViewIsCachedAndPure(t *testing.T) {
	s := full(t, 120, 35, 200)
	s.update(tickMsg{})
	first := s.view()
	if n := testing.AllocsPerRun(10, func() { s.view() }); n != 0 {
		t.Errorf("a frame that did not change costs %.0f allocations", n)
	}
	s.dirty = true
	if s.view() != first {
		t.Error("drawing twice gives two frames")
	}
	if uncoloured(first) == first {
		t.Error("no colours")
	}
}
