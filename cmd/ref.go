package cmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/hooks-cli/hooks/sign"
)

// secretLimit is how large a secret's file may be, in bytes.
const secretLimit = 64 << 10

// secretError is a secret that cannot be used: nothing was started.
func secretError(format string, args ...any) *failure {
	return &failure{exit: exitUsage, code: "secret", message: fmt.Sprintf(format, args...)}
}

// keyFailure is a key that cannot be used: what is said before it, and what to
// do about it as far as the key's text shows it.
func keyFailure(prefix string, err error) *failure {
	f := secretError("%s: %s", prefix, err)
	var key *sign.KeyError
	if errors.As(err, &key) {
		f.hint = key.Fix
	}
	return f
}

// secret resolves the REF of a secret, whose file is its owner's alone.
func (a *app) secret(ref string) (string, error) {
	if path, ok := strings.CutPrefix(ref, "file:"); ok {
		if err := a.judgeSecretFile(path); err != nil {
			return "", err
		}
	}
	return a.resolve(ref)
}

// resolve reads a REF: env:NAME, file:PATH, keyring:NAME, - or the literal. One
// line end behind the value is not part of it.
func (a *app) resolve(ref string) (string, error) {
	kind, name, _ := strings.Cut(ref, ":")
	switch {
	case ref == "-":
		return a.secretFromStdin()
	case kind == "env":
		value, ok := a.lookup(name)
		switch {
		case !ok && isSecretItself(name):
			return "", secretInItsPlace(kind)
		case !ok:
			return "", secretError("secret env:%s: the variable is not set", name).withHint("export %s=…", name)
		}
		return checkedSecret("env:"+name, value)
	case kind == "file":
		if _, err := os.Stat(name); errors.Is(err, os.ErrNotExist) && isSecretItself(name) {
			return "", secretInItsPlace(kind)
		}
		return a.secretFrom(ref, readWait, func() (io.ReadCloser, error) { return os.Open(name) })
	case kind == "keyring":
		value, err := keyring.Get("hooks", name)
		if err != nil {
			return "", secretError("secret keyring:%s: %s", name, keyringCause(err)).withHint("use env:NAME or file:PATH instead")
		}
		return checkedSecret(ref, value)
	default:
		return checkedSecret("", ref)
	}
}

// isSecretItself tells whether what should name a variable or a file is probably
// the secret: long, with digits and small letters, and no path.
func isSecretItself(name string) bool {
	return len(name) >= 20 && !strings.ContainsAny(name, `/\. `) &&
		strings.ContainsAny(name, "0123456789") && strings.ToUpper(name) != name
}

// secretInItsPlace does not repeat a secret that was given as a name.
func secretInItsPlace(kind string) *failure {
	return secretError("secret %s:…: there is none of that name, and it looks like a secret itself", kind).
		withHint("the secret itself is given without %s:, where ps can see it; --secret-file takes a path", kind)
}

// keyringCause says why a keyring gives nothing. Where none runs, the library
// speaks of the program that it would have started.
func keyringCause(err error) string {
	var start *exec.Error
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return "the keyring has no such entry of the service hooks"
	case errors.As(err, &start), errors.Is(err, keyring.ErrUnsupportedPlatform):
		return "no keyring is running here"
	}
	return err.Error()
}

// secrets resolves several.
func (a *app) secrets(refs []string) ([]string, error) {
	var values []string
	for _, ref := range refs {
		value, err := a.secret(ref)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, nil
}

// secretFrom reads a secret and gives up on a pipe that nobody writes.
func (a *app) secretFrom(name string, wait time.Duration, open func() (io.ReadCloser, error)) (string, error) {
	defer a.patiently(name)()
	value, err := readWithin(wait, secretLimit, open)
	switch {
	case errors.Is(err, errTooLong):
		return "", secretError("secret %s: longer than 64 KiB", name)
	case err != nil:
		return "", secretError("secret %s: %s", name, cause(err))
	}
	return checkedSecret(name, string(value))
}

// checkedSecret trims one line end and refuses what is empty or blank. Whether
// the rest is a key is the scheme's to say.
func checkedSecret(name, value string) (string, error) {
	value = strings.TrimSuffix(strings.TrimSuffix(value, "\n"), "\r")
	if sign.Blank(value) {
		return "", secretError("%s", strings.TrimSpace("secret "+name)+" is empty").
			withHint("give it as env:NAME, file:PATH, keyring:NAME or -")
	}
	return value, nil
}

// data reads DATA: @file, - or the literal. The bytes are used as they are.
func (a *app) data(text string) ([]byte, error) {
	if name, ok := strings.CutPrefix(text, "@"); ok {
		return a.file(name)
	}
	if text == "-" {
		return a.file("-")
	}
	return []byte(text), nil
}

// cause is an operating system's error without the path, which the message
// around it names already.
func cause(err error) error {
	var path *os.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
