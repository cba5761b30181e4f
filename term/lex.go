package term

import "strings"

// Lexeme is a kind of token in a line of JSON.
type Lexeme int

// The kinds of tokens.
const (
	Punctuation Lexeme = iota
	Key
	StringValue
	Number
	Word // true, false, null
)

// Lex splits a row of a JSON view into its tokens. A row stands on its own, so
// only the rows that are seen need it. A row that was cut is as good: a string
// without its end is a string.
func Lex(t Text, yield func(kind Lexeme, part Text)) {
	for s := t.s; s != ""; {
		kind, n := lexeme(s)
		yield(kind, Text{s[:n]})
		s = s[n:]
	}
}

func lexeme(s string) (Lexeme, int) {
	switch c := s[0]; {
	case c == '"':
		n := stringLen(s)
		if strings.HasPrefix(s[n:], ":") {
			return Key, n
		}
		return StringValue, n
	case c == '-' || c >= '0' && c <= '9':
		return Number, span(s, "+-.0123456789eE")
	case c >= 'a' && c <= 'z':
		return Word, span(s, "aefnlrstu")
	}
	n := strings.IndexAny(s[1:], `"-0123456789abcdefghijklmnopqrstuvwxyz`)
	if n < 0 {
		return Punctuation, len(s)
	}
	return Punctuation, n + 1
}

// span returns how many bytes s begins with that are in set, at least one.
func span(s, set string) int {
	n := 1
	for n < len(s) && strings.IndexByte(set, s[n]) >= 0 {
		n++
	}
	return n
}
