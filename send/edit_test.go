package send

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/sign"
)

func TestEditsApply(t *testing.T) {
	var edits Edits
	for _, text := range []string{"X-A: new", "x-twice: 1", "X-Twice: 2", "Gone:", "Empty;", "host: other", "X-Colon: a:b"} {
		edit, err := ParseEdit(text)
		if err != nil {
			t.Fatalf("ParseEdit(%q): %v", text, err)
		}
		edits = append(edits, edit)
	}
	out := Outgoing{Headers: sign.Headers{{Name: "x-a", Value: "1"}, {Name: "X-A", Value: "2"}, {Name: "GONE", Value: "3"}, {Name: "Kept", Value: "4"}}}
	edits.Apply(&out)
	want := Outgoing{Host: "other", Headers: sign.Headers{{Name: "Kept", Value: "4"}, {Name: "X-A", Value: "new"},
		{Name: "x-twice", Value: "1"}, {Name: "X-Twice", Value: "2"}, {Name: "Empty"}, {Name: "X-Colon", Value: "a:b"}}}
	if diff := cmp.Diff(want, out); diff != "" {
		t.Error(diff)
	}
}

func TestParseEditRefuses(t *testing.T) {
	for _, text := range []string{"", "X-A", ": v", "X A: v", "X-A : v", ";", "X-A: a\r\nX-B: b", "X-A: \x00", "Content-Length: 3", "transfer-encoding;", "host: a b"} {
		if edit, err := ParseEdit(text); err == nil {
			t.Errorf("ParseEdit(%q) = %+v, want it refused", text, edit)
		}
	}
}

// What parses is one header line, whatever is in it.
func FuzzParseEdit(f *testing.F) {
	for _, seed := range []string{"X-A: b", "X;", "X:", "a: \t b\x80 ", "x y: z", "X: \r\nY: z"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		edit, err := ParseEdit(text)
		if err != nil {
			return
		}
		out := Outgoing{Method: "GET", RequestTarget: "/"}
		Edits{edit}.Apply(&out)
		if err := check(&out); err != nil {
			t.Fatalf("ParseEdit(%q) gives a line that cannot be sent: %v", text, err)
		}
	})
}

func TestEndToEnd(t *testing.T) {
	given := sign.Headers{
		{Name: "HOST", Value: "h"}, {Name: "Connection", Value: "close, X-Signature"}, {Name: "X-Signature", Value: "s"},
		{Name: "te", Value: "trailers"}, {Name: "Trailer", Value: "x"}, {Name: "Transfer-Encoding", Value: "chunked"}, {Name: "Upgrade", Value: "h2c"},
		{Name: "Keep-Alive", Value: "1"}, {Name: "Proxy-Connection", Value: "x"}, {Name: "Proxy-Authorization", Value: "x"},
		{Name: "Expect", Value: "100-continue"}, {Name: "content-length", Value: "3"}, {Name: "X_Connection", Value: "kept"}, {Name: "x-signature", Value: "t"},
	}
	want := sign.Headers{{Name: "X-Signature", Value: "s"}, {Name: "X_Connection", Value: "kept"}, {Name: "x-signature", Value: "t"}}
	if diff := cmp.Diff(want, EndToEnd(given)); diff != "" {
		t.Error(diff)
	}
}
