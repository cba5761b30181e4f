package send

import (
	"strings"

	"github.com/hooks-cli/hooks/sign"
)

// EndToEnd returns the header lines that go further than one hop: all but
// Host, framing and the hop-by-hop ones. Lines that are merely named in
// Connection stay, so that nobody can have a signature stripped that way.
func EndToEnd(headers sign.Headers) sign.Headers {
	kept := make(sign.Headers, 0, len(headers)+2)
	for _, line := range headers {
		if !perHop(line.Name) {
			kept = append(kept, line)
		}
	}
	return kept
}

// perHop tells whether a header belongs to one connection or to the framing
// of one message.
func perHop(name string) bool {
	is := func(word string) bool { return strings.EqualFold(name, word) }
	switch len(name) { // so that most names are compared with none, in every request
	case 2:
		return is("te")
	case 4:
		return is("host")
	case 6:
		return is("expect")
	case 7:
		return is("trailer") || is("upgrade")
	case 10:
		return is("connection") || is("keep-alive")
	case 14:
		return is("content-length")
	case 16:
		return is("proxy-connection")
	case 17:
		return is("transfer-encoding")
	case 19:
		return is("proxy-authorization")
	}
	return false
}
