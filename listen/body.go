package listen

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// A whole body may take three silences, and a second more for so many bytes.
const bodyPace = 64 << 10

// refusal is a request that is not taken.
type refusal struct {
	status int
	why    string // for the operator
	close  bool   // the connection is of no use any more
	gone   bool   // nobody is there to be answered
}

// body is a request body in memory. held is what memory has admitted for it.
type body struct {
	bytes []byte
	held  int64
}

// bodyReader reads one body within its limits.
type bodyReader struct {
	server    *Server
	conn      *conn
	in        io.Reader
	announced int64 // -1 for chunks
	began     time.Time
	body      body
}

// readBody reads the whole body. What is announced to be too large is refused
// unread.
func (s *Server) readBody(r *http.Request) (body, *refusal) {
	if r.ContentLength == 0 {
		return body{}, nil
	}
	if r.ContentLength > s.o.MaxBody {
		return body{}, s.tooLarge(fmt.Sprintf("a body of %d bytes", r.ContentLength))
	}
	b := &bodyReader{server: s, conn: connOf(r.Context()), in: r.Body, announced: r.ContentLength, began: s.o.Now()}
	refused := b.read()
	if refused != nil {
		s.memory.free(b.body.held)
		return body{}, refused
	}
	return b.body, nil
}

func (s *Server) tooLarge(what string) *refusal {
	return &refusal{status: http.StatusRequestEntityTooLarge, why: fmt.Sprintf("%s is over the limit of %d (--max-body)", what, s.o.MaxBody), close: true}
}

func (b *bodyReader) read() *refusal {
	limit := b.server.o.MaxBody
	buffer := make([]byte, 0, b.firstSize())
	for {
		if int64(len(buffer)) > limit {
			return b.server.tooLarge("a body in chunks")
		}
		if int64(len(buffer)) == b.announced {
			b.finish(buffer)
			return nil
		}
		if len(buffer) == cap(buffer) {
			grown, refused := b.grow(buffer)
			if refused != nil {
				return refused
			}
			buffer = grown
		}
		b.conn.expectBytes(min(b.server.o.BodyTimeout, b.allowed(len(buffer))))
		n, err := b.in.Read(buffer[len(buffer):cap(buffer)])
		late := b.conn.received()
		buffer = buffer[:len(buffer)+n]
		switch {
		case err == nil:
		case errors.Is(err, io.EOF) && (b.announced < 0 || int64(len(buffer)) == b.announced):
			b.announced = int64(len(buffer))
		case late:
			return &refusal{status: http.StatusRequestTimeout, why: b.far(len(buffer), "the body came too slowly (--body-timeout)"), close: true}
		default:
			return b.broken(len(buffer), err)
		}
	}
}

// broken tells a body that ends early from one in chunks that are none.
func (b *bodyReader) broken(got int, err error) *refusal {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || isNetwork(err) {
		return &refusal{status: http.StatusBadRequest, why: b.far(got, "the sender went away"), close: true, gone: true}
	}
	return &refusal{status: http.StatusBadRequest, why: b.far(got, "the body is malformed"), close: true}
}

func (b *bodyReader) far(got int, what string) string {
	if b.announced < 0 {
		return fmt.Sprintf("%s after %d bytes", what, got)
	}
	return fmt.Sprintf("%s after %d of %d bytes", what, got, b.announced)
}

func (b *bodyReader) firstSize() int64 {
	if b.announced < 0 {
		return 4 << 10
	}
	return min(b.announced, freeBody)
}

// grow makes room for more. A body that goes on beyond freeBody is admitted
// with all it will have, or with all it may have where nothing is announced, and
// waits for that: bodies that were admitted piece by piece would end up each
// with a part of the memory and waiting for the rest.
func (b *bodyReader) grow(buffer []byte) ([]byte, *refusal) {
	size, most := b.announced, b.announced
	if b.announced < 0 {
		most = b.server.o.MaxBody + 1
		size = min(4*int64(cap(buffer)), most)
	}
	if size > freeBody && b.body.held == 0 {
		cost := b.server.memory.cost(most)
		if !b.server.memory.admit(cost, b.allowed(len(buffer))) {
			return nil, &refusal{status: http.StatusServiceUnavailable, why: "too many large bodies at a time (--max-memory)", close: true}
		}
		b.body.held = cost
	}
	grown := make([]byte, len(buffer), size)
	copy(grown, buffer)
	return grown, nil
}

// finish keeps the whole body, and gives back what was admitted for more.
func (b *bodyReader) finish(whole []byte) {
	b.body.bytes = whole
	if b.body.held > 0 {
		needed := min(b.body.held, max(b.server.memory.cost(int64(len(whole))), int64(cap(whole))))
		b.server.memory.free(b.body.held - needed)
		b.body.held = needed
	}
}

// allowed is how much of the time for the whole body is left.
func (b *bodyReader) allowed(got int) time.Duration {
	allowance := 3*b.server.o.BodyTimeout + time.Duration(got/bodyPace)*time.Second
	return max(0, allowance-b.server.o.Now().Sub(b.began))
}
