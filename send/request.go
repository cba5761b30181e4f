package send

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
)

// Event is an event that is to be sent: what the catalog or the user made.
type Event struct {
	Type        string
	Method      string // "" is POST
	WireID      string // the id by which receivers know it
	Nonce       string // for schemes that sign one; "" takes WireID
	Body        []byte
	ContentType string // "" sends none
	// Headers stand in place of those of the same name that the scheme makes:
	// a type that is called otherwise on the wire.
	Headers sign.Headers
}

// Signing is how a request is signed.
type Signing struct {
	Profile *provider.Profile
	Keys    sign.Keys
	// At is the timestamp of the signature: the wall clock, whatever time a
	// schedule lives in, since receivers compare it with theirs.
	At time.Time
	// URL is the target's URL as the receiver knows it; "" is the target's own.
	URL string
}

// Build makes the request of an event for a target, signed. userAgent stands
// for a provider that has none of its own.
func Build(t Target, e Event, s Signing, userAgent string) (Outgoing, error) {
	nonce := e.Nonce
	if nonce == "" {
		nonce = e.WireID
	}
	out, err := s.Sign(t, unsigned(t, e, s.Profile, userAgent), sign.Values{ID: e.WireID, Nonce: nonce, Event: e.Type})
	if err != nil {
		return Outgoing{}, err
	}
	out.Headers = overlay(out.Headers, e.Headers)
	return out, nil
}

// unsigned is the request of an event before it is signed.
func unsigned(t Target, e Event, p *provider.Profile, userAgent string) Outgoing {
	if p.UserAgent != "" {
		userAgent = p.UserAgent
	}
	var headers sign.Headers
	if e.ContentType != "" {
		headers = append(headers, sign.Header{Name: "Content-Type", Value: e.ContentType})
	}
	headers = append(headers, sign.Header{Name: "User-Agent", Value: userAgent})
	method := e.Method
	if method == "" {
		method = http.MethodPost
	}
	return Outgoing{Method: method, RequestTarget: t.RequestTarget("/"), Headers: headers, Body: e.Body}
}

// Sign returns out signed for t. What the scheme writes replaces what stood
// there, so that a recorded request can be signed afresh.
func (s Signing) Sign(t Target, out Outgoing, v sign.Values) (Outgoing, error) {
	v.Time = s.At
	m := sign.Message{Method: out.Method, URL: s.URL, Headers: out.Headers, Body: out.Body}
	if m.URL == "" {
		m.URL = t.SignedURL(out.RequestTarget)
	}
	signed, err := s.Profile.Scheme.Sign(&m, s.Keys, v)
	if err != nil {
		return Outgoing{}, err
	}
	out.Headers, out.Body = signed.Headers, signed.Body
	// Twilio puts a digest of the body into the query: it goes over the wire,
	// whatever host the receiver is known under.
	if signed.URL != m.URL {
		path, _, _ := strings.Cut(out.RequestTarget, "?")
		_, query, _ := strings.Cut(signed.URL, "?")
		out.RequestTarget = path + "?" + query
	}
	return out, nil
}

// overlay puts lines in place of those with the same names.
func overlay(headers, lines sign.Headers) sign.Headers {
	for _, line := range lines {
		i := slices.IndexFunc(headers, func(h sign.Header) bool { return strings.EqualFold(h.Name, line.Name) })
		if i < 0 {
			headers = append(headers, line)
			continue
		}
		headers[i] = line
	}
	return headers
}
