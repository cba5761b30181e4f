package provider

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// funcs are what the templates call. What a reader needs to be told of the plan
// as a whole has no argument: the dot is somewhere inside of it, mostly.
func (v *verifier) funcs(body *string) map[string]any {
	return map[string]any{
		"quote":  v.quote,
		"quoted": v.quoted,
		"snake":  snake,
		"camel":  v.camel,
		"lower":  strings.ToLower,
		"upper":  strings.ToUpper,
		"fields": strings.Fields,
		"list":   func(items ...any) []any { return items },
		"has":    slices.Contains[[]string],
		"base":   path.Base,
		"ext":    func(name string) string { return name[strings.LastIndexByte(name, '.')+1:] },

		"uses":    func(name string) bool { return usesName(*body, name) },
		"include": func() string { return *body },

		"needs":      v.Uses,
		"public":     v.Public,
		"curved":     v.curved,
		"key":        v.keyName,
		"keyWords":   v.keyWords,
		"keyForm":    v.keyForm,
		"keyless":    func() bool { return v.Kind == "digest" },
		"checked":    v.Checked,
		"several":    v.Several,
		"now":        v.Now,
		"method":     v.Method,
		"url":        v.URL,
		"formed":     v.formed,
		"jsonFields": v.Fields,
		"queries":    v.Queries,
		"many":       signature.Many,
		"fieldName":  term.FieldName,
		"seconds":    seconds,

		"structuredKey":  func() string { return structuredKey },
		"structuredItem": v.structuredItem,
	}
}

// quoted is a list of literals.
func (v *verifier) quoted(texts []string) string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = v.quote(text)
	}
	return strings.Join(out, ", ")
}

// formed is true where the body is a form as a rule: examples parse it as one.
func (v *verifier) formed() bool {
	return !v.Uses("body") && slices.ContainsFunc([]string{"form", "form_sorted", "form_params", "request"}, v.Uses)
}

// curved is true where the public keys are points of P-256, false of RSA.
func (v *verifier) curved() bool {
	return v.Kind == "ecdsa" || v.JWT != nil && slices.Contains(v.JWT.Algs, "ES256")
}

// keyName is the variable of one key; with an s it is that of all.
func (v *verifier) keyName() string {
	switch {
	case !v.Public():
		return "secret"
	case v.Lang == "python" || v.Lang == "ruby":
		return "public_key"
	}
	return "publicKey"
}

func (v *verifier) keyWords() string {
	if v.Public() {
		return "public keys"
	}
	return "secrets"
}

// keyForm says how a public key is written.
func (v *verifier) keyForm() string {
	switch v.Pub {
	case "ed25519-hex":
		return "its hex"
	case "ed25519-b64":
		return "its base64, whpk_ in front or not"
	case "spki-b64":
		return "its DER form (SPKI) in base64"
	}
	return "PEM, BEGIN PUBLIC KEY"
}

// structuredItem has a possessive quantifier in Java, whose groups recurse
// otherwise until the stack ends.
func (v *verifier) structuredItem() string {
	if v.Lang == "java" {
		return strings.Replace(structuredItem, `)*"`, `)*+"`, 1)
	}
	return structuredItem
}

// seconds is a time in milliseconds as every language writes it: 300, 2.5.
func seconds(millis int64) string {
	return strconv.FormatFloat(float64(millis)/1000, 'f', -1, 64)
}

// Structured fields (RFC 9651) as regular expressions that all the languages
// read: a key, and a bare item without display strings. Of base64, the bits
// behind the last byte are 0.
const (
	structuredKey  = `[a-z*][a-z0-9_.*-]*`
	structuredItem = `(?:"[ !#-\[\]-~]*(?:\\["\\][ !#-\[\]-~]*)*"` +
		`|:(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw](?:==)?|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=?)?:` +
		`|\?[01]|-?[0-9]{1,12}\.[0-9]{1,3}|@?-?[0-9]{1,15}` +
		`|[A-Za-z*][!#$%&'*+.^_\x60|~0-9A-Za-z:/-]*)`
)
