package store

import (
	"crypto/rand"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// payload is a delivery as a provider sends it: 2 KiB that do not compress and
// a dozen headers.
func payload(n int64) *Delivery {
	body := make([]byte, 2048)
	rand.Read(body)
	d := received([]string{"payment.succeeded", "payment.failed", "invoice.paid"}[n%3], body)
	d.Event.ExternalID = fmt.Sprintf("msg_01KAHR%020d", n)
	for i := range 10 {
		d.Request.Headers = append(d.Request.Headers, sign.Header{Name: fmt.Sprintf("X-Header-%d", i), Value: "0123456789abcdef0123456789"})
	}
	return d
}

func benchmarkAppend(b *testing.B, writers int, pairs bool, o Options) {
	s := open(b, b.TempDir(), o)
	var next atomic.Int64
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
				d := payload(n)
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
