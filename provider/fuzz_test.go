package provider

import (
	"bytes"
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/sign"
)

// FuzzSecretFormat: a form that is read is written back as it was, and what it
// makes has its length of random bytes.
func FuzzSecretFormat(f *testing.F) {
	f.Add("whsec_{base64:24}")
	f.Add("{hex:32}x")
	f.Add("{base64url:256}")
	f.Add("{hex:016}")
	f.Fuzz(func(t *testing.T, text string) {
		format, err := ParseSecretFormat(text)
		if err != nil {
			return
		}
		again, err := ParseSecretFormat(format.String())
		if err != nil || again != format {
			t.Fatalf("%q reads as %v, and that as %v, %v", text, format, again, err)
		}
		one, err := format.Generate(bytes.NewReader(make([]byte, maxSecretSize)))
		if err != nil {
			t.Fatal(err)
		}
		other, err := format.Generate(bytes.NewReader(bytes.Repeat([]byte{1}, maxSecretSize)))
		if err != nil || one == other || len(one) != len(other) {
			t.Fatalf("%q makes %q and %q, %v", text, one, other, err)
		}
	})
}

// FuzzStranger: whatever a stranger sends, no provider takes it for signed, and
// the same message is recognised as the same provider's again.
func FuzzStranger(f *testing.F) {
	registry := Open()
	all, err := registry.All()
	if err != nil {
		f.Fatal(err)
	}
	for i := range all {
		f.Add(uint8(i), "Stripe-Signature: t=1700000000,v1=00\nX-Hub-Signature-256: sha256=", []byte(aBody))
		f.Add(uint8(i), "Authorization: Bearer eyJhbGciOiJub25lIn0.e30.\nwebhook-id: a\nwebhook-timestamp: 1700000000\nwebhook-signature: v1,", []byte("a=1&bt_signature=ours|"))
		f.Add(uint8(i), "Signature-Input: a=()\nSignature: a=:AA==:\nx-contentful-signed-headers: a", []byte(`{"Signature":"","SignatureVersion":"1"}`))
	}
	f.Fuzz(func(t *testing.T, which uint8, head string, body []byte) {
		m := &sign.Message{Method: "POST", URL: "https://example.com/?" + head, Body: body}
		for line := range strings.SplitSeq(head, "\n") {
			name, value, _ := strings.Cut(line, ":")
			m.Headers = append(m.Headers, sign.Header{Name: name, Value: strings.TrimSpace(value)})
		}
		p := all[int(which)%len(all)]
		k := sign.Keys{Secrets: []string{"c29tZXRoaW5nIHRoYXQgaXMgbm9ib2R5J3Mga2V5"}, Params: map[string]string{"key_id": "ours"}}
		v := p.Scheme.Verify(m, k, sentAt, nil)
		if v.OK && !p.Scheme.Unkeyed() {
			t.Fatalf("%s: valid\n%q\n%q", p.ID, m.Headers, m.Body)
		}
		if v.OK == (v.Reason != "") {
			t.Fatalf("%s: valid %t, reason %q", p.ID, v.OK, v.Reason)
		}
		p.Scheme.Event(m)
		none := func(*Profile) sign.Keys { return sign.Keys{} }
		one, _ := registry.Recognise(m, none, sentAt)
		if two, _ := registry.Recognise(m, none, sentAt); one != two {
			t.Fatalf("recognised as %v and as %v", one, two)
		}
	})
}
