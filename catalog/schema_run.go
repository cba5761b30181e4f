package catalog

import (
	"strconv"
	"strings"
)

// Bounds of one validation. A schema that refers to itself without going on in
// the payload, or tries alternatives within alternatives, hits them.
const (
	maxSchemaDepth = 1000
	maxSchemaSteps = 2_000_000
	maxViolations  = 20
)

// maxValidated is the size of the largest payload, in bytes, that Validate
// looks into.
const maxValidated = 4 << 20

// Violation is one place of a payload that its schema does not allow.
type Violation struct {
	// Pointer is the JSON Pointer of the place; "" is the whole payload.
	Pointer       string
	Expected, Got string
	// Line and Column of the place count from 1.
	Line, Column int

	at place
}

func (v Violation) String() string {
	where := v.Pointer
	if where == "" {
		where = "the payload"
	}
	return where + ": expected " + v.Expected + ", got " + v.Got
}

// Validate returns where a payload breaks the schema, at most 20 places; none
// if it does not. What is not JSON, or larger than 4 MiB, breaks any.
func (s *Schema) Validate(body []byte) []Violation {
	if len(body) > maxValidated {
		return []Violation{{Expected: "at most 4 MiB, more is not validated", Got: strconv.Itoa(len(body)) + " bytes"}}
	}
	errs := &problems{file: "payload", data: body}
	root := readJSON(body, errs)
	if len(errs.errs) > 0 {
		first := errs.sorted()[0]
		return []Violation{{Expected: "JSON", Got: first.Message, Line: first.Line, Column: first.Column}}
	}
	found := s.validate(root)
	for i := range found {
		found[i].Line, found[i].Column = found[i].at.resolve(body)
	}
	return found
}

func (s *Schema) validate(root *node) []Violation {
	r := &run{found: &[]Violation{}}
	var seen *evaluated
	if s.tracks {
		seen = &evaluated{}
	}
	s.root.apply(r, value{node: root}, seen)
	if r.exhausted {
		return []Violation{{Expected: "a schema that comes to an end", Got: "one that refers to itself, or has too many alternatives", at: root.place}}
	}
	return *r.found
}

// run is one validation.
type run struct {
	found        *[]Violation // nil while only yes or no is asked
	steps, depth int
	exhausted    bool
}

// fail notes a violation and returns false.
func (r *run) fail(v value, expected, got string) bool {
	if r.found != nil && len(*r.found) < maxViolations {
		*r.found = append(*r.found, Violation{Pointer: v.at.pointer(), Expected: expected, Got: got, at: v.place})
	}
	return false
}

// quietly answers whether a rule holds, without noting why not.
func (r *run) quietly(ru *rule, v value, seen *evaluated) bool {
	found := r.found
	r.found = nil
	defer func() { r.found = found }()
	return ru.apply(r, v, seen)
}

// value is a value of the payload and where it is.
type value struct {
	*node
	at *spot
}

func (v value) member(m member) value     { return value{m.value, &spot{v.at, m.key}} }
func (v value) item(i int) value          { return value{v.items[i], &spot{v.at, strconv.Itoa(i)}} }
func (v value) missing(name string) value { return value{v.node, &spot{v.at, name}} }

// spot is the way to a value, from its end.
type spot struct {
	parent *spot
	step   string
}

func (s *spot) pointer() string { return s.path().pointer() }

func (s *spot) path() path {
	if s == nil {
		return nil
	}
	return append(s.parent.path(), step{text: s.step})
}

// rule is a compiled schema.
type rule struct {
	never  bool
	checks []check
	// last looks at what nothing else has looked at.
	last []check
}

// check is one keyword: it judges a value, and notes in seen which parts of it
// were looked at.
type check func(r *run, v value, seen *evaluated) bool

func (ru *rule) add(c check) { ru.checks = append(ru.checks, c) }

func (ru *rule) apply(r *run, v value, seen *evaluated) bool {
	r.steps++
	if r.exhausted = r.exhausted || r.steps > maxSchemaSteps || r.depth > maxSchemaDepth; r.exhausted {
		return false
	}
	if ru.never {
		return r.fail(v, "nothing here", describe(v.node))
	}
	r.depth++
	defer func() { r.depth-- }()
	mine := seen
	if len(ru.last) > 0 {
		mine = &evaluated{}
	}
	ok := r.all(ru.checks, v, mine)
	if ok || r.found != nil {
		ok = r.all(ru.last, v, mine) && ok
	}
	if mine != seen {
		seen.add(mine)
	}
	return ok
}

func (r *run) all(checks []check, v value, seen *evaluated) bool {
	ok := true
	for _, c := range checks {
		if c(r, v, seen) {
			continue
		}
		if ok = false; r.found == nil {
			return false
		}
	}
	return ok
}

// evaluated are the members and items that some keyword has looked at. A nil
// one notes nothing: few schemas ask.
type evaluated struct {
	names map[string]bool
	items map[int]bool
}

func (e *evaluated) name(s string) {
	if e == nil {
		return
	}
	if e.names == nil {
		e.names = map[string]bool{}
	}
	e.names[s] = true
}

func (e *evaluated) item(i int) {
	if e == nil {
		return
	}
	if e.items == nil {
		e.items = map[int]bool{}
	}
	e.items[i] = true
}

func (e *evaluated) add(other *evaluated) {
	if e == nil || other == nil {
		return
	}
	for name := range other.names {
		e.name(name)
	}
	for i := range other.items {
		e.item(i)
	}
}

// fresh is for an alternative: what it looked at counts only if it holds.
func (e *evaluated) fresh() *evaluated {
	if e == nil {
		return nil
	}
	return &evaluated{}
}

// orList joins words for a message.
func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
