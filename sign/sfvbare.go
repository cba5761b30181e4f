package sign

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// bare reads one value without parameters. Display strings are not among them:
// no signature or digest holds one.
func (p *sfParser) bare() (sfItem, error) {
	switch c := p.peek(); {
	case c == '"':
		return p.string()
	case c == ':':
		return p.bytes()
	case c == '?':
		return p.boolean()
	case c == '@':
		p.pos++
		item, err := p.number()
		if err == nil && item.kind != sfInteger {
			err = errStructured
		}
		item.kind, item.canonical = sfDate, "@"+item.canonical
		return item, err
	case c == '-' || digit(c):
		return p.number()
	case alpha(c) || c == '*':
		text := p.while(func(c byte) bool { return c == ':' || c == '/' || headerName(string(c)) })
		return sfItem{kind: sfToken, text: text, canonical: text}, nil
	}
	return sfItem{}, errStructured
}

func (p *sfParser) string() (sfItem, error) {
	var b strings.Builder
	for p.pos++; p.pos < len(p.text); p.pos++ {
		switch c := p.text[p.pos]; {
		case c == '"':
			p.pos++
			return sfItem{kind: sfString, text: b.String(), canonical: quoteStructured(b.String())}, nil
		case c == '\\':
			p.pos++
			if c = p.peek(); c != '"' && c != '\\' {
				return sfItem{}, errStructured
			}
			b.WriteByte(c)
		case c < 0x20 || c > 0x7e:
			return sfItem{}, errStructured
		default:
			b.WriteByte(c)
		}
	}
	return sfItem{}, errStructured
}

func quoteStructured(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

func (p *sfParser) bytes() (sfItem, error) {
	p.pos++
	text := p.while(func(c byte) bool { return c != ':' })
	raw, err := decodeBase64(nil, base64.RawStdEncoding, text)
	if err != nil || !p.take(':') {
		return sfItem{}, errStructured
	}
	return sfItem{kind: sfBytes, text: string(raw), canonical: byteSequence(raw)}, nil
}

func byteSequence(raw []byte) string { return ":" + base64.StdEncoding.EncodeToString(raw) + ":" }

func (p *sfParser) boolean() (sfItem, error) {
	p.pos++
	c := p.peek()
	if c != '0' && c != '1' {
		return sfItem{}, errStructured
	}
	p.pos++
	return sfItem{kind: sfBoolean, canonical: "?" + string(c)}, nil
}

// number reads an integer of up to 15 digits, or a decimal of up to 12 and 3.
func (p *sfParser) number() (sfItem, error) {
	sign := ""
	if p.take('-') {
		sign = "-"
	}
	whole := p.while(digit)
	if whole == "" {
		return sfItem{}, errStructured
	}
	if !p.take('.') {
		if len(whole) > 15 {
			return sfItem{}, errStructured
		}
		n, err := strconv.ParseInt(sign+whole, 10, 64)
		text := strconv.FormatInt(n, 10)
		return sfItem{kind: sfInteger, text: text, canonical: text}, err
	}
	part := p.while(digit)
	if len(whole) > 12 || len(part) < 1 || len(part) > 3 {
		return sfItem{}, errStructured
	}
	whole, part = strings.TrimLeft(whole, "0"), strings.TrimRight(part, "0")
	text := sign + or(whole, "0") + "." + or(part, "0")
	return sfItem{kind: sfDecimal, text: text, canonical: text}, nil
}

func lower(c byte) bool { return 'a' <= c && c <= 'z' }
func digit(c byte) bool { return '0' <= c && c <= '9' }
func alpha(c byte) bool { return lower(c | 0x20) }
