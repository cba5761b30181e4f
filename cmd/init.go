package cmd

import (
	_ "embed"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/store"
)

// starter is the hooks.yaml that `hooks init` writes: every line is a comment.
//
//go:embed starter.yaml
var starter []byte

func newInitCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "init",
		Short:   "give this folder a hooks.yaml and a store of its own",
		Long:    "Writes a commented hooks.yaml and makes the store .hooks, which keeps a .gitignore of its own. What exists is left alone.",
		Example: "hooks init",
		Args:    noArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.initProject(c) },
	}
}

func (a *app) initProject(c *cobra.Command) error {
	path := filepath.Join(a.dir, "hooks.yaml")
	switch err := createFile(path, starter, 0o644, false); {
	case errors.Is(err, os.ErrExist):
		a.note("%s exists and is left alone", path)
	case err != nil:
		return err
	default:
		a.note("wrote %s", path)
	}
	dir := filepath.Join(a.dir, ".hooks")
	st, err := store.Open(c.Context(), dir, store.Options{Now: a.now})
	if err != nil {
		return err
	}
	defer st.Close()
	// The store holds payloads and secrets: it does not belong into a commit.
	if err := os.WriteFile(filepath.Join(dir, ".gitignore"), []byte("*\n"), 0o600); err != nil {
		return environmentError("cannot write to %s: %s", dir, cause(err))
	}
	a.note("the store is %s", dir)
	a.note("next: hooks listen --forward localhost:3000")
	return nil
}
