package cmd

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/hooks-cli/hooks/crash"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/watch"
)

// watchSettings follows the settings files until the returned function is
// called: endpoints become what is declared now, and of everything else a line
// says that it takes a restart. A file that is broken changes nothing.
func (a *app) watchSettings(ctx context.Context, st *store.Store) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	w := &settingsWatch{store: st, app: app{env: a.env, settings: a.settings, storeDir: a.storeDir, configPath: a.configPath,
		json: a.json, quiet: a.quiet, verbose: a.verbose, noInput: true, colourErr: a.colourErr}}
	changes := watch.Files(ctx, a.settings.places()...)
	var running sync.WaitGroup
	running.Go(func() {
		defer crash.Catch(ctx)
		for range changes {
			w.reload(ctx)
		}
	})
	return func() { cancel(); running.Wait() }
}

// settingsWatch has an app of its own: the settings of the command stay.
type settingsWatch struct {
	app
	store *store.Store
}

func (w *settingsWatch) reload(ctx context.Context) {
	next, err := loadSettings(&w.app)
	if err == nil {
		before := w.settings
		w.settings = next
		if changed := next.changedSince(before); len(changed) > 0 {
			w.note("%s changed: start this command again to use it", strings.Join(changed, ", "))
		}
		err = w.applyDeclared(ctx, w.store)
	}
	if err != nil && ctx.Err() == nil {
		f := asFailure(err)
		w.warn("the settings stay as they were: %s", f.message)
	}
}

// places are the files that there could be.
func (s *settings) places() []string {
	return slices.DeleteFunc([]string{s.project, s.user}, func(path string) bool { return path == "" })
}

// changedSince are the keys, other than that of endpoints, whose values are not
// what they were.
func (s *settings) changedSince(before *settings) []string {
	var keys []string
	for _, k := range knownSettings() {
		if k.kind != endpointValues && !slices.Equal(s.line(k).Values, before.line(k).Values) {
			keys = append(keys, k.key)
		}
	}
	return keys
}
