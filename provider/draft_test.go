package provider

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hooks-cli/hooks/sign"
)

// TestDraftLike: the draft of every provider signs and behaves as it does.
func TestDraftLike(t *testing.T) {
	for _, p := range everyProvider(t) {
		text, err := Open().DraftLike("mine", p.ID)
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
			t.Errorf("%s signs otherwise:\n%s", p.ID, diff)
		}
		if diff := cmp.Diff(p.Behaviour, back.Behaviour, cmp.AllowUnexported(SecretFormat{}, WireID{})); diff != "" {
			t.Errorf("%s behaves otherwise:\n%s", p.ID, diff)
		}
		if !slices.Equal(p.Handshakes, back.Handshakes) || !slices.Equal(p.Params, back.Params) || !slices.Equal(p.Mask, back.Mask) {
			t.Errorf("%s loses handshakes, parameters or masks", p.ID)
		}
		if strings.Contains(string(text), "\nlike:") {
			t.Errorf("%s leans on another file", p.ID)
		}
	}
}

func genericSpec(t *testing.T) sign.Spec {
	t.Helper()
	s, err := sign.Generic(sign.GenericOptions{Header: "X-Sig", Prefix: "sha256=", Content: "{timestamp}.{body}"})
	if err != nil {
		t.Fatal(err)
	}
	return s.Spec()
}

// TestDraftLines: every line behind a # works without it, and every field is
// explained.
func TestDraftLines(t *testing.T) {
	text, err := Draft("mine", genericSpec(t))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	tried := 0
	for i, line := range lines {
		rest, ok := strings.CutPrefix(line, "#")
		if !ok || strings.HasPrefix(rest, " ") {
			continue
		}
		tried++
		with := slices.Clone(lines)
		with[i] = rest
		if r := Open().Check("mine.yaml", []byte(strings.Join(with, "\n"))); !r.OK() {
			t.Errorf("%s: %q", line, told(r.Errors))
		}
		if !strings.HasPrefix(lines[i-1], "# ") {
			t.Errorf("%s is not explained", line)
		}
	}
	if tried < 25 {
		t.Errorf("%d lines are behind a #", tried)
	}
	texts := fieldTexts()
	for _, name := range fieldNames() {
		if texts[name].text == "" {
			t.Errorf("%s is not explained", name)
		}
	}
	if len(texts) != len(fieldNames()) {
		t.Errorf("%d fields are explained, there are %d", len(texts), len(fieldNames()))
	}
}

func TestDraftRefuses(t *testing.T) {
	for _, id := range []string{"auto", "../x", "A", ""} {
		var wrong *FileError
		if _, err := Draft(id, genericSpec(t)); !errors.As(err, &wrong) {
			t.Errorf("Draft(%q) = %v", id, err)
		}
		if _, err := Open().DraftLike(id, "stripe"); !errors.As(err, &wrong) {
			t.Errorf("DraftLike(%q) = %v", id, err)
		}
	}
	var unknown *UnknownError
	if _, err := Open().DraftLike("mine", "strpe"); !errors.As(err, &unknown) {
		t.Errorf("a draft of nobody: %v", err)
	}
	if _, err := Draft("mine", sign.Spec{}); err == nil {
		t.Error("a draft of no scheme")
	}
}
