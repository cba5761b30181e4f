package tui

import (
	"fmt"
	"os"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/google/go-cmp/cmp"
)

// One key means one thing in a place. A body lies in a detail, so its keys
// must not be keys of the detail.
func TestKeysHaveNoDuplicates(t *testing.T) {
	seen := map[string]map[place]bool{}
	for _, e := range keyTable() {
		for _, b := range e.binds {
			for _, k := range b.keys {
				if seen[k] == nil {
					seen[k] = map[place]bool{}
				}
				for p := inList; p <= inFilter; p <<= 1 {
					if b.where&p == 0 {
						continue
					}
					if p == inTrigger && seen[k][inSending] || p == inSending && seen[k][inTrigger] || (p == inBody || p == inSchema) && seen[k][inDetail] || p == inDetail && (seen[k][inBody] || seen[k][inSchema]) || seen[k][p] {
						t.Errorf("%q means two things in place %b", k, p)
					}
					seen[k][p] = true
				}
			}
		}
	}
}

func TestEveryActionHasAKeyAndHelp(t *testing.T) {
	bound := map[action]bool{}
	for _, e := range keyTable() {
		if e.show == "" || e.help == "" || e.group == "" || len(e.binds) == 0 {
			t.Errorf("an entry says too little: %+v", e)
		}
		if (e.hint == "") != (e.hintIn == 0) {
			t.Errorf("%s: a hint without a place, or a place without one", e.show)
		}
		for _, b := range e.binds {
			bound[b.action] = true
			if len(b.keys) == 0 || b.where == 0 {
				t.Errorf("%s: no key, or none that counts anywhere", e.show)
			}
		}
	}
	for a := noAction + 1; a < actions; a++ {
		if !bound[a] {
			t.Errorf("action %d has no key", a)
		}
	}
}

func TestKeyNamesAreTheLibrarys(t *testing.T) {
	tests := []struct {
		msg  tea.KeyMsg
		want action
		in   place
	}{
		{tea.KeyMsg{Type: tea.KeyUp}, goUp, inList},
		{tea.KeyMsg{Type: tea.KeyPgDown}, goPageDown, inDetail},
		{tea.KeyMsg{Type: tea.KeyPgUp}, goPageUp, inHelp},
		{tea.KeyMsg{Type: tea.KeyHome}, goFirst, inList},
		{tea.KeyMsg{Type: tea.KeyEnd}, goLast, inList},
		{tea.KeyMsg{Type: tea.KeyEnter}, doOpen, inList},
		{tea.KeyMsg{Type: tea.KeyEsc}, doBack, inDetail},
		{tea.KeyMsg{Type: tea.KeyTab}, doPane, inDetail},
		{tea.KeyMsg{Type: tea.KeyShiftTab}, doPane, inList},
		{tea.KeyMsg{Type: tea.KeyLeft}, doFold, inDetail | inBody},
		{tea.KeyMsg{Type: tea.KeyCtrlC}, doInterrupt, inFilter},
		{tea.KeyMsg{Type: tea.KeyCtrlD}, goHalfDown, inList},
		{tea.KeyMsg{Type: tea.KeyCtrlL}, doRedraw, inHelp},
		{tea.KeyMsg{Type: tea.KeyCtrlZ}, doSuspend, inCopy},
	}
	keys := newKeymap(keyTable())
	for _, tt := range tests {
		if got := keys.find(pressed(tt.msg).name, tt.in); got != tt.want {
			t.Errorf("%s does %d, want %d", tt.msg, got, tt.want)
		}
	}
}

// docs/keys.md is the table of keys; -update writes it.
func TestKeysAreDocumented(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Keys of the terminal UI\n\nThe keys of `hooks tui` and `hooks listen --tui`. `?` lists them, and `/` there searches.\n")
	var in group
	for _, e := range keyTable() {
		if e.group != in {
			in = e.group
			fmt.Fprintf(&b, "\n## %s\n\n| key | does |\n| --- | --- |\n", in[:1]+group(strings.ToLower(string(in[1:]))))
		}
		fmt.Fprintf(&b, "| `%s` | %s |\n", e.show, e.help)
	}
	const path = "../docs/keys.md"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.String(), string(got)); diff != "" {
		t.Errorf("%s is not the table of keys (-want +got; -update writes it):\n%s", path, diff)
	}
}
