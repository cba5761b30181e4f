package cmd

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/hooks-cli/hooks/catalog"
)

// writeCatalog brings types into the project's catalog of their name.
func (a *app) writeCatalog(fresh *catalog.Catalog, archive, dryRun bool) error {
	dir := filepath.Join(a.projectDir(), "catalog")
	file, err := catalogFile(dir, fresh.Name)
	if err != nil {
		return err
	}
	old, err := catalog.ReadFile(file)
	if err != nil {
		if _, missing := os.Stat(file); !errors.Is(missing, os.ErrNotExist) {
			return err
		}
		old = nil
	}
	if old != nil && old.Name != fresh.Name {
		return usageError("%s is the catalog %s, not %s", file, old.Name, fresh.Name).withHint("--into %s, or another name", old.Name)
	}
	if fresh.Provider == "" {
		fresh.Provider = a.senderOf(fresh.Name, old)
	}
	whole, change := catalog.Update(old, fresh, archive)
	text, err := updatedText(file, whole, change)
	if err != nil {
		return err
	}
	if r := catalog.CheckFile(file, text); r.Catalog == "" || len(whole.Types) != r.Types {
		return r.Errors
	}
	if !dryRun {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return environmentError("cannot make %s: %s", dir, cause(err))
		}
		if err := createFile(file, text, 0o644, true); err != nil {
			return err
		}
	}
	return a.printChange(file, change, !dryRun)
}

// senderOf is who sends the events of a catalog where nobody said: the one who did
// before, or the provider of its name.
func (a *app) senderOf(name string, old *catalog.Catalog) string {
	switch {
	case old != nil:
		return old.Provider
	case slices.Contains(a.providers().IDs(), name):
		return name
	}
	return "standard"
}

// catalogFile is the file of the project's catalog of a name: the one that is
// there, or a new one.
func catalogFile(dir, name string) (string, error) {
	found := ""
	for _, ext := range []string{".json", ".yaml", ".yml"} {
		file := filepath.Join(dir, name+ext)
		if _, err := os.Lstat(file); err != nil {
			continue
		}
		if found != "" {
			return "", usageError("%s and %s both exist: which one is meant?", found, file).withHint("remove one of them, or --into another-name")
		}
		found = file
	}
	if found == "" {
		found = filepath.Join(dir, name+".json")
	}
	return found, nil
}

// updatedText is the text of the catalog's file. One in YAML was written by a
// person: lines that need not change stay.
func updatedText(file string, whole *catalog.Catalog, change catalog.Change) ([]byte, error) {
	if filepath.Ext(file) != ".json" {
		if old, err := os.ReadFile(file); err == nil {
			text, err := catalog.Rewrite(file, old, whole, change)
			if errors.Is(err, catalog.ErrForm) {
				return nil, usageError("%s cannot be brought up to date: %s", file, err).withHint("write the list in block style, or --into another-name")
			}
			return text, err
		}
	}
	text := whole.Encode()
	if len(text) > catalog.MaxFileSize {
		return nil, usageError("the catalog would be larger than %s", sizeText(catalog.MaxFileSize)).withHint("split it: import a part of the source --into another catalog")
	}
	return text, nil
}
