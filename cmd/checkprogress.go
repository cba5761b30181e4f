package cmd

import (
	"fmt"

	"github.com/hooks-cli/hooks/check"
)

// starting says on a terminal which check is being made: some of them wait.
func (p *checkPrinter) starting(c check.Check) {
	p.started++
	if p.animates() {
		fmt.Fprintf(p.stderr, "\r%d/%d %s", p.started, max(p.count, p.started), c.Name)
	}
}

// wipe makes the line empty for the result.
func (p *checkPrinter) wipe() {
	if p.animates() {
		fmt.Fprint(p.stderr, "\r\x1b[K")
	}
}
