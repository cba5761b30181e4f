package sign

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOutline(t *testing.T) {
	s, err := New(Spec{
		Alg: []string{"hmac-sha256"}, Enc: "hex", Content: []string{`v0:{ts}[;{query.a.b|lower}]{json.x.0}\n{body}`},
		TS: &TimeSpec{Unit: "s"}, Aliases: map[string][]string{"X-Sig": {"X-Old"}},
		Fields: []Field{
			{InHeader, "X-Version", []string{"1"}},
			{InHeader, "X-Sig", []string{"t={ts}, v1={sig}"}},
			{InHeader, "X-Id", []string{"{id}"}}, // not signed: only shown
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	pairs := OutlineField{
		Place: InHeader, Names: []string{"X-Sig", "X-Old"}, Sep: ", ", Pairs: map[Role]string{RoleTS: "t", RoleSig: "v1"},
		Templates: [][]OutlinePart{{{Text: "t="}, {Role: RoleTS}, {Text: ", v1="}, {Role: RoleSig}}},
	}
	want := Outline{
		Constants:  []OutlineField{{Place: InHeader, Names: []string{"X-Version"}, Templates: [][]OutlinePart{{{Text: "1"}}}}},
		Signatures: []OutlineField{pairs}, Times: []OutlineField{pairs},
		Contents: [][]OutlineSegment{{
			{Pieces: []OutlinePiece{{Text: "v0:"}, {Source: "ts"}}},
			{Optional: true, Pieces: []OutlinePiece{{Text: ";"}, {Source: "query", Arg: "a.b", Filters: []string{"lower"}}}},
			{Pieces: []OutlinePiece{{Source: "json", Arg: "x.0", Path: []string{"x", "0"}}, {Text: "\n"}, {Source: "body"}}},
		}},
	}
	if diff := cmp.Diff(want, s.Outline()); diff != "" {
		t.Errorf("Outline (-want +got):\n%s", diff)
	}
}
