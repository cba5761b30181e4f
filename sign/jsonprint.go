package sign

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxPrinted bounds what indenting makes of deep JSON: white space grows with
// depth times length.
const maxPrinted = 8 * maxRewritten

// dialect is how a program prints JSON that it has parsed.
type dialect struct {
	item, member string // , and : with the spaces behind them
	indent       string // of one level; each value gets its own line
	number       func(out []byte, text string) []byte

	escaped   string // characters written as \u00XX beside control characters
	quote     string // how " is written inside a string; "" is \"
	ascii     bool   // everything beyond ASCII is written as \uXXXX
	upper     bool   // … with capital digits
	slash     bool   // / is written as \/
	delEscape bool   // so is DEL

	halves   bool // halves of surrogate pairs are printed; else nothing is
	sorted   bool // by name
	integers bool // names that are array indexes come first, in order
	arrays   bool // objects without members, or with 0, 1, 2, …, are lists
}

// print writes n. It returns false where the program would refuse.
func (d *dialect) print(n *node) ([]byte, bool) {
	p := printer{d: d, ok: true}
	for c := range byte(0x20) {
		p.special[c] = true
	}
	for _, c := range "\"\\" + d.escaped {
		if c < utf8.RuneSelf {
			p.special[c] = true
		}
	}
	p.special['/'], p.special[0x7f] = d.slash, d.delEscape
	p.ascii = d.ascii || strings.ContainsRune(d.escaped, '\u2028')
	p.value(n)
	return p.out, p.ok
}

type printer struct {
	d       *dialect
	out     []byte
	special [0x80]bool
	ascii   bool // characters beyond ASCII are looked at
	depth   int
	ok      bool
}

func (p *printer) value(n *node) {
	switch n.kind {
	case '{':
		p.object(n)
	case '[':
		p.list(n.items)
	case '"':
		p.text(n.text)
	case '0':
		p.out = p.d.number(p.out, n.text)
	default:
		p.out = append(p.out, n.text...)
	}
}

func (p *printer) list(items []node) {
	p.out = append(p.out, '[')
	p.depth++
	for i := range items {
		p.next(i)
		p.value(&items[i])
	}
	p.depth--
	p.end(len(items), ']')
}

func (p *printer) object(n *node) {
	if p.d.arrays && isList(n.names) {
		p.list(n.items)
		return
	}
	p.out = append(p.out, '{')
	p.depth++
	for i, at := range p.order(n.names) {
		p.next(i)
		p.text(n.names[at])
		p.out = append(p.out, p.d.member...)
		p.value(&n.items[at])
	}
	p.depth--
	p.end(len(n.items), '}')
}

// next separates the item that follows from what is before it.
func (p *printer) next(i int) {
	if i > 0 {
		p.out = append(p.out, p.d.item...)
	}
	p.line()
}

func (p *printer) end(n int, c byte) {
	if n > 0 {
		p.line()
	}
	p.out = append(p.out, c)
}

func (p *printer) line() {
	if p.d.indent == "" {
		return
	}
	if p.ok = p.ok && len(p.out) <= maxPrinted; !p.ok {
		return
	}
	p.out = append(p.out, '\n')
	for range p.depth {
		p.out = append(p.out, p.d.indent...)
	}
}

// order returns the indexes of names in the order of printing.
func (p *printer) order(names []string) []int {
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	switch {
	case p.d.sorted:
		slices.SortFunc(order, func(a, b int) int { return strings.Compare(names[a], names[b]) })
	case p.d.integers:
		// As unsigned numbers the -1 of other names comes last.
		slices.SortStableFunc(order, func(a, b int) int {
			return cmp.Compare(uint64(arrayIndex(names[a])), uint64(arrayIndex(names[b])))
		})
	}
	return order
}

// isList is true for the keys of a PHP array that json_encode writes as a list.
func isList(names []string) bool {
	for i, name := range names {
		if arrayIndex(name) != int64(i) {
			return false
		}
	}
	return true
}

func (p *printer) text(text string) {
	p.out = append(p.out, '"')
	for text != "" {
		n := p.plain(text)
		p.out, text = append(p.out, text[:n]...), text[n:]
		if text == "" {
			break
		}
		r, size := decodeWTF8(text)
		p.character(r, text[:size])
		text = text[size:]
	}
	p.out = append(p.out, '"')
}

// plain is the length of the text's beginning that is printed as it is.
func (p *printer) plain(text string) int {
	for i := range len(text) {
		c := text[i]
		if c < utf8.RuneSelf && p.special[c] || c >= utf8.RuneSelf && (p.ascii || c == 0xed) {
			return i
		}
	}
	return len(text)
}

func (p *printer) character(r rune, source string) {
	const short = "\b\t\n\f\r"
	switch i := strings.IndexRune(short, r); {
	case r == '"' && p.d.quote != "":
		p.out = append(p.out, p.d.quote...)
	case r == '"' || r == '\\' || r == '/' && p.d.slash:
		p.out = append(p.out, '\\', byte(r))
	case i >= 0:
		p.out = append(p.out, '\\', "btnfr"[i])
	case utf16.IsSurrogate(r):
		p.ok = p.ok && p.d.halves
		p.hex(r)
	case r < 0x20 || r == 0x7f || r > 0x7f && p.d.ascii || strings.ContainsRune(p.d.escaped, r):
		if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
			p.hex(high)
			r = low
		}
		p.hex(r)
	default:
		p.out = append(p.out, source...)
	}
}

func (p *printer) hex(r rune) {
	digits := "0123456789abcdef"
	if p.d.upper {
		digits = "0123456789ABCDEF"
	}
	p.out = append(p.out, '\\', 'u', digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
}

// goMap prints JSON as encoding/json does after reading it into a map: no rule
// of ours can be nearer to it than itself.
func goMap(text []byte) ([]byte, bool) {
	var value any
	if json.Unmarshal(text, &value) != nil {
		return nil, false
	}
	out, err := json.Marshal(value)
	return out, err == nil
}

// compactJSON removes the white space between tokens and changes none of them.
func compactJSON(text []byte) ([]byte, bool) {
	var out bytes.Buffer
	err := json.Compact(&out, text)
	return out.Bytes(), err == nil
}
