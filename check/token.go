package check

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/hooks-cli/hooks/send"
)

// token is a JSON Web Token (RFC 7519) in a request, in the compact form of RFC
// 7515, section 7.1.
type token struct {
	line   int
	before string // what stands before it in the header
	claims string // encoded
}

// tokenOf finds the token that signs a genuine delivery.
func (p *probe) tokenOf() (send.Outgoing, token, error) {
	out, at, err := p.signedHeader()
	if err != nil {
		return out, token{}, err
	}
	before, text, found := strings.Cut(out.Headers[at.line].Value, "eyJ") // every one begins with {"
	parts := strings.Split(text, ".")
	if !found || len(parts) != 3 {
		return out, token{}, skipped(p.Profile.ID + " signs with no token")
	}
	return out, token{at.line, before, parts[1]}, nil
}

// under is the token without its signature, under another algorithm.
func (t token) under(alg string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"`+alg+`","typ":"JWT"}`)) + "." + t.claims
}

func (t token) with(out send.Outgoing, text string) send.Outgoing {
	return withValue(out, t.line, t.before+text)
}

func algorithmNone(p *probe) (send.Outgoing, error) {
	out, t, err := p.tokenOf()
	if err != nil {
		return out, err
	}
	return t.with(out, t.under("none")+"."), nil
}

// algorithmConfusion makes a token that is right for whoever lets the token say
// that its key is a shared secret: the public key is no secret.
func algorithmConfusion(p *probe) (send.Outgoing, error) {
	out, t, err := p.tokenOf()
	if err != nil {
		return out, err
	}
	public, err := p.Profile.Scheme.PublicKey(p.Keys.Secrets[0])
	if err != nil {
		return out, skipped(p.Profile.ID + " has no public key")
	}
	text := t.under("HS256")
	mac := hmac.New(sha256.New, []byte(public))
	mac.Write([]byte(text))
	return t.with(out, text+"."+base64.RawURLEncoding.EncodeToString(mac.Sum(nil))), nil
}
