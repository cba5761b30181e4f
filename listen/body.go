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
			b.body.bytes = buffer
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
// with all it will have, and waits for that.
func (b *bodyReader) grow(buffer []byte) ([]byte, *refusal) {
	size := b.announced
	if size < 0 {
		size = min(4*int64(cap(buffer)), b.server.o.MaxBody+1)
	}
	if more := b.server.memory.cost(size) - b.body.held; size > freeBody && more > 0 {
		if !b.server.memory.admit(more, b.allowed(len(buffer))) {
			return nil, &refusal{status: http.StatusServiceUnavailable, why: "too many large bodies at a time (--max-memory)", close: true}
		}
		b.body.held += more
	}
	grown := make([]byte, len(buffer), size)
	copy(grown, buffer)
	return grown, nil
}

// allowed is how much of the time for the whole body is left.
func (b *bodyReader) allowed(got int) time.Duration {
	allowance := 3*b.server.o.BodyTimeout + time.Duration(got/bodyPace)*time.Second
	return max(0, allowance-b.server.o.Now().Sub(b.began))
}
