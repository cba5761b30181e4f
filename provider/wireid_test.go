package provider

import (
	"bytes"
	"crypto/rand"
	"errors"
	"regexp"
	"strings"
	"testing"
)

const someULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"

func TestWireID(t *testing.T) {
	for text, want := range map[string]string{
		"{uuid}":         `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`,
		"wbh-{ulid}":     `^wbh-` + someULID + `$`,
		"{hex:16}":       `^[0-9a-f]{32}$`,
		"{hex:3}.x":      `^[0-9a-f]{6}\.x$`,
		"evt_{alnum:24}": `^evt_[0-9A-Za-z]{24}$`,
		"{digits:20}":    `^[0-9]{20}$`,
		"{alnum:64}":     `^[0-9A-Za-z]{64}$`,
	} {
		w, err := ParseWireID(text)
		if err != nil || w.String() != text {
			t.Errorf("ParseWireID(%q) = %q, %v", text, w, err)
			continue
		}
		first, err1 := w.Make(someULID, rand.Reader)
		second, err2 := w.Make(someULID, rand.Reader)
		if err1 != nil || err2 != nil || !regexp.MustCompile(want).MatchString(first) || first == second && !strings.Contains(text, "ulid") {
			t.Errorf("%s makes %q and %q (%v, %v), want %s twice", text, first, second, err1, err2, want)
		}
		stream := bytes.Repeat([]byte{7, 11, 13, 255, 254}, 200)
		again, _ := w.Make(someULID, bytes.NewReader(stream))
		if same, err := w.Make(someULID, bytes.NewReader(stream)); err != nil || same != again {
			t.Errorf("%s makes %q and %q of the same bytes (%v)", text, again, same, err)
		}
	}
	if id, err := (WireID{}).Make(someULID, nil); id != "msg_"+someULID || err != nil || (WireID{}).String() != "msg_{ulid}" {
		t.Errorf("the zero value makes %q, %v", id, err)
	}
	uuid, _ := ParseWireID("{uuid}")
	if _, err := uuid.Make(someULID, bytes.NewReader(nil)); err == nil {
		t.Error("an id was made of nothing")
	}
}

func TestParseWireIDRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "no run": "evt_", "two runs": "{uuid}{ulid}", "an open brace": "{uuid", "a closed brace": "uuid}",
		"a size of a UUID": "{uuid:4}", "no size": "{hex}", "a size that is no number": "{hex:x}", "a size of 0": "{alnum:0}", "a size too large": "{digits:65}",
		"a blank": "evt {uuid}", "a line end": "{uuid}\n", "a letter beyond ASCII": "é{uuid}",
	} {
		if w, err := ParseWireID(text); err == nil {
			t.Errorf("%s: %q is read as %q", name, text, w)
		}
	}
	var word *wordError
	if _, err := ParseWireID("{guid}"); !errors.As(err, &word) {
		t.Errorf("{guid}: %v, want the words that are known", err)
	}
}

// FuzzParseWireID: what is read is written as it was, and makes ids that can
// stand in a header.
func FuzzParseWireID(f *testing.F) {
	for _, text := range []string{"{uuid}", "wbh-{ulid}", "{hex:16}", "evt_{alnum:24}x", "{digits:1}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w, err := ParseWireID(text)
		if err != nil {
			return
		}
		again, err := ParseWireID(w.String())
		if err != nil || again != w {
			t.Fatalf("%q is %q, which is %q, %v", text, w, again, err)
		}
		id, err := w.Make(someULID, rand.Reader)
		if err != nil || id == "" || strings.ContainsFunc(id, notVisible) {
			t.Fatalf("%q makes %q, %v", text, id, err)
		}
	})
}
