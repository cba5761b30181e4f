package store

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// parser reads an expression by recursive descent.
type parser struct {
	text    string
	pos     int
	depth   int
	options FilterOptions
}

func (p *parser) fail(pos int, reason string) error { return &FilterError{Pos: pos, Reason: reason} }

func (p *parser) parse() (node, error) {
	p.space()
	if p.pos == len(p.text) {
		return nil, nil
	}
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.pos < len(p.text) { // only a closing parenthesis stops or
		return nil, p.fail(p.pos, "a parenthesis closes that none has opened")
	}
	return n, nil
}

func (p *parser) or() (node, error) {
	var parts anyOf
	for {
		n, err := p.and()
		if err != nil {
			return nil, err
		}
		parts = append(parts, n)
		if p.peek() != '|' {
			break
		}
		p.pos++
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return parts, nil
}

func (p *parser) and() (node, error) {
	var parts allOf
	for p.space(); p.pos < len(p.text) && p.peek() != '|' && p.peek() != ')'; p.space() {
		n, err := p.unary()
		if err != nil {
			return nil, err
		}
		parts = append(parts, n)
	}
	switch len(parts) {
	case 0:
		return nil, p.fail(p.pos, "a term is missing")
	case 1:
		return parts[0], nil
	}
	return parts, nil
}

func (p *parser) unary() (node, error) {
	if p.peek() == '-' {
		p.pos++
		n, err := p.operand()
		if err != nil {
			return nil, err
		}
		return not{n}, nil
	}
	return p.operand()
}

// operand is what may follow a minus: parentheses or a term.
func (p *parser) operand() (node, error) {
	switch p.peek() {
	case '-':
		return nil, p.fail(p.pos, "one minus is enough; quote a text that begins with one")
	case '(':
	default:
		return p.term()
	}
	opened := p.pos
	if p.depth++; p.depth > maxFilterDepth {
		return nil, p.fail(opened, "the parentheses are nested too deep")
	}
	p.pos++
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.peek() != ')' {
		return nil, p.fail(opened, "a parenthesis is not closed")
	}
	p.pos++
	p.depth--
	return n, nil
}

func (p *parser) term() (node, error) {
	start := p.pos
	if key, op, ok := p.keyAndOperator(); ok {
		at := p.pos
		value, err := p.value()
		if err != nil {
			return nil, err
		}
		return p.compile(term{key: key, op: op, value: value}, start, at)
	}
	value, err := p.value()
	if err != nil {
		return nil, err
	}
	return newBareText(value), nil
}

// keyAndOperator reads the part of a term before its value. A word is a key
// where letters, and perhaps a dot and a path, stand before an operator; all
// else is text, such as /hook?x=1.
func (p *parser) keyAndOperator() (key, op string, ok bool) {
	word := p.text[p.pos:]
	if end := strings.IndexFunc(word, ends); end >= 0 {
		word = word[:end]
	}
	at := strings.IndexAny(word, ":=!<>~")
	if at <= 0 {
		return "", "", false
	}
	key, rest := word[:at], word[at:]
	name, _, _ := strings.Cut(key, ".")
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "" {
		return "", "", false
	}
	for _, op := range []string{"!=", ">=", "<=", ":", "=", ">", "<", "~"} {
		if strings.HasPrefix(rest, op) {
			p.pos += at + len(op)
			return key, op, true
		}
	}
	return "", "", false // an exclamation mark alone
}

// ends tells what no unquoted word contains.
func ends(r rune) bool {
	return unicode.IsSpace(r) || r == '(' || r == ')' || r == '|' || r == '"'
}

// value reads a word or a quoted text, in which a backslash makes the next
// character literal.
func (p *parser) value() (string, error) {
	if p.peek() != '"' {
		word := p.text[p.pos:]
		if end := strings.IndexFunc(word, ends); end >= 0 {
			word = word[:end]
		}
		if word == "" {
			return "", p.fail(p.pos, "a value is missing")
		}
		p.pos += len(word)
		return word, nil
	}
	opened := p.pos
	var b strings.Builder
	for i := p.pos + 1; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '"':
			p.pos = i + 1
			return b.String(), nil
		case c == '\\' && i+1 < len(p.text):
			i++
			b.WriteByte(p.text[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", p.fail(opened, "a quote is not closed")
}

// quote is the inverse of value: text as it must be written after a key or, if
// bare is set, without one.
func quote(text string, bare bool) string {
	plain := text != "" && strings.IndexFunc(text, ends) < 0
	if bare && (strings.HasPrefix(text, "-") || strings.ContainsAny(text, ":=!<>~")) {
		plain = false
	}
	if plain {
		return text
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

func (p *parser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *parser) space() {
	for p.pos < len(p.text) {
		r, size := utf8.DecodeRuneInString(p.text[p.pos:])
		if !unicode.IsSpace(r) {
			return
		}
		p.pos += size
	}
}
