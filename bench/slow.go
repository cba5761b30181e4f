package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"sync"
	"time"
)

const (
	slowPath     = "/slow"
	slowFor      = time.Second // how long the target takes with slowPath
	slowRequests = 16          // at a time
	slowPace     = 500         // requests a second beside them
)

// slow measures how much later quick requests are answered while slow ones are
// under way to the same target.
func (b *bench) slow(ctx context.Context) error {
	fmt.Printf("\n%d requests a second, beside %d at a time that the target takes %s with\n\n", slowPace, slowRequests, slowFor)
	fmt.Printf("%-24s %9s %9s\n", "", "p50", "p99")
	for _, count := range []int{0, slowRequests} {
		m := middle{"hooks", b.listen("--provider", "standard")}
		l, err := b.through(ctx, m, func(ctx context.Context, addr string) (load, error) {
			stop, err := keepBusy(ctx, addr, b.slowRequest(), count)
			if err != nil {
				return load{}, err
			}
			defer stop()
			return pace(ctx, addr, b.request, slowPace, b.o.duration)
		})
		if err != nil {
			return err
		}
		fmt.Printf("%-24s %9s %9s\n", fmt.Sprintf("beside %d", count), shortTime(l.percentile(50)), shortTime(l.percentile(99)))
	}
	return nil
}

func (b *bench) slowRequest() []byte {
	return bytes.Replace(b.request, []byte("POST /hook "), []byte("POST "+slowPath+" "), 1)
}

// keepBusy has so many requests under way until it is stopped.
func keepBusy(ctx context.Context, addr string, request []byte, count int) (stop func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	stop = func() { cancel(); group.Wait() }
	for range count {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			stop()
			return nil, err
		}
		s := &sender{conn: conn, request: request}
		context.AfterFunc(ctx, func() { conn.Close() })
		group.Go(func() {
			for s.send() == nil { // until the connection is closed
			}
		})
	}
	return stop, nil
}

// held measures the memory that senders take who begin a body and do not go on.
func (b *bench) held(ctx context.Context) error {
	fmt.Printf("\nsenders that stop in the middle of a body of %d bytes, and %d requests a second beside them\n\n", b.o.size, slowPace)
	fmt.Printf("%-24s %9s %9s %9s\n", "", "peak MB", "p50", "p99")
	for _, count := range []int{0, 2000} {
		m := middle{"hooks", b.listen("--provider", "standard", "--max-conns", "4096", "--body-timeout", "1m")}
		l, err := b.through(ctx, m, func(ctx context.Context, addr string) (load, error) {
			release, err := hold(addr, b.request[:len(b.request)-b.o.size/2], count)
			if err != nil {
				return load{}, err
			}
			defer release()
			return pace(ctx, addr, b.request, slowPace, b.o.duration)
		})
		if err != nil {
			return err
		}
		fmt.Printf("%-24s %9.0f %9s %9s\n", fmt.Sprintf("%d senders", count), float64(l.peak)/1e6, shortTime(l.percentile(50)), shortTime(l.percentile(99)))
	}
	return nil
}

// hold opens connections and sends the beginning of a request over each; they
// stay open until they are released.
func hold(addr string, beginning []byte, count int) (release func(), err error) {
	var conns []net.Conn
	release = func() {
		for _, conn := range conns {
			conn.Close()
		}
	}
	for range count {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			conns = append(conns, conn)
			_, err = conn.Write(beginning)
		}
		if err != nil {
			release()
			return nil, err
		}
	}
	return release, nil
}
