package cmd

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// Words of flags that take DATA or a REF: what can stand before a name, and the
// names of files and variables behind that.

const (
	moreToCome = cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
	complete   = cobra.ShellCompDirectiveNoFileComp
)

// dataWords complete DATA.
func dataWords(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	if name, ok := strings.CutPrefix(begun, "@"); ok {
		return filesBehind("@", name)
	}
	return []string{"@\ta file", "-\tstdin"}, moreToCome
}

// headerFiles complete a header, which may be a file of them.
func headerFiles(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	if name, ok := strings.CutPrefix(begun, "@"); ok {
		return filesBehind("@", name)
	}
	return []string{"@\ta file of headers"}, moreToCome
}

// refWords complete the REF of a secret or key. A literal is nobody's to offer.
func (a *app) refWords(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	if name, ok := strings.CutPrefix(begun, "file:"); ok {
		return filesBehind("file:", name)
	}
	if strings.HasPrefix(begun, "env:") {
		return a.variables(), complete
	}
	return []string{"env:\ta variable", "file:\ta file", "keyring:\tan entry of the system's keyring", "-\tstdin"}, moreToCome
}

// variables are the names of the environment, not what is in them.
func (a *app) variables() []string {
	var refs []string
	for _, variable := range a.environ() {
		if name, _, ok := strings.Cut(variable, "="); ok && name != "" {
			refs = append(refs, "env:"+name)
		}
	}
	return refs
}

// filesBehind are the files of the folder that name is in, each behind a prefix.
// Those that begin with a dot are for whoever types it.
func filesBehind(prefix, name string) ([]string, cobra.ShellCompDirective) {
	folder, begun := filepath.Split(name)
	entries, err := os.ReadDir(orElse(folder, "."))
	if err != nil {
		return nil, complete
	}
	var files []string
	directive := complete
	for _, entry := range entries {
		file := entry.Name()
		if !strings.HasPrefix(file, begun) || strings.HasPrefix(file, ".") && begun == "" || strings.ContainsAny(file, "\n\t") {
			continue
		}
		if entry.IsDir() {
			file += string(filepath.Separator)
			directive = moreToCome
		}
		files = append(files, prefix+folder+file)
	}
	return files, directive
}
