package cmd

import (
	"os"
	"path/filepath"
)

// The places of the XDG Base Directory specification, on every Unix, macOS
// too; on Windows the user's profile takes the place of HOME.

func (a *app) home() string { return a.getenv(a.homeVariable()) }

func (a *app) homeVariable() string {
	if a.getenv("HOME") == "" {
		return "USERPROFILE"
	}
	return "HOME"
}

func (a *app) xdg(variable string, otherwise ...string) (string, error) {
	if dir := a.getenv(variable); filepath.IsAbs(dir) {
		return filepath.Join(dir, "hooks"), nil
	}
	switch {
	case a.home() == "":
		return "", environmentError("neither %s nor HOME is set", variable).withHint("set HOME, or give --store DIR")
	case !filepath.IsAbs(a.home()):
		return "", environmentError("%s is not an absolute path: %s", a.homeVariable(), cut(a.home())).withHint("set it to one, or give --store DIR")
	}
	return filepath.Join(append(append([]string{a.home()}, otherwise...), "hooks")...), nil
}

// configDir is the user's own configuration.
func (a *app) configDir() (string, error) { return a.xdg("XDG_CONFIG_HOME", ".config") }

// storePath is where the store is, whether or not it exists yet.
func (a *app) storePath() (string, error) {
	if a.storeDir != "" {
		return filepath.Abs(a.storeDir)
	}
	if dir := a.upwards(".hooks"); dir != "" {
		return dir, nil
	}
	return a.xdg("XDG_STATE_HOME", ".local", "state")
}

// upwards returns the nearest entry of that name from the working directory
// upwards, or "".
func (a *app) upwards(name string) string {
	for dir := a.dir; ; dir = filepath.Dir(dir) {
		path := filepath.Join(dir, name)
		if _, err := os.Lstat(path); err == nil {
			return path
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

// projectDir is the folder of the nearest hooks.yaml, or the working directory.
func (a *app) projectDir() string {
	if path := a.upwards("hooks.yaml"); path != "" {
		return filepath.Dir(path)
	}
	return a.dir
}
