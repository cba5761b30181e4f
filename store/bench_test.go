package store

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hooks-cli/hooks/sign"
)

// noise is where the bodies of the benchmarks are cut from.
func noise() []byte {
	b := make([]byte, 1<<20)
	rand.NewChaCha8([32]byte{}).Read(b)
	return b
}

// payload is a delivery as a provider sends it: 2 KiB that do not compress and
// a dozen headers.
func payload(noise []byte, n int64) *Delivery {
	at := n * 977 % (1<<20 - 2048)
	d := received([]string{"payment.succeeded", "payment.failed", "invoice.paid"}[n%3], noise[at:at+2048])
	d.Event.ExternalID = "msg_01KAHR" + strconv.FormatInt(1<<40+n, 10)
	d.Request.Headers = sign.Headers{
		{Name: "Host", Value: "127.0.0.1:4400"}, {Name: "User-Agent", Value: "Provider-Webhooks/1.0"},
		{Name: "Content-Type", Value: "application/json"}, {Name: "Content-Length", Value: "2048"},
		{Name: "Accept", Value: "*/*"}, {Name: "Accept-Encoding", Value: "gzip"},
		{Name: "Webhook-Id", Value: d.Event.ExternalID}, {Name: "Webhook-Timestamp", Value: "1795255200"},
		{Name: "Webhook-Signature", Value: "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="},
	}
	return d
}

func benchmarkAppend(b *testing.B, writers int, pairs bool, o Options) {
	s := open(b, b.TempDir(), o)
	var next atomic.Int64
	noise := noise()
	var wg sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	cpu := cpuTime()
	for range writers {
		wg.Go(func() {
			for {
				n := next.Add(1)
				if n > int64(b.N) {
					return
				}
				d := payload(noise, n)
				if pairs {
					d.Status = Delivering
				}
				first := s.Append(d)
				if pairs {
					answered(d, 200, "ok")
					wait(b, s.Save(d))
				}
				wait(b, first)
			}
		})
	}
	wg.Wait()
	if _, err := s.Rev(b.Context()); err != nil { // the index counts, too
		b.Fatal(err)
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "deliveries/s")
	b.ReportMetric(float64((cpuTime()-cpu).Microseconds())/float64(b.N), "cpu-µs/op")
}

func BenchmarkAppendSingle(b *testing.B)    { benchmarkAppend(b, 1, false, Options{}) }
func BenchmarkAppend16(b *testing.B)        { benchmarkAppend(b, 16, false, Options{}) }
func BenchmarkAppend16Durable(b *testing.B) { benchmarkAppend(b, 16, false, Options{Durable: true}) }
func BenchmarkAppend64(b *testing.B)        { benchmarkAppend(b, 64, false, Options{}) }
func BenchmarkPairs16(b *testing.B)         { benchmarkAppend(b, 16, true, Options{}) }
func BenchmarkPairs64(b *testing.B)         { benchmarkAppend(b, 64, true, Options{}) }

// filled is a store of 20,000 delivered deliveries, a fiftieth of them failed.
func filled(b *testing.B) *Store {
	b.Helper()
	s := open(b, b.TempDir(), Options{})
	noise := noise()
	var last *Commit
	for n := range int64(20_000) {
		d := payload(noise, n)
		code := 200
		if n%50 == 0 {
			code = 500
		}
		answered(d, code, "ok")
		last = s.Append(d)
	}
	wait(b, last)
	b.ReportAllocs()
	return s
}

func benchmarkList(b *testing.B, q Query) {
	s := filled(b)
	for b.Loop() {
		for _, err := range s.List(b.Context(), q) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkList50(b *testing.B) { benchmarkList(b, Query{Limit: 50}) }
func BenchmarkListFailedOfType(b *testing.B) {
	benchmarkList(b, Query{Limit: 50, Events: []string{"payment.failed"}, Status: Failed})
}
func BenchmarkListNothingByGlob(b *testing.B) { benchmarkList(b, Query{Events: []string{"none.*"}}) }
func BenchmarkListNothingByBody(b *testing.B) {
	f, err := ParseFilter("body:none")
	if err != nil {
		b.Fatal(err)
	}
	benchmarkList(b, Query{Filter: f})
}

func BenchmarkGet(b *testing.B) {
	s := filled(b)
	for b.Loop() {
		if _, err := s.Get(b.Context(), "#9999"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBaselineInsert is the least that the driver can do: one thread,
// groups of 16, a row of number and body without an index.
func BenchmarkBaselineInsert(b *testing.B) {
	c, err := dial(b.Context(), dsn(filepath.Join(b.TempDir(), "x.db")))
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	script := fmt.Sprintf("PRAGMA page_size = %d; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE t (n INTEGER PRIMARY KEY, b BLOB)", pageSize)
	if err := c.exec(b.Context(), script); err != nil {
		b.Fatal(err)
	}
	insert, err := c.prepare("INSERT INTO t VALUES (?, ?)")
	if err != nil {
		b.Fatal(err)
	}
	defer insert.close()
	noise := noise()
	cpu := cpuTime()
	b.ResetTimer()
	for n := range b.N {
		if n%16 == 0 {
			if err := c.exec(b.Context(), "BEGIN IMMEDIATE"); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := insert.exec(int64(n+1), noise[n%1000:n%1000+2048]); err != nil {
			b.Fatal(err)
		}
		if n%16 == 15 || n == b.N-1 {
			if err := c.exec(b.Context(), "COMMIT"); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "deliveries/s")
	b.ReportMetric(float64((cpuTime()-cpu).Microseconds())/float64(b.N), "cpu-µs/op")
}
