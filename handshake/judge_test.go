package handshake

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// changed is what a consumer does instead of answering rightly. r is the right
// answer, s what was asked.
type changed func(r Response, s Step) Response

func status(n int) changed {
	return func(r Response, _ Step) Response { return Response{Status: n} }
}

func body(text string) changed {
	return func(r Response, _ Step) Response { r.Body = []byte(text); return r }
}

func edit(f func(body string) string) changed {
	return func(r Response, _ Step) Response { r.Body = []byte(f(string(r.Body))); return r }
}

func header(name, value string) changed {
	return func(r Response, _ Step) Response {
		var kept sign.Headers
		for _, h := range r.Headers {
			if !strings.EqualFold(h.Name, name) {
				kept = append(kept, h)
			}
		}
		if r.Headers = kept; value != "" {
			r.Headers = append(r.Headers, sign.Header{Name: name, Value: value})
		}
		return r
	}
}

// parameter is a parameter of what was asked.
func parameter(s Step, name string) string {
	values, _ := url.ParseQuery(s.Query)
	return values.Get(name)
}

// member answers with one member, made of the token that was asked.
func one(name, param, before string, make func(token string) []byte, write func([]byte) string) changed {
	return func(r Response, s Step) Response {
		r.Body = []byte(`{"` + name + `":"` + before + write(make(parameter(s, param))) + `"}`)
		return r
	}
}

func keyed(token string) []byte { return mac(secret, token) }

// Every kind of wrong answer has a sentence that says which it is.
func TestWrongAnswers(t *testing.T) {
	crc := func(before string, make func(string) []byte, write func([]byte) string) changed {
		return one("response_token", "crc_token", before, make, write)
	}
	ebay := func(make func(code string) string) changed {
		return one("challengeResponse", "challenge_code", "", func(code string) []byte { return sum256(make(code)) }, hex.EncodeToString)
	}
	tests := []struct {
		handshake, name string
		step            int
		answer          changed
		problem, fix    string
	}{
		// Statuses, which are the same for all.
		{"challenge-query", "no route", 0, status(404), "404 Not Found, and the sender wants 2xx", "answer GET under this path"},
		{"head", "no HEAD", 0, status(405), "405", "allow HEAD"},
		{"head", "no content", 0, status(204), "204", "exactly 200"},
		{"cloudevents", "no OPTIONS", 0, status(405), "405", "allow OPTIONS"},
		{"okta", "redirect", 0, func(Response, Step) Response {
			return Response{Status: 308, Headers: sign.Headers{{Name: "Location", Value: "/hook/"}}}
		}, `redirect (308 Permanent Redirect) to "/hook/"`, "slash"},
		{"hub", "token refused", 0, status(403), "403", "compare hub.verify_token"},
		{"crc", "no secret known", 0, status(403), "403", "does the consumer have one"},
		{"challenge-query", "signature wanted", 0, status(401), "401", "before signatures are verified"},
		{"zoom", "another secret", 0, status(401), "401", "the request is signed"},
		{"slack", "crash", 0, status(500), "500", "log of the consumer"},
		{"challenge-json", "no event", 0, status(422), "422", "has not the form of a delivery"},
		{"event-grid", "too many", 0, status(429), "429", "rate limit"},
		{"validation-token", "accepted", 0, status(202), "202 Accepted, and the sender wants 200", "exactly 200"},

		// Texts.
		{"challenge-query", "empty", 0, body(""), "the body is empty", "tok1N"},
		{"challenge-query", "line end", 0, edit(func(b string) string { return b + "\n" }), "line end", "alone"},
		{"challenge-query", "quotes", 0, edit(func(b string) string { return `"` + b + `"` }), "in quotes", "no JSON"},
		{"hub", "JSON", 0, edit(func(b string) string { return `{"hub.challenge":"` + b + `"}` }), "JSON around", "alone"},
		{"hub", "OK", 0, body("OK"), `is "OK", not`, "this request"},
		{"twitch", "HTML", 0, edit(func(b string) string { return "<pre>" + b + "</pre>" }), "HTML around", "alone"},
		{"twitch", "more", 0, edit(func(b string) string { return "challenge: " + b }), "more than", "alone"},
		{"twitch", "cut", 0, edit(func(b string) string { return b[:20] }), "cut short", "all of it"},
		{"twitch", "upper case", 0, edit(strings.ToUpper), "another case", "as it came"},
		{"validation-token", "encoded", 0, edit(url.QueryEscape), "encoded as it stood in the URL", "decode"},
		{"validation-token", "HTML type", 0, header("Content-Type", "text/html"), "text/plain", "text/plain"},
		{"validation-token", "no type", 0, header("Content-Type", ""), "empty", "text/plain"},
		{"challenge-query", "HTML type", 0, header("Content-Type", "text/html"), "browser", "nosniff"},

		// JSON.
		{"challenge-json", "empty", 0, body(""), "empty", `{"challenge":…}`},
		{"challenge-json", "text", 0, body("tok1N"), "no JSON", `{"challenge":…}`},
		{"challenge-json", "a list", 0, body(`["tok1N"]`), "no object", `{"challenge":…}`},
		{"challenge-json", "another name", 0, body(`{"Challenge":"x"}`), `challenge is missing; there is "Challenge"`, "challenge"},
		{"challenge-json", "inside", 0, body(`{"data":{"challenge":"x"}}`), `inside of "data"`, "challenge"},
		{"challenge-json", "a number", 0, body(`{"challenge":7}`), "is \"7\", not a text", "challenge"},
		{"challenge-json", "stored", 0, body(`{"challenge":"stored long ago"}`), `"stored long ago", not`, "this request"},
		{"challenge-json", "plain type", 0, header("Content-Type", "text/plain"), "for an answer in JSON", "application/json"},
		{"okta", "nothing", 0, body("{}"), "verification is missing", "verification"},
		{"event-grid", "named otherwise", 0, body(`{"validation_response":"x"}`), "in its place", "validationResponse"},
		{"slack", "another challenge", 0, body(`{"challenge":"x"}`), `"x", not`, "this request"},
		{"slack", "ok", 0, body("ok"), "no JSON", "challenge"},
		{"discord", "pong as text", 0, body(`{"type":"1"}`), "not the number 1", "type"},
		{"discord", "pong of another type", 0, body(`{"type":2}`), "not the number 1", "type"},

		// Signatures that Discord makes wrongly on purpose.
		{"discord", "not verified", 1, func(r Response, _ Step) Response { return Response{Status: 200, Body: []byte(`{"type":1}`)} }, "not looked at", "verify"},
		{"discord", "another no", 1, status(403), "403", "401"},

		// Secrets.
		{"crc", "hex", 0, crc("sha256=", keyed, hex.EncodeToString), "wrong form: hex", "base64 of the digest"},
		{"crc", "no prefix", 0, crc("", keyed, inBase64), "without sha256=", "sha256=base64"},
		{"crc", "not signed", 0, crc("", func(t string) []byte { return []byte(t) }, func(b []byte) string { return string(b) }), "as it came", "HMAC-SHA256"},
		{"crc", "key and text exchanged", 0, crc("sha256=", func(t string) []byte { return mac(t, secret) }, inBase64), "exchanged", "with the secret as the key"},
		{"crc", "no key", 0, crc("sha256=", sum256, inBase64), "without the secret", "HMAC"},
		{"crc", "empty key", 0, crc("sha256=", func(t string) []byte { return mac("", t) }, inBase64), "empty secret", "variable"},
		{"crc", "line end", 0, crc("sha256=", func(t string) []byte { return mac(secret+"\n", t) }, inBase64), "line end", "trim"},
		{"crc", "decoded key", 0, crc("sha256=", func(t string) []byte {
			key, _ := base64.StdEncoding.DecodeString(secret)
			return mac(string(key), t)
		}, inBase64), "decoded from base64", "as it is"},
		{"crc", "query", 0, func(r Response, s Step) Response {
			return body(`{"response_token":"sha256=`+inBase64(mac(secret, s.Query))+`"}`)(r, s)
		}, "whole query", "token alone"},
		{"crc", "another secret", 0, crc("sha256=", func(t string) []byte { return mac("other", t) }, inBase64), "not what the secret makes", "--secret"},
		{"crc", "empty", 0, body(`{"response_token":""}`), "response_token is empty", "secret"},
		{"crc", "missing", 0, body(`{}`), "response_token is missing", "response_token"},
		{"linkedin", "base64", 0, func(r Response, s Step) Response {
			code := parameter(s, "challengeCode")
			return body(`{"challengeCode":"`+code+`","challengeResponse":"`+inBase64(mac(secret, code))+`"}`)(r, s)
		}, "wrong form: base64", "hex of the digest"},
		{"zoom", "the whole body", 0, func(r Response, s Step) Response {
			return body(`{"plainToken":"`+strings.Repeat("tok1N", 22)[:22]+`","encryptedToken":"`+hexMAC(secret, string(s.Body))+`"}`)(r, s)
		}, "whole body", "token alone"},
		{"zoom", "no plain token", 0, edit(func(b string) string { return strings.Replace(b, "plainToken", "plain", 1) }), "plainToken is missing", "plainToken"},
		{"ebay", "another order", 0, ebay(func(c string) string { return secret + c + endpoint }), "another order", "in this order"},
		{"ebay", "the query, too", 0, ebay(func(c string) string { return c + secret + endpoint + "?challenge_code=" + c }), "another URL", "--url"},
		{"ebay", "a slash", 0, ebay(func(c string) string { return c + secret + endpoint + "/" }), "another URL: " + endpoint + "/", endpoint},
		{"ebay", "http", 0, ebay(func(c string) string { return c + secret + "http://consumer.example/hook" }), "http://consumer.example", endpoint},
		{"ebay", "no endpoint", 0, ebay(func(c string) string { return c + secret }), "no endpoint", "order"},
		{"braintree", "no key id", 0, edit(func(b string) string { return strings.TrimPrefix(b, "key|") }), "no key id", "key_id|"},
		{"braintree", "empty key id", 0, edit(func(b string) string { return strings.TrimPrefix(b, "key") }), "empty key id", "--param"},
		{"braintree", "key not hashed", 0, func(r Response, s Step) Response {
			return body("key|"+hexSHA1(secret, parameter(s, "bt_challenge")))(r, s)
		}, "private key itself", "SHA-1"},
		{"braintree", "SHA-256", 0, func(r Response, s Step) Response {
			return body("key|"+hexMAC(secret, parameter(s, "bt_challenge")))(r, s)
		}, "SHA-256", "SHA-1"},

		// Headers.
		{"asana", "not given back", 0, header("X-Hook-Secret", ""), "no header X-Hook-Secret", "X-Hook-Secret"},
		{"asana", "given back in the body", 0, func(r Response, s Step) Response { return Response{Status: 200, Body: []byte(secret)} }, "in the body", "header"},
		{"asana", "another secret", 0, header("X-Hook-Secret", "x"), "another value", "this request"},
		{"asana", "not kept", 1, status(401), "answered 401", "keep the value"},
		{"asana", "heartbeat not understood", 1, status(500), "500", "log"},
		{"ringcentral", "not given back", 0, header("Validation-Token", ""), "no header", "Validation-Token"},
		{"cloudevents", "a bare 200", 0, func(Response, Step) Response { return Response{Status: 200} }, "no consent", "WebHook-Allowed-Origin"},
		{"cloudevents", "CORS", 0, func(Response, Step) Response {
			return Response{Status: 204, Headers: sign.Headers{{Name: "Access-Control-Allow-Origin", Value: "*"}}}
		}, "to a browser", "CORS"},
		{"cloudevents", "another origin", 0, header("WebHook-Allowed-Origin", "https://me"), `"https://me"`, "or *"},
		{"cloudevents", "no rate", 0, header("WebHook-Allowed-Rate", ""), "no WebHook-Allowed-Rate", "120"},
		{"cloudevents", "a rate of nothing", 0, header("WebHook-Allowed-Rate", "0"), `"0"`, "above 0"},

		{"crc", "too slow", 0, func(r Response, _ Step) Response { r.Took = 4 * time.Second; return r }, "took 4s, and the sender waits 3s", "before anything else"},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		seen[tt.handshake] = true
		t.Run(tt.handshake+" "+tt.name, func(t *testing.T) {
			h := find(t, tt.handshake)
			s := h.Steps(asking(""))[tt.step]
			found := h.Judge(s, s.message(), party(), tt.answer(h.consumer(s), s))
			if len(found) == 0 || !strings.Contains(found[0].Problem, tt.problem) || !strings.Contains(found[0].Fix, tt.fix) {
				t.Fatalf("found %+v\nwant %q, fix %q", found, tt.problem, tt.fix)
			}
			for _, f := range found {
				if strings.Contains(f.Problem+f.Fix, secret) {
					t.Errorf("shows the secret: %+v", f)
				}
			}
		})
	}
	for _, h := range All() {
		if !seen[h.Name] {
			t.Errorf("no wrong answer to %s is tried", h.Name)
		}
	}
}

// What a sender takes in several forms is right in each of them.
func TestOtherRightAnswers(t *testing.T) {
	tests := []struct {
		handshake string
		answer    changed
	}{
		{"slack", edit(func(b string) string { return strings.TrimSuffix(strings.TrimPrefix(b, `{"challenge":"`), `"}`) })},
		{"slack", edit(func(b string) string {
			return "challenge=" + strings.TrimSuffix(strings.TrimPrefix(b, `{"challenge":"`), `"}`)
		})},
		{"challenge-json", edit(func(b string) string { return "{ \"more\": [], " + b[1:] + "\n" })},
		{"cloudevents", header("WebHook-Allowed-Origin", "*")},
		{"cloudevents", header("Allow", "")},
		{"hub", header("Content-Type", "")},
		{"crc", func(r Response, _ Step) Response { r.Status = 201; return r }},
	}
	for _, tt := range tests {
		h := find(t, tt.handshake)
		s := h.Steps(asking(""))[0]
		if found := h.Judge(s, s.message(), party(), tt.answer(h.consumer(s), s)); len(found) > 0 {
			t.Errorf("%s: %+v", tt.handshake, found)
		}
	}
}
