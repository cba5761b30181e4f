package provider

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Who stands for itself comes before who is like another, whatever the names.
func TestGreeters(t *testing.T) {
	tests := []struct {
		handshake string
		want      []string
	}{
		{"hub", []string{"meta", "websub", "facebook", "instagram", "whatsapp"}},
		{"crc", []string{"x"}},
		{"ebay", nil},
		{"nothing", nil},
	}
	for _, tt := range tests {
		var got []string
		for _, p := range Open().Greeters(tt.handshake) {
			got = append(got, p.ID)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.handshake, diff)
		}
	}
}
