package store

import (
	"fmt"
	"strings"
	"time"
)

// The limits of an expression: its length and that of one regular expression
// in bytes, and the depth of its parentheses.
const (
	maxFilter      = 8 << 10
	maxRegexp      = 1 << 10
	maxFilterDepth = 100
)

// Filter chooses deliveries by an expression:
//
//	expr  = or ;  or = and { "|" and } ;  and = unary { unary }
//	unary = [ "-" ] ( "(" or ")" | term )
//	term  = key op value | text
//	op    = ":" "=" "!=" ">" ">=" "<" "<=" "~"
//
// as in `event:payment.* -verdict:valid (code:5xx | error:timeout)`. Quotes
// hold spaces and what would otherwise be an operator. The empty expression
// chooses everything. A Filter may be used by several goroutines.
type Filter struct{ root node }

// FilterOptions is what an expression may need from outside.
type FilterOptions struct {
	// Now is the clock for since:5m, which is refused without one.
	Now func() time.Time
	// Marked tells whether the user has marked a delivery. Without it the key
	// mark is refused: only the terminal UI has marks.
	Marked func(id string) bool
}

// FilterError says what is wrong with an expression and where.
type FilterError struct {
	Pos    int // byte offset in the expression
	Reason string
}

func (e *FilterError) Error() string { return fmt.Sprintf("filter: %s at %d", e.Reason, e.Pos+1) }

// UnknownWordError is a *FilterError about a key or value that does not exist.
type UnknownWordError struct {
	FilterError
	word  string
	known []string
}

func (e *UnknownWordError) Unwrap() error { return &e.FilterError }

// Unknown returns the word and those that exist in its place.
func (e *UnknownWordError) Unknown() (word string, known []string) { return e.word, e.known }

// ParseFilter reads an expression; its errors are *FilterError and
// *UnknownWordError. At most one FilterOptions counts.
func ParseFilter(text string, o ...FilterOptions) (*Filter, error) {
	p := parser{text: text}
	if len(o) > 0 {
		p.options = o[0]
	}
	if len(text) > maxFilter {
		return nil, p.fail(maxFilter, fmt.Sprintf("the expression is longer than %d bytes", maxFilter))
	}
	root, err := p.parse()
	if err != nil {
		return nil, err
	}
	return &Filter{root}, nil
}

// Match tells whether f chooses d. Body terms look at the bodies that d has in
// memory.
func (f *Filter) Match(d *Delivery) bool { return f.root == nil || f.root.match(d) }

// Text is the text of a filter that is nothing but one, without a key. What takes
// a longer text takes each of its parts, too.
func (f *Filter) Text() (text string, only bool) {
	t, only := f.root.(bareText)
	return t.text, only
}

// NeedsBody tells whether Match looks at bodies, which List does not load by
// itself.
func (f *Filter) NeedsBody() bool { return f.root != nil && f.root.needsBody() }

// String is an expression that parses to the same filter.
func (f *Filter) String() string {
	if f.root == nil {
		return ""
	}
	return f.root.String()
}

// node is a part of an expression.
type node interface {
	match(*Delivery) bool
	needsBody() bool
	String() string
}

type (
	anyOf []node
	allOf []node
	not   struct{ node }
)

func (n anyOf) match(d *Delivery) bool {
	for _, part := range n {
		if part.match(d) {
			return true
		}
	}
	return false
}

// match looks at bodies last: the other parts cost nothing.
func (n allOf) match(d *Delivery) bool {
	for _, bodies := range []bool{false, true} {
		for _, part := range n {
			if part.needsBody() == bodies && !part.match(d) {
				return false
			}
		}
	}
	return true
}

func (n not) match(d *Delivery) bool { return !n.node.match(d) }

func (n anyOf) needsBody() bool { return anyNeedsBody(n) }
func (n allOf) needsBody() bool { return anyNeedsBody(n) }

func anyNeedsBody(parts []node) bool {
	for _, part := range parts {
		if part.needsBody() {
			return true
		}
	}
	return false
}

func (n anyOf) String() string { return join(n, " | ") }
func (n allOf) String() string { return join(n, " ") }

func (n not) String() string {
	if inner, ok := n.node.(not); ok {
		return "-(" + inner.String() + ")"
	}
	return "-" + inParentheses(n.node)
}

func join(parts []node, separator string) string {
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = part.String()
		if _, nested := part.(anyOf); nested || separator == " " {
			texts[i] = inParentheses(part)
		}
	}
	return strings.Join(texts, separator)
}

// inParentheses writes what binds weaker than a minus or a space in
// parentheses.
func inParentheses(n node) string {
	switch n.(type) {
	case anyOf, allOf:
		return "(" + n.String() + ")"
	}
	return n.String()
}
