package sign

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
)

// contents are the texts to try: the usual ones, the rare ones, those of known
// schemes, and what only this message suggests.
func (x *inferrer) contents() []*Content {
	texts := slices.Concat(usualTexts(), rareTexts())
	if x.o.Schemes != nil {
		for _, other := range x.o.Schemes() {
			texts = append(texts, other.Scheme.spec.Content...)
		}
	}
	return x.parse(append(texts, x.ownTexts()...))
}

// hashedContents are those with the secret inside, for hashes without a key.
func (x *inferrer) hashedContents() []*Content {
	return x.parse([]string{
		"{secret}{body}", "{body}{secret}", "{ts}{secret}{body}", "{secret}{ts}{body}", "{ts}{nonce}{secret}{body}", "{secret}{method}{url}{body}",
		"{ts}{body}{secret}", "{ts}{secret}", "{secret}.{body}", "{body}.{secret}",
	})
}

// parse drops what occurs twice and what a message without URL cannot have.
func (x *inferrer) parse(texts []string) []*Content {
	var out []*Content
	seen := map[string]bool{}
	for _, text := range texts {
		c, err := ParseContent(text)
		if err == nil && !seen[c.String()] {
			seen[c.String()] = true
			out = append(out, c)
		}
	}
	return out
}

// ownTexts are single members of the body, two of them glued, and the body
// without the signature in it.
func (x *inferrer) ownTexts() []string {
	const most = 12
	var names, out []string
	for _, l := range x.found.values {
		signature := slices.ContainsFunc(x.slots, func(s slot) bool { return s.place == l.place && s.name == l.name })
		plain := !strings.ContainsAny(l.name, "{}|")
		switch {
		case signature && l.place == InJSON && plain:
			out = append(out, "{body|without:"+l.name+"}", "{ts}.{body|without:"+l.name+"}")
		case signature || !plain || len(names) >= most:
		case l.place == InForm:
			names = append(names, "{form."+l.name+"}")
		case l.place == InJSON:
			names = append(names, "{json."+l.name+"}")
		}
	}
	for _, name := range names {
		out = append(out, name, name+`\n`, "{ts}."+name)
	}
	for _, first := range names {
		for _, second := range names {
			if first != second {
				out = append(out, first+second)
			}
		}
	}
	return out
}

// confirm makes the scheme and holds it to every capture.
func (x *inferrer) confirm(t inferredText, a algorithm, rule keyRule, s slot) (Inference, bool) {
	spec := Spec{Alg: []string{a.name}, Enc: string(s.enc), Content: []string{t.content.String()}, List: s.list}
	if rule != keyLiteral {
		spec.Key = string(rule)
	}
	var notes []string
	if s.ts != "" || t.ts.text != "" {
		unit, signed := x.unit(s, t)
		spec.TS = &TimeSpec{Unit: unit}
		if spec.TS.Optional = !signed; signed {
			spec.TS.Tolerance = 300 * time.Second
			notes = append(notes, "the window of 300 s is an assumption")
		}
	}
	if a.family == familyDigest && !t.content.uses("secret", false) {
		notes = append(notes, "integrity only: nothing secret is in the signature")
	}
	spec.Fields = x.fields(t, s)
	return x.accept(spec, notes)
}

// accept judges a scheme by every capture. One whose templates quote the secret
// is refused: they are written to a file.
func (x *inferrer) accept(spec Spec, notes []string) (Inference, bool) {
	for _, f := range spec.Fields {
		if strings.Contains(f.Name+f.Templates[0], x.secret) {
			return Inference{}, false
		}
	}
	scheme, err := New(spec)
	if err != nil || !x.verifies(scheme) {
		return Inference{}, false
	}
	if len(x.captures) == 1 {
		notes = append(notes, "a second captured request would confirm it")
	}
	for _, limit := range scheme.limits() {
		notes = appendNew(notes, limit)
	}
	return Inference{Spec: spec, Confirmed: len(x.captures), Notes: notes, Tried: x.tried}, true
}

// unit is that of the timestamp in the text, or beside the signature.
func (x *inferrer) unit(s slot, t inferredText) (unit string, signed bool) {
	text := or(t.ts.text, s.ts)
	if _, u, ok := parseAny(text); ok {
		return string(u), t.ts.text != ""
	}
	return string(unitSeconds), t.ts.text != ""
}

// fields are the places of what is signed, of the signature, and of the event
// type and id that the message shows.
func (x *inferrer) fields(t inferredText, s slot) []Field {
	var out []Field
	has := func(l located) bool {
		return slices.ContainsFunc(out, func(f Field) bool { return f.Place == l.place && strings.EqualFold(f.Name, l.name) })
	}
	add := func(l located, template string) {
		if l.text != "" && !has(l) {
			out = append(out, Field{Place: l.place, Name: l.name, Templates: []string{template}})
		}
	}
	signature := s.located
	if t.ts.text != "" && (t.ts.place != s.place || t.ts.name != s.name) {
		add(t.ts, "{ts}")
	}
	add(t.id, "{id}")
	add(t.nonce, "{nonce}")
	add(signature, s.template)
	for _, l := range x.found.events {
		if l.place == InHeader || l.place == InJSON && !strings.Contains(l.name, ".") {
			add(l, "{event}")
		}
	}
	if t.id.text == "" {
		for _, l := range x.found.ids[:min(1, len(x.found.ids))] {
			if l.place == InHeader || l.place == InJSON && !strings.Contains(l.name, ".") {
				add(l, "{id}")
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Field) int { return slices.Index(places(), a.Place) - slices.Index(places(), b.Place) })
	return out
}

// token looks for the secret itself, alone or behind a word, as it is or in
// base64.
func (x *inferrer) token() (Inference, bool) {
	encoded := base64.StdEncoding.EncodeToString([]byte(x.secret))
	for _, l := range x.found.values {
		for _, form := range []struct{ text, enc string }{{x.secret, ""}, {encoded, "base64"}} {
			before, ok := strings.CutSuffix(l.text, form.text)
			if !ok || len(before) > 40 || before != "" && !strings.HasSuffix(before, " ") && !strings.HasSuffix(before, "=") {
				continue
			}
			spec := Spec{Alg: []string{"equal"}, Enc: form.enc, Fields: []Field{{Place: l.place, Name: l.name, Templates: []string{before + "{sig}"}}}}
			if found, ok := x.accept(spec, []string{fmt.Sprintf("%s carries the secret itself", l.label())}); ok {
				return found, true
			}
		}
	}
	return Inference{}, false
}
