package store

import (
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"
)

// BenchmarkMillion measures a large store, which it fills first: a million
// deliveries of 2 KiB take 2.7 GB and half a minute. HOOKS_BENCH_DELIVERIES says
// how many, HOOKS_BENCH_DIR where a filled one is kept for the next time.
//
//	HOOKS_BENCH_DELIVERIES=1000000 go test ./store -run '^$' -bench Million -benchtime 3x
func BenchmarkMillion(b *testing.B) {
	count, _ := strconv.ParseInt(os.Getenv("HOOKS_BENCH_DELIVERIES"), 10, 64)
	if count == 0 {
		b.Skip("HOOKS_BENCH_DELIVERIES is not set")
	}
	dir := os.Getenv("HOOKS_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	fillMillion(b, dir, count)
	b.Run("Open", func(b *testing.B) {
		for b.Loop() {
			s, err := Open(b.Context(), dir, Options{Now: time.Now})
			if err != nil {
				b.Fatal(err)
			}
			s.Close()
		}
	})
	s := open(b, dir, Options{})
	b.Run("Get", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Get(b.Context(), strconv.FormatInt(count/2, 10)); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, q := range []struct {
		name, filter string
		Query
	}{
		{"List50", "", Query{Limit: 50}},
		{"FailedOfType", "", Query{Limit: 50, Events: []string{"payment.failed"}, Status: Failed}},
		{"NothingByType", "", Query{Events: []string{"none.*"}}},
		{"List100000", "", Query{Limit: 100_000}},
		{"FirstByBody", "body:x event:invoice.paid", Query{Limit: 1}},
		{"NothingByBody", "body:absent-from-all", Query{}},
	} {
		b.Run(q.name, func(b *testing.B) {
			if q.filter != "" {
				f, err := ParseFilter(q.filter)
				if err != nil {
					b.Fatal(err)
				}
				q.Filter = f
			}
			for b.Loop() {
				for _, err := range s.List(b.Context(), q.Query) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.HeapSys>>20), "heap-MiB")
		})
	}
}

func fillMillion(b *testing.B, dir string, count int64) {
	s, err := Open(b.Context(), dir, Options{Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	if st, err := s.Stats(b.Context()); err != nil || st.Deliveries == count {
		return
	}
	begin, noise := time.Now(), noise()
	var last *Commit
	for n := range count {
		d := payload(noise, n)
		d.ReceivedAt = begin.Add(time.Duration(n) * time.Millisecond)
		code := 200
		if n%50 == 0 {
			code = 500
		}
		answered(d, code, "ok")
		last = s.Append(d)
	}
	if err := last.Indexed(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d deliveries in %s", count, time.Since(begin).Round(time.Millisecond))
}
