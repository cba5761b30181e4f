package contract

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
)

// plain is a text without variables.
func (p *parser) plain(n *node, what string) string {
	if n.kind != scalarKind || n.isNull() {
		p.fail(n, "%s is a text, and this is %s", what, n.name())
		return ""
	}
	if refs := references(n.text()); len(refs) > 0 {
		p.fail(n, "%s takes no variables", what)
	}
	return n.text()
}

// text is a scalar that may hold variables.
func (p *parser) text(n *node, what string) *node {
	if n.kind != scalarKind || n.isNull() {
		p.fail(n, "%s is a text, and this is %s", what, n.name())
		return n
	}
	p.refs(n)
	return n
}

// refs refuses variables that nobody sets before they are used.
func (p *parser) refs(n *node) {
	for _, item := range n.items {
		p.refs(item)
	}
	for _, m := range n.members {
		p.refs(m.value)
	}
	if !n.isText() {
		return
	}
	for _, name := range references(n.text()) {
		if variable, ok := strings.CutPrefix(name, "env."); ok {
			if _, set := p.o.Lookup(variable); !set {
				p.fail(n, "the environment variable %s is not set", quote(variable)).Fix = "export " + variable + "=…"
			}
			p.file.outside = append(p.file.outside, variable)
			continue
		}
		if !p.known[name] {
			p.unknown(n, "variable", name, p.variables())
			p.err.Fix = "a step sets one with save, the file with vars; $${" + name + "} is the text itself"
		}
	}
}

func (p *parser) variables() []string {
	return slices.Sorted(maps.Keys(p.known))
}

func (p *parser) declare(pairs []pair) {
	for _, v := range pairs {
		p.known[v.name] = true
	}
}

// pairs are variables with their values.
func (p *parser) pairs(n *node, what string) []pair {
	if n.kind != objectKind {
		p.fail(n, "%s is a map, and this is %s", what, n.name())
		return nil
	}
	var all []pair
	for _, m := range n.members {
		p.variableName(m.key)
		all = append(all, pair{m.key.text(), p.text(m.value, m.key.text())})
	}
	return all
}

func (p *parser) variableName(n *node) string {
	name := p.plain(n, "a name")
	if name == "" || strings.Trim(name, "_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" || name[0] >= '0' && name[0] <= '9' {
		p.fail(n, "%s is not a name: letters, digits and _", quote(name))
	}
	return name
}

// reference is the REF of a secret: a file's path counts from the test file.
func (p *parser) reference(n *node) string {
	ref := p.plain(n, "secret")
	if ref == "" || ref == "-" {
		p.fail(n, "secret is env:NAME, file:PATH, keyring:NAME or the secret itself")
	}
	if path, ok := strings.CutPrefix(ref, "file:"); ok {
		return "file:" + p.path(path)
	}
	return ref
}

// path is a path from the file's folder, "" without one.
func (p *parser) path(text string) string {
	if text == "" {
		return ""
	}
	return p.file.join(text)
}

// command is a text for the shell, or a list of words.
func (p *parser) command(n *node, what string) *node {
	if n.kind == listKind && len(n.items) > 0 {
		for _, word := range n.items {
			p.text(word, what)
		}
		return n
	}
	if !n.isText() || strings.TrimSpace(n.text()) == "" {
		p.fail(n, "%s is a command for the shell, or a list of its words", what)
	}
	p.refs(n)
	return n
}

func (p *parser) duration(n *node, what string) time.Duration {
	d, err := parseDuration(p.plain(n, what))
	p.refuse(n, what, err)
	return d
}

// maxDuration bounds every wait of a file.
const maxDuration = time.Hour

func parseDuration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 || d > maxDuration {
		return 0, errors.New("is not a duration of at most 1h, as in 500ms or 30s")
	}
	return d, nil
}

func checkDuration(s string) error {
	_, err := parseDuration(s)
	return err
}
