package send

import (
	"bufio"
	"bytes"
)

// quickAnswer reads past an answer as nearly all are: HTTP/1.1, its header in
// one piece, its length said, the connection kept. It allocates nothing. ok is
// false where the answer is another, or wrong: then nothing of it has been
// read, and the general reader judges it. A method whose answers have no body
// is not for it.
func quickAnswer(in *bufio.Reader) (status int, ok bool, err error) {
	if _, err := in.Peek(1); err != nil {
		return 0, false, err
	}
	head, _ := in.Peek(in.Buffered())
	size := bytes.Index(head, []byte("\r\n\r\n"))
	if size < 0 {
		return 0, false, nil
	}
	head = head[:size+len("\r\n")]
	status, rest, ok := quickStatus(head)
	if !ok || bytes.IndexByte(head, 0) >= 0 {
		return 0, false, nil
	}
	length := int64(-1)
	for len(rest) > 0 {
		end := bytes.IndexByte(rest, '\n')
		if end < 1 || bytes.IndexByte(rest, '\r') != end-1 || !quickLine(rest[:end-1], &length) {
			return 0, false, nil
		}
		rest = rest[end+1:]
	}
	if status == 204 || status == 304 {
		length = 0
	}
	if length < 0 {
		return 0, false, nil
	}
	_, err = in.Discard(size + len("\r\n\r\n") + int(length))
	return status, true, err
}

// quickStatus reads the status line.
func quickStatus(head []byte) (status int, rest []byte, ok bool) {
	const version = "HTTP/1.1 "
	end := bytes.IndexByte(head, '\n')
	if end < len(version)+4 || string(head[:len(version)]) != version || bytes.IndexByte(head, '\r') != end-1 {
		return 0, nil, false
	}
	for _, c := range head[len(version) : len(version)+3] {
		if c < '0' || '9' < c {
			return 0, nil, false
		}
		status = status*10 + int(c-'0')
	}
	after := head[len(version)+3]
	return status, head[end+1:], status >= 200 && status <= 599 && (after == ' ' || after == '\r')
}

// maxQuickLength is the longest body that quickAnswer reads past.
const maxQuickLength = 1 << 30

// quickLine judges one header line: false where it needs a closer look.
func quickLine(line []byte, length *int64) bool {
	colon := bytes.IndexByte(line, ':')
	if colon < 1 {
		return false
	}
	for _, c := range line[:colon] {
		if !isTokenByte(c) {
			return false
		}
	}
	value := bytes.Trim(line[colon+1:], " \t")
	switch colon {
	case len("Content-Length"):
		if bytes.EqualFold(line[:colon], []byte("Content-Length")) {
			return quickLength(value, length)
		}
	case len("Connection"):
		return !bytes.EqualFold(line[:colon], []byte("Connection")) || bytes.EqualFold(value, []byte("keep-alive"))
	case len("Transfer-Encoding"):
		return !bytes.EqualFold(line[:colon], []byte("Transfer-Encoding"))
	}
	return true
}

func quickLength(digits []byte, length *int64) bool {
	if *length >= 0 || len(digits) == 0 {
		return false
	}
	n := int64(0)
	for _, c := range digits {
		if n = n*10 + int64(c-'0'); c < '0' || '9' < c || n > maxQuickLength {
			return false
		}
	}
	*length = n
	return true
}
