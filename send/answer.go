package send

import (
	"bufio"
	"errors"
	"io"
	"net/http/httputil"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// answer reads one HTTP/1 answer: interim answers are skipped, header lines
// keep their bytes, spelling and order, and the body is read by the framing
// rules of RFC 9112, section 6.3, without decoding any content.
type answer struct {
	conn     *conn
	progress *progress
	budget   int // bytes of header blocks that may still come

	status    int
	headers   sign.Headers
	keepAlive time.Duration // how long the target waits, 0 if it does not say
	persists  bool          // the connection outlives the answer
	body      io.Reader     // ends with io.EOF when the body is whole
	length    int64         // -1 where nobody knows
	ended     bool          // the body was read to its end
}

// readHead reads up to the first answer that is not interim.
func (a *answer) readHead(method string) error {
	for {
		if err := a.expectHTTP(); err != nil {
			return err
		}
		block, err := a.readBlock()
		if err != nil {
			return err
		}
		line, fields, _ := strings.Cut(block, "\n")
		minor, status, err := parseStatusLine(line)
		if err != nil {
			return err
		}
		switch {
		case status == 101:
			return &protocolError{what: "the target switched protocols without being asked"}
		case status < 200:
			continue // 103 and the like, bounded by the budget
		}
		a.status = status
		if a.headers, err = parseFields(fields); err != nil {
			return err
		}
		return a.frame(method, minor)
	}
}

// expectHTTP looks at the first bytes: what is no HTTP answer need not have
// lines at all, and is known at once.
func (a *answer) expectHTTP() error {
	const start = "HTTP/"
	first, err := a.conn.in.Peek(len(start))
	if string(first) == start {
		return nil
	}
	if len(first) > 0 && !strings.HasPrefix(start, string(first)) {
		more, _ := a.conn.in.Peek(min(a.conn.in.Buffered(), quotedBytes))
		return &protocolError{what: "what came is no HTTP answer", first: string(more)}
	}
	if len(first) > 0 && errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// readBlock reads lines up to and with an empty one, within the budget.
func (a *answer) readBlock() (string, error) {
	block := a.conn.scratch[:0]
	lineStart := 0
	for {
		part, err := a.conn.in.ReadSlice('\n')
		a.progress.got += int64(len(part))
		if a.budget -= len(part); a.budget < 0 {
			return "", errHeaderTooLarge
		}
		block = append(block, part...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return "", err
		}
		if line := block[lineStart:]; len(line) <= 2 && strings.Trim(string(line), "\r\n") == "" {
			a.conn.scratch = block
			return string(block[:lineStart]), nil
		}
		lineStart = len(block)
	}
}

// readBody reads up to limit bytes. With io.EOF the body was whole; without
// an error more follows, and its first byte has been read.
func (a *answer) readBody(limit int) (body []byte, more byte, err error) {
	size := 512
	if a.length >= 0 {
		size = int(min(a.length, int64(limit)))
	}
	body = make([]byte, 0, size)
	for {
		if len(body) == cap(body) && len(body) < limit && a.length < 0 {
			body = append(make([]byte, 0, min(limit, 4*cap(body))), body...)
		}
		room := body[len(body):cap(body)]
		var one [1]byte
		if len(room) == 0 {
			room = one[:]
		}
		n, err := a.body.Read(room)
		if n > 0 && len(body) == cap(body) {
			return body, one[0], nil
		}
		body = body[:len(body)+n]
		if err != nil {
			return body, 0, err
		}
	}
}

// reusable tells whether the connection is at the end of this answer and stays
// open.
func (a *answer) reusable() bool {
	return a.persists && a.ended && a.conn.in.Buffered() == 0
}

// count notes what a body's reader has given.
func (a *answer) count(n int, err error) (int, error) {
	a.progress.got += int64(n)
	if errors.Is(err, io.EOF) {
		a.ended = true
	}
	return n, err
}

// sizedBody is a body of a known length.
type sizedBody struct {
	answer *answer
	left   int64
}

func (b *sizedBody) Read(p []byte) (int, error) {
	if b.left == 0 {
		return b.answer.count(0, io.EOF)
	}
	n, err := b.answer.conn.in.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return b.answer.count(n, err)
}

// openBody is a body that ends with the connection.
type openBody struct{ answer *answer }

func (b *openBody) Read(p []byte) (int, error) {
	n, err := b.answer.conn.in.Read(p)
	return b.answer.count(n, err)
}

// chunkedBody is a body in chunks, with a trailer that is read and dropped.
type chunkedBody struct {
	answer *answer
	chunks io.Reader
}

func newChunkedBody(a *answer) *chunkedBody {
	return &chunkedBody{a, httputil.NewChunkedReader(a.conn.in)}
}

func (b *chunkedBody) Read(p []byte) (int, error) {
	if b.answer.ended {
		return 0, io.EOF
	}
	n, err := b.chunks.Read(p)
	switch {
	case errors.Is(err, io.EOF):
		if _, trailerErr := b.answer.readBlock(); trailerErr != nil {
			err = trailerErr
		}
	case err != nil && !isReset(err) && !isNetwork(err):
		err = &protocolError{what: "the chunks of the answer are broken: " + err.Error()}
	}
	return b.answer.count(n, err)
}
