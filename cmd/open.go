package cmd

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/store"
)

// openStore opens the store for reading and writing and makes it where there
// is none.
func (a *app) openStore(ctx context.Context) (*store.Store, error) {
	dir, err := a.storePath()
	if err != nil {
		return nil, err
	}
	a.debug("store %s", dir)
	return a.opened(store.Open(ctx, dir, store.Options{Durable: a.durable, Now: a.now}))
}

// openDeclared is openStore for those who deliver to endpoints: they are as the
// settings declare them.
func (a *app) openDeclared(ctx context.Context) (*store.Store, error) {
	st, err := a.openStore(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.applyDeclared(ctx, st); err != nil {
		st.Close()
		return nil, err
	}
	return st, nil
}

// readEndpoints is readStore for those who look at endpoints.
func (a *app) readEndpoints(ctx context.Context) (*store.Store, error) {
	if len(a.settings.declared) > 0 {
		return a.openDeclared(ctx)
	}
	return a.readStore(ctx)
}

// readStore opens the store for reading. A store that is not there yet is
// made, so that whoever waits for deliveries sees them come.
func (a *app) readStore(ctx context.Context) (*store.Store, error) {
	dir, err := a.storePath()
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, dir, store.Options{ReadOnly: true, Now: a.now})
	if errors.Is(err, os.ErrNotExist) {
		return a.openStore(ctx)
	}
	return a.opened(st, err)
}

// opened says what is unusual about a store.
func (a *app) opened(st *store.Store, err error) (*store.Store, error) {
	if err == nil {
		for _, w := range st.Warnings() {
			a.warnOnce("%s", w)
		}
	}
	return st, err
}

// providers are the project's, then the user's, then the built-in ones.
func (a *app) providers() *provider.Registry { return provider.Open(a.dataDirs("provider")...) }

// catalogs likewise.
func (a *app) catalogs() *catalog.Set { return catalog.Open(a.dataDirs("catalog")...) }

// dataDirs are the folders of that name beside hooks.yaml and in the user's
// configuration.
func (a *app) dataDirs(name string) []string {
	dirs := []string{filepath.Join(a.projectDir(), name)}
	if dir, err := a.configDir(); err == nil {
		dirs = append(dirs, filepath.Join(dir, name))
	}
	return dirs
}
