package sign

import (
	"errors"
	"strings"
)

// Structured fields (RFC 9651), as far as signatures and digests need them:
// dictionaries and lists of items and inner lists. The parser keeps the text of
// a member as it stands, which RFC 9421 signs, and its canonical form.

// sfItem is a bare item with its parameters.
type sfItem struct {
	kind      sfKind
	text      string // of a string, token, or byte sequence; digits of a number
	canonical string // without parameters
	params    sfParams
}

type sfKind uint8

const (
	sfInteger sfKind = iota
	sfDecimal
	sfString
	sfToken
	sfBytes
	sfBoolean
	sfDate
)

// sfMember is a member of a dictionary or list: an item, or a list of them.
type sfMember struct {
	key    string // of a dictionary
	raw    string // as it stands, without the key
	list   bool
	inner  []sfItem // of an inner list
	sfItem          // the item, or the parameters of the inner list
}

type sfParam struct {
	key  string
	item sfItem
}

type sfParams []sfParam

// get returns a parameter's value.
func (p sfParams) get(key string) (sfItem, bool) {
	for _, param := range p {
		if param.key == key {
			return param.item, true
		}
	}
	return sfItem{}, false
}

// serialized is an item or inner list in its canonical form.
func (m sfMember) serialized() string {
	if !m.list {
		return m.sfItem.serialized()
	}
	items := make([]string, len(m.inner))
	for i, item := range m.inner {
		items[i] = item.serialized()
	}
	return "(" + strings.Join(items, " ") + ")" + m.params.serialized()
}

func (i sfItem) serialized() string { return i.canonical + i.params.serialized() }

func (p sfParams) serialized() string {
	var b strings.Builder
	for _, param := range p {
		b.WriteString(";" + param.key)
		if param.item.canonical != "?1" {
			b.WriteString("=" + param.item.canonical)
		}
	}
	return b.String()
}

// maxMembers bounds a dictionary, a list, an inner list and parameters.
const maxMembers = 1024

var errStructured = errors.New("it is no structured field")

// sfParser reads a field's value from its start.
type sfParser struct {
	text string
	pos  int
}

// parseDictionary reads RFC 9651, section 4.2.2. Of a key that occurs twice the
// last value counts, at the first one's place.
func parseDictionary(text string) ([]sfMember, error) {
	return parseMembersOf(text, func(p *sfParser) (m sfMember, err error) {
		key, err := p.key()
		if err != nil {
			return m, err
		}
		start := p.pos
		if p.take('=') {
			start = p.pos
			m, err = p.member()
		} else {
			m.kind, m.canonical = sfBoolean, "?1"
			m.params, err = p.parameters()
		}
		m.key, m.raw = key, p.text[start:p.pos]
		return m, err
	})
}

// parseList reads RFC 9651, section 4.2.1.
func parseList(text string) ([]sfMember, error) {
	return parseMembersOf(text, func(p *sfParser) (sfMember, error) { return p.member() })
}

func parseMembersOf(text string, one func(*sfParser) (sfMember, error)) ([]sfMember, error) {
	p := &sfParser{text: strings.Trim(text, " ")}
	var out []sfMember
	for p.pos < len(p.text) {
		m, err := one(p)
		if err != nil {
			return nil, err
		}
		if len(out) >= maxMembers {
			return nil, errStructured
		}
		out = putMember(out, m)
		p.skip(" \t")
		if p.pos == len(p.text) {
			return out, nil
		}
		if !p.take(',') {
			return nil, errStructured
		}
		if p.skip(" \t"); p.pos == len(p.text) {
			return nil, errStructured
		}
	}
	return out, nil
}

func putMember(members []sfMember, m sfMember) []sfMember {
	for i := range members {
		if m.key != "" && members[i].key == m.key {
			members[i] = m
			return members
		}
	}
	return append(members, m)
}

func (p *sfParser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *sfParser) take(c byte) bool {
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

func (p *sfParser) skip(chars string) {
	for p.pos < len(p.text) && strings.IndexByte(chars, p.text[p.pos]) >= 0 {
		p.pos++
	}
}

// while returns the run of bytes that are in the class.
func (p *sfParser) while(class func(byte) bool) string {
	start := p.pos
	for p.pos < len(p.text) && class(p.text[p.pos]) {
		p.pos++
	}
	return p.text[start:p.pos]
}

func (p *sfParser) member() (m sfMember, err error) {
	start := p.pos
	if p.take('(') {
		m.list = true
		if m.inner, err = p.items(); err == nil {
			m.params, err = p.parameters()
		}
	} else {
		m.sfItem, err = p.item()
	}
	m.raw = p.text[start:p.pos]
	return m, err
}

// items reads the rest of an inner list.
func (p *sfParser) items() ([]sfItem, error) {
	var out []sfItem
	for len(out) <= maxMembers {
		p.skip(" ")
		if p.take(')') {
			return out, nil
		}
		item, err := p.item()
		if err != nil {
			return nil, err
		}
		out = append(out, item)
		if c := p.peek(); c != ' ' && c != ')' {
			break
		}
	}
	return nil, errStructured
}

func (p *sfParser) item() (sfItem, error) {
	item, err := p.bare()
	if err == nil {
		item.params, err = p.parameters()
	}
	return item, err
}

// parameters reads those behind an item. As in a dictionary the last value of a
// key counts.
func (p *sfParser) parameters() (sfParams, error) {
	var out sfParams
	for p.take(';') {
		p.skip(" ")
		key, err := p.key()
		if err != nil {
			return nil, err
		}
		item := sfItem{kind: sfBoolean, canonical: "?1"}
		if p.take('=') {
			if item, err = p.bare(); err != nil {
				return nil, err
			}
		}
		if len(out) >= maxMembers {
			return nil, errStructured
		}
		out = out.put(sfParam{key, item})
	}
	return out, nil
}

func (p sfParams) put(param sfParam) sfParams {
	for i := range p {
		if p[i].key == param.key {
			p[i] = param
			return p
		}
	}
	return append(p, param)
}

func (p *sfParser) key() (string, error) {
	if c := p.peek(); !lower(c) && c != '*' {
		return "", errStructured
	}
	return p.while(func(c byte) bool { return lower(c) || digit(c) || strings.IndexByte("_-.*", c) >= 0 }), nil
}
