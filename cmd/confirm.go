package cmd

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// maxReply bounds what is read of an answer to a question.
const maxReply = 1 << 10

// confirm asks a person. Where there is none, or none is to be asked, it
// refuses.
func (a *app) confirm(question string) error {
	if a.noInput || a.inCI() || !isTerminal(a.stdin) || !isTerminal(a.stderr) {
		return usageError("%s", strings.TrimSuffix(question, "?")+": nobody can be asked").withHint("add --yes")
	}
	if _, err := fmt.Fprintf(a.stderr, "%s [y/N] ", question); err != nil {
		return err
	}
	line, err := bufio.NewReader(io.LimitReader(a.stdin, maxReply)).ReadString('\n')
	if err != nil && err != io.EOF {
		return err
	}
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "y", "yes":
		return nil
	}
	return answerNo("nothing was changed")
}
