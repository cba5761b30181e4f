package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"strings"
)

// Searching bodies is mostly passing over those that cannot match. So the bytes
// of a delivery's frames are looked through first, as they are in the log and
// without a delivery being made of them: that is ten times as fast.

const (
	// siftPage is how many deliveries are looked through at once.
	siftPage = 1000
	// maxSifted is the longest frame that is looked through; longer ones are
	// loaded.
	maxSifted = 1 << 20
)

// needle is a text without which a delivery cannot match.
type needle struct {
	text []byte
	fold bool // the case of ASCII letters does not count; text is lower case
}

// needles are texts of which every delivery that f chooses has one in its
// bodies, as bytes. nil says nothing.
func (f *Filter) needles() []needle {
	if f == nil || f.root == nil {
		return nil
	}
	return needlesOf(f.root)
}

func needlesOf(n node) []needle {
	switch n := n.(type) {
	case allOf:
		for _, part := range n {
			if found := needlesOf(part); found != nil {
				return found
			}
		}
	case anyOf:
		var all []needle
		for _, part := range n {
			found := needlesOf(part)
			if found == nil {
				return nil
			}
			all = append(all, found...)
		}
		return all
	case term:
		return n.needles()
	}
	return nil
}

// needles of a term that looks for text in a whole body. Within JSON a text may
// be written in several ways.
func (t term) needles() []needle {
	if t.key != "body" && t.key != "response" || t.value == "" {
		return nil
	}
	switch {
	case t.op == "=", t.op == ":" && hasCapital(t.value) && !strings.Contains(t.value, "*"):
		return []needle{{text: []byte(t.value)}}
	case t.op == ":" && !strings.Contains(t.value, "*"):
		if part := plainPart(t.value); part != "" {
			return []needle{{[]byte(part), true}}
		}
	}
	return nil
}

// plainPart is the longest part of a text in lower case that only ASCII becomes
// when it is made lower case: the Kelvin sign becomes k, and an I with a dot i.
func plainPart(text string) string {
	longest := ""
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == 'k' || r == 'i' || r > 0x7e }) {
		if len(part) > len(longest) {
			longest = part
		}
	}
	return longest
}

// sift returns the numbers of the deliveries of a page of that length that may
// match, and the page's last number, 0 at the end.
func (s *Store) sift(ctx context.Context, q *Query, needles []needle, query string, args []any, length int) (list []int64, last int64, err error) {
	w := &window{from: &s.segments, descending: !q.Ascending, ahead: maxWindow}
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, 0, s.closedOr(readError("search deliveries", err))
	}
	defer rows.Close()
	count := 0
	var packed sql.RawBytes
	var lower []byte
	for rows.Next() {
		var seq int64
		if err := rows.Scan(&seq, &packed); err != nil {
			return nil, 0, &CorruptError{"store", err}
		}
		last = seq
		count++
		places, err := unpackPlaces(packed)
		if err != nil || mayHold(w, places, needles, &lower) {
			list = append(list, seq)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, 0, s.closedOr(readError("search deliveries", err))
	}
	if count < length {
		last = 0
	}
	return list, last, nil
}

// mayHold tells whether one of the needles is in one of the frames. What cannot
// be read may hold it: loading it says what is wrong.
func mayHold(w *window, places []place, needles []needle, lower *[]byte) bool {
	for i := range places {
		p := &places[i]
		if p.size > maxSifted || p.size < frameSize || p.offset < 0 {
			return true
		}
		b, err := w.bytes(p.segment, p.offset, p.size)
		if err != nil {
			return true
		}
		folded := false
		for _, n := range needles {
			if !n.fold {
				if bytes.Contains(b, n.text) {
					return true
				}
				continue
			}
			if !folded {
				*lower, folded = lowerASCII((*lower)[:0], b), true
			}
			if bytes.Contains(*lower, n.text) {
				return true
			}
		}
	}
	return false
}

// lowerASCII appends src to dst with A to Z as a to z, eight bytes at a time.
func lowerASCII(dst, src []byte) []byte {
	const ones = 0x0101010101010101
	for len(src) >= 8 {
		v := binary.LittleEndian.Uint64(src)
		low := v &^ (0x80 * ones)
		// The high bit of each byte: at least A, and beyond Z, and not ASCII.
		from, beyond, other := low+(0x80-'A')*ones, low+(0x80-'Z'-1)*ones, v
		upper := from &^ beyond &^ other & (0x80 * ones)
		dst = binary.LittleEndian.AppendUint64(dst, v|upper>>2)
		src = src[8:]
	}
	for _, c := range src {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		dst = append(dst, c)
	}
	return dst
}
