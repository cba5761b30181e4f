package provider

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"testing"

	"github.com/hooks-cli/hooks/sign"
)

// forged are messages that Sign refuses to make: each has the signature that a
// careless verifier would compute.
func forged(t *testing.T, r *Registry) []verifierCase {
	t.Helper()
	var out []verifierCase
	add := func(name, provider, secret, body string, headers ...sign.Header) {
		p, err := r.Get(provider)
		if err != nil {
			t.Fatal(err)
		}
		m := sign.Message{Method: "POST", URL: "https://example.com/", Headers: headers, Body: []byte(body)}
		keys := sign.Keys{Secrets: []string{secret}}
		c := verifierCase{name: provider + ": " + name, provider: provider, message: m, keys: keys.Secrets, now: sentAt}
		c.want = p.Scheme.Verify(&m, keys, sentAt, nil).OK
		out = append(out, c)
	}
	for _, blank := range []string{"", " ", "\t\n", "x"} { // the last is the one that is right
		sum := sha256.Sum256([]byte(blank + "{}"))
		add("made with a blank secret", "github", blank, "{}", sign.Header{Name: "X-Hub-Signature-256", Value: "sha256=" + hex.EncodeToString(macOf(blank, "{}"))})
		add("made with a blank secret", "hubspot-v1", blank, "{}", sign.Header{Name: "X-HubSpot-Signature", Value: hex.EncodeToString(sum[:])})
		add("blank like the secret", "gitlab-token", blank, "{}", sign.Header{Name: "X-Gitlab-Token", Value: blank})
		add("blank like the secret", "flutterwave", blank, "{}")
	}
	for _, ts := range []string{"1700000000", "01700000000", "+1700000000", "1700000000.0", "1.7e9", "0x6553f100", "1_700_000_000", "１７００００００００", "-1", "9223372036854775807", "99999999999999999999"} {
		sig := hex.EncodeToString(macOf("s", ts+".{}"))
		add("sent at "+ts, "stripe", "s", "{}", sign.Header{Name: "Stripe-Signature", Value: "t=" + ts + ",v1=" + sig})
	}
	for _, ts := range []string{"2023-11-14T22:13:20Z", "2023-11-14T22:13:20.123456789Z", "2023-11-14T23:13:20+01:00", "2023-11-14", "2023-13-14T22:13:20Z", "2023-11-14T25:13:20Z", "1700000000", "now"} {
		sig := base64.StdEncoding.EncodeToString(macOf("s", ts+"{}"))
		add("sent at "+ts, "zendesk", "s", "{}",
			sign.Header{Name: "X-Zendesk-Webhook-Signature", Value: sig}, sign.Header{Name: "X-Zendesk-Webhook-Signature-Timestamp", Value: ts})
	}
	// What was signed long ago as id msg, time 1600000000 and a body that begins
	// with a time is given another border.
	const secret, text = "c2VjcmV0", "msg.1600000000.1700000000.{}"
	sig := "v1," + base64.StdEncoding.EncodeToString(macOf("secret", text))
	for id, body := range map[string]string{"msg.1600000000": "{}", "msg": "1700000000.{}"} {
		ts := map[string]string{"msg.1600000000": "1700000000", "msg": "1600000000"}[id]
		add("with another border", "standard", secret, body, sign.Header{Name: "webhook-id", Value: id},
			sign.Header{Name: "webhook-timestamp", Value: ts}, sign.Header{Name: "webhook-signature", Value: sig})
	}
	return out
}

func macOf(key, text string) []byte {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	return mac.Sum(nil)
}
