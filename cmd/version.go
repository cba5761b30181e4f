package cmd

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// versionInfo is what `hooks version --json` prints.
type versionInfo struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Date    string `json:"date,omitempty"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

// versionOf completes the release's version from the build information, which
// is all that `go install` and `go build` leave.
func versionOf(release string) versionInfo {
	v := versionInfo{Version: release, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		v.Version = orElse(v.Version, "unknown")
		return v
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Commit = s.Value
		case "vcs.time":
			v.Date = s.Value
		}
	}
	if v.Version == "" && info.Main.Version != "(devel)" {
		v.Version = info.Main.Version
	}
	v.Version = orElse(v.Version, "devel")
	return v
}

func newVersionCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "version",
		Short:       "print the version",
		Example:     "hooks version\nhooks version --json",
		Args:        noArgs,
		Annotations: map[string]string{withoutSettings: ""},
		RunE:        func(*cobra.Command, []string) error { return a.printVersion() },
	}
}

func (a *app) printVersion() error {
	v := versionOf(a.version)
	switch {
	case a.json:
		return a.printJSON(v)
	case a.quiet:
		return a.println(v.Version)
	}
	return a.println(fmt.Sprintf("hooks %s %s/%s %s", v.Version, v.OS, v.Arch, v.Go))
}
