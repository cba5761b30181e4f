package store

import (
	"slices"

	"github.com/hooks-cli/hooks/sign"
)

// Masked is a copy of d in which *** stands for the values of all headers that
// let somebody in, those of its attempts and answers included.
func Masked(d *Delivery) *Delivery {
	shown := *d
	shown.Request.Headers = MaskHeaders(d.Request.Headers)
	shown.Attempts = slices.Clone(d.Attempts)
	for i := range shown.Attempts {
		at := &shown.Attempts[i]
		at.RequestHeaders, at.ResponseHeaders = MaskHeaders(at.RequestHeaders), MaskHeaders(at.ResponseHeaders)
	}
	return &shown
}

// MaskHeaders is a copy of headers in which *** stands for the values that let
// somebody in.
func MaskHeaders(headers sign.Headers) sign.Headers {
	shown := slices.Clone(headers)
	for i := range shown {
		if SecretHeader(shown[i].Name) {
			shown[i].Value = masked
		}
	}
	return shown
}
