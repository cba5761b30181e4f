package handshake

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
)

// The wrong answers to keyed handshakes that programs give, by heart. A finding
// names the mistake and never the value that would be right.

// coding is how bytes are written.
type coding struct {
	name  string
	write func([]byte) string
}

func inHex(b []byte) string    { return hex.EncodeToString(b) }
func inBase64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func codings() []coding {
	return []coding{
		{"hex", inHex},
		{"upper-case hex", func(b []byte) string { return strings.ToUpper(inHex(b)) }},
		{"base64", inBase64},
		{"base64 without padding", base64.RawStdEncoding.EncodeToString},
		{"base64url", base64.URLEncoding.EncodeToString},
		{"base64url without padding", base64.RawURLEncoding.EncodeToString},
		{"base64 of hex", func(b []byte) string { return inBase64([]byte(inHex(b))) }},
	}
}

// made is a digest that somebody made, and what is wrong about it.
type made struct {
	sum          []byte
	problem, fix string
}

// slipsOf writes every digest in every coding, with and without the prefix.
// The first of them is the right one, the others are not; wanted is the coding
// that it should have.
func slipsOf(all []made, prefix string, wanted func([]byte) string) []slip {
	var slips []slip
	right := prefix + wanted(all[0].sum)
	for i, m := range all {
		for _, c := range codings() {
			for _, before := range []string{prefix, ""} {
				s := slip{before + c.write(m.sum), m.problem, m.fix}
				if i == 0 {
					s.problem, s.fix = "has the right digest in the wrong form: "+c.name+prefixText(before, prefix), "write "+prefix+formOf(all[0].sum, wanted)
				}
				if s.value != right {
					slips = append(slips, s)
				}
			}
		}
	}
	return slips
}

func prefixText(has, wants string) string {
	if wants != "" && has == "" {
		return ", without " + wants
	}
	return ""
}

func formOf(sum []byte, wanted func([]byte) string) string {
	for _, c := range codings() {
		if c.write(sum) == wanted(sum) {
			return c.name + " of the digest"
		}
	}
	return "the digest"
}

func sum256(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// macSlips are those of an HMAC-SHA256 of a token.
func macSlips(secret, token, prefix string, wanted func([]byte) string, r *Request) []slip {
	const over = "HMAC-SHA256 of the token alone, with the secret as the key"
	sha1MAC, sha512MAC := hmac.New(sha1.New, []byte(secret)), hmac.New(sha512.New, []byte(secret))
	sha1MAC.Write([]byte(token))
	sha512MAC.Write([]byte(token))
	all := []made{
		{mac(secret, token), "", ""},
		{mac(token, secret), "has key and text exchanged", over},
		{sum256(token), "is a hash without the secret", over},
		{sum256(secret + token), "is a plain SHA-256 of secret and token, no HMAC", over},
		{sum256(token + secret), "is a plain SHA-256 of token and secret, no HMAC", over},
		{sha1MAC.Sum(nil), "is made with SHA-1", over},
		{sha512MAC.Sum(nil), "is made with SHA-512", over},
		{mac("", token), "is made with an empty secret", "is the secret's variable set where the consumer runs?"},
		{mac(secret+"\n", token), "is made with a line end behind the secret", "trim the secret where it is read"},
		{mac(secret, `"`+token+`"`), "is the HMAC of the token in its quotes", over},
		{mac(secret, string(r.body)), "is the HMAC of the whole body", over},
		{mac(secret, r.queryText()), "is the HMAC of the whole query", over},
	}
	if key, err := base64.StdEncoding.DecodeString(secret); err == nil {
		all = append(all, made{mac(string(key), token), "is made with the secret decoded from base64", "use the secret's text as it is"})
	}
	if key, err := hex.DecodeString(secret); err == nil {
		all = append(all, made{mac(string(key), token), "is made with the secret decoded from hex", "use the secret's text as it is"})
	}
	return append(slipsOf(all, prefix, wanted), slip{token, "is the token as it came", "sign it: " + over})
}

func (r *Request) queryText() string {
	_, query, _ := strings.Cut(r.url, "?")
	return query
}

// ebaySlips are other orders and other URLs.
func ebaySlips(r *Request, p Party) []slip {
	const order = "hash the challenge code, the verification token and the endpoint's URL, in this order"
	code, secret, endpoint := r.query.Get("challenge_code"), p.Secrets[0], r.endpoint()
	all := []made{
		{sum256(code + secret + endpoint), "", ""},
		{sum256(code + endpoint + secret), "has the three parts in another order", order},
		{sum256(secret + code + endpoint), "has the three parts in another order", order},
		{sum256(secret + endpoint + code), "has the three parts in another order", order},
		{sum256(endpoint + code + secret), "has the three parts in another order", order},
		{sum256(endpoint + secret + code), "has the three parts in another order", order},
		{sum256(code + secret), "has no endpoint in it", order},
		{sum256(code + endpoint), "has no verification token in it", order},
		{sum256(code), "has the challenge code alone in it", order},
		{mac(secret, code+endpoint), "is an HMAC, and eBay wants a plain SHA-256", order},
		{mac(secret, code), "is an HMAC, and eBay wants a plain SHA-256", order},
	}
	for _, other := range otherURLs(r.url) {
		all = append(all, made{sum256(code + secret + other), "is made with another URL: " + other,
			"hash the URL that is registered with eBay, here " + endpoint + "; --url names another"})
	}
	return append(slipsOf(all, "", inHex), slip{code, "is the challenge code as it came", order})
}

// otherURLs are those that a consumer may take for its own.
func otherURLs(text string) []string {
	u, err := url.Parse(text)
	if err != nil {
		return nil
	}
	scheme := map[string]string{"http": "https", "https": "http"}[u.Scheme]
	path := u.EscapedPath()
	return []string{
		text, u.Scheme + "://" + u.Host + path + "/", u.Scheme + "://" + u.Host + strings.TrimSuffix(path, "/"),
		scheme + "://" + u.Host + path, scheme + "://" + u.Host + strings.TrimSuffix(path, "/"), u.Scheme + "://" + u.Host, path, u.Host + path,
	}
}

// braintreeSlips are other keys, and a half of the answer.
func braintreeSlips(r *Request, p Party) []slip {
	const over = "key_id|hex(HMAC-SHA1 of the challenge), with the SHA-1 of the private key, as bytes, for a key"
	challenge, secret, id := r.query.Get("bt_challenge"), p.Secrets[0], p.Params["key_id"]
	right := braintreeMAC(secret, challenge)
	key := sha1.Sum([]byte(secret))
	slips := []slip{
		{right, "has no key id before the digest", "write key_id|digest"},
		{"|" + right, "has an empty key id before the digest", "write the public key before |; hooks listen takes it as --param key_id=…"},
		{right + "|" + id, "has digest and key id exchanged", "write key_id|digest"},
		{id + ":" + right, "has a colon between key id and digest", "write key_id|digest"},
		{challenge, "is the challenge as it came", "sign it: " + over},
	}
	for _, m := range []struct{ digest, problem string }{
		{hexSHA1(secret, challenge), "is made with the private key itself"},
		{hexSHA1(hex.EncodeToString(key[:]), challenge), "is made with the hex of the SHA-1 for a key"},
		{hexMAC(secret, challenge), "is made with SHA-256"},
		{hexMAC(string(key[:]), challenge), "is made with SHA-256"},
		{strings.ToUpper(right), "is in upper case"},
	} {
		slips = append(slips, slip{m.digest, m.problem, over}, slip{id + "|" + m.digest, m.problem, over})
	}
	return slips
}
