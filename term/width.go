package term

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// narrow are the characters that take one column everywhere: Latin with
// precomposed accents, Greek, Cyrillic, punctuation, signs, lines.
var narrow = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x0020, Hi: 0x007e, Stride: 1},
		{Lo: 0x00a1, Hi: 0x00ac, Stride: 1},
		{Lo: 0x00ae, Hi: 0x02af, Stride: 1},
		{Lo: 0x0370, Hi: 0x0482, Stride: 1},
		{Lo: 0x048a, Hi: 0x052f, Stride: 1},
		{Lo: 0x1e00, Hi: 0x1eff, Stride: 1},
		{Lo: 0x2010, Hi: 0x2027, Stride: 1},
		{Lo: 0x2030, Hi: 0x205e, Stride: 1},
		{Lo: 0x20a0, Hi: 0x20bf, Stride: 1},
		{Lo: 0x2190, Hi: 0x22ff, Stride: 1},
		{Lo: 0x2500, Hi: 0x25fc, Stride: 1},
	},
}

// wide are the characters that take two columns everywhere: CJK, and the emoji
// that are drawn as such without a selector. Skin tones and regional
// indicators change their neighbours and are not among them.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x231a, Hi: 0x231b, Stride: 1},
		{Lo: 0x23e9, Hi: 0x23ec, Stride: 1},
		{Lo: 0x23f0, Hi: 0x23f3, Stride: 3},
		{Lo: 0x2614, Hi: 0x2615, Stride: 1},
		{Lo: 0x2648, Hi: 0x2653, Stride: 1},
		{Lo: 0x26a1, Hi: 0x26a1, Stride: 1},
		{Lo: 0x26d4, Hi: 0x26d4, Stride: 1},
		{Lo: 0x2705, Hi: 0x2705, Stride: 1},
		{Lo: 0x270a, Hi: 0x270b, Stride: 1},
		{Lo: 0x2728, Hi: 0x2728, Stride: 1},
		{Lo: 0x274c, Hi: 0x274e, Stride: 2},
		{Lo: 0x2753, Hi: 0x2755, Stride: 1},
		{Lo: 0x2757, Hi: 0x2757, Stride: 1},
		{Lo: 0x2795, Hi: 0x2797, Stride: 1},
		{Lo: 0x2b50, Hi: 0x2b55, Stride: 5},
		{Lo: 0x3001, Hi: 0x3029, Stride: 1},
		{Lo: 0x3030, Hi: 0x303e, Stride: 1},
		{Lo: 0x3041, Hi: 0x3096, Stride: 1},
		{Lo: 0x309b, Hi: 0x30ff, Stride: 1},
		{Lo: 0x3105, Hi: 0x312f, Stride: 1},
		{Lo: 0x3400, Hi: 0x4dbf, Stride: 1},
		{Lo: 0x4e00, Hi: 0x9fff, Stride: 1},
		{Lo: 0xac00, Hi: 0xd7a3, Stride: 1},
		{Lo: 0xf900, Hi: 0xfaff, Stride: 1},
		{Lo: 0xff01, Hi: 0xff60, Stride: 1},
		{Lo: 0xffe0, Hi: 0xffe6, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1f300, Hi: 0x1f320, Stride: 1},
		{Lo: 0x1f32d, Hi: 0x1f335, Stride: 1},
		{Lo: 0x1f337, Hi: 0x1f37c, Stride: 1},
		{Lo: 0x1f37e, Hi: 0x1f393, Stride: 1},
		{Lo: 0x1f3a0, Hi: 0x1f3ca, Stride: 1},
		{Lo: 0x1f3e0, Hi: 0x1f3f0, Stride: 1},
		{Lo: 0x1f400, Hi: 0x1f43e, Stride: 1},
		{Lo: 0x1f442, Hi: 0x1f4fc, Stride: 1},
		{Lo: 0x1f500, Hi: 0x1f53d, Stride: 1},
		{Lo: 0x1f550, Hi: 0x1f567, Stride: 1},
		{Lo: 0x1f5fb, Hi: 0x1f64f, Stride: 1},
		{Lo: 0x1f680, Hi: 0x1f6c5, Stride: 1},
		{Lo: 0x1f6eb, Hi: 0x1f6ec, Stride: 1},
		{Lo: 0x1f910, Hi: 0x1f93a, Stride: 1},
		{Lo: 0x1f940, Hi: 0x1f945, Stride: 1},
		{Lo: 0x1f947, Hi: 0x1f970, Stride: 1},
		{Lo: 0x1f980, Hi: 0x1f9b0, Stride: 1},
		{Lo: 0x1f9c0, Hi: 0x1f9c2, Stride: 1},
		{Lo: 0x1f9d0, Hi: 0x1f9ff, Stride: 1},
		{Lo: 0x20000, Hi: 0x2fffd, Stride: 1},
	},
}

// undisputed reports whether every terminal gives r the same width.
func undisputed(r rune) bool {
	return !isMark(r) && (unicode.Is(narrow, r) || unicode.Is(wide, r))
}

// runeWidth returns the columns that r takes, and for a character about which
// terminals disagree the most that any of them takes.
func runeWidth(r rune) int {
	switch {
	case r < 0x300, isMark(r), unicode.Is(narrow, r):
		return 1
	}
	return 2
}

// next returns the size in bytes and the columns of what must stay together at
// the start of s, which is not empty: an escape, or a character with its marks.
func next(s string) (size, width int) {
	if s[0] == mark {
		n := escapeLen(s[1:])
		return n + 1, n
	}
	if len(s) == 1 || s[0] < utf8.RuneSelf && s[1] < utf8.RuneSelf {
		return 1, 1
	}
	r, size := utf8.DecodeRuneInString(s)
	width = runeWidth(r)
	for size < len(s) && s[size] >= utf8.RuneSelf {
		m, n := utf8.DecodeRuneInString(s[size:])
		if !isMark(m) {
			break
		}
		size, width = size+n, width+1
	}
	return size, width
}

// Width returns how many columns a line takes: exactly for what Cell returns,
// and never too few for what Safe returns.
func Width(t Text) int {
	total := 0
	for s := t.s; s != ""; {
		size, width := next(s)
		total += width
		s = s[size:]
	}
	return total
}

// fit returns how many bytes of s fit into width columns, and the columns that
// those take. It looks no further than it must.
func fit(s string, width int) (bytes, columns int) {
	for bytes < len(s) {
		size, w := next(s[bytes:])
		if columns+w > width {
			break
		}
		bytes, columns = bytes+size, columns+w
	}
	return bytes, columns
}

// Truncate returns a line of at most width columns. A line that is cut ends
// with tail where tail fits. Escapes and characters with marks stay whole.
func Truncate(t Text, width int, tail string) Text {
	cut, _ := Fit(t, width, tail)
	return cut
}

// Fit truncates a line and returns the columns that it takes then.
func Fit(t Text, width int, tail string) (Text, int) {
	n, columns := fit(t.s, width)
	if n == len(t.s) {
		return t, columns
	}
	end := Cell(tail)
	room := Width(end)
	if room == 0 || room > width {
		return Text{t.s[:n]}, columns
	}
	n, columns = fit(t.s, width-room)
	return Text{t.s[:n] + end.s}, columns + room
}

// Pad returns a line of exactly width columns, cut like Truncate or filled up
// with spaces.
func Pad(t Text, width int, tail string) Text {
	cut, columns := Fit(t, width, tail)
	if columns >= width {
		return cut
	}
	return Text{cut.s + strings.Repeat(" ", width-columns)}
}

// WrapWords splits a line as Wrap does, but at spaces where there are any.
func WrapWords(t Text, width int) []Text {
	var lines []Text
	rest := t.s
	for {
		n, _ := fit(rest, width)
		if n == len(rest) {
			return append(lines, Text{rest})
		}
		cut := strings.LastIndexByte(rest[:n], ' ')
		if rest[n] == ' ' {
			cut = n
		}
		if cut <= 0 {
			return append(lines, Wrap(Text{rest}, width)...)
		}
		lines = append(lines, Text{rest[:cut]})
		rest = strings.TrimLeft(rest[cut:], " ")
	}
}

// Wrap splits a line into lines of at most width columns. What is wider by
// itself, as an escape can be, is cut there.
func Wrap(t Text, width int) []Text {
	if width <= 0 {
		return nil
	}
	if t.s == "" {
		return []Text{{}}
	}
	var lines []Text
	for s := t.s; s != ""; {
		n, _ := fit(s, width)
		if n == 0 {
			size, _ := next(s)
			cut := s[:size]
			if cut[0] == mark {
				cut = cut[1:]
			}
			lines = append(lines, Text{cut[:min(width, plain(cut))]})
			s = s[size:]
			continue
		}
		lines = append(lines, Text{s[:n]})
		s = s[n:]
	}
	return lines
}
