package handshake

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// The handshakes that are answered with the sender's secret.

// signable is what these let their caller choose. Deliveries are signed with
// the same key: a token that could be JSON, or hold the colons of Zoom's
// v0:{ts}:{body}, would have us sign forgeries. It is 1 to 128 unreserved
// characters (RFC 3986, section 2.3), and up to two = behind them.
func signable(s string) bool {
	text := strings.TrimSuffix(strings.TrimSuffix(s, "="), "=")
	return len(text) >= 1 && len(text) <= 128 && strings.Trim(text, letters+"0123456789._~-") == ""
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// answered makes an answer with the secret, if the text may be signed.
func (p Party) answered(text string, answer func(secret string) *Answer) *Answer {
	switch {
	case !signable(text):
		return refusal(http.StatusBadRequest, "")
	case len(p.Secrets) == 0:
		return refusal(http.StatusForbidden, "refused: it is answered with the sender's secret, and none is known; give --provider and --secret")
	}
	return answer(p.Secrets[0])
}

func mac(secret, text string) []byte {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(text))
	return m.Sum(nil)
}

func hexMAC(secret, text string) string { return hex.EncodeToString(mac(secret, text)) }

// inQuery is the parameter of a GET, "" in any other request.
func (r *Request) inQuery(name string) string {
	if r.method != http.MethodGet {
		return ""
	}
	return r.query.Get(name)
}

// crc is X's challenge-response check.
func crc() Handshake {
	const prefix = "sha256="
	return Handshake{
		Name: "crc", Asks: "GET ?crc_token=T", Wants: `{"response_token":"sha256=" + base64(HMAC-SHA256(secret, T))}`, Keyed: true,
		Within: 3 * time.Second, // docs.x.com/x-api/webhooks
		answer: func(r *Request, p Party) *Answer {
			token := r.inQuery("crc_token")
			if token == "" {
				return nil
			}
			return p.answered(token, func(secret string) *Answer {
				return jsonAnswer(digest("response_token", prefix+base64.StdEncoding.EncodeToString(mac(secret, token))))
			})
		},
		ask: func(a Asking) []Step { return []Step{get("crc_token", a.Token(36), "nonce", a.Token(24))} },
		slips: func(r *Request, p Party) []slip {
			return macSlips(p.Secrets[0], r.query.Get("crc_token"), prefix, inBase64, r)
		},
	}
}

// linkedIn is LinkedIn's, as far as that is known.
func linkedIn() Handshake {
	return Handshake{
		Name: "linkedin", Asks: "GET ?challengeCode=C", Keyed: true, Assumed: true,
		Wants:  `{"challengeCode":C,"challengeResponse":hex(HMAC-SHA256(secret, C))}`,
		Within: 3 * time.Second, // learn.microsoft.com/linkedin/shared/api-guide/webhook-validation
		answer: func(r *Request, p Party) *Answer {
			code := r.inQuery("challengeCode")
			if code == "" {
				return nil
			}
			return p.answered(code, func(secret string) *Answer {
				return jsonAnswer(str("challengeCode", code), digest("challengeResponse", hexMAC(secret, code)))
			})
		},
		ask: func(a Asking) []Step { return []Step{get("challengeCode", a.Token(36))} },
		slips: func(r *Request, p Party) []slip {
			return macSlips(p.Secrets[0], r.query.Get("challengeCode"), "", inHex, r)
		},
	}
}

// ebay hashes the challenge, the verification token, and the endpoint's URL as
// eBay knows it.
func ebay() Handshake {
	return Handshake{
		Name: "ebay", Asks: "GET ?challenge_code=C", Keyed: true,
		Wants: `{"challengeResponse":hex(SHA-256(C + verification token + endpoint URL))}`,
		answer: func(r *Request, p Party) *Answer {
			code := r.inQuery("challenge_code")
			if code == "" {
				return nil
			}
			return p.answered(code, func(secret string) *Answer {
				sum := sha256.Sum256([]byte(code + secret + r.endpoint()))
				return jsonAnswer(digest("challengeResponse", hex.EncodeToString(sum[:])))
			})
		},
		ask:   func(a Asking) []Step { return []Step{get("challenge_code", a.Token(36))} },
		slips: ebaySlips,
	}
}

// endpoint is the URL without its query.
func (r *Request) endpoint() string {
	endpoint, _, _ := strings.Cut(r.url, "?")
	return endpoint
}

// braintree signs the challenge as Braintree signs its payloads.
func braintree() Handshake {
	return Handshake{
		Name: "braintree", Asks: "GET ?bt_challenge=C", Wants: "key_id|hex(HMAC-SHA1(SHA1(private key), C)) as text", Keyed: true,
		Needs: []string{"key_id"},
		answer: func(r *Request, p Party) *Answer {
			challenge := r.inQuery("bt_challenge")
			if !braintreeChallenge(challenge) {
				return nil
			}
			return p.answered(challenge, func(secret string) *Answer {
				a := textAnswer(p.Params["key_id"] + "|" + braintreeMAC(secret, challenge))
				a.made = true
				return a
			})
		},
		ask: func(a Asking) []Step {
			sum := sha256.Sum256([]byte(a.Token(32)))
			return []Step{get("bt_challenge", hex.EncodeToString(sum[:16]))}
		},
		slips: braintreeSlips,
	}
}

// braintreeChallenge is the pattern of Braintree's own libraries.
func braintreeChallenge(s string) bool {
	return len(s) >= 20 && len(s) <= 32 && strings.Trim(s, "abcdef0123456789") == ""
}

func braintreeMAC(secret, challenge string) string {
	key := sha1.Sum([]byte(secret))
	return hexSHA1(string(key[:]), challenge)
}

func hexSHA1(key, text string) string {
	m := hmac.New(sha1.New, []byte(key))
	m.Write([]byte(text))
	return hex.EncodeToString(m.Sum(nil))
}

// zoomEvent is the event of Zoom's challenge.
const zoomEvent = "endpoint.url_validation"

func zoom() Handshake {
	return Handshake{
		Name: "zoom", Asks: `signed POST {"event":"endpoint.url_validation","payload":{"plainToken":T}}`, Keyed: true,
		Wants:  `{"plainToken":T,"encryptedToken":hex(HMAC-SHA256(secret, T))}`,
		Within: 3 * time.Second, // developers.zoom.us/docs/api/webhooks
		answer: func(r *Request, p Party) *Answer {
			token := r.plainToken()
			if token == "" {
				return nil
			}
			return p.answered(token, func(secret string) *Answer {
				return jsonAnswer(str("plainToken", token), digest("encryptedToken", hexMAC(secret, token)))
			})
		},
		ask: func(a Asking) []Step {
			s := postJSON(`{"payload":{"plainToken":"` + a.Token(22) + `"},"event":"` + zoomEvent + `"}`)
			s.Signing = Signed
			return []Step{s}
		},
		slips: func(r *Request, p Party) []slip { return macSlips(p.Secrets[0], r.plainToken(), "", inHex, r) },
	}
}

// plainToken is what Zoom wants signed, "" in any other request.
func (r *Request) plainToken() string {
	var payload struct{ PlainToken string }
	if text(r.members["event"]) != zoomEvent || json.Unmarshal(r.members["payload"], &payload) != nil {
		return ""
	}
	return payload.PlainToken
}
