package sign

import (
	"crypto"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"testing"
)

func sizes() []int { return []int{1 << 10, 64 << 10, 1 << 20} }

func benchSpecs() map[string]Spec {
	return map[string]Spec{"github": githubSpec(), "stripe": stripeSpec(), "standard": standardSpec()}
}

// headersOfARequest are those that come with any webhook.
func headersOfARequest() Headers {
	return Headers{
		{"Host", "localhost:4400"}, {"User-Agent", "Sender/1.0"}, {"Content-Length", "1024"}, {"Accept", "*/*"},
		{"Accept-Encoding", "gzip"}, {"Content-Type", "application/json"}, {"X-Request-Id", "a1b2c3"}, {"X-Forwarded-For", "10.0.0.1"},
	}
}

// BenchmarkHMAC is the least that any scheme costs: the standard library alone.
func BenchmarkHMAC(b *testing.B) {
	key, _ := base64.StdEncoding.DecodeString(testSecret[len(whsecPrefix):])
	for _, size := range sizes() {
		body, sum := make([]byte, size), make([]byte, 0, 32)
		b.Run(fmt.Sprintf("%d", size), func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				h := hmac.New(sha256.New, key)
				h.Write(body)
				sum = h.Sum(sum[:0])
			}
		})
	}
}

func BenchmarkSign(b *testing.B) {
	for name, spec := range benchSpecs() {
		s := mustNew(b, spec)
		for _, size := range sizes() {
			m := &Message{Headers: headersOfARequest(), Body: make([]byte, size)}
			k, v := Keys{Secrets: []string{testSecret}}, Values{Time: testTime, ID: "msg_1", Event: "a.b"}
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				b.SetBytes(int64(size))
				b.ReportAllocs()
				for b.Loop() {
					if _, err := s.Sign(m, k, v); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	for name, spec := range benchSpecs() {
		s := mustNew(b, spec)
		for _, size := range sizes() {
			k := Keys{Secrets: []string{testSecret}}
			m, err := s.Sign(&Message{Headers: headersOfARequest(), Body: make([]byte, size)}, k, Values{Time: testTime, ID: "msg_1"})
			if err != nil {
				b.Fatal(err)
			}
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				b.SetBytes(int64(size))
				b.ReportAllocs()
				for b.Loop() {
					if v := s.Verify(m, k, testTime, nil); !v.OK {
						b.Fatal(v.Reason)
					}
				}
			})
		}
	}
}

// BenchmarkVerifyCode is what schemes in code cost for a small body.
func BenchmarkVerifyCode(b *testing.B) {
	key := keyFor(tokenAlgorithms()[9])
	shared, private := Keys{Secrets: []string{messageSecret}}, Keys{Secrets: []string{privatePEM(b, key)}}
	public := Keys{Public: []crypto.PublicKey{key.Public()}}
	for _, c := range []struct {
		name         string
		spec         Spec
		sign, verify Keys
	}{
		{"jwt/HS256", tokenSpec("HS256"), shared, shared},
		{"jwt/ES256", tokenSpec("ES256"), private, public},
		{"http-signatures/hmac-sha256", messageSpec(HTTPSpec{}), shared, shared},
		{"http-signatures/ecdsa-p256-sha256", messageSpec(HTTPSpec{}), private, public},
	} {
		s := mustNew(b, c.spec)
		m := &Message{Method: "POST", URL: "https://example.com/hook", Headers: headersOfARequest(), Body: make([]byte, 1024)}
		out, err := s.Sign(m, c.sign, Values{Time: testTime})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if v := s.Verify(out, c.verify, testTime, nil); !v.OK {
					b.Fatal(v.Reason)
				}
			}
		})
	}
}

// TestAllocations bounds what judging a small message allocates beside the
// hash itself.
func TestAllocations(t *testing.T) {
	body, key := make([]byte, 1024), []byte(testSecret)
	least := testing.AllocsPerRun(100, func() {
		h := hmac.New(sha256.New, key)
		h.Write(body)
		h.Sum(nil)
	})
	for name, spec := range benchSpecs() {
		s, k := mustNew(t, spec), Keys{Secrets: []string{testSecret}}
		m, err := s.Sign(&Message{Headers: headersOfARequest(), Body: body}, k, Values{Time: testTime, ID: "msg_1"})
		if err != nil {
			t.Fatal(err)
		}
		if got := testing.AllocsPerRun(100, func() { s.Verify(m, k, testTime, nil) }); got > least+12 {
			t.Errorf("%s: Verify allocates %v times, the hash alone %v", name, got, least)
		}
	}
}
