package sign

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCoverage: what is signed, what is not, and what follows, each by its name.
func TestCoverage(t *testing.T) {
	v2 := githubSpec()
	v2.Content = []string{"{method}{url}{body}"}
	token := Spec{Alg: []string{"equal"}, Fields: []Field{header("X-Token", "{sig}"), header("X-Event", "{event}")}}
	undated := standardSpec()
	undated.TS = &TimeSpec{Unit: "s"}
	tests := []struct {
		name     string
		spec     Spec
		sentence string
		limits   string
	}{
		{"body alone", githubSpec(), "body; not timestamp, id, url, event", "replay not limited, id not covered, event not covered"},
		{"all that there is", standardSpec(), "body, timestamp, id; not url", ""},
		{"a time that nobody judges", undated, "body, timestamp, id; not url", "age not judged"},
		{"method and URL", v2, "body, url; not timestamp, id, event", "replay not limited, URL bound, id not covered, event not covered"},
		{"a token", token, "nothing; not body, timestamp, id, url", "token only"},
		{"a checksum", Spec{Alg: []string{"sha256"}, Enc: "hex", Content: []string{"{body}"}, Fields: []Field{header("X-Sum", "{sig}")}},
			"body; not timestamp, id, url", "integrity only, replay not limited"},
	}
	for _, test := range tests {
		c := mustNew(t, test.spec).Coverage()
		var limits []string
		for _, l := range c.Limits {
			if l.Means == "" {
				t.Errorf("%s: nothing follows from %s", test.name, l.Label)
			}
			limits = append(limits, l.Label)
		}
		if diff := cmp.Diff([]string{test.sentence, test.limits}, []string{c.Sentence(), strings.Join(limits, ", ")}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}
