package store

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// term is one condition. Its compiled form is test.
type term struct {
	key, op, value string
	bodies         bool
	test           func(*Delivery) bool

	// What the value says, for sqlCondition.
	low, high int64            // code, number, size, duration
	limit     func() time.Time // since, until
}

func (t term) match(d *Delivery) bool { return t.test(d) }
func (t term) needsBody() bool        { return t.bodies }
func (t term) String() string         { return t.key + t.op + quote(t.value, false) }

// bareText is a text without a key: a part of the event type, an id or the
// path.
type bareText struct {
	text  string
	exact bool // it has a capital
	ids   bool // ids of hooks could hold it
}

func newBareText(text string) bareText {
	return bareText{text, hasCapital(text), len(text) <= len(deliveryPrefix)+26 && strings.Trim(strings.ToLower(text), idLetters) == ""}
}

// idLetters are those of a ULID in Crockford's base 32, which lacks i, l, o and
// u, and those that only the prefixes dlv_ and evt_ have.
const idLetters = "0123456789abcdefghjkmnpqrstvwxyz" + "l_"

func (t bareText) needsBody() bool { return false }
func (t bareText) String() string  { return quote(t.text, true) }

func (t bareText) match(d *Delivery) bool {
	return t.in(d.Event.Type) || t.in(d.Event.ExternalID) || t.in(d.Request.Target) || t.ids && (t.in(d.ID) || t.in(d.Event.ID))
}

func (t bareText) in(s string) bool {
	if t.exact {
		return strings.Contains(s, t.text)
	}
	return containsLower(s, t.text)
}

// kind is how the values of a key are written and compared.
type kind int

const (
	kindGlob kind = iota
	kindWord
	kindText
	kindID
	kindCode
	kindNumber
	kindSize
	kindDuration
	kindTime
	kindFlag
)

// operators of each kind; the comparisons of text are for numbers in bodies.
func (k kind) operators() string {
	switch k {
	case kindGlob, kindWord, kindID:
		return ": = != ~"
	case kindTime:
		return ":"
	case kindFlag:
		return ": = !="
	case kindText:
		return ": = != ~ > >= < <="
	}
	return ": = != > >= < <="
}

// field is a key of the language.
type field struct {
	kind  kind
	known []string                       // the words of kindWord
	text  func(*Delivery) string         // glob, word, id
	texts func(*Delivery) []string       // glob, instead of text
	count func(*Delivery) (int64, bool)  // code, number, size, duration; false: there is none
	flag  func(*Delivery) bool           // flag
	body  func(*Delivery) (string, bool) // text
}

// compile turns a term into a test.
func (p *parser) compile(t term, start, at int) (node, error) {
	name, path, hasPath := strings.Cut(t.key, ".")
	f, err := p.field(name, path, hasPath, start)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(strings.Fields(f.kind.operators()), t.op) {
		return nil, p.fail(start+len(t.key), fmt.Sprintf("%s takes %s, not %s", t.key, f.kind.operators(), t.op))
	}
	t.bodies = name == "body" || name == "response"
	if t.op == "!=" {
		positive := t
		positive.op = "="
		n, err := p.compile(positive, start, at)
		if err != nil {
			return nil, err
		}
		test := n.(term).test
		t.test = func(d *Delivery) bool { return !test(d) }
		return t, nil
	}
	if t.op == "~" {
		t.test, err = p.regexpTest(f, t.value, at)
	} else {
		t.test, err = p.test(f, &t, at)
	}
	return t, err
}

func (p *parser) regexpTest(f field, value string, at int) (func(*Delivery) bool, error) {
	if len(value) > maxRegexp {
		return nil, p.fail(at, fmt.Sprintf("the regular expression is longer than %d bytes", maxRegexp))
	}
	re, err := regexp.Compile(value)
	if err != nil {
		return nil, p.fail(at, "not a regular expression: "+strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return f.any(re.MatchString), nil
}

// any tests whether one of the texts of a field satisfies test.
func (f field) any(test func(string) bool) func(*Delivery) bool {
	switch {
	case f.texts != nil:
		return func(d *Delivery) bool { return slices.ContainsFunc(f.texts(d), test) }
	case f.body != nil:
		return func(d *Delivery) bool { s, ok := f.body(d); return ok && test(s) }
	}
	return func(d *Delivery) bool { return test(f.text(d)) }
}

// test compiles what is neither a negation nor a regular expression.
func (p *parser) test(f field, t *term, at int) (func(*Delivery) bool, error) {
	switch f.kind {
	case kindGlob:
		return f.any(globTest(*t)), nil
	case kindWord:
		return p.wordTest(f, *t, at)
	case kindID:
		if t.op == "=" {
			value := t.value
			return f.any(func(s string) bool { return s == value }), nil
		}
		prefix := strings.ToLower(t.value)
		return f.any(func(s string) bool { return strings.HasPrefix(strings.ToLower(s), prefix) }), nil
	case kindText:
		return p.textTest(f, *t, at)
	case kindTime:
		return p.timeTest(t, at)
	case kindFlag:
		if t.value != "true" && t.value != "false" {
			return nil, p.unknown(at, t.value, []string{"true", "false"}, "neither true nor false")
		}
		want := t.value == "true"
		return func(d *Delivery) bool { return f.flag(d) == want }, nil
	}
	return p.countTest(f, t, at)
}

func (p *parser) unknown(at int, word string, known []string, reason string) error {
	return &UnknownWordError{
		FilterError: FilterError{Pos: at, Reason: fmt.Sprintf("%.60q is %s", word, reason)}, word: word, known: known,
	}
}

// globTest is for fields with globs. A path has no list of globs, because
// commas are common in paths.
func globTest(t term) func(string) bool {
	if t.op == "=" {
		return func(s string) bool { return s == t.value }
	}
	if t.key == "path" {
		return func(s string) bool { return matchGlob(t.value, s) }
	}
	globs := strings.Split(t.value, ",")
	return func(s string) bool { return MatchGlobs(globs, s) }
}

// wordTest refuses words that no delivery has, where the list is closed. As in
// log --status, status:failed finds dead ones, too.
func (p *parser) wordTest(f field, t term, at int) (func(*Delivery) bool, error) {
	if t.op == ":" && strings.Contains(t.value, "*") {
		return f.any(func(s string) bool { return s != "" && matchGlob(t.value, s) }), nil
	}
	if f.known != nil && !slices.Contains(f.known, t.value) {
		return nil, p.unknown(at, t.value, f.known, "no "+t.key)
	}
	return f.any(func(s string) bool {
		return s == t.value || t.key == "status" && t.op == ":" && t.value == Failed && s == Dead
	}), nil
}

// textTest looks for a part, or with an asterisk for the whole, ignoring case
// unless the value has a capital. A comparison is one of numbers.
func (p *parser) textTest(f field, t term, at int) (func(*Delivery) bool, error) {
	switch {
	case t.op == "=":
		return f.any(func(s string) bool { return s == t.value }), nil
	case t.op != ":":
		want, ok := parseNumber(t.value)
		if !ok {
			return nil, p.fail(at, fmt.Sprintf("%s needs a number", t.op))
		}
		return f.any(func(s string) bool {
			got, ok := parseNumber(s)
			return ok && holds(t.op, got.Cmp(want))
		}), nil
	case strings.Contains(t.value, "*"):
		return f.any(func(s string) bool {
			if !hasCapital(t.value) {
				s = strings.ToLower(s)
			}
			return matchGlob(t.value, s)
		}), nil
	}
	return f.any(func(s string) bool { return containsText(s, t.value) }), nil
}

// timeTest compares the time of receiving.
func (p *parser) timeTest(t *term, at int) (func(*Delivery) bool, error) {
	limit, err := p.instant(t.value, at)
	if err != nil {
		return nil, err
	}
	t.limit = limit
	if t.key == "since" {
		return func(d *Delivery) bool { return !d.ReceivedAt.Before(limit()) }, nil
	}
	return func(d *Delivery) bool { return d.ReceivedAt.Before(limit()) }, nil
}

// instant reads an RFC 3339 time, or how long ago.
func (p *parser) instant(value string, at int) (func() time.Time, error) {
	if fixed, err := time.Parse(time.RFC3339Nano, value); err == nil {
		return func() time.Time { return fixed }, nil
	}
	ago, ok := parseDuration(value)
	if !ok {
		return nil, p.fail(at, "neither a duration (5m) nor a time (2026-11-21T10:00:00Z)")
	}
	now := p.options.Now
	if now == nil {
		return nil, p.fail(at, "a duration needs a clock, and there is none here")
	}
	return func() time.Time { return now().Add(-time.Duration(ago)) }, nil
}

func (p *parser) countTest(f field, t *term, at int) (func(*Delivery) bool, error) {
	low, high, ok := int64(0), int64(0), false
	switch f.kind {
	case kindCode:
		var l, h int
		l, h, ok = codeRange(t.value)
		low, high = int64(l), int64(h)
	case kindNumber:
		low, ok = parseCount(t.value)
		high = low
	case kindSize:
		low, ok = parseSize(t.value)
		high = low
	case kindDuration:
		low, ok = parseDuration(t.value)
		high = low
	}
	if !ok {
		return nil, p.fail(at, fmt.Sprintf("%.60q is not %s", t.value, f.kind.example()))
	}
	t.low, t.high = low, high
	op := t.op
	return func(d *Delivery) bool {
		n, ok := f.count(d)
		if !ok {
			return false
		}
		order := 0
		if n < low {
			order = -1
		} else if n > high {
			order = 1
		}
		return holds(op, order)
	}, nil
}

func (k kind) example() string {
	switch k {
	case kindCode:
		return "a status code (404) or a class (5xx)"
	case kindSize:
		return "a size (10kb)"
	case kindDuration:
		return "a duration (2s)"
	}
	return "a number"
}

// holds tells whether two values in this order satisfy an operator.
func holds(op string, order int) bool {
	switch op {
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	}
	return order == 0
}
