package send

import (
	"bufio"
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
)

// TestMoldIsScratch: what is cast is, byte for byte, what is made from scratch,
// for every provider, with several keys, edits, and credentials in the URL. Most
// providers are cast.
func TestMoldIsScratch(t *testing.T) {
	cast := 0
	for _, p := range allProviders(t) {
		l := loadTo(t, "http://user:pass@127.0.0.1:1/hook", p)
		l.Signing.Keys = loadKeys(t, p, 2)
		l.Edit = Edits{{Name: "X-Own", Value: "1"}, {Name: "User-Agent", Remove: true}}.Apply
		if m := moldOf(t, l); m.press != nil {
			cast++
			compareMold(t, p.ID, m)
		}
	}
	if cast < 120 {
		t.Errorf("only %d providers are cast", cast)
	}
}

func moldOf(t testing.TB, l *Load) *mold {
	t.Helper()
	m := new(mold)
	if err := m.prepare(l, time.Unix(1700000000, 0)); err != nil {
		t.Fatalf("%s: %v", l.Signing.Profile.ID, err)
	}
	return m
}

func compareMold(t testing.TB, name string, m *mold) {
	t.Helper()
	at := time.Unix(1700000123, 456789e3)
	for _, n := range []int64{0, 1, 2, 99, 123456789, 999999999} {
		m.number(n)
		at = at.Add(1234567 * time.Microsecond)
		fast, _ := m.append(nil, at)
		slow, err := m.scratch(nil, at)
		if err != nil || !bytes.Equal(fast, slow) {
			t.Fatalf("%s: event %d, %v:\n%q\nfrom scratch:\n%q", name, n, err, fast, slow)
		}
	}
}

// TestMoldKeepsEdits: a header of the user's in place of the scheme's stays.
func TestMoldKeepsEdits(t *testing.T) {
	for _, p := range allProviders(t) {
		if p.ID != "standard" {
			continue
		}
		l := loadTo(t, "http://127.0.0.1:1/hook", p)
		l.Edit = Edits{{Name: "Webhook-Id", Value: "mine"}, {Name: "webhook-timestamp", Remove: true}}.Apply
		m := moldOf(t, l)
		compareMold(t, p.ID, m)
		request, _ := m.append(nil, time.Unix(1700000000, 0))
		if m.press == nil || !bytes.Contains(request, []byte("Webhook-Id: mine\r\n")) || bytes.Contains(bytes.ToLower(request), []byte("timestamp:")) {
			t.Errorf("sent %q", request)
		}
		return
	}
	t.Fatal("no provider standard")
}

func TestMoldPlacesIDs(t *testing.T) {
	for _, p := range allProviders(t) {
		if p.ID != "stripe" {
			continue
		}
		for _, tt := range []struct {
			name, body string
			want       string // of the body, with 0 for every digit that may vary; "" if it stays
		}{
			{"text", `{"id":"evt_old","a":"evt_old"}`, `{"id":"evt_01ARZ3NDEKTSV4RRFFQ69G5FAV","a":"evt_old"}`},
			{"number", `{"id": 12 ,"a":1}`, `{"id": 1700000000000000 ,"a":1}`},
			{"none", `{"a":1}`, ""},
			{"null", `{"id":null}`, ""},
			{"twice", `{"id":"a","id":"b"}`, ""},
			{"no JSON", `hello`, ""},
			{"nothing", ``, ""},
		} {
			l := loadTo(t, "http://127.0.0.1:1/hook", p)
			l.Event.Body, l.Event.WireID = []byte(tt.body), "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV"
			m := moldOf(t, l)
			if tt.want == "" {
				if string(m.body) != tt.body {
					t.Errorf("%s: %s", tt.name, m.body)
				}
				continue
			}
			first := bytes.Clone(m.body)
			m.number(2)
			if len(first) != len(tt.want) || bytes.Equal(first, m.body) {
				t.Errorf("%s: %s, then %s; want the form of %s", tt.name, first, m.body, tt.want)
			}
		}
		return
	}
	t.Fatal("no provider stripe")
}

// FuzzMold: the fast way equals the slow way.
func FuzzMold(f *testing.F) {
	f.Add([]byte(loadBody), "evt_1ABCDEFGHIJKLMNOP", "X-Own", "1", "a.b", int64(7))
	f.Add([]byte(`{"id":7}`), "7", "Webhook-Id", "mine", "", int64(1e9))
	f.Add([]byte("\x00\x01"), "", "Content-Type", "\x00\x02\x00", "\x00\x01\x00", int64(-1))
	profiles := allProviders(f)
	profiles = slices.DeleteFunc(profiles, func(p *provider.Profile) bool {
		return !slices.Contains([]string{"standard", "stripe", "github", "slack", "shopify", "hookdeck"}, p.ID)
	})
	keys := make([]sign.Keys, len(profiles))
	for i, p := range profiles {
		keys[i] = loadKeys(f, p, 2)
	}
	f.Fuzz(func(t *testing.T, body []byte, id, name, value, event string, n int64) {
		for i, p := range profiles {
			l := &Load{Event: Event{Type: event, WireID: id, Body: body, ContentType: "application/json"},
				Signing: Signing{Profile: p, Keys: keys[i]}, UserAgent: "test/1"}
			l.Target, _ = ParseTarget("http://127.0.0.1:1/hook?a=b")
			l.Edit = Edits{{Name: name, Value: value}}.Apply
			m := new(mold)
			if m.prepare(l, time.Unix(1700000000, 0)) != nil || m.press == nil {
				continue
			}
			m.number(n & (1<<40 - 1))
			at := time.Unix(n&(1<<33-1), n&(1<<20-1))
			fast, _ := m.append(nil, at)
			if slow, err := m.scratch(nil, at); err != nil || !bytes.Equal(fast, slow) {
				t.Fatalf("%s: %v\n%q\nfrom scratch:\n%q", p.ID, err, fast, slow)
			}
		}
	})
}

// TestLoadAllocatesNothing: neither making a request nor reading its answer
// takes memory.
func TestLoadAllocatesNothing(t *testing.T) {
	for _, p := range allProviders(t) {
		if !slices.Contains([]string{"standard", "stripe", "github"}, p.ID) {
			continue
		}
		m := moldOf(t, loadTo(t, "http://127.0.0.1:1/hook", p))
		out, n, at := make([]byte, 0, 8192), int64(0), time.Now()
		answer := bytes.NewReader([]byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nDate: x\r\n\r\nok"))
		in := bufio.NewReader(answer)
		if allocs := testing.AllocsPerRun(100, func() {
			m.number(n)
			out, _ = m.append(out[:0], at)
			answer.Seek(0, io.SeekStart)
			if _, ok, err := quickAnswer(in); !ok || err != nil {
				t.Fatal("the answer is not quick", err)
			}
			n++
		}); allocs > 0 {
			t.Errorf("%s: %v allocations", p.ID, allocs)
		}
	}
}

// FuzzQuickAnswer: what is read quickly is what the general reader reads, to
// the last byte; what is not has not been touched.
func FuzzQuickAnswer(f *testing.F) {
	for _, text := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304\r\nContent-Length: 5\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: Keep-Alive\r\nKeep-Alive: timeout=5\r\n\r\nokHTTP", "HTTP/1.1 500 no\r\nContent-Length: 9\r\n\r\nok",
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", "HTTP/1.1 200 OK\r\n a: b\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: a\rb\r\n\r\nok", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length : 3\r\n\r\nok", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		in := bufio.NewReader(bytes.NewReader(text))
		status, ok, err := quickAnswer(in)
		left, _ := io.ReadAll(in)
		if !ok {
			if !bytes.Equal(left, text) {
				t.Fatalf("%q was read of an answer that is not quick", text[:len(text)-len(left)])
			}
			return
		}
		a := answer{conn: newConn(nopConn{bytes.NewReader(text)}, nopConn{}, ""), progress: new(progress), budget: maxHeader}
		slowErr := a.readHead("POST")
		if slowErr == nil {
			_, slowErr = io.Copy(io.Discard, a.body)
		}
		slowLeft, _ := io.ReadAll(a.conn.in)
		if (err == nil) != (slowErr == nil) || a.status != status || err == nil && (!a.persists || !bytes.Equal(left, slowLeft)) {
			t.Fatalf("%q: quickly %d, %v, left %q; else %d, %v, left %q", text, status, err, left, a.status, slowErr, slowLeft)
		}
	})
}

// nopConn is a connection with a given answer on it.
type nopConn struct{ io.Reader }

func (nopConn) Write(b []byte) (int, error)      { return len(b), nil }
func (nopConn) Close() error                     { return nil }
func (nopConn) LocalAddr() net.Addr              { return nil }
func (nopConn) RemoteAddr() net.Addr             { return nil }
func (nopConn) SetDeadline(time.Time) error      { return nil }
func (nopConn) SetReadDeadline(time.Time) error  { return nil }
func (nopConn) SetWriteDeadline(time.Time) error { return nil }

// TestHistogram: what it says is never too small and too large by less than a
// step, whatever was counted; merged halves say the same as the whole.
func TestHistogram(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, steps := range []int{coarseBits, fineBits} {
		for _, most := range []int64{1, 100, 1e4, 1e9, maxCounted} {
			whole, halves := newHistogram(steps), []*Histogram{newHistogram(steps), newHistogram(steps)}
			var all []time.Duration
			for i := range 5000 {
				d := time.Duration(random.Int64N(most) + 1)
				all = append(all, d)
				whole.add(d)
				halves[i%2].add(d)
			}
			halves[0].merge(halves[1])
			slices.Sort(all)
			for _, q := range []float64{0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1} {
				exact := all[max(0, int(q*5000+0.999999)-1)]
				got := whole.Quantile(q)
				if got < exact || got-exact > exact>>steps {
					t.Errorf("%d bits, up to %d: q %v is %d, exactly %d", steps, most, q, got, exact)
				}
				if again := halves[0].Quantile(q); again != got {
					t.Errorf("%d bits, up to %d: q %v is %d in halves, %d as a whole", steps, most, q, again, got)
				}
			}
			if whole.Min() != all[0] || whole.Max() != all[4999] || whole.Count() != 5000 || halves[0].Mean() != whole.Mean() {
				t.Errorf("min %d, max %d, count %d", whole.Min(), whole.Max(), whole.Count())
			}
		}
	}
	h := newHistogram(fineBits)
	h.add(-1)
	h.add(maxCounted + 5)
	if h.Min() != 0 || h.Max() != maxCounted+5 || h.Quantile(1) != maxCounted || newHistogram(fineBits).Quantile(0.5) != 0 {
		t.Errorf("min %d, max %d, q1 %d", h.Min(), h.Max(), h.Quantile(1))
	}
}

func TestRowsAreFolded(t *testing.T) {
	var rows loadRows
	rows.every = 1
	total := int64(0)
	for i := range 3 * maxRows {
		row := LoadRow{At: time.Duration(i+1) * rowTick, Length: rowTick, Requests: int64(i), latency: newHistogram(coarseBits)}
		row.latency.add(time.Duration(i))
		rows.keep(row)
		total += int64(i)
	}
	sum, at := int64(0), time.Duration(0)
	for _, row := range rows.rows {
		if at += row.Length; at != row.At || row.Max == 0 && at > 2*rows.rows[0].Length {
			t.Fatalf("a row ends at %s, want %s: %+v", row.At, at, row)
		}
		sum += row.Requests
	}
	if sum != total || len(rows.rows) >= maxRows || rows.every < 4 {
		t.Errorf("%d rows with %d requests of %d, every %d", len(rows.rows), sum, total, rows.every)
	}
}
