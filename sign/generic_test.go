package sign

import (
	"errors"
	"strings"
	"testing"
)

func TestGenericPlaces(t *testing.T) {
	for _, test := range []struct {
		name string
		o    GenericOptions
		want string // of the error; "" is a scheme
	}{
		{"the least", GenericOptions{Header: "X-Sig"}, ""},
		{"a bare hash is HMAC's", GenericOptions{Header: "X-Sig", Algorithm: "sha512"}, ""},
		{"a pair of keys", GenericOptions{Header: "X-Sig", Algorithm: "ecdsa-p256-sha256", Encoding: "base64"}, ""},
		{"the secret itself", GenericOptions{In: "json.token", Algorithm: "equal"}, ""},
		{"in a form", GenericOptions{In: "form.token", Algorithm: "equal"}, ""},
		{"inside what is signed", GenericOptions{In: "json.sig", Content: "{body|without:sig}"}, ""},
		{"a timestamp without a header to name it after", GenericOptions{In: "query.sig", Content: "{timestamp}{body}"}, ""},
		{"nowhere", GenericOptions{}, "header is missing"},
		{"in two places", GenericOptions{Header: "A", In: "json.b"}, "one place"},
		{"in an unknown place", GenericOptions{In: "jsn.b"}, `unknown place "jsn"`},
		{"without a name", GenericOptions{In: "json"}, "needs a name"},
		{"a checksum", GenericOptions{Header: "A", Algorithm: "crc32"}, `unknown algorithm "crc32"`},
		{"a token that signs something", GenericOptions{Header: "A", Algorithm: "equal", Content: "{ts}"}, "equal compares a token"},
		{"inside the body that is signed whole", GenericOptions{In: "json.sig"}, "cut it out"},
	} {
		s, err := Generic(test.o)
		if test.want != "" {
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: %v, want %q", test.name, err, test.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if s.Spec().TS != nil && s.order[0].name != "X-Webhook-Timestamp" && s.order[1].name != "X-Webhook-Timestamp" {
			t.Errorf("%s: the timestamp is in %s", test.name, s.order[0].name)
		}
	}
	var unknown *UnknownError
	if _, err := Generic(GenericOptions{Header: "A", Algorithm: "sha265"}); !errors.As(err, &unknown) || unknown.Word != "sha265" {
		t.Errorf("a misspelt algorithm: %v", err)
	}
}

// TestProblems: all that is wrong, and New returns the first of it.
func TestProblems(t *testing.T) {
	spec := Spec{Alg: []string{"hmac-sha256", "hmac-sha265", "ed25519"}, Enc: "hexx", Key: "k", Pub: "p", Content: []string{"{body}", "{x}", "{y}"},
		TS: &TimeSpec{Unit: "minutes", Tolerance: -1}, Fields: []Field{header("A", "{sgi}"), header("B C", "{sig}"), header("D")},
		Checks: []Field{{Place: InHeader, Name: "E", Templates: []string{"{z}"}}}, SendExtra: []Field{header("F", "{ts}")}}
	var got []string
	for _, e := range Problems(spec) {
		got = append(got, e.Field)
	}
	want := "alg alg enc key pub headers.A headers.B C headers.D content content ts.unit ts.tolerance check.header.E send_headers.F"
	if strings.Join(got, " ") != want {
		t.Errorf("Problems = %s\nwant       %s", strings.Join(got, " "), want)
	}
	var first *SpecError
	if _, err := New(spec); !errors.As(err, &first) || first.Field != "alg" || first.Index != 1 {
		t.Errorf("New = %v", err)
	}
	if wrong := Problems(githubSpec()); len(wrong) > 0 {
		t.Errorf("Problems of a right one = %v", wrong)
	}
}
