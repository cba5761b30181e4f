package sign

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
)

// signature is a value in the message that may be the signature, decoded in
// one of the ways in which it may be written.
type signature struct {
	changes []change // none if it stands where and how the scheme says
	raw     []byte
	cut     bool // long enough to be the beginning of one
}

// leastCut is how many bytes of a signature that was cut off count: fewer
// could be guessed.
const leastCut = 16

// maxGuessedTexts bounds what one header can ask to be decoded.
const maxGuessedTexts = 200

// findSignatures reads the places of the signature, strictly and then loosely.
func (x *explainer) findSignatures() []signature {
	var out []signature
	var r reading
	x.s.readSignatures(x.m, x.params, &r)
	strict := map[string]bool{}
	for _, sig := range r.sigs {
		strict[sig.text] = true
		out = x.addSignature(out, sig.text, nil)
	}
	for _, value := range x.rawValues() {
		texts := looseTexts(value.text)
		for _, text := range texts[:min(len(texts), maxGuessedTexts)] {
			if !strict[text] {
				out = x.addSignature(out, text, x.prefixChange(value, text))
			}
		}
	}
	return out
}

// prefixChange says in which form the signature came. A value with more in it
// than one signature is not quoted.
func (x *explainer) prefixChange(v rawValue, text string) []change {
	form := "something else"
	if before, after, ok := strings.Cut(v.text, text); ok && len(before)+len(after) < 40 {
		form = before + "{sig}" + after
	}
	return []change{{ClassPrefix, "if " + v.label + " is read as " + form, "the scheme has " + v.field.templates[0].String(),
		"send " + v.label + " as " + v.field.templates[0].String()}}
}

// rawValue is what stands in a place of the signature.
type rawValue struct {
	field       *field
	label, text string
}

func (x *explainer) rawValues() []rawValue {
	var out []rawValue
	for _, f := range x.s.sigs {
		if f.place != InHeader {
			if got := f.look(x.m).value; got != "" {
				out = append(out, rawValue{f, f.label(), got})
			}
			continue
		}
		for _, h := range x.m.Headers {
			known := slices.ContainsFunc(f.names, func(name string) bool { return sameName(name, h.Name) })
			if known || f.numbered && f.numberedName(h.Name) {
				out = append(out, rawValue{f, h.Name, h.Value})
			}
		}
	}
	return out
}

// looseTexts are the parts of a value that may be a signature.
func looseTexts(value string) []string {
	var out []string
	add := func(text string) {
		text = strings.Trim(text, " \t\"'<>[]")
		if text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	items := append([]string{value}, strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" \t,;&|", r) })...)
	for _, item := range items[:min(len(items), maxGuessedTexts)] {
		add(item)
		for _, sep := range []string{"=", ":", ",", ".", "_"} {
			if _, rest, ok := strings.Cut(item, sep); ok && len(out) < maxGuessedTexts {
				add(rest)
			}
		}
		if text, err := url.QueryUnescape(item); err == nil {
			add(text)
		}
		add(strings.ReplaceAll(item, " ", "+"))
	}
	return out
}

// addSignature decodes text in every way that gives as many bytes as some
// algorithm makes.
func (x *explainer) addSignature(out []signature, text string, changes []change) []signature {
	if x.s.algs[0].family == familyToken {
		return x.addToken(out, text, changes)
	}
	for _, d := range decodings(text, x.s.enc) {
		if !x.possible(d.raw) || slices.ContainsFunc(out, func(s signature) bool { return bytes.Equal(s.raw, d.raw) }) {
			continue
		}
		sig := signature{changes: slices.Clone(changes), raw: d.raw, cut: len(d.raw) >= leastCut}
		if d.name != string(x.s.enc) {
			sig.changes = append(sig.changes, change{ClassEncoding, "with the signature read as " + d.name,
				"the scheme has " + string(x.s.enc), "encode the signature as " + string(x.s.enc) + ", or set enc: " + d.name + " in " + ProviderFile})
		}
		out = append(out, sig)
	}
	return out
}

func (x *explainer) addToken(out []signature, text string, changes []change) []signature {
	if own, ok := x.s.enc.decode(nil, text); ok {
		out = append(out, signature{changes: changes, raw: own})
	}
	for _, d := range decodings(text, x.s.enc) {
		c := change{ClassEncoding, "with the token read as " + d.name, "the sender encodes the token", "set enc: " + d.name}
		out = append(out, signature{changes: append(slices.Clone(changes), c), raw: d.raw})
	}
	return out
}

// possible is true for the sizes of known hashes, and for whatever a public
// key may verify.
func (x *explainer) possible(raw []byte) bool {
	if x.s.algs[0].asymmetric() {
		return x.s.algs[0].makes(len(raw))
	}
	return leastCut <= len(raw) && len(raw) <= 64
}

// decoding is a text read in one way.
type decoding struct {
	name string
	raw  []byte
}

// decodings reads text in all the ways in which signatures are written, once
// or twice over, the scheme's own way first.
func decodings(text string, own encoding) []decoding {
	var out []decoding
	for _, e := range slices.Compact([]encoding{or(own, encHex), encHex, encBase64, encBase64URL}) {
		raw, ok := e.decode(nil, text)
		if !ok || len(raw) == 0 {
			continue
		}
		out = append(out, decoding{string(e), raw})
		if e == encBase64URL {
			continue
		}
		if inner, err := hex.DecodeString(string(raw)); err == nil && e != encHex {
			out = append(out, decoding{"hex text in " + string(e), inner})
		}
		if inner, err := decodeBase64(nil, base64.RawStdEncoding, string(raw)); err == nil {
			out = append(out, decoding{"base64 text in " + string(e), inner})
		}
	}
	return out
}
