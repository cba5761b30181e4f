package contract

import (
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// matcher says which values are right: all of its conditions hold.
type matcher struct {
	conditions []condition
	// text tells that what is compared has no types: a header, an output. A
	// number that is expected there is its digits.
	text bool
}

type condition struct {
	operator string
	operand  *node
}

// operator is a way to compare, and how it is explained.
type operator struct {
	name, doc string
	// holds judges a value that is there; got and want are as decode gives them.
	holds func(got, want any) bool
	check func(p *parser, n *node)
}

// operators are the ways to compare but for exists, which asks for a value that
// may be missing.
func operators() []operator {
	return []operator{
		{"equals", "is this value of JSON", equal, nil},
		{"not", "is there and is another value than this", func(got, want any) bool { return !equal(got, want) }, nil},
		{"contains", "a text with this part, a list with this item, or a map with this key", holdsPart, nil},
		{"matches", "a text in which this regular expression is found", matches, checkPattern},
		{"one_of", "is one of this list", func(got, want any) bool { return anyEqual(want, got) }, checkList},
		{"type", "is a string, number, boolean, object, array or null", func(got, want any) bool { return typeOf(got) == want || got == nil && want == nil }, checkType},
		{"length", "a text, list or map of this length", func(got, want any) bool { return length(got) >= 0 && compare(number(length(got)), want) == 0 }, checkNumber},
		{"above", "is greater than", compared(func(n int) bool { return n > 0 }), checkNumber},
		{"below", "is less than", compared(func(n int) bool { return n < 0 }), checkNumber},
		{"at_least", "is not less than", compared(func(n int) bool { return n >= 0 }), checkNumber},
		{"at_most", "is not greater than", compared(func(n int) bool { return n <= 0 }), checkNumber},
	}
}

const exists = "exists"

func operatorNames() []string {
	all := []string{exists}
	for _, o := range operators() {
		all = append(all, o.name)
	}
	return all
}

// matcher reads a matcher: a map of operators, or the very value.
func (p *parser) matcher(n *node) *matcher {
	p.refs(n)
	if n.kind != objectKind {
		return &matcher{conditions: []condition{{"equals", n}}}
	}
	m := &matcher{}
	for _, pair := range n.members {
		name := pair.key.text()
		i := slices.IndexFunc(operators(), func(o operator) bool { return o.name == name })
		switch {
		case name == exists:
			if _, ok := pair.value.value.(bool); !ok {
				p.fail(pair.value, "exists is true or false")
			}
		case i < 0:
			p.unknown(pair.key, "comparison", name, operatorNames())
			p.err.Fix = "a map as the expected value is written {equals: {…}}"
		case operators()[i].check != nil && !holdsVariables(pair.value):
			operators()[i].check(p, pair.value)
		}
		m.conditions = append(m.conditions, condition{name, pair.value})
	}
	if len(m.conditions) == 0 {
		p.fail(n, "nothing is compared: one of %s", strings.Join(operatorNames(), ", "))
	}
	return m
}

// judge compares a value, which may not be there, and says what was wanted
// otherwise.
func (m *matcher) judge(got any, there bool, vars variables) (want string, ok bool) {
	for _, c := range m.conditions {
		if c.operator == exists {
			if wanted, _ := c.operand.value.(bool); wanted != there {
				return map[bool]string{true: "is there", false: "is not there"}[wanted], false
			}
			continue
		}
		text := c.operand.appendJSON(nil, vars)
		value, _ := decode(text)
		got := got
		if m.text {
			got, value = untyped(got, value, c.operator)
		}
		i := slices.IndexFunc(operators(), func(o operator) bool { return o.name == c.operator })
		if !there || !operators()[i].holds(got, value) {
			return strings.TrimPrefix(strings.ReplaceAll(c.operator, "_", " ")+" "+compact(text), "equals "), false
		}
	}
	return "", true
}

// untyped are a text and what it is compared with, both as texts, or as numbers
// where the comparison is one of numbers.
func untyped(got, value any, operator string) (any, any) {
	if slices.Contains([]string{"above", "below", "at_least", "at_most"}, operator) {
		if text, ok := got.(string); ok && json.Valid([]byte(text)) {
			got, _ = decode([]byte(text))
		}
		return got, value
	}
	if operator == "length" {
		return got, value
	}
	return got, textOf(value)
}

// textOf is a scalar as a text, and a list of them as a list of texts.
func textOf(v any) any {
	switch v := v.(type) {
	case json.Number:
		return v.String()
	case bool:
		return map[bool]string{true: "true", false: "false"}[v]
	case []any:
		var texts []any
		for _, item := range v {
			texts = append(texts, textOf(item))
		}
		return texts
	}
	return v
}

func equal(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		b, ok := b.(json.Number)
		return ok && compare(a, b) == 0
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equal)
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for k, v := range a {
			if w, there := b[k]; !there || !equal(v, w) {
				return false
			}
		}
		return true
	}
	switch b.(type) {
	case json.Number, []any, map[string]any:
		return false
	}
	return a == b
}

func anyEqual(list, item any) bool {
	items, _ := list.([]any)
	return slices.ContainsFunc(items, func(v any) bool { return equal(v, item) })
}

func holdsPart(got, part any) bool {
	switch got := got.(type) {
	case string:
		text, ok := part.(string)
		return ok && strings.Contains(got, text)
	case []any:
		return anyEqual(got, part)
	case map[string]any:
		key, _ := part.(string)
		_, there := got[key]
		return there
	}
	return false
}

func matches(got, pattern any) bool {
	text, ok := got.(string)
	if n, isNumber := got.(json.Number); isNumber {
		text, ok = n.String(), true
	}
	source, _ := pattern.(string)
	re, err := regexp.Compile(source)
	return ok && err == nil && re.MatchString(text)
}

func typeOf(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case json.Number:
		return "number"
	case bool:
		return "boolean"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return "null"
}

// length is -1 of what has none. That of a text is in characters.
func length(v any) int {
	switch v := v.(type) {
	case string:
		return utf8.RuneCountInString(v)
	case []any:
		return len(v)
	case map[string]any:
		return len(v)
	}
	return -1
}

func compared(holds func(int) bool) func(got, want any) bool {
	return func(got, want any) bool {
		n := compare(got, want)
		return n != incomparable && holds(n)
	}
}

const incomparable = 2

// maxExponent bounds the numbers that are compared exactly: a short text can
// name one that fills the memory.
const maxExponent = 400

// compare orders two numbers, exactly.
func compare(a, b any) int {
	x, ok := rational(a)
	y, ok2 := rational(b)
	if !ok || !ok2 {
		return incomparable
	}
	return x.Cmp(y)
}

func rational(v any) (*big.Rat, bool) {
	n, ok := v.(json.Number)
	if !ok || len(n) > maxExponent {
		return nil, false
	}
	if f, err := n.Float64(); err != nil || f != 0 && (f > 1e300 || f < -1e300 || f > -1e-300 && f < 1e-300) {
		return nil, false
	}
	if i := strings.IndexAny(n.String(), "eE"); i >= 0 && len(n)-i > 5 { // 0e999999999 is 0 and would be expanded
		return nil, false
	}
	return new(big.Rat).SetString(n.String())
}

func checkPattern(p *parser, n *node) {
	_, err := regexp.Compile(n.text())
	if err != nil || !n.isText() {
		p.fail(n, "%s is not a regular expression", quote(n.text()))
	}
}

func checkList(p *parser, n *node) {
	if n.kind != listKind {
		p.fail(n, "one_of is a list, and this is %s", n.name())
	}
}

func checkType(p *parser, n *node) {
	if known := []string{"string", "number", "boolean", "object", "array", "null"}; !slices.Contains(known, n.text()) && !n.isNull() {
		p.unknown(n, "type", n.text(), known)
	}
}

func checkNumber(p *parser, n *node) {
	if _, ok := rational(n.value); !ok || n.kind != scalarKind {
		p.fail(n, "this is a number, and not %s", n.name())
	}
}

// milliseconds turns the durations of a matcher into numbers, so that they can
// be compared; one without an operator is the longest.
func (p *parser) milliseconds(n *node) *node {
	read := func(n *node) *node {
		d := p.duration(n, "duration")
		return &node{line: n.line, column: n.column, value: millis(d)}
	}
	if n.kind != objectKind {
		return &node{line: n.line, column: n.column, kind: objectKind, members: []member{{&node{value: "at_most"}, read(n)}}}
	}
	m := &node{line: n.line, column: n.column, kind: objectKind}
	for _, pair := range n.members {
		m.members = append(m.members, member{pair.key, read(pair.value)})
	}
	return m
}

func millis(d time.Duration) json.Number {
	text, err := json.Marshal(float64(d.Microseconds()) / 1000)
	if err != nil {
		return "0"
	}
	return json.Number(text)
}
