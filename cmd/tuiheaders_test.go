package cmd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

func TestHeadersOfAForm(t *testing.T) {
	ep := &store.Endpoint{Headers: sign.Headers{{Name: "X-Env", Value: "dev, eu; q=1"}, {Name: "Authorization", Value: "Bearer s3cret"}, {Name: "X-Empty"}}}
	f := headersField(ep)
	if want := "X-Env: dev, eu; q=1 | Authorization: *** | X-Empty;"; f.Value != want {
		t.Errorf("shown as %q, want %q", f.Value, want)
	}
	tests := []struct {
		name, value string
		want        []string
	}{
		{"as it was", f.Value, nil},
		{"one changed", "X-Env: prod | Authorization: *** | X-Empty;", []string{"--add-header", "X-Env: prod"}},
		{"one more", f.Value + "|X-New: 1", []string{"--add-header", "X-New: 1"}},
		{"twice the same name", f.Value + "|x-env: 2", []string{"--add-header", "X-Env: dev, eu; q=1", "--add-header", "x-env: 2"}},
		{"one less", "X-Env: dev, eu; q=1 | X-Empty;", []string{"--remove-header", "authorization"}},
		{"another credential", "X-Env: dev, eu; q=1 | Authorization: Bearer new | X-Empty;", []string{"--add-header", "Authorization: Bearer new"}},
		{"none", "", []string{"--remove-header", "x-env", "--remove-header", "authorization", "--remove-header", "x-empty"}},
		{"no header", "nonsense", []string{"--remove-header", "x-env", "--remove-header", "authorization", "--remove-header", "x-empty", "--add-header", "nonsense"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, f.Words(tt.value)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
	if strings.Contains(f.Value, "s3cret") {
		t.Error("a credential is shown")
	}
}
