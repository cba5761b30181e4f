package contract

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// Options are what a file may refer to.
type Options struct {
	Verbs  []Verb // the commands that steps call: trigger, send, replay, wait, listen
	Lookup func(name string) (string, bool)
	// Provider says what is wrong with the name of a provider, nil if nothing is.
	Provider func(name string) error
}

// maxFile bounds a test file, in bytes.
const maxFile = 1 << 20

// Read reads a test file. The error is an *Error with the place of the first
// mistake, or that of a file that cannot be read.
func Read(path string, o Options) (*File, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, &Error{File: path, Message: "is a folder: name the files in it"}
	case !info.Mode().IsRegular():
		return nil, &Error{File: path, Message: "is not a file"}
	case info.Size() > maxFile:
		return nil, &Error{File: path, Message: "is larger than 1 MiB"}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data, o)
}

// Parse reads the text of a test file. Paths in it count from its folder.
func Parse(path string, data []byte, o Options) (*File, error) {
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	p := &parser{o: o, file: &File{Path: path, Dir: dir}, known: map[string]bool{}}
	root := p.read(data)
	if p.err == nil {
		p.parse(root)
	}
	if p.err != nil {
		return nil, p.err
	}
	return p.file, nil
}

// parser reads one file and keeps the first mistake.
type parser struct {
	o     Options
	file  *File
	nodes int
	known map[string]bool // the variables that may be used here
	err   *Error
}

func (p *parser) fail(n *node, format string, args ...any) *Error {
	return p.failAt(n.line, n.column, format, args...)
}

// failAt notes a mistake, of which the first counts. What it returns may be
// completed.
func (p *parser) failAt(line, column int, format string, args ...any) *Error {
	e := &Error{File: p.file.Path, Line: line, Column: column, Message: fmt.Sprintf(format, args...)}
	if p.err == nil {
		p.err = e
	}
	return e
}

func (p *parser) unknown(n *node, what, word string, known []string) {
	e := p.fail(n, "unknown %s %s", what, quote(word))
	e.word, e.known = word, known
}

// refuse passes on what is wrong with a value.
func (p *parser) refuse(n *node, what string, err error) {
	if err == nil {
		return
	}
	e := p.fail(n, "%s: %s", what, err)
	var word interface {
		Unknown() (string, []string)
	}
	if errors.As(err, &word) {
		e.word, e.known = word.Unknown()
	}
}

// field is a key of a map and what is done with its value.
type field struct {
	name string
	take func(*node)
}

// object gives each member of a map to its field.
func (p *parser) object(n *node, what string, fields []field) bool {
	if n.kind != objectKind {
		p.fail(n, "%s is a map, and this is %s", what, n.name())
		return false
	}
	for _, m := range n.members {
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == m.key.text() })
		if i < 0 {
			p.unknown(m.key, "key", m.key.text(), names(fields))
			return false
		}
	}
	for _, f := range fields { // in the order in which they are needed
		if v := n.get(f.name); v != nil {
			f.take(v)
		}
	}
	return p.err == nil
}

func names(fields []field) []string {
	var all []string
	for _, f := range fields {
		all = append(all, f.name)
	}
	return all
}

// parse reads the file's own keys.
func (p *parser) parse(root *node) {
	f := p.file
	for _, name := range []string{"port", "dir", "tmp", "store", "hooks", "file"} {
		p.known[name] = true
	}
	ok := p.object(root, "a test file", []field{
		{"name", func(n *node) { f.Name = p.plain(n, "name") }},
		{"vars", func(n *node) { f.vars = p.pairs(n, "vars"); p.declare(f.vars) }},
		{"provider", p.provider},
		{"secret", func(n *node) { f.Secret = p.reference(n) }},
		{"secret_env", func(n *node) { f.SecretEnv = p.variableName(n) }},
		{"port", p.port},
		{"store", func(n *node) { f.Store = p.path(p.plain(n, "store")) }},
		{"listen", p.listen},
		{"to", func(n *node) { f.to = p.text(n, "to") }},
		{"dir", func(n *node) { f.dir = p.text(n, "dir") }},
		{"env", func(n *node) { f.env = p.pairs(n, "env") }},
		{"run", func(n *node) { f.run = p.command(n, "run") }},
		{"ready", func(n *node) { f.ready = p.ready(n) }},
		{"tests", p.tests},
	})
	if ok && root.get("tests") == nil {
		p.fail(root, "there are no tests: the key tests is missing")
	}
	if f.ready != nil && f.run == nil && f.ready.line != nil && p.err == nil {
		p.fail(f.ready.line, "a line of output is waited for, and nothing is run")
	}
	if f.Name == "" {
		f.Name = f.Path
	}
}

func (p *parser) provider(n *node) {
	p.file.Provider = p.plain(n, "provider")
	if p.err == nil && p.o.Provider != nil {
		p.refuse(n, "provider", p.o.Provider(p.file.Provider))
	}
}

func (p *parser) port(n *node) {
	port, err := strconv.Atoi(p.plain(n, "port"))
	if err != nil || port < 1 || port > 65535 {
		p.fail(n, "port is a number from 1 to 65535; leave it out to get a free one")
	}
	p.file.Port = port
}

func (p *parser) listen(n *node) {
	s := &Step{Verb: Listen, Line: n.line, Column: n.column}
	if n.kind != objectKind {
		p.fail(n, "listen is a map of the options of hooks listen; {} takes their defaults")
		return
	}
	var fields []field
	p.options(s, p.verb(Listen), &fields)
	if p.object(n, "listen", fields) {
		p.file.listen = s
		p.known["listen"] = true
	}
}

func (p *parser) verb(name string) Verb {
	for _, v := range slices.Concat(p.o.Verbs, ownVerbs()) {
		if v.Name == name {
			return v
		}
	}
	return Verb{Name: name}
}
