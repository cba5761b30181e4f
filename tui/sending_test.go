package tui

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
)

// sender is what a screen sends through: it remembers the commands.
type sender struct{ ran [][]string }

func (r *sender) offer(o *Options) {
	withEdits(o)
	o.Actions.Command = func(_ context.Context, words []string) (string, error) {
		r.ran = append(r.ran, slices.Clone(words))
		return "sent", nil
	}
	o.Actions.Endpoints = func(context.Context) ([]Endpoint, error) { return nil, nil }
	o.Actions.EventTypes = func(context.Context) ([]EventType, error) {
		return []EventType{
			{Ref: "acme:order.paid", Name: "order.paid", Catalog: "acme", Samples: []Sample{{"default", []byte(`{"id":"x"}`)}, {"large", []byte(`{"id":"y"}`)}}},
			{Ref: "acme:order.free", Name: "order.free", Catalog: "acme"},
		}, nil
	}
}

// withEdits offers what changes a payload before it is sent.
func withEdits(o *Options) {
	o.Editor, o.Pager = "true", "true"
	o.Breaks = [][]string{{"--tamper"}, {"--duplicate", "2"}}
	o.Actions.Revise = func(body []byte, flags []string) ([]byte, error) {
		for i := 1; i < len(flags); i += 2 {
			if flags[i-1] == "--data" {
				body = []byte(flags[i])
				continue
			}
			path, value, ok := strings.Cut(flags[i], "=")
			if !ok {
				return nil, errors.New("must be path=value")
			}
			body = bytes.Replace(body, []byte(path), []byte(value), 1)
		}
		return body, nil
	}
	o.Actions.Edits = func(_, after []byte) ([]string, error) {
		if bytes.Contains(after, []byte{0}) {
			return nil, errors.New("not text")
		}
		return []string{"--data", string(after)}, nil
	}
}

func (r *sender) last() string {
	if len(r.ran) == 0 {
		return ""
	}
	return strings.Join(r.ran[len(r.ran)-1], " ")
}

// Each option of a replay is in the command that is shown, and that command is
// what runs.
func TestReplayOverlay(t *testing.T) {
	tests := []struct {
		name, want string
		keys       []string
	}{
		{"plain", "replay 1276", nil},
		{"as received", "replay 1276 --as-received", []string{"tab", " "}},
		{"a new id", "replay 1276 --new-id", []string{"tab", "tab", "l"}},
		{"there and back", "replay 1276", []string{"tab", "l", "h", "shift+tab", "shift+tab", "j"}},
		{"as received leaves changes out", "replay 1276 --as-received", []string{"=", "a", "=", "b", "enter", "tab", " "}},
		{"a target", "replay 1276 --to 9000", []string{" ", "9", "0", "0", "0", "enter"}},
		{"changed", "replay 1276 --set a=b", []string{"=", "a", "=", "b", "enter"}},
		{"undone", "replay 1276", []string{"=", "a", "=", "b", "enter", "backspace"}},
		{"not changed after all", "replay 1276", []string{"=", "a", "esc"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r sender
			s := newScreen(t, 80, 24, r.offer, samples()...)
			s.press("g", "R")
			s.press(tt.keys...)
			s.contains("$ hooks " + tt.want)
			s.press("y")
			if got := string(s.copied); got != "hooks "+tt.want {
				t.Errorf("copied %q", got)
			}
			s.press("enter")
			if r.last() != tt.want {
				t.Errorf("ran %q, want %q", r.last(), tt.want)
			}
		})
	}
}

func TestReplayOverlayKeepsAWrongChange(t *testing.T) {
	var r sender
	s := newScreen(t, 80, 24, r.offer, samples()...)
	s.press("g", "R", "=", "a", "enter")
	if s.line.kind != fieldLine {
		t.Errorf("line %d", s.line.kind)
	}
	s.contains("must be path=value")
	s.press("=", "b", "enter")
	s.contains("--set a=b")
	s.press("esc", "esc")
	if len(r.ran) != 0 {
		t.Errorf("ran %v", r.ran)
	}
}

func TestTriggerOverlay(t *testing.T) {
	tests := []struct {
		name, want string
		keys       []string
	}{
		{"the first type", "trigger acme:order.paid", nil},
		{"another", "trigger acme:order.free", []string{"j"}},
		{"found", "trigger acme:order.free", []string{"/", "f", "r", "e", "e", "enter"}},
		{"another sample", "trigger acme:order.paid --example large", []string{"E"}},
		{"broken", "trigger acme:order.paid --duplicate 2", []string{"b", "b"}},
		{"whole again", "trigger acme:order.paid", []string{"b", "b", "b"}},
		{"by the fields", "trigger acme:order.paid --example large --count 2 --duplicate 2", []string{"tab", " ", "tab", "tab", "l", "tab", "h"}},
		{"somewhere", "trigger acme:order.paid --to x", []string{" ", "x", "enter"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r sender
			s := newScreen(t, 80, 24, r.offer, samples()...)
			s.press("t")
			s.press(tt.keys...)
			s.contains("$ hooks " + tt.want)
			s.press("enter")
			if r.last() != tt.want {
				t.Errorf("ran %q, want %q", r.last(), tt.want)
			}
		})
	}
}

// edited plays the editor: it replaces the file's content.
func (s *screen) edited(content string) {
	s.t.Helper()
	o := s.guest
	if o == nil {
		s.t.Fatal("no editor was started")
	}
	s.guest, s.outside = nil, nil
	file := o.program.Args[len(o.program.Args)-1]
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		s.t.Errorf("the file: %v, %v", info, err)
	}
	if content != "" {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
	s.send(o.done(nil))
	if _, err := os.Stat(file); err == nil {
		s.t.Error("the file is still there")
	}
}

func TestEditAndSend(t *testing.T) {
	var r sender
	s := newScreen(t, 80, 24, r.offer, samples()...)
	s.press("g", "e")
	s.edited(`{"id": 1}`)
	s.contains("CHANGES")
	s.contains(`--data '{"id":1}'`) // as compact as it was
	s.press("e")
	s.edited("")
	s.contains("nothing was changed")
	s.press("e")
	s.edited("{")
	s.contains("not JSON any more")
	s.press("e")
	s.edited("a\x00b")
	s.contains("not text")
	s.press("enter")
	if r.last() != "replay 1276 --data {" {
		t.Errorf("ran %q", r.last())
	}
}

func TestEditASample(t *testing.T) {
	var r sender
	s := newScreen(t, 80, 24, r.offer, samples()...)
	s.press("t", "e")
	s.edited(`{"id":"z"}`)
	s.press("enter")
	if want := `trigger acme:order.paid --data {"id":"z"}`; r.last() != want {
		t.Errorf("ran %q, want %q", r.last(), want)
	}
	s.press("3", "e")
	s.edited(`{"id":"w"}`)
	s.contains("$ hooks trigger acme:order.paid --data")
	s.press("esc", "t", "j", "e")
	s.contains("there is no sample to edit")
}

// An editor that cannot be started, or fails, changes nothing.
func TestEditorFails(t *testing.T) {
	var r sender
	s := newScreen(t, 80, 24, r.offer, samples()...)
	s.o.Editor = "'"
	s.press("g", "e")
	s.contains("a quote is not closed")
	s.press("esc")
	s.o.Editor = "vi -n"
	s.press("e")
	o := s.guest
	if o == nil || o.program.Args[0] != "vi" || o.program.Args[1] != "-n" {
		t.Fatalf("started %v", o)
	}
	s.send(o.done(errors.New("exit status 1")))
	s.contains("exit status 1")
	s.contains("$ hooks replay 1276")
}

func TestPager(t *testing.T) {
	var r sender
	s := newScreen(t, 80, 24, r.offer, samples()...)
	s.src.ds[0].Request.Body = []byte("{\"a\":\"\x1b[2J\"}")
	s.press("g", "enter", "]", "o")
	if s.outside == nil {
		t.Fatal("no pager was started")
	}
	file := s.guest.program.Args[1]
	text, err := os.ReadFile(file)
	if err != nil || bytes.Contains(text, []byte{0x1b}) || !strings.Contains(string(text), `\x1b[2J`) {
		t.Errorf("the pager gets %q, %v", text, err)
	}
	s.send(s.guest.done(nil))
	if _, err := os.Stat(file); err == nil {
		t.Error("the file is still there")
	}
}
