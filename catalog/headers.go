package catalog

import "strings"

// Limits of the headers of one type or example.
const (
	maxHeaders     = 50
	maxHeaderValue = 4096
)

// headerFault says what is wrong with a header of a catalog, or "". A catalog
// says what happened; where it goes, how it is framed and how it is signed are
// not its business, and a catalog may come from anybody.
func headerFault(name, value string) string {
	switch {
	case !isToken(name):
		return quote(name) + " is not a header name"
	case isReserved(strings.ToLower(name)):
		return "the header " + quote(name) + " is not allowed in a catalog"
	case len(value) > maxHeaderValue:
		return "the value of " + quote(name) + " is too long"
	}
	for i := range len(value) {
		if c := value[i]; c < 0x20 && c != '\t' || c == 0x7f {
			return "the value of " + quote(name) + " holds a control character"
		}
	}
	return ""
}

// isToken reports whether s is a token of RFC 9110, section 5.6.2.
func isToken(s string) bool {
	for i := range len(s) {
		if !isLetterOrDigit(s[i]) && !strings.Contains("!#$%&'*+-.^_`|~", s[i:i+1]) {
			return false
		}
	}
	return s != ""
}

// isReserved reports whether a header, in small letters, frames the message,
// routes it or proves its origin.
func isReserved(name string) bool {
	switch name {
	case "host", "content-length", "content-encoding", "transfer-encoding", "connection", "keep-alive",
		"te", "trailer", "upgrade", "expect", "forwarded",
		"authorization", "cookie":
		return true
	}
	return strings.HasPrefix(name, "proxy-") || strings.Contains(name, "signature") || strings.Contains(name, "hmac")
}
