package store

import (
	"bytes"
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

func hasCapital(s string) bool { return strings.IndexFunc(s, unicode.IsUpper) >= 0 }

// containsText looks for a part, ignoring case unless the part has a capital.
func containsText(s, part string) bool {
	if hasCapital(part) {
		return strings.Contains(s, part)
	}
	return containsLower(s, part)
}

// containsLower looks for a part without capitals, ignoring case. A list asks it
// of a hundred thousand rows at every key: only text beyond ASCII costs garbage.
// Bytes that are not UTF-8 match as they are: ToLower replaces them.
func containsLower(s, part string) bool {
	if part == "" {
		return true
	}
	first, all := part[0]|0x20, byte(0)
	for i := range len(s) {
		c := s[i]
		all |= c
		if c|0x20 == first && len(s)-i >= len(part) && equalLower(s[i:i+len(part)], part) {
			return true
		}
	}
	return all >= utf8.RuneSelf && (strings.Contains(s, part) || strings.Contains(strings.ToLower(s), part))
}

// equalLower compares text of the same length with one without capitals. Beyond
// ASCII it is false.
func equalLower(s, lower string) bool {
	for i := range len(lower) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func parseCount(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// parseSize reads 512, 10kb, 1.5MB or 4KiB: thousands, or 1024 with an i.
func parseSize(s string) (int64, bool) {
	digits := strings.TrimRightFunc(s, unicode.IsLetter)
	unit, ok := map[string]float64{
		"": 1, "b": 1, "k": 1e3, "kb": 1e3, "m": 1e6, "mb": 1e6, "g": 1e9, "gb": 1e9,
		"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30,
	}[strings.ToLower(s[len(digits):])]
	n, err := strconv.ParseFloat(digits, 64)
	n *= unit
	if !ok || err != nil || n < 0 || n >= 1<<62 {
		return 0, false
	}
	return int64(n), true
}

// parseDuration reads 250ms, 1h30m or 2d, in nanoseconds.
func parseDuration(s string) (int64, bool) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		return int64(n) * int64(24*time.Hour), err == nil
	}
	d, err := time.ParseDuration(s)
	return int64(d), err == nil && d >= 0
}

// maxNumber bounds the length of a number, whose exponent would otherwise make
// a small text need much memory.
const maxNumber = 40

// parseNumber reads a JSON number exactly: 9007199254740993 is not
// 9007199254740992.
func parseNumber(s string) (*big.Float, bool) {
	if len(s) == 0 || len(s) > maxNumber || strings.Trim(s, "+-.0123456789eE") != "" {
		return nil, false
	}
	n, _, err := big.ParseFloat(s, 10, 160, big.ToNearestEven)
	return n, err == nil
}

// splitPath reads a path as --set takes it: names and indexes between dots, a
// backslash before a dot that belongs to a name.
func splitPath(path string) []string {
	var steps []string
	var step strings.Builder
	for i := 0; i < len(path); i++ {
		switch {
		case path[i] == '\\' && i+1 < len(path):
			i++
			step.WriteByte(path[i])
		case path[i] == '.':
			steps = append(steps, step.String())
			step.Reset()
		default:
			step.WriteByte(path[i])
		}
	}
	return append(steps, step.String())
}

// jsonAt returns the value at a path: the text of a string, else the value as
// it stands in the document.
func jsonAt(document []byte, steps []string) (string, bool) {
	dec := json.NewDecoder(bytes.NewReader(document))
	dec.UseNumber()
	for _, step := range steps {
		if !enter(dec, step) {
			return "", false
		}
	}
	var raw json.RawMessage
	if dec.Decode(&raw) != nil {
		return "", false
	}
	var text string
	if raw[0] == '"' && json.Unmarshal(raw, &text) == nil {
		return text, true
	}
	return string(raw), true
}

// enter moves dec before the member or element that step names.
func enter(dec *json.Decoder, step string) bool {
	opened, err := dec.Token()
	if err != nil {
		return false
	}
	for i := 0; dec.More(); i++ {
		name := strconv.Itoa(i)
		if opened == json.Delim('{') {
			key, err := dec.Token()
			if err != nil {
				return false
			}
			name, _ = key.(string)
		} else if opened != json.Delim('[') {
			return false
		}
		if name == step {
			return true
		}
		var skipped json.RawMessage
		if dec.Decode(&skipped) != nil {
			return false
		}
	}
	return false
}
