package store

import (
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

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

func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
