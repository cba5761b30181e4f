package cmd

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/store"
)

// What the terminal UI runs is the command line itself, on the store that is
// shown, and nothing of it reaches the terminal.
func TestWordsOfTheTerminalUI(t *testing.T) {
	st, err := store.Open(t.Context(), t.TempDir(), store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	e := systemEnv("")
	e.dir = t.TempDir()
	e.lookup = func(string) (string, bool) { return "", false }
	e.stdout, e.stderr = nil, nil
	a := &app{env: e, color: "auto"}
	if a.settings, err = loadSettings(a); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		words string
		want  string
		fails string
	}{
		{"endpoint add localhost:3000/x --name shop --provider revkeen", "shop", ""},
		{"endpoint disable shop", "disabled", ""},
		{"endpoint list", "disabled", ""},
		{"show 12", "", "no such delivery"},
		{"endpoint pause shop", "", "unknown command"},
		{"listen", "", "another terminal"},
	} {
		out, err := a.runWords(t.Context(), st, strings.Fields(tt.words))
		if tt.fails == "" && err != nil || tt.fails != "" && (err == nil || !strings.Contains(err.Error(), tt.fails)) {
			t.Errorf("%s: error %v, want %q", tt.words, err, tt.fails)
		}
		if !strings.Contains(out, tt.want) {
			t.Errorf("%s prints %q, want %q in it", tt.words, out, tt.want)
		}
	}
	all, err := a.pageEndpoints(t.Context(), st)
	if err != nil || len(all) != 1 || all[0].Name != "shop" || all[0].Enabled || len(all[0].Switches) == 0 || strings.Contains(all[0].Secret, "whsec_") && len(all[0].Secret) > 20 {
		t.Errorf("endpoints %+v, %v", all, err)
	}
	types, err := pageTypes(a.offScreen().catalogs())
	if err != nil || len(types) == 0 || len(types[0].Samples) == 0 {
		t.Errorf("%d event types, %v", len(types), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.runWords(ctx, st, []string{"log"}); err == nil {
		t.Error("a command runs after the view has ended")
	}
	ch, stop := interruptsOf(ctx)
	defer stop()
	if sig := <-ch; sig != os.Interrupt {
		t.Errorf("the end of the context is %v", sig)
	}
}
