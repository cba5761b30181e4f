package cmd

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// reportAt is where faults of the program are reported.
const reportAt = "https://github.com/hooks-cli/hooks/issues"

// internalError is a panic of ours: one line for the user, and a file to report
// it with.
func internalError(e *env, value any, trace []byte) *failure {
	f := environmentError("hooks failed inside: %.200v", value)
	f.code = "internal"
	file, err := os.CreateTemp("", "hooks-trace-*.txt") // with mode 0600
	if err != nil {
		return f.withHint("please report it at %s", reportAt)
	}
	_, err = fmt.Fprintf(file, "hooks %s, %s, %s/%s\n%s\n%s\n\n%s", versionOf(e.version).Version, runtime.Version(), runtime.GOOS, runtime.GOARCH, commandWords(e.args), withoutData(value), trace)
	if closed := file.Close(); err != nil || closed != nil {
		os.Remove(file.Name())
		return f.withHint("please report it at %s", reportAt)
	}
	return f.withHint("please report it at %s, with %s, which holds no secret and no payload", reportAt, file.Name())
}

// commandWords are the arguments that may be shown to a stranger: the command,
// and the names of its flags.
func commandWords(args []string) string {
	words := []string{"hooks"}
	leading := true
	for i, arg := range args {
		name, _, _ := strings.Cut(arg, "=")
		switch {
		case strings.HasPrefix(arg, "--"):
			words = append(words, name)
			leading = false
		case leading && i < 2 && strings.Trim(arg, "abcdefghijklmnopqrstuvwxyz-") == "":
			words = append(words, arg)
		default:
			words = append(words, "…")
			leading = false
		}
	}
	return strings.Join(words, " ")
}

// withoutData is a panic's value as far as it quotes nothing.
func withoutData(value any) string {
	if err, ok := value.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("a %T", value)
}
