package catalog

import (
	"encoding/json"
	"testing"
)

// Bounds that no number meets still make a number: a payload is JSON.
func TestNumberBeyondAllBounds(t *testing.T) {
	for _, schema := range []string{
		`{"type":"number","minimum":1e308,"multipleOf":1e-300}`,
		`{"type":"number","minimum":1e308,"multipleOf":1e308}`,
		`{"type":"number","maximum":-1e308,"multipleOf":5e-324}`,
	} {
		n := readJSON([]byte(schema), &problems{})
		if made := sampleOf(n, n, nil); !json.Valid(made) {
			t.Errorf("%s: made %q", schema, made)
		}
	}
}
