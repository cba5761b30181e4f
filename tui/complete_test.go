package tui

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
)

// withMemory keeps filters in a map.
func withMemory(kept map[string]string) func(*Options) {
	return func(o *Options) {
		o.Memory = Memory{
			Read: func(name string) ([]byte, error) {
				if text, ok := kept[name]; ok {
					return []byte(text), nil
				}
				return nil, os.ErrNotExist
			},
			Write: func(name string, content []byte) error { kept[name] = string(content); return nil },
		}
	}
}

func TestCompleteTheFilter(t *testing.T) {
	tests := []struct {
		name, typed string
		keys        []string
		want        string
	}{
		{"a key", "prov", []string{"tab"}, "provider:"},
		{"a value that is known", "event:payout", []string{"tab"}, "event:payout.state-updated"},
		{"a word of a closed list", "verdict:inv", []string{"tab"}, "verdict:invalid"},
		{"what all begin with", "event:payment", []string{"tab"}, "event:payment."},
		{"the choices in turn", "event:payment", []string{"tab", "tab"}, "event:payment.failed"},
		{"and round", "event:payment", []string{"tab", "tab", "tab", "tab"}, "event:payment.failed"},
		{"backwards", "event:payment", []string{"tab", "shift+tab"}, "event:payment.succeeded"},
		{"behind a bar and a minus", "invoice|-verdict:val", []string{"tab"}, "invoice|-verdict:valid"},
		{"not equal", "verdict!=val", []string{"tab"}, "verdict!=valid"},
		{"a number follows", "siz", []string{"tab"}, "size>"},
		{"nothing fits", "event:zzz", []string{"tab"}, "event:zzz"},
		{"a comparison", "size>1", []string{"tab"}, "size>1"},
		{"in quotes", `"a prov`, []string{"tab"}, `"a prov`},
		{"kept ones before anything is typed", "", []string{"tab", "tab"}, "code:5xx verdict:valid"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newScreen(t, 80, 24, withMemory(map[string]string{presetsName: "code:5xx verdict:valid\n"}), samples()...)
			s.press("/")
			if tt.typed != "" {
				s.write(tt.typed)
			}
			s.press(tt.keys...)
			s.text()
			if got := string(s.bar.input); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestHistoryOfFilters(t *testing.T) {
	kept := map[string]string{}
	s := newScreen(t, 80, 24, withMemory(kept), samples()...)
	for _, text := range []string{"invoice", "code:5xx", "invoice"} {
		s.press("/", "ctrl+u")
		s.write(text)
		s.press("enter")
	}
	if kept[historyName] != "code:5xx\ninvoice\n" {
		t.Errorf("kept %q", kept[historyName])
	}
	s = newScreen(t, 80, 24, withMemory(kept), samples()...)
	s.press("/")
	s.write("pay")
	var got []string
	for _, key := range []string{"up", "up", "up", "down", "down", "down"} {
		s.press(key)
		got = append(got, string(s.bar.input))
	}
	if want := "invoice code:5xx code:5xx invoice pay pay"; strings.Join(got, " ") != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestKeepAFilter(t *testing.T) {
	kept := map[string]string{}
	s := newScreen(t, 80, 24, withMemory(kept), samples()...)
	s.press("/")
	s.write("code:5xx")
	s.press("ctrl+s")
	s.contains("kept: tab offers it")
	if kept[presetsName] != "code:5xx\n" {
		t.Errorf("kept %q", kept[presetsName])
	}
	s.press("ctrl+s")
	s.contains("no longer kept")
	s.write(" code>=x")
	s.press("ctrl+s")
	s.contains("there is no right filter to keep")
	s.o.Memory.Write = func(string, []byte) error { return errors.New("disk full") }
	s.press("ctrl+u")
	s.write("invoice")
	s.press("ctrl+s")
	s.contains("disk full")
}

func TestFilterByMark(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	s.press("g", "m", "m", "/")
	s.write("mark:true")
	s.press("enter")
	if s.list.len() != 2 {
		t.Errorf("%d are shown of two marked", s.list.len())
	}
	s.press("g", "m")
	if s.list.len() != 1 {
		t.Errorf("%d are shown of one marked", s.list.len())
	}
}

// Every entry of the menu copies what it says, bytes as they are.
func TestCopyMenu(t *testing.T) {
	d := samples()[0]
	d.Request.Body = []byte(`{"a":{"b":"x\ny"}}`)
	s := newScreen(t, 80, 24, nil, d)
	s.press("enter", "]", "G", "k", "k")
	for keys, want := range map[string]string{
		"b": `{"a":{"b":"x\ny"}}`, "i": "dlv_01HZX000000000000000001276", "u": "http://localhost:3000/hooks/revkeen",
		"s": "sha256=9f2c41e07a", "p": "a.b", "v": "x\ny",
	} {
		s.copied = nil
		s.press("y", keys)
		if string(s.copied) != want {
			t.Errorf("y %s copied %q, want %q", keys, s.copied, want)
		}
	}
	s.press("g", "y", "p")
	s.contains("put the cursor on a value")
}

// What no clipboard takes goes into a file that others cannot read.
func TestCopyWhatIsTooLarge(t *testing.T) {
	d := samples()[0]
	d.Request.Body = make([]byte, maxClipboard)
	dir := t.TempDir()
	s := newScreen(t, 120, 24, func(o *Options) { o.TraceDir = dir }, d)
	s.press("y", "b")
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 || !strings.Contains(s.note.text.String(), "written to "+dir) {
		t.Fatalf("%v, %v, said %q", files, err, s.note.text)
	}
	if info, err := files[0].Info(); err != nil || info.Mode().Perm() != 0o600 || info.Size() != maxClipboard {
		t.Errorf("%v, %v", info, err)
	}
	var native []byte
	s.o.Clipboard = func(_ context.Context, b []byte) error { native = b; return nil }
	s.press("y", "b")
	if len(native) != maxClipboard || !strings.Contains(s.note.text.String(), "copied body") {
		t.Errorf("the system's clipboard has %d bytes, said %q", len(native), s.note.text)
	}
}

func TestExportMenu(t *testing.T) {
	var wrote []string
	s := newScreen(t, 80, 24, func(o *Options) {
		o.Exports = []string{ExportCurl, ExportBody}
		o.Actions.Command = func(context.Context, []string) (string, error) { return "", nil }
		o.Actions.Export = func(_ context.Context, id, form string) (string, error) {
			wrote = append(wrote, form)
			if form == ExportBody {
				return "", errors.New("no \x1b[2J room")
			}
			return "/tmp/x.sh", nil
		}
	}, samples()...)
	s.press("x")
	s.contains("c curl  b body  x other")
	s.press("c")
	s.contains("written to /tmp/x.sh")
	s.press("x", "h") // not offered
	s.press("b")
	s.contains(`no \x1b[2J room`)
	s.press("x", "x")
	s.contains("hooks show dlv_01HZX000000000000000001284 --as")
	if strings.Join(wrote, " ") != "curl body" {
		t.Errorf("wrote %v", wrote)
	}
}
