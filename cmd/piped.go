package cmd

// piped is what stdin was read for.
type piped struct {
	what   string // "" while nothing has read it
	secret string
}

// takeStdin refuses the second part of a call that would read stdin: it would
// find nothing, and sign or send that.
func (a *app) takeStdin(what string) error {
	if a.piped.what != "" {
		return usageError("stdin cannot be both %s and %s", a.piped.what, what).
			withHint("give one of them by name: --secret env:NAME or file:PATH, data as FILE or @FILE")
	}
	a.piped.what = what
	return nil
}

// secretFromStdin reads stdin once; who asks for the secret again is given the same.
func (a *app) secretFromStdin() (string, error) {
	if a.piped.secret != "" {
		return a.piped.secret, nil
	}
	if isTerminal(a.stdin) {
		return "", secretError("waiting for a secret on stdin, which is a terminal").
			withHint("pipe it in, or give it as env:NAME, file:PATH or keyring:NAME")
	}
	if err := a.takeStdin("the secret"); err != nil {
		return "", err
	}
	var err error
	a.piped.secret, err = a.secretFrom("stdin", askWait, a.openInput("-"))
	return a.piped.secret, err
}
