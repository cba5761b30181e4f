package sign

import (
	"fmt"
	"strings"
)

// maxSignatures bounds what one message may ask to be compared.
const maxSignatures = 100

// shapeKind is how a header that carries the signature is taken apart.
type shapeKind uint8

const (
	plainShape      shapeKind = iota // literal text around {sig}
	pairsShape                       // t={ts},v1={sig}
	positionalShape                  // {ts},{sig}
	taggedShape                      // a list of v1,{sig}
	keyedShape                       // a list of {key_id}|{sig}
)

// shape is a template that has {sig} in it, with what reading it needs.
type shape struct {
	kind     shapeKind
	template Template
	sep      string // between items; as it stands in the template when writing
	tag      string // of a tagged list
	items    []item // of key=value pairs, in the order of sending
}

type item struct {
	key  string
	role Role
}

func newShape(t Template, list string) (shape, error) {
	sh := shape{template: t, sep: list}
	switch {
	case t.has(RoleTS):
		return timedShape(t)
	case t.has(RoleKeyID):
		sh.kind = keyedShape
	case list != "" && list != "," && len(t.parts) == 2 && strings.HasSuffix(t.parts[0].lit, ","):
		sh.kind, sh.tag = taggedShape, strings.TrimSuffix(t.parts[0].lit, ",")
	}
	return sh, nil
}

// timedShape reads a template with both {ts} and {sig} in it.
func timedShape(t Template) (shape, error) {
	sep := separatorOf(t)
	if sep == "" {
		return shape{}, fmt.Errorf("template %q needs , ; or & between {ts} and {sig}", t)
	}
	if len(t.parts) == 3 && t.parts[0].role == RoleTS && t.parts[1].lit == sep {
		return shape{kind: positionalShape, template: t, sep: sep}, nil
	}
	sh := shape{kind: pairsShape, template: t, sep: sep}
	for text := range strings.SplitSeq(t.String(), strings.TrimSpace(sep)) {
		key, value, ok := strings.Cut(strings.TrimSpace(text), "=")
		sub, err := ParseTemplate(value)
		if !ok || key == "" || err != nil || len(sub.parts) != 1 || sub.parts[0].role == "" {
			return shape{}, fmt.Errorf("template %q is neither key={role} pairs nor {ts},{sig}", t)
		}
		sh.items = append(sh.items, item{key, sub.parts[0].role})
	}
	return sh, nil
}

// separatorOf returns the separator between the pairs with the spaces beside
// it: ", " in t={ts}, v1={sig}.
func separatorOf(t Template) string {
	for i, p := range t.parts {
		at := strings.IndexAny(p.lit, ",;&")
		if i == 0 || i == len(t.parts)-1 || at < 0 {
			continue
		}
		start, end := at, at+1
		for start > 0 && p.lit[start-1] == ' ' {
			start--
		}
		for end < len(p.lit) && p.lit[end] == ' ' {
			end++
		}
		return p.lit[start:end]
	}
	return ""
}

// several reports whether the shape can carry more than one signature.
func (sh *shape) several(list string) bool {
	return list != "" || sh.kind == pairsShape || sh.kind == positionalShape
}
