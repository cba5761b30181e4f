package provider

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hooks-cli/hooks/sign"
)

// TestWriteReadsBack: the file of every scheme that is known reads back to it.
func TestWriteReadsBack(t *testing.T) {
	for _, p := range everyProvider(t) {
		text, err := Write("mine", p.Scheme.Spec(), "the scheme of "+p.ID)
		if err != nil {
			t.Errorf("%s: %v", p.ID, err)
			continue
		}
		back, err := in(t, map[string]string{"mine.yaml": string(text)}).Get("mine")
		if err != nil {
			t.Errorf("%s: %v\n%s", p.ID, err, text)
			continue
		}
		if diff := cmp.Diff(p.Scheme.Spec(), back.Scheme.Spec(), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-written +read):\n%s\n%s", p.ID, diff, text)
		}
		if back.Evidence != EvidenceAssumed {
			t.Errorf("%s: evidence is %s", p.ID, back.Evidence)
		}
	}
}

func TestWrite(t *testing.T) {
	spec := sign.Spec{
		Alg: []string{"hmac-sha256"}, Enc: "hex", Key: "whsec", Content: []string{"{ts}.{body}", "{body}\n"}, List: " ", Strict: true,
		TS: &sign.TimeSpec{Unit: "s", Tolerance: 2500 * time.Millisecond, PastOnly: true},
		Fields: []sign.Field{
			{Place: sign.InHeader, Name: "X-Sig", Templates: []string{"t={ts},v1={sig}"}},
			{Place: sign.InJSON, Name: "0.type", Templates: []string{"{event}"}},
			{Place: sign.InJSON, Name: "true", Templates: []string{"{id}"}},
		},
	}
	want := `# found in one capture
# a second line
id: acme
evidence: assumed
alg: hmac-sha256
enc: hex
key: whsec
content: ["{ts}.{body}", "{body}\n"]
ts: {unit: s, tolerance: 2.5s, future: unbounded}
list: " "
headers:
  X-Sig: "t={ts},v1={sig}"
json:
  0.type: "{event}"
  "true": "{id}"
strict: true
`
	got, err := Write("acme", spec, "found in one capture\na second line")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("Write (-want +got):\n%s", diff)
	}
}

func TestWriteRefuses(t *testing.T) {
	good := sign.Spec{Alg: []string{"hmac-sha256"}, Enc: "hex", Content: []string{"{body}"}, Fields: []sign.Field{{Place: sign.InHeader, Name: "A", Templates: []string{"{sig}"}}}}
	twice := good
	twice.Fields = slices.Repeat(good.Fields, 2)
	empty := good
	empty.Content = nil
	for _, test := range []struct {
		name, id string
		spec     sign.Spec
		want     string
	}{
		{"a reserved name", "auto", good, "no name for a provider"},
		{"a path", "../x", good, "no name for a provider"},
		{"a header twice", "mine", twice, "A is there twice"},
		{"no content", "mine", empty, "content: is missing"},
	} {
		_, err := Write(test.id, test.spec)
		var wrong *FileError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: Write = %v", test.name, err)
		}
	}
	text, err := Write("mine", good, "a note\r\nid: theirs\u2028id: theirs")
	if err != nil || strings.Count(string(text), "\nid:") != 1 {
		t.Errorf("a note breaks out of its comment: %q, %v", text, err)
	}
}

// FuzzWrite: whatever Write returns reads back to the same scheme.
func FuzzWrite(f *testing.F) {
	f.Add("{ts}.{body}", "X-Sig", "t={ts},v1={sig}", "Mon 02 Jan 2006", "", int64(300), "note")
	f.Add("[a:{json.x y#};]\\n{body|lower}", "A", "# {sig}", "s", " ", int64(1), "\n")
	f.Fuzz(func(t *testing.T, content, name, template, unit, list string, tolerance int64, note string) {
		spec := sign.Spec{Alg: []string{"hmac-sha256"}, Enc: "hex", Content: []string{content}, List: list,
			TS: &sign.TimeSpec{Unit: unit, Tolerance: time.Duration(tolerance)}, Fields: []sign.Field{
				{Place: sign.InHeader, Name: name, Templates: []string{template}}, {Place: sign.InHeader, Name: "T", Templates: []string{"{ts}"}}}}
		text, err := Write("mine", spec, note)
		if err != nil {
			return
		}
		doc, err := parseDocument("mine.yaml", text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		p, err := build("mine", doc)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if diff := cmp.Diff(spec, p.Scheme.Spec(), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-written +read):\n%s\n%s", diff, text)
		}
	})
}
