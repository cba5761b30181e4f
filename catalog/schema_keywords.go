package catalog

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// builder compiles one keyword of the schema s, whose value is n, into ru.
type builder func(c *compiler, ru *rule, s, n *node)

// builders are the keywords of a draft. Those that nobody knows say nothing.
func builders(d draft) map[string]builder {
	all := map[string]builder{
		"$ref": (*compiler).referenceKeyword, "type": buildType, "enum": buildEnum, "const": buildConst,
		"minimum":          bound("minimum", "at least", func(order int) bool { return order >= 0 }),
		"maximum":          bound("maximum", "at most", func(order int) bool { return order <= 0 }),
		"exclusiveMinimum": bound("exclusiveMinimum", "more than", func(order int) bool { return order > 0 }),
		"exclusiveMaximum": bound("exclusiveMaximum", "less than", func(order int) bool { return order < 0 }),
		"multipleOf":       buildMultiple,
		"minLength":        atLeast("minLength", "characters", lengthOf), "maxLength": atMost("maxLength", "characters", lengthOf),
		"minItems": atLeast("minItems", "items", itemsOf), "maxItems": atMost("maxItems", "items", itemsOf),
		"minProperties": atLeast("minProperties", "fields", fieldsOf), "maxProperties": atMost("maxProperties", "fields", fieldsOf),
		"pattern": buildPattern, "format": buildFormat, "uniqueItems": buildUnique, "required": buildRequired,
		"properties": buildProperties, "patternProperties": buildPatternProperties, "additionalProperties": buildAdditional,
		"propertyNames": buildPropertyNames, "dependentRequired": buildDependencies, "dependentSchemas": buildDependencies, "dependencies": buildDependencies,
		"items": buildItems, "contains": buildContains,
		"allOf": buildAllOf, "anyOf": buildAnyOf, "oneOf": buildOneOf, "not": buildNot, "if": buildIf,
	}
	if d >= draft2019 {
		all["unevaluatedProperties"], all["unevaluatedItems"] = buildUnevaluatedProperties, buildUnevaluatedItems
		all["$dynamicRef"], all["$recursiveRef"] = (*compiler).referenceKeyword, (*compiler).referenceKeyword
	}
	if d == draft2020 {
		all["prefixItems"] = buildPrefixItems
	}
	if d == draft4 { // where they are true or false, and minimum asks them
		delete(all, "exclusiveMinimum")
		delete(all, "exclusiveMaximum")
	}
	return all
}

func (c *compiler) referenceKeyword(ru *rule, s, n *node) { c.reference(ru, s, n) }

// typeWords are the types of JSON Schema in the words of messages.
func typeWord(name string) string {
	switch name {
	case "null":
		return nullKind.String()
	case "boolean":
		return boolKind.String()
	case "number":
		return numberKind.String()
	case "integer":
		return "a whole number"
	case "string":
		return stringKind.String()
	case "array":
		return listKind.String()
	case "object":
		return objectKind.String()
	}
	return ""
}

func hasType(n *node, name string) bool {
	if name == "integer" {
		return n.kind == numberKind && isWhole(n.text)
	}
	return typeWord(name) == n.kind.String()
}

func buildType(c *compiler, ru *rule, _, n *node) {
	list := n.items
	if n.kind != listKind {
		list = []*node{n}
	}
	var names, words []string
	for _, one := range list {
		word := typeWord(one.text)
		if one.kind != stringKind || word == "" {
			c.wrong(one, "type", "null, boolean, integer, number, string, array or object")
			return
		}
		names, words = append(names, one.text), append(words, word)
	}
	expected := orList(words)
	ru.add(func(r *run, v value, _ *evaluated) bool {
		for _, name := range names {
			if hasType(v.node, name) {
				return true
			}
		}
		return r.fail(v, expected, describe(v.node))
	})
}

func buildEnum(c *compiler, ru *rule, _, n *node) {
	if n.kind != listKind {
		c.wrong(n, "enum", "a list")
		return
	}
	known := make(map[string]bool, len(n.items))
	var words []string
	for i, one := range n.items {
		known[canonical(one)] = true
		if i < 12 {
			words = append(words, describe(one))
		}
	}
	expected := orList(words)
	if len(n.items) > len(words) {
		expected = fmt.Sprintf("%s or %d others", strings.Join(words, ", "), len(n.items)-len(words))
	}
	ru.add(func(r *run, v value, _ *evaluated) bool {
		return known[canonical(v.node)] || r.fail(v, expected, describe(v.node))
	})
}

func buildConst(_ *compiler, ru *rule, _, n *node) {
	want, expected := canonical(n), describe(n)
	ru.add(func(r *run, v value, _ *evaluated) bool {
		return canonical(v.node) == want || r.fail(v, expected, describe(v.node))
	})
}

// bound compares numbers: allowed judges the order of the value and the bound.
func bound(keyword, words string, allowed func(order int) bool) builder {
	return func(c *compiler, ru *rule, s, n *node) {
		if n.kind != numberKind {
			c.wrong(n, keyword, "a number")
			return
		}
		limit, words, strict := n.text, words, false
		if c.home(s).draft == draft4 {
			x := s.get("exclusive" + strings.ToUpper(keyword[:1]) + keyword[1:])
			strict = x != nil && x.kind == boolKind && x.text == "true"
		}
		if strict {
			words = "not " + limit + " and " + words
		}
		ru.add(func(r *run, v value, _ *evaluated) bool {
			if v.kind != numberKind {
				return true
			}
			order := compareNumbers(v.text, limit)
			return allowed(order) && !(strict && order == 0) || r.fail(v, words+" "+limit, describe(v.node))
		})
	}
}

func buildMultiple(c *compiler, ru *rule, _, n *node) {
	if n.kind != numberKind || compareNumbers(n.text, "0") <= 0 {
		c.wrong(n, "multipleOf", "a number above 0")
		return
	}
	ru.add(func(r *run, v value, _ *evaluated) bool {
		return v.kind != numberKind || isMultiple(v.text, n.text) || r.fail(v, "a multiple of "+n.text, describe(v.node))
	})
}

// sizeOf counts what a keyword is about, and tells whether it is about n.
type sizeOf func(n *node) (size int, ok bool)

func lengthOf(n *node) (int, bool) { return utf8.RuneCountInString(n.text), n.kind == stringKind }
func itemsOf(n *node) (int, bool)  { return len(n.items), n.kind == listKind }
func fieldsOf(n *node) (int, bool) { return len(n.members), n.kind == objectKind }

func atLeast(keyword, what string, size sizeOf) builder {
	return sizeBound(keyword, "at least", what, size, func(n, limit int) bool { return n >= limit })
}

func atMost(keyword, what string, size sizeOf) builder {
	return sizeBound(keyword, "at most", what, size, func(n, limit int) bool { return n <= limit })
}

func sizeBound(keyword, words, what string, size sizeOf, allowed func(n, limit int) bool) builder {
	return func(c *compiler, ru *rule, _, n *node) {
		limit, ok := countOf(n)
		if !ok {
			c.wrong(n, keyword, "a whole number from 0")
			return
		}
		ru.add(func(r *run, v value, _ *evaluated) bool {
			got, ok := size(v.node)
			return !ok || allowed(got, limit) || r.fail(v, fmt.Sprintf("%s %d %s", words, limit, what), fmt.Sprint(got))
		})
	}
}

func (c *compiler) regexp(n *node, text string) *regexp.Regexp {
	re, err := regexp.Compile(text)
	if err != nil {
		c.errs.add(n.place, "%s is not a regular expression (RE2): %s", quote(text), err)
	}
	return re
}

func buildPattern(c *compiler, ru *rule, _, n *node) {
	if n.kind != stringKind {
		c.wrong(n, "pattern", "a string")
		return
	}
	re := c.regexp(n, n.text)
	if re == nil {
		return
	}
	ru.add(func(r *run, v value, _ *evaluated) bool {
		return v.kind != stringKind || re.MatchString(v.text) || r.fail(v, "text that matches "+cut(n.text), describe(v.node))
	})
}

func buildFormat(_ *compiler, ru *rule, _, n *node) {
	valid := formatOf(n.text)
	if valid == nil {
		return
	}
	ru.add(func(r *run, v value, _ *evaluated) bool {
		return v.kind != stringKind || valid(v.text) || r.fail(v, "the format "+n.text, describe(v.node))
	})
}

func buildUnique(_ *compiler, ru *rule, _, n *node) {
	if n.text != "true" {
		return
	}
	ru.add(func(r *run, v value, _ *evaluated) bool {
		seen := make(map[string]bool, len(v.items))
		for i, item := range v.items {
			key := canonical(item)
			if seen[key] {
				return r.fail(v.item(i), "items that differ", describe(item)+" again")
			}
			seen[key] = true
		}
		return true
	})
}

func (c *compiler) words(n *node, keyword string) []string {
	var words []string
	for _, one := range n.items {
		if one.kind == stringKind {
			words = append(words, one.text)
		}
	}
	if n.kind != listKind || len(words) < len(n.items) {
		c.wrong(n, keyword, "a list of names")
	}
	return words
}

func buildRequired(c *compiler, ru *rule, _, n *node) {
	if n.kind == boolKind { // draft 3, and what people write
		c.wrong(n, "required", "a list of names")
		return
	}
	names := c.words(n, "required")
	ru.add(func(r *run, v value, _ *evaluated) bool { return r.requires(v, names, "a required value") })
}

func (r *run) requires(v value, names []string, expected string) bool {
	if v.kind != objectKind {
		return true
	}
	ok := true
	for _, name := range names {
		if !slices.ContainsFunc(v.members, func(m member) bool { return m.key == name }) {
			ok = r.fail(v.missing(name), expected, "nothing")
		}
	}
	return ok
}
