package store

import (
	"encoding/binary"
	"errors"
	"hash/crc32"

	"github.com/hooks-cli/hooks/sign"
)

// Some columns hold lists of strings in one value: each string is its length
// as a varint and its bytes, which need not be text.

var errShort = errors.New("a list of strings ends too early")

// seal ends a value with its CRC-32C. A bit that flips in the file would
// otherwise change a header without anybody noticing.
func seal(b []byte) []byte {
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
}

// unseal reads a sealed value.
func unseal(b []byte) wireReader {
	end := len(b) - 4
	if end < 0 {
		return wireReader{err: errShort}
	}
	if crc32.Checksum(b[:end], crc32.MakeTable(crc32.Castagnoli)) != binary.BigEndian.Uint32(b[end:]) {
		return wireReader{err: errAltered}
	}
	return wireReader{b: b[:end]}
}

func putString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func putStrings(b []byte, list []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = putString(b, s)
	}
	return b
}

func putHeaders(b []byte, headers sign.Headers) []byte {
	b = binary.AppendUvarint(b, uint64(len(headers)))
	for _, line := range headers {
		b = putString(putString(b, line.Name), line.Value)
	}
	return b
}

// wireReader reads what the put functions wrote. After the first error it
// returns zero values, and err says so.
type wireReader struct {
	b   []byte
	err error
}

// count reads a number of items, each of which takes a byte at the least.
func (r *wireReader) count() int {
	n, size := binary.Uvarint(r.b)
	if size <= 0 || n > uint64(len(r.b)-size) {
		if r.b = nil; r.err == nil {
			r.err = errShort
		}
		return 0
	}
	r.b = r.b[size:]
	return int(n)
}

func (r *wireReader) string() string {
	n := r.count()
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

func (r *wireReader) strings() []string {
	n := r.count()
	if n == 0 {
		return nil
	}
	list := make([]string, 0, n)
	for range n {
		list = append(list, r.string())
	}
	return list
}

func (r *wireReader) headers() sign.Headers {
	n := r.count()
	if n == 0 {
		return nil
	}
	headers := make(sign.Headers, 0, n)
	for range n {
		headers = append(headers, sign.Header{Name: r.string(), Value: r.string()})
	}
	return headers
}
