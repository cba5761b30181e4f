package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// leanTarget answers so cheaply that what sends is what is measured. It counts
// the requests, and on pacedPath notes when each came: GET asks for both and
// begins anew.
type leanTarget struct {
	count atomic.Int64
	mu    sync.Mutex
	came  []int64 // Unix nanoseconds
}

const pacedPath = "/paced"

// seen is what the target answers to GET.
type seen struct {
	Count int64
	Came  []int64
}

func serveLean(ctx context.Context) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	context.AfterFunc(ctx, func() { listener.Close() })
	t := new(leanTarget)
	for {
		conn, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		go t.serve(conn)
	}
}

func (t *leanTarget) serve(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 16<<10)
	answer := []byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\n" + targetBody)
	for {
		first, length, err := readRequest(in)
		if err != nil {
			return
		}
		if first == 'G' {
			t.tell(conn)
			continue
		}
		if _, err := in.Discard(length &^ paced); err != nil {
			return
		}
		t.count.Add(1)
		if length&paced != 0 {
			now := time.Now().UnixNano()
			t.mu.Lock()
			t.came = append(t.came, now)
			t.mu.Unlock()
		}
		if _, err := conn.Write(answer); err != nil {
			return
		}
	}
}

// paced marks the length of a request to pacedPath.
const paced = 1 << 30

// readRequest reads a header, and returns the method's first letter and the
// length of the body.
func readRequest(in *bufio.Reader) (first byte, length int, err error) {
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return 0, 0, err
		}
		const name = "content-length:"
		switch {
		case first == 0:
			first = line[0]
			if bytes.Contains(line, []byte(pacedPath)) {
				length |= paced
			}
		case len(line) <= 2:
			return first, length, nil
		case len(line) > len(name) && bytes.EqualFold(line[:len(name)], []byte(name)):
			n, err := strconv.Atoi(string(bytes.TrimSpace(line[len(name):])))
			if err != nil {
				return 0, 0, err
			}
			length |= n
		}
	}
}

func (t *leanTarget) tell(w io.Writer) {
	t.mu.Lock()
	s := seen{Count: t.count.Swap(0), Came: t.came}
	t.came = nil
	t.mu.Unlock()
	text, _ := json.Marshal(s) // of numbers: it cannot fail
	fmt.Fprintf(w, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", len(text), text)
}
