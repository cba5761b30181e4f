package term

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"strings"
)

// The bounds of decoding: what comes out, and how many times what went in.
const (
	maxDecoded = 1 << 20
	maxRatio   = 100
	maxCodings = 4
)

// Decode undoes a Content-Encoding for the view: gzip and deflate, also one
// after the other. The recorded body is never changed by it. What cannot be
// decoded is returned as it is, with a note that says why; at most 1 MiB and
// 100 times the input is decoded, and a note says so.
func Decode(b []byte, encoding string) ([]byte, Text) {
	codings := strings.Split(encoding, ",")
	if len(codings) > maxCodings {
		return b, Safe("content-encoding: too many codings, shown as received")
	}
	out, limit := b, min(maxDecoded, len(b)*maxRatio)
	for i := len(codings) - 1; i >= 0; i-- {
		coding := strings.TrimSpace(codings[i])
		if coding == "" || strings.EqualFold(coding, "identity") {
			continue
		}
		decoded, err := inflate(out, coding, limit)
		if err != nil {
			note := fmt.Sprintf("content-encoding %s: %v, shown as received", coding, err)
			return b, Truncate(Safe(note), 200, "…")
		}
		out = decoded
	}
	if len(out) > limit {
		return out[:limit], Safe(fmt.Sprintf("decoded the first %d bytes only", limit))
	}
	return out, Text{}
}

// inflate decodes one coding and returns at most one byte more than limit.
func inflate(b []byte, coding string, limit int) ([]byte, error) {
	var r io.Reader
	var err error
	switch strings.ToLower(coding) {
	case "gzip", "x-gzip":
		r, err = gzip.NewReader(bytes.NewReader(b))
	case "deflate":
		// RFC 9110 means zlib; some senders leave its frame out.
		if r, err = zlib.NewReader(bytes.NewReader(b)); err != nil {
			r, err = flate.NewReader(bytes.NewReader(b)), nil
		}
	default:
		return nil, fmt.Errorf("not known here")
	}
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, int64(limit)+1))
}
