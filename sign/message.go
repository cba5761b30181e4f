package sign

import (
	"crypto"
	"strings"
	"time"
)

// Header is one header line as it stands on the wire. Value keeps its bytes;
// it need not be UTF-8.
type Header struct{ Name, Value string }

// Headers is a list of header lines in the order in which they are sent or
// were received. Repeated names stay repeated.
type Headers []Header

// Get returns the first value of name, compared without regard to case, and
// whether there is one. X_Name is not X-Name.
func (h Headers) Get(name string) (string, bool) {
	for _, line := range h {
		if strings.EqualFold(line.Name, name) {
			return line.Value, true
		}
	}
	return "", false
}

// Values returns every value of name in order.
func (h Headers) Values(name string) []string {
	var values []string
	for _, line := range h {
		if strings.EqualFold(line.Name, name) {
			values = append(values, line.Value)
		}
	}
	return values
}

// Message is a request that was received or is about to be sent. Body is
// never decoded: what is signed are these bytes.
type Message struct {
	Method string
	// URL is the absolute URL as the sender knows it, or "" where nobody
	// told: schemes that sign the URL need it.
	URL     string
	Headers Headers
	Body    []byte
}

// Keys is what a message is verified against or signed with. The first key is
// the current one; further ones are older keys during a rotation.
type Keys struct {
	// Secrets are shared secrets, or private keys for signing with an
	// asymmetric scheme, as their owner writes them (whsec_…, PEM, text).
	// The scheme says how the text becomes key bytes.
	Secrets []string
	// Public are public keys for verifying with an asymmetric scheme, as
	// ParsePublicKey returns them: a *KeySet stands for all that are in it.
	Public []crypto.PublicKey
	// Params are values only the operator knows: key_id, webhook_id, ….
	Params map[string]string
}

// Values fill the roles of a template when a message is signed.
type Values struct {
	Time  time.Time
	ID    string
	Nonce string
	Event string
}
