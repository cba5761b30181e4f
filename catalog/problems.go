package catalog

import (
	"cmp"
	"fmt"
	"slices"
)

// Limits of a file. A catalog may be larger than the specification it was made
// from, which has no samples: the largest published ones, of 12 MB, become
// twice as much.
const (
	maxFileSize = 64 << 20
	// maxYAMLSize is less: each value costs ten times what it costs in JSON.
	maxYAMLSize = 16 << 20
	// maxValues bounds memory: a value is 150 bytes or more, two of the text.
	maxValues = 4_000_000
	maxDepth  = 100
	maxTypes  = 10_000
	maxErrors = 20
)

// problems gathers what is wrong with one file. Reading goes on after most
// mistakes, so that one look shows them all; it stops when twenty are known or
// when going on would cost too much.
type problems struct {
	file string
	data []byte
	errs Errors
	stop bool
	// limit replaces maxFileSize unless it is 0.
	limit int
	// values is how many values were read so far.
	values int
	// foreign files are specifications, which other programs write: numbers that
	// JSON has not are texts, and << has its meaning.
	foreign bool
	// trusted files are the program's own: tests have read them with all care.
	trusted bool
}

// maxSource is how long a line may be that an error repeats, in bytes.
const maxSource = 1000

func (p *problems) add(at place, format string, args ...any) *Error {
	e := &Error{File: p.file, Message: cut(fmt.Sprintf(format, args...))}
	if len(p.data) > 0 {
		e.Line, e.Column = at.resolve(p.data)
		if line := lineOf(p.data, e.Line); len(line) <= maxSource {
			e.Source = line
		}
	}
	if len(p.errs) < maxErrors {
		p.errs = append(p.errs, e)
	}
	p.stop = p.stop || len(p.errs) == maxErrors
	return e
}

func (p *problems) fatal(at place, format string, args ...any) {
	if !p.stop {
		p.add(at, format, args...)
		p.stop = true
	}
}

func (p *problems) checkDepth(at place, depth int) {
	if depth > maxDepth {
		p.fatal(at, "nested more than %d deep", maxDepth)
	}
}

// countValue bounds what a file is read into: aliases let a small one grow.
func (p *problems) countValue(at place) {
	if p.values++; p.values > maxValues {
		p.fatal(at, "more than %d values, those of aliases counted each time: split the file", maxValues)
	}
}

func (p *problems) checkUnique(members []member) {
	if len(members) < 16 { // the usual size: comparing is cheaper than a map
		for i, m := range members {
			for _, before := range members[:i] {
				if m.key == before.key {
					p.add(m.place, "the key %s is there twice", quote(m.key))
					break
				}
			}
		}
		return
	}
	seen := make(map[string]bool, len(members))
	for _, m := range members {
		if seen[m.key] {
			p.add(m.place, "the key %s is there twice", quote(m.key))
		}
		seen[m.key] = true
	}
}

// sorted returns the mistakes in the order of the text.
func (p *problems) sorted() Errors {
	slices.SortStableFunc(p.errs, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return p.errs
}
