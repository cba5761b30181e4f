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
	switch len(name) {
	case 2, 4, 6, 7, 10, 14, 16, 17, 19:
	default:
		return false
	}
	switch strings.ToLower(name) {
	case "host", "content-length", "transfer-encoding", "trailer", "expect",
		"connection", "proxy-connection", "keep-alive", "te", "upgrade", "proxy-authorization":
		return true
	}
	return false
}
