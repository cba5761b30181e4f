package cmd

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// withoutSettings marks the commands that run though a settings file is wrong:
// those that say what is there, and the one that mends it.
const withoutSettings = "without-settings"

func newConfigEditCmd(a *app) *cobra.Command {
	var user bool
	c := &cobra.Command{
		Use:   "edit",
		Short: "change a settings file in an editor",
		Long: "Opens a copy of the nearest hooks.yaml in HOOKS_EDITOR, VISUAL or EDITOR, and puts it in the file's place when it is valid. Where there is none, one is made in this folder. " +
			"What is not valid is kept, and named.",
		Example:     "hooks config edit\nhooks config edit --user",
		Args:        noArgs,
		Annotations: map[string]string{withoutSettings: ""},
		RunE:        func(*cobra.Command, []string) error { return a.editConfig(user) },
	}
	c.Flags().BoolVar(&user, "user", false, "the user's config.yaml instead of the project's hooks.yaml")
	return c
}

func (a *app) editConfig(user bool) error {
	path, err := a.editablePath(user)
	if err != nil {
		return err
	}
	before, err := readFile(path, configLimit)
	mode, fresh := os.FileMode(0o644), errors.Is(err, os.ErrNotExist)
	switch {
	case fresh:
		before = starter
	case err != nil:
		return environmentError("cannot read %s: %s", path, cause(err))
	default:
		if info, err := os.Stat(path); err == nil {
			mode = info.Mode().Perm()
		}
	}
	file, after, err := a.inEditor("hooks-*.yaml", before)
	if err != nil {
		return err
	}
	if bytes.Equal(before, after) && !fresh {
		os.Remove(file)
		a.note("%s is unchanged", path)
		return nil
	}
	edited := a.newSettings()
	if err = edited.parse(path, after); err == nil {
		err = a.checkSettings(edited)
	}
	if err != nil {
		return asFailure(err).withHint("nothing was changed; your edit is kept in %s", file)
	}
	if err := createInFolder(path, after, mode, true); err != nil {
		return err
	}
	os.Remove(file)
	a.settings = edited
	a.warnLiteralSecrets()
	a.note("wrote %s", path)
	return nil
}

// editablePath is the file to edit, through a symbolic link.
func (a *app) editablePath(user bool) (string, error) {
	path := orElse(a.configPath, orElse(a.upwards("hooks.yaml"), filepath.Join(a.dir, "hooks.yaml")))
	if user {
		dir, err := a.configDir()
		if err != nil {
			return "", err
		}
		path = filepath.Join(dir, "config.yaml")
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return path, nil
}
