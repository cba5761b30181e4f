package cmd

import (
	"errors"
	"strings"

	"github.com/hooks-cli/hooks/listen"
	"github.com/hooks-cli/hooks/store"
)

// anyPort is an address that always has a free port.
const anyPort = "127.0.0.1:0"

// portTaken gives the error of a port that is in use the same command with
// another one as its hint.
func (a *app) portTaken(err error) error {
	var bind *listen.BindError
	if !errors.As(err, &bind) || bind.Cause != listen.InUse {
		return err
	}
	return ofBind(bind).withHint("%s", withOtherPort(a.args))
}

// withOtherPort is a call of the program that picks a free port. One that may
// hold a secret is not repeated.
func withOtherPort(args []string) string {
	words := []string{"hooks"}
	for i := 0; i < len(args); i++ {
		word := args[i]
		switch {
		case word == "--addr":
			i++ // its value
			continue
		case strings.HasPrefix(word, "--addr="):
			continue
		case mayBeSecret(word) && !namesSecret(args[i:]), strings.HasPrefix(word, "-H"), strings.HasPrefix(word, "--header"):
			return "hooks listen --addr " + anyPort + " picks a free port"
		}
		words = append(words, store.ShellQuote(word))
	}
	return strings.Join(append(words, "--addr", anyPort), " ")
}

// namesSecret is true of arguments that begin with a secret which is kept
// elsewhere: --secret env:NAME, env:NAME, --secret=env:NAME.
func namesSecret(args []string) bool {
	flag, value, joined := strings.Cut(args[0], "=")
	switch {
	case flag == "--secret-file":
		return true
	case flag == "--secret" && joined:
	case flag == "--secret" && len(args) > 1:
		value = args[1]
	default:
		value = args[0]
	}
	for _, kept := range []string{"env:", "file:", "keyring:"} {
		if strings.HasPrefix(value, kept) {
			return true
		}
	}
	return value == "-"
}
