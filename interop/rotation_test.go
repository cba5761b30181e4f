package interop

import (
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// During a rotation a message carries the signatures of two keys, or the
// receiver knows both; never is a third key good for anything.

// oneSignature are the schemes of which the library reads one signature.
func oneSignature(l *library) bool { return !l.several || l.provider == "paddle" }

// TestRotation: a message signed with two keys is good for who holds either,
// in whichever order they signed.
func TestRotation(t *testing.T) {
	for _, l := range libraries(t) {
		for _, signer := range sides() {
			t.Run(l.provider+"/"+signer.name, func(t *testing.T) {
				if oneSignature(l) {
					t.Skip("its library reads one signature; see TestRotationWithOneSignature and the differences")
				}
				for _, pair := range [][]string{{l.secret, l.older}, {l.older, l.secret}} {
					m := signer.sign(t, l, []byte(aBody), time.Now(), pair...)
					wantBoth(t, l, m, l.secret, true)
					wantBoth(t, l, m, l.older, true)
					wantBoth(t, l, m, l.foreign, false)
				}
			})
		}
	}
}

// TestRotationWithOneSignature: where the header has room for one, the first
// key signs.
func TestRotationWithOneSignature(t *testing.T) {
	for _, l := range libraries(t) {
		if l.scheme.Rotates() {
			continue
		}
		t.Run(l.provider, func(t *testing.T) {
			m := signOurs(t, l, []byte(aBody), time.Now(), l.secret, l.older)
			wantBoth(t, l, m, l.secret, true)
			wantBoth(t, l, m, l.older, false)
		})
	}
}

// TestSeveralSecrets: a receiver that knows the old and the new secret takes
// what a library signed with either, and can tell which it was.
func TestSeveralSecrets(t *testing.T) {
	for _, l := range libraries(t) {
		held := l.keys(l.secret, l.older)
		for want, secret := range []string{l.secret, l.older} {
			m := message(t, arrive(t, signTheirs(t, l, []byte(aBody), time.Now(), secret)))
			if v := l.scheme.Verify(m, held, time.Now(), nil); !v.OK || v.Key != want {
				t.Errorf("%s: OK %t, key %d, want key %d: %s %s", l.provider, v.OK, v.Key, want, v.Reason, v.Detail)
			}
		}
		m := message(t, arrive(t, signTheirs(t, l, []byte(aBody), time.Now(), l.foreign)))
		if v := l.scheme.Verify(m, held, time.Now(), nil); v.OK || v.Reason != sign.SignatureMismatch {
			t.Errorf("%s: a third key: OK %t, %q", l.provider, v.OK, v.Reason)
		}
	}
}

// TestOtherEntries: entries of other versions, and wrong ones, around the
// right one do not matter; alone they are worth nothing.
func TestOtherEntries(t *testing.T) {
	wrong := "v1," + strings.Repeat("A", 43) + "="
	zeros := strings.Repeat("0", 64)
	lists := map[string]struct{ sep, before, after string }{
		"svix":     {" ", "v2,AAAA v1a," + strings.Repeat("A", 86) + "== " + wrong, wrong + " v1 v1, ,"},
		"standard": {" ", "v2,AAAA v1a," + strings.Repeat("A", 86) + "== " + wrong, wrong + " v1 v1, ,"},
		"stripe":   {",", "v0=" + zeros + ",v1=" + zeros + ",v1=", "v1=xyz,v2=abc,scheme=x"},
	}
	for id, list := range lists {
		l := libraryOf(t, id)
		for _, signer := range sides() {
			t.Run(id+"/"+signer.name, func(t *testing.T) {
				good := signer.sign(t, l, []byte(aBody), time.Now(), l.secret)
				value, _ := good.Headers.Get(l.sig)
				wantBoth(t, l, with(good, l.sig, list.before+list.sep+value), l.secret, true)
				wantBoth(t, l, with(good, l.sig, value+list.sep+list.after), l.secret, true)
				wantBoth(t, l, with(good, l.sig, list.before+list.sep+list.after), l.secret, false)
			})
		}
	}
}

// TestBothVersions: while a sender moves from shared secrets to key pairs, a
// message carries v1 and v1a in one list, and each reader finds its own.
func TestBothVersions(t *testing.T) {
	shared, pairs := libraryOf(t, "standard"), libraryOf(t, "standard-v1a")
	for _, signer := range sides() {
		t.Run(signer.name, func(t *testing.T) {
			at := time.Now()
			m := signer.sign(t, shared, []byte(aBody), at, shared.secret)
			v1, _ := m.Headers.Get(shared.sig)
			v1a, _ := signer.sign(t, pairs, []byte(aBody), at, pairs.secret).Headers.Get(pairs.sig)
			for _, value := range []string{v1 + " " + v1a, v1a + " " + v1} {
				m := with(m, shared.sig, value)
				wantBoth(t, shared, m, shared.secret, true)
				wantBoth(t, pairs, m, pairs.secret, true)
				wantBoth(t, shared, m, shared.foreign, false)
				wantBoth(t, pairs, m, pairs.foreign, false)
			}
		})
	}
}
