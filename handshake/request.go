package handshake

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/hooks-cli/hooks/sign"
)

// maxBody is the longest body that is looked into for a handshake.
const maxBody = 16 << 10

// Request is a request that may be a handshake.
type Request struct {
	method  string
	url     string // as the sender knows it
	headers sign.Headers
	query   url.Values
	body    []byte                     // empty if it is too long to be a handshake
	members map[string]json.RawMessage // of a POST whose body is a JSON object
}

// Read takes a request apart.
func Read(m *sign.Message) *Request {
	r := &Request{method: m.Method, url: m.URL, headers: m.Headers}
	_, query, _ := strings.Cut(m.URL, "?")
	r.query, _ = url.ParseQuery(query)
	if len(m.Body) <= maxBody {
		r.body = m.Body
	}
	if r.method == http.MethodPost && len(r.body) > 0 && json.Unmarshal(r.body, &r.members) != nil {
		r.members = nil
	}
	return r
}

// Possible is a cheap look at what most requests are not: a POST is only worth
// taking apart if something in it recalls a handshake. header has canonical
// names. It does not see those of NeedsProvider.
func Possible(method, target string, header map[string][]string, body []byte) bool {
	if method != http.MethodPost {
		return true
	}
	for _, name := range [...]string{asanaSecret, ringCentralToken, eventGridType, twitchType} {
		if _, ok := header[name]; ok {
			return true
		}
	}
	return strings.Contains(target, graphToken+"=") || mentionsChallenge(body)
}

// mentionsChallenge tells whether a body could be a handshake at all.
func mentionsChallenge(body []byte) bool {
	return len(body) <= maxBody && (bytes.Contains(body, []byte("challenge")) || bytes.Contains(body, []byte(zoomEvent)))
}

// text is a member that is a string, "" otherwise.
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}
