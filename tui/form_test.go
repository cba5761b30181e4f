package tui

import (
	"errors"
	"strings"
	"testing"
)

// What is typed as a secret is on no frame, neither in its field, nor in the
// command, nor in what the command came to. A reference is no secret.
func TestFormHidesSecrets(t *testing.T) {
	s := newScreen(t, 120, 35, withPages, samples()...)
	s.press("2", "+", "x", "tab")
	for _, r := range "hunter2" {
		s.press(string(r))
		s.lacks("hunter")
	}
	s.press("tab")
	s.contains("$ hooks endpoint add x --secret '*******'")
	s.lacks("hunter")
	s.press("shift+tab", "ctrl+u")
	s.write("env:HUNTER")
	s.contains("--secret env:HUNTER")
}

func (s *screen) lacks(what string) {
	s.t.Helper()
	if text := s.text(); strings.Contains(text, what) {
		s.t.Errorf("the screen says %q:\n%s", what, text)
	}
}

// A command that fails leaves the form, with what was typed, and says why.
func TestFormStaysWhenTheCommandFails(t *testing.T) {
	fails := errors.New("error: provider revkeen allows 1 callback URL\nhint: delete one")
	runs := 0
	s := newScreen(t, 80, 24, func(o *Options) {
		withPages(o)
		withCommand(o, func([]string) (string, error) { runs++; return "added", fails })
	}, samples()...)
	s.press("2", "+", "x", "enter")
	s.contains("provider revkeen allows 1 callback URL")
	s.contains("$ hooks endpoint add x")
	fails = nil
	s.press("enter")
	if s.form != nil || runs != 2 {
		t.Errorf("the form is still there after %d runs:\n%s", runs, s.text())
	}
	s.contains("added")
}

// Enter goes to what is wrong, and runs nothing.
func TestFormGoesToWhatIsWrong(t *testing.T) {
	s := newScreen(t, 80, 24, func(o *Options) {
		withPages(o)
		withCommand(o, func(words []string) (string, error) { t.Errorf("ran %q", words); return "", nil })
	}, samples()...)
	s.press("2", "+", "enter")
	s.contains("is no URL")
	s.press("a", " ", "b", "tab", "tab", "enter")
	if s.form == nil || s.form.at != 0 {
		t.Error("enter does not go to the field that is wrong")
	}
}

// An answer to what stood there before is dropped, and enter waits for the one
// to what stands there now.
func TestFormWaitsForItsCheck(t *testing.T) {
	var ran []string
	s := newScreen(t, 80, 24, func(o *Options) {
		withPages(o)
		withCommand(o, func(words []string) (string, error) { ran = words; return "", nil })
	}, samples()...)
	s.press("2", "+", "x")
	first := s.update(keyMsg{runes: []rune(" ")})
	second := s.update(keyMsg{runes: []rune("y")})
	s.update(keyMsg{name: "backspace"})
	third := s.update(keyMsg{name: "backspace"})
	if todo := s.update(keyMsg{name: "enter"}); len(todo) != 0 || ran != nil {
		t.Errorf("enter did not wait: %d commands, ran %q", len(todo), ran)
	}
	s.run(second)
	s.run(first)
	if len(s.form.problems) != 0 {
		t.Errorf("problems of what is gone: %v", s.form.problems)
	}
	s.run(third)
	if len(ran) != 3 || ran[2] != "x" {
		t.Errorf("ran %q", ran)
	}
}

func TestFormTakesKeysAsText(t *testing.T) {
	s := newScreen(t, 80, 24, withPages, samples()...)
	s.press("2", "+", "q", "?", "j", "1")
	if got := s.form.value(0); got != "q?j1" {
		t.Errorf("the field holds %q", got)
	}
	s.send(keyMsg{runes: []rune("/pasted\n"), pasted: true})
	if got := s.form.value(0); got != "q?j1/pasted" {
		t.Errorf("the field holds %q", got)
	}
	s.press("esc")
	if s.form != nil || s.page != endpointsPage {
		t.Error("esc does not go back to the endpoints")
	}
}
