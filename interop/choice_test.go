package interop

import (
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
)

// TestSvixFallback: when one of Svix's headers is missing, its library reads
// those of Standard Webhooks, and so does the provider svix.
func TestSvixFallback(t *testing.T) {
	svix, standard := libraryOf(t, "svix"), libraryOf(t, "standard")
	registry := provider.Open()
	p, err := registry.Get("svix")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now()
	good := signTheirs(t, standard, []byte(aBody), at, standard.secret)
	half := *good
	half.Headers = append(half.Headers[:len(half.Headers):len(half.Headers)],
		sign.Header{Name: "svix-id", Value: "msg_other"}, sign.Header{Name: "svix-timestamp", Value: unix(at)})
	tests := []struct {
		name string
		m    *sign.Message
		want bool
	}{
		{"the standard's headers", good, true},
		{"two of Svix's beside them", &half, true},
		{"all of Svix's, wrong", with(&half, "svix-signature", "v1,"+strings.Repeat("A", 43)+"="), false},
		{"neither complete", with(&half, "webhook-id"), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			theirs := svix.verify(arrive(t, test.m), svix.secret)
			_, ours := registry.Verify(p, message(t, arrive(t, test.m)), svix.keys(svix.secret), time.Now(), nil)
			if ours.OK != test.want || (theirs == nil) != test.want {
				t.Errorf("want both to accept: %t\n ours: %t %s\ntheirs: %v", test.want, ours.OK, ours.Reason, theirs)
			}
		})
	}
}

// TestNoDowngrade: GitHub sends both headers. Where nobody names a provider, a
// wrong SHA-256 is not made good by a right SHA-1, as in the library.
func TestNoDowngrade(t *testing.T) {
	newer, older := libraryOf(t, "github"), libraryOf(t, "github-sha1")
	registry := provider.Open()
	keys := func(*provider.Profile) sign.Keys { return newer.keys(newer.secret) }
	both := signTheirs(t, newer, []byte(aBody), time.Now(), newer.secret)
	sha1, _ := signTheirs(t, older, []byte(aBody), time.Now(), older.secret).Headers.Get(older.sig)
	both = with(both, older.sig, sha1)
	tests := []struct {
		name, provider string
		m              *sign.Message
		want           bool
	}{
		{"both right", "github", both, true},
		{"SHA-1 wrong", "github", with(both, older.sig, "sha1="+strings.Repeat("0", 40)), true},
		{"SHA-256 wrong", "github", with(both, newer.sig, "sha256="+strings.Repeat("0", 64)), false},
		{"SHA-1 alone", "github-sha1", with(both, newer.sig), true},
		{"SHA-1 alone and wrong", "github-sha1", with(with(both, newer.sig), older.sig, "sha1="+strings.Repeat("0", 40)), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			theirs := verifyGitHub(arrive(t, test.m), newer.secret)
			m := message(t, arrive(t, test.m))
			p, why := registry.Recognise(m, keys, time.Now())
			if p == nil || p.ID != test.provider {
				t.Fatalf("Recognise = %v (%s), want %s", p, why, test.provider)
			}
			_, ours := registry.Verify(p, m, keys(p), time.Now(), nil)
			if ours.OK != test.want || (theirs == nil) != test.want {
				t.Errorf("want both to accept: %t\n ours: %t %s\ntheirs: %v", test.want, ours.OK, ours.Reason, theirs)
			}
		})
	}
}

// TestAhead: Stripe's library judges only the past, the others both ends.
func TestAhead(t *testing.T) {
	for id, want := range map[string]bool{"stripe": true, "svix": false, "standard": false, "standard-v1a": false, "slack": false} {
		l := libraryOf(t, id)
		for _, signer := range sides() {
			t.Run(id+"/"+signer.name, func(t *testing.T) {
				wantBoth(t, l, signer.sign(t, l, []byte(aBody), time.Now().Add(time.Hour), l.secret), l.secret, want)
			})
		}
	}
}

// TestForm: GitHub and Slack send forms, too, and sign the form's bytes.
func TestForm(t *testing.T) {
	body := []byte("payload=%7B%22zen%22%3A%22a+b%22%7D&x=%2f%2F")
	for _, id := range []string{"github", "github-sha1", "slack"} {
		l := libraryOf(t, id)
		for _, signer := range sides() {
			t.Run(id+"/"+signer.name, func(t *testing.T) {
				m := with(signer.sign(t, l, body, time.Now(), l.secret), "Content-Type", "application/x-www-form-urlencoded")
				wantBoth(t, l, m, l.secret, true)
				m.Body = []byte(strings.Replace(string(body), "%2f", "%2F", 1))
				wantBoth(t, l, m, l.secret, false)
			})
		}
	}
}

// TestPaddleJudgesNoTimeUnlessAsked: the library without its option takes what
// is old; the program goes by the documented five seconds.
func TestPaddleJudgesNoTimeUnlessAsked(t *testing.T) {
	l := libraryOf(t, "paddle")
	m := signTheirs(t, l, []byte(aBody), time.Now().Add(-time.Hour), l.secret)
	if err := verifyPaddle(arrive(t, m), l.secret); err != nil {
		t.Errorf("theirs: %v", err)
	}
	v := l.scheme.Verify(message(t, arrive(t, m)), l.keys(l.secret), time.Now(), nil)
	if v.OK || v.Reason != sign.TimestampTooOld {
		t.Errorf("ours: %t %s", v.OK, v.Reason)
	}
	if none := time.Duration(0); !l.scheme.Verify(message(t, arrive(t, m)), l.keys(l.secret), time.Now(), &none).OK {
		t.Error("ours refuses it without a window, too")
	}
}
