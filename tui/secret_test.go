package tui

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/store"
)

// s shows the secret of the delivery that is looked at, and of no other, until
// the time is over.
func TestRevealTheSecretOfADelivery(t *testing.T) {
	var fail error
	s := newScreen(t, 80, 24, func(o *Options) {
		o.Actions.Secret = func(_ context.Context, d *store.Delivery) (string, string, error) {
			return "whsec_of_" + d.ID + "\x1b[2J", "which \u202eone", fail
		}
	}, samples()...)
	id := samples()[0].ID
	s.open(1276)
	s.press("s")
	s.contains("whsec_of_" + id + `\x1b[2J`)
	s.contains(`which \u202eone`)
	s.press("J")
	if strings.Contains(s.text(), "whsec_of_") {
		t.Error("the secret of one stands at another")
	}
	s.press("K")
	s.contains("whsec_of_" + id)
	s.send(hideMsg{s.reveals})
	s.contains("never part of the record")
	if strings.Contains(s.text(), "whsec_of_") {
		t.Error("the secret is still shown")
	}
	fail = errors.New("no secret of acme is known here")
	s.press("s")
	s.contains("no secret of acme is known here")
}

func TestNoSecretIsOfferedWhereNobodyHasOne(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	s.open(1276)
	s.press("]", "]", "]", "s")
	if strings.Contains(s.text(), "s reveal") {
		t.Error("a secret is offered")
	}
}
