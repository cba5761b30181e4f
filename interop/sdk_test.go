package interop

import (
	"testing"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
)

// TestSignatures: what one side signs, both sides accept, whatever the body.
func TestSignatures(t *testing.T) {
	for _, l := range libraries(t) {
		for _, signer := range sides() {
			for _, body := range bodies() {
				t.Run(l.provider+"/"+signer.name+"/"+body.name, func(t *testing.T) {
					wantBoth(t, l, signer.sign(t, l, body.bytes, time.Now(), l.secret), l.secret, true)
				})
			}
		}
	}
}

// TestWindow: a timestamp near either end of the window is inside for both.
func TestWindow(t *testing.T) {
	for _, l := range libraries(t) {
		for name, age := range map[string]time.Duration{"old": l.window / 2, "ahead": -l.window / 2} {
			for _, signer := range sides() {
				t.Run(l.provider+"/"+signer.name+"/"+name, func(t *testing.T) {
					wantBoth(t, l, signer.sign(t, l, []byte(aBody), time.Now().Add(-age), l.secret), l.secret, true)
				})
			}
		}
	}
}

// TestRecognised: nobody has to name the provider of what a library signed.
func TestRecognised(t *testing.T) {
	registry := provider.Open()
	for _, l := range libraries(t) {
		t.Run(l.provider, func(t *testing.T) {
			m := message(t, arrive(t, signTheirs(t, l, []byte(aBody), time.Now(), l.secret)))
			p, why := registry.Recognise(m, func(*provider.Profile) sign.Keys { return l.keys(l.secret) }, time.Now())
			if p == nil || p.ID != l.provider {
				t.Errorf("Recognise = %v (%s), want %s", p, why, l.provider)
			}
		})
	}
}
