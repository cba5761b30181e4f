package store

import (
	"encoding/json"
	"strings"
	"time"
)

// volatileHeader tells the headers that carry ids, times and signatures by
// their names.
func volatileHeader(name string) bool {
	for _, part := range []string{"signature", "hmac", "-sign", "timestamp", "digest", "webhook-id", "-delivery", "request-id", "trace", "message-id"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// sameKinds tells whether two lists of header values are the same but for ids
// and times.
func sameKinds(a, b []string) bool {
	if len(a) != len(b) || len(a) == 0 {
		return false
	}
	for i := range a {
		if a[i] != b[i] && (kindOf(a[i]) == "" || kindOf(a[i]) != kindOf(b[i])) {
			return false
		}
	}
	return true
}

// sameKind tells whether two JSON values are both times, or both ids of the
// same form.
func sameKind(a, b string) bool {
	kind := kindOf(unquoted(a))
	return kind != "" && kind == kindOf(unquoted(b))
}

func unquoted(text string) string {
	var s string
	if json.Unmarshal([]byte(text), &s) == nil {
		return s
	}
	return text
}

// kindOf names what a value is by its form, "" for ordinary ones.
func kindOf(s string) string {
	if _, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return "time"
	}
	if n := len(s); (n == 10 || n == 13) && s[0] == '1' && isAll(s, digit) {
		return "unix time"
	}
	prefix, rest := "", s
	if i := strings.LastIndexByte(s, '_'); i > 0 && i < 16 {
		prefix, rest = s[:i], s[i+1:]
	}
	switch {
	case len(rest) == 36 && rest[8] == '-' && rest[13] == '-' && rest[18] == '-' && rest[23] == '-' && isAll(strings.ReplaceAll(rest, "-", ""), hexDigit):
		return prefix + "uuid"
	case len(rest) >= 16 && isAll(rest, letterOrDigit) && strings.ContainsAny(rest, "0123456789"),
		prefix != "" && len(rest) >= 6 && isAll(rest, letterOrDigit) && strings.ContainsAny(rest, "0123456789"):
		return prefix + "id"
	}
	return ""
}

func isAll(s string, ok func(c byte) bool) bool {
	for i := range len(s) {
		if !ok(s[i]) {
			return false
		}
	}
	return s != ""
}

func digit(c byte) bool    { return c >= '0' && c <= '9' }
func hexDigit(c byte) bool { return digit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }
func letterOrDigit(c byte) bool {
	return digit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
