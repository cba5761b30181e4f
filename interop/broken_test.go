package interop

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// specimen is a good message and what is needed to make another one.
type specimen struct {
	l      *library
	signer side
	at     time.Time
	good   *sign.Message
}

// breakage is something that makes a good message a bad one. It returns nil
// where the scheme has nothing of the kind.
type breakage struct {
	name string
	of   func(t testing.TB, s *specimen) *sign.Message
}

// TestBroken: what is broken, both sides refuse, whoever signed it.
func TestBroken(t *testing.T) {
	for _, l := range libraries(t) {
		all := slices.Concat(bodyBreakages(), signatureBreakages(), headerBreakages(l), timeBreakages(), secretBreakages())
		for _, signer := range sides() {
			for _, b := range all {
				s := &specimen{l: l, signer: signer, at: time.Now()}
				s.good = signer.sign(t, l, []byte(aBody), s.at, l.secret)
				if bad := b.of(t, s); bad != nil {
					t.Run(l.provider+"/"+signer.name+"/"+b.name, func(t *testing.T) { wantBoth(t, l, bad, l.secret, false) })
				}
			}
		}
	}
}

func bodyBreakages() []breakage {
	edit := func(name string, f func(body []byte) []byte) breakage {
		return breakage{name, func(_ testing.TB, s *specimen) *sign.Message {
			bad := *s.good
			bad.Body = f(bytes.Clone(s.good.Body))
			return &bad
		}}
	}
	return []breakage{
		edit("a bit of the body's first byte", func(b []byte) []byte { b[0] ^= 1; return b }),
		edit("a bit in the middle", func(b []byte) []byte { b[len(b)/2] ^= 0x80; return b }),
		edit("a bit of the last byte", func(b []byte) []byte { b[len(b)-1] ^= 1; return b }),
		edit("a byte less", func(b []byte) []byte { return b[:len(b)-1] }),
		edit("a line end more", func(b []byte) []byte { return append(b, '\n') }),
		edit("a NUL more", func(b []byte) []byte { return append(b, 0) }),
		edit("a space more", func(b []byte) []byte { return append([]byte{' '}, b...) }),
		edit("written with spaces", func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(`:`), []byte(`: `)) }),
		edit("a number rounded", func(b []byte) []byte {
			return bytes.ReplaceAll(b, []byte("12345678901234567890"), []byte("12345678901234567000"))
		}),
		edit("no body", func([]byte) []byte { return nil }),
	}
}

// alphabet is that of base64; two neighbours in it are both hex digits, or none
// is. The lowest bit of a last digit may stand for nothing.
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

func signatureBreakages() []breakage {
	edit := func(name string, f func(sig string) string) breakage {
		return breakage{name, func(t testing.TB, s *specimen) *sign.Message {
			return withSignature(t, s.l, s.good, f(signature(t, s.l, s.good)))
		}}
	}
	digits := func(sig string) string { return strings.TrimRight(sig, "=") }
	return []breakage{
		edit("empty signature", func(string) string { return "" }),
		edit("half a signature", func(sig string) string { return sig[:len(sig)/2] }),
		edit("a byte of the signature less", func(sig string) string { return digits(sig)[:len(digits(sig))-2] }),
		edit("its last digit less", func(sig string) string { return digits(sig)[:len(digits(sig))-1] }),
		edit("its first digit less", func(sig string) string { return sig[1:] }),
		edit("two bytes more", func(sig string) string { return sig + "0000" }),
		edit("the signature twice", func(sig string) string { return sig + sig }),
		edit("backwards", func(sig string) string { b := []byte(sig); slices.Reverse(b); return string(b) }),
		edit("zeros", func(sig string) string { return strings.Repeat("0", len(sig)) }),
		edit("zero bytes in base64", func(sig string) string { return strings.Repeat("A", len(digits(sig))) + sig[len(digits(sig)):] }),
		edit("the lowest bit of its last digit", func(sig string) string {
			last := len(digits(sig)) - 1
			return sig[:last] + string(alphabet[strings.IndexByte(alphabet, sig[last])^1]) + sig[last+1:]
		}),
		edit("quoted", func(sig string) string { return `"` + sig + `"` }),
		edit("an equals sign before it", func(sig string) string { return "=" + sig }),
		edit("neither hex nor base64", func(sig string) string { return strings.Repeat("!", len(sig)) }),
		{"nothing around the signature", func(t testing.TB, s *specimen) *sign.Message {
			return with(s.good, s.l.sig, signature(t, s.l, s.good))
		}},
		{"another mark", func(_ testing.TB, s *specimen) *sign.Message {
			value, _ := s.good.Headers.Get(s.l.sig)
			return with(s.good, s.l.sig, strings.Replace(value, s.l.mark, "x"+s.l.mark, 1))
		}},
		{"the mark in capitals", func(_ testing.TB, s *specimen) *sign.Message {
			value, _ := s.good.Headers.Get(s.l.sig)
			return with(s.good, s.l.sig, strings.Replace(value, s.l.mark, strings.ToUpper(s.l.mark), 1))
		}},
	}
}

func headerBreakages(l *library) []breakage {
	var all []breakage
	for _, name := range l.headers {
		all = append(all,
			breakage{"no " + name, func(_ testing.TB, s *specimen) *sign.Message { return with(s.good, name) }},
			breakage{"empty " + name, func(_ testing.TB, s *specimen) *sign.Message { return with(s.good, name, "") }},
			breakage{"blank " + name, func(_ testing.TB, s *specimen) *sign.Message { return with(s.good, name, " \t ") }},
			breakage{"underscores for " + name, func(_ testing.TB, s *specimen) *sign.Message {
				value, _ := s.good.Headers.Get(name)
				return with(with(s.good, name), strings.ReplaceAll(name, "-", "_"), value)
			}},
		)
	}
	return append(all, breakage{"another id", func(_ testing.TB, s *specimen) *sign.Message {
		if !strings.HasSuffix(l.headers[0], "-id") {
			return nil
		}
		return with(s.good, l.headers[0], eventID+"x")
	}})
}

// timeBreakages need a scheme with a timestamp.
func timeBreakages() []breakage {
	signedAt := func(name string, at func(s *specimen) time.Time) breakage {
		return breakage{name, func(t testing.TB, s *specimen) *sign.Message {
			if s.l.window == 0 {
				return nil
			}
			return s.signer.sign(t, s.l, s.good.Body, at(s), s.l.secret)
		}}
	}
	moved := func(name string, by time.Duration) breakage {
		return breakage{name, func(t testing.TB, s *specimen) *sign.Message {
			if s.l.window == 0 {
				return nil
			}
			return withText(t, s.l, s.good, unix(s.at), unix(s.at.Add(by)))
		}}
	}
	return []breakage{
		signedAt("stale", func(s *specimen) time.Time { return s.at.Add(-s.l.window - 2*time.Second) }),
		signedAt("years old", func(*specimen) time.Time { return time.Unix(1, 0) }),
		moved("the timestamp a second later", time.Second),
		moved("the timestamp a second earlier", -time.Second),
	}
}

func secretBreakages() []breakage {
	return []breakage{
		{"another secret", func(t testing.TB, s *specimen) *sign.Message {
			return s.signer.sign(t, s.l, s.good.Body, s.at, s.l.foreign)
		}},
		{"the secret of before the rotation", func(t testing.TB, s *specimen) *sign.Message {
			return s.signer.sign(t, s.l, s.good.Body, s.at, s.l.older)
		}},
	}
}
