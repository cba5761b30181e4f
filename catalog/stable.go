package catalog

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// Unstable returns the offset of the first byte of body that a receiver would
// not get back from JSON.stringify(JSON.parse(body)), or -1 if it gets all of
// them. Receivers that verify what they serialised again, as the sample code
// of some providers does, only accept stable bodies. What is not JSON differs
// from its first byte on.
func Unstable(body []byte) int {
	if !json.Valid(body) {
		return 0
	}
	again := appendStringified(nil, gjson.ParseBytes(body))
	for i := range min(len(body), len(again)) {
		if body[i] != again[i] {
			return i
		}
	}
	if len(body) == len(again) {
		return -1
	}
	return min(len(body), len(again))
}

// appendStringified writes a value as JSON.stringify does (ECMA-262,
// SerializeJSONProperty).
func appendStringified(b []byte, v gjson.Result) []byte {
	switch {
	case v.IsObject():
		b = append(b, '{')
		for i, m := range propertiesOf(v) {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendScriptString(b, m.raw), ':')
			b = appendStringified(b, m.value)
		}
		return append(b, '}')
	case v.IsArray():
		b = append(b, '[')
		first := true
		v.ForEach(func(_, item gjson.Result) bool {
			if !first {
				b = append(b, ',')
			}
			first = false
			b = appendStringified(b, item)
			return true
		})
		return append(b, ']')
	case v.Type == gjson.String:
		return appendScriptString(b, v.Raw)
	case v.Type == gjson.Number:
		return append(b, scriptNumber(v.Raw)...)
	default:
		return append(b, strings.TrimSpace(v.Raw)...)
	}
}

// property is a member of an object as JavaScript keeps it.
type property struct {
	name, raw string
	value     gjson.Result
}

// propertiesOf returns the members in JavaScript's order: keys that are array
// indexes first, by size, then the others as they came. Of equal keys the last
// value counts, at the place of the first.
func propertiesOf(object gjson.Result) []property {
	var all []property
	places := map[string]int{}
	object.ForEach(func(key, value gjson.Result) bool {
		if i, ok := places[key.Str]; ok {
			all[i].value = value
			return true
		}
		places[key.Str] = len(all)
		all = append(all, property{key.Str, key.Raw, value})
		return true
	})
	slices.SortStableFunc(all, func(a, b property) int {
		i, aIsIndex := arrayIndex(a.name)
		j, bIsIndex := arrayIndex(b.name)
		switch {
		case aIsIndex && bIsIndex:
			return int(i) - int(j)
		case aIsIndex:
			return -1
		case bIsIndex:
			return 1
		}
		return 0
	})
	return all
}

// arrayIndex reads an array index of ECMA-262: canonical, below 2^32 - 1.
func arrayIndex(name string) (int64, bool) {
	n, err := strconv.ParseInt(name, 10, 64)
	ok := err == nil && n >= 0 && n < math.MaxUint32 && strconv.FormatInt(n, 10) == name
	return n, ok
}

// scriptNumber writes a number as JavaScript does: the shortest decimal that
// reads back as the same double; null for what is too large for one.
func scriptNumber(raw string) string {
	f, err := strconv.ParseFloat(strings.TrimSpace(raw), 64)
	if err != nil || math.IsInf(f, 0) {
		return "null"
	}
	if f == 0 {
		return "0"
	}
	if size := math.Abs(f); size >= 1e-6 && size < 1e21 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	return mantissa + "e" + exponent[:1] + strings.TrimPrefix(exponent[1:], "0")
}

// appendScriptString writes the JSON string raw as JSON.stringify would after
// reading it.
func appendScriptString(b []byte, raw string) []byte {
	text := raw[1 : len(raw)-1]
	b = append(b, '"')
	for len(text) > 0 {
		if text[0] != '\\' {
			r, size := utf8.DecodeRuneInString(text) // U+FFFD for what is not UTF-8
			b = utf8.AppendRune(b, r)
			text = text[size:]
			continue
		}
		var r rune
		r, text = readEscape(text)
		if r >= 0xd800 && r < 0xe000 { // half a character, and nothing beside it
			b = append(b, '\\', 'u')
			b = strconv.AppendInt(b, int64(r), 16)
			continue
		}
		b = appendInner(b, r)
	}
	return append(b, '"')
}

func appendInner(b []byte, r rune) []byte {
	quoted := appendString(nil, string(r))
	return append(b, quoted[1:len(quoted)-1]...)
}

// readEscape reads one escape of valid JSON, or two that make one character.
func readEscape(text string) (r rune, rest string) {
	if text[1] != 'u' {
		if i := strings.IndexByte("bfnrt", text[1]); i >= 0 {
			return rune("\b\f\n\r\t"[i]), text[2:]
		}
		return rune(text[1]), text[2:]
	}
	r, rest = hexRune(text[2:6]), text[6:]
	if r >= 0xd800 && r < 0xdc00 && len(rest) >= 6 && rest[:2] == `\u` {
		if low := hexRune(rest[2:6]); low >= 0xdc00 && low < 0xe000 {
			return (r-0xd800)<<10 | (low - 0xdc00) + 0x10000, rest[6:]
		}
	}
	return r, rest
}

func hexRune(digits string) rune {
	n, err := strconv.ParseUint(digits, 16, 16)
	if err != nil {
		return utf8.RuneError
	}
	return rune(n)
}
