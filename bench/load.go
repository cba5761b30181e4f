package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// load is what one measurement found.
type load struct {
	latencies []time.Duration // sorted
	took      time.Duration
	cpu       time.Duration // of what stood between
	rss, peak int64         // bytes
}

func (l load) count() int    { return len(l.latencies) }
func (l load) rate() float64 { return float64(l.count()) / l.took.Seconds() }

// percentile is in seconds.
func (l load) percentile(p int) float64 {
	if len(l.latencies) == 0 {
		return 0
	}
	return l.latencies[min(len(l.latencies)-1, len(l.latencies)*p/100)].Seconds()
}

// sender is one keep-alive connection, spoken by hand: its own cost is small
// beside what it measures.
type sender struct {
	conn    net.Conn
	request []byte
	buffer  [4096]byte
}

func dial(addr string, request []byte) (*sender, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	s := &sender{conn: conn, request: request}
	return s, s.first()
}

// first looks at the answer as a whole: the later ones are taken to come in one
// piece. All must be the target's: a proxy that finds no route answers 200, too,
// and faster than any that forwards.
func (s *sender) first() error {
	if _, err := s.conn.Write(s.request); err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReader(s.conn), nil)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(answer.Body)
	if err == nil && (answer.StatusCode != 200 || string(body) != targetBody) {
		err = fmt.Errorf("answered %s, which is not the target's: %.200q", answer.Status, body)
	}
	return err
}

func (s *sender) send() error {
	if _, err := s.conn.Write(s.request); err != nil {
		return err
	}
	n, err := s.conn.Read(s.buffer[:])
	if answer := s.buffer[:n]; err != nil || !bytes.HasPrefix(answer, []byte("HTTP/1.1 200")) || !bytes.HasSuffix(answer, []byte(targetBody)) {
		return fmt.Errorf("answered %.80q: %w", s.buffer[:n], err)
	}
	return nil
}

// flood sends over so many connections, each its next request when it has the
// answer to the last.
func flood(ctx context.Context, addr string, request []byte, conns int, d time.Duration) (load, error) {
	return gather(conns, func(int) ([]time.Duration, error) {
		s, err := dial(addr, request)
		if err != nil {
			return nil, err
		}
		defer s.conn.Close()
		var latencies []time.Duration
		for end := time.Now().Add(d); ctx.Err() == nil; {
			began := time.Now()
			if began.After(end) {
				break
			}
			if err := s.send(); err != nil {
				return nil, err
			}
			latencies = append(latencies, time.Since(began))
		}
		return latencies, ctx.Err()
	})
}

// pacers is how many connections share a pace: enough that a slow answer does
// not hold up what is due.
const pacers = 32

// pace sends at a fixed rate. A latency counts from when its request was due, so
// that waiting behind a slow answer is not left out.
func pace(ctx context.Context, addr string, request []byte, rate int, d time.Duration) (load, error) {
	began := time.Now().Add(100 * time.Millisecond)
	every := time.Second / time.Duration(rate)
	return gather(pacers, func(i int) ([]time.Duration, error) {
		s, err := dial(addr, request)
		if err != nil {
			return nil, err
		}
		defer s.conn.Close()
		var latencies []time.Duration
		for n := i; ctx.Err() == nil; n += pacers {
			due := began.Add(time.Duration(n) * every)
			if due.Sub(began) > d {
				break
			}
			time.Sleep(time.Until(due))
			if err := s.send(); err != nil {
				return nil, err
			}
			latencies = append(latencies, time.Since(due))
		}
		return latencies, ctx.Err()
	})
}

// gather runs n senders and puts together what they measured.
func gather(n int, run func(i int) ([]time.Duration, error)) (load, error) {
	var l load
	var failed error
	var mu sync.Mutex
	var group sync.WaitGroup
	began := time.Now()
	for i := range n {
		group.Go(func() {
			latencies, err := run(i)
			mu.Lock()
			defer mu.Unlock()
			l.latencies = append(l.latencies, latencies...)
			if failed == nil {
				failed = err
			}
		})
	}
	group.Wait()
	l.took = time.Since(began)
	slices.Sort(l.latencies)
	return l, failed
}
