package catalog

import (
	"fmt"
	"regexp"
)

// schemas compiles the members of an object of schemas.
func (c *compiler) schemas(n *node, keyword string) map[string]*rule {
	if n.kind != objectKind {
		c.wrong(n, keyword, "an object of schemas")
		return nil
	}
	all := make(map[string]*rule, len(n.members))
	for _, m := range n.members {
		all[m.key] = c.rule(m.value)
	}
	return all
}

func buildProperties(c *compiler, ru *rule, _, n *node) {
	rules := c.schemas(n, "properties")
	ru.add(func(r *run, v value, seen *evaluated) bool {
		ok := true
		for _, m := range v.members {
			if one, known := rules[m.key]; known {
				seen.name(m.key)
				ok = one.apply(r, v.member(m), seen.fresh()) && ok
			}
		}
		return ok
	})
}

// patternRule is a member of patternProperties.
type patternRule struct {
	re   *regexp.Regexp
	rule *rule
}

func (c *compiler) patterns(n *node) []patternRule {
	var all []patternRule
	if n == nil {
		return nil
	}
	for _, m := range n.members {
		if re := c.regexp(m.value, m.key); re != nil {
			all = append(all, patternRule{re, c.rule(m.value)})
		}
	}
	return all
}

func buildPatternProperties(c *compiler, ru *rule, _, n *node) {
	if n.kind != objectKind {
		c.wrong(n, "patternProperties", "an object of schemas")
		return
	}
	patterns := c.patterns(n)
	ru.add(func(r *run, v value, seen *evaluated) bool {
		ok := true
		for _, m := range v.members {
			for _, p := range patterns {
				if p.re.MatchString(m.key) {
					seen.name(m.key)
					ok = p.rule.apply(r, v.member(m), seen.fresh()) && ok
				}
			}
		}
		return ok
	})
}

func buildAdditional(c *compiler, ru *rule, s, n *node) {
	known := map[string]bool{}
	if p := s.get("properties"); p != nil {
		for _, m := range p.members {
			known[m.key] = true
		}
	}
	patterns := c.patterns(s.get("patternProperties"))
	rest := c.rule(n)
	others := func(name string) bool {
		for _, p := range patterns {
			if p.re.MatchString(name) {
				return false
			}
		}
		return !known[name]
	}
	ru.add(func(r *run, v value, seen *evaluated) bool { return r.others(rest, v, seen, others) })
}

// others applies the rule for the rest to the members that are part of it.
func (r *run) others(rest *rule, v value, seen *evaluated, isOther func(name string) bool) bool {
	ok := true
	for _, m := range v.members {
		switch {
		case !isOther(m.key):
		case rest.never:
			ok = r.fail(v.member(m), "no field of this name", describe(m.value))
		default:
			seen.name(m.key)
			ok = rest.apply(r, v.member(m), seen.fresh()) && ok
		}
	}
	return ok
}

func buildUnevaluatedProperties(c *compiler, ru *rule, _, n *node) {
	c.tracks = true
	rest := c.rule(n)
	ru.last = append(ru.last, func(r *run, v value, seen *evaluated) bool {
		return r.others(rest, v, seen, func(name string) bool { return !seen.names[name] })
	})
}

func buildUnevaluatedItems(c *compiler, ru *rule, _, n *node) {
	c.tracks = true
	rest := c.rule(n)
	ru.last = append(ru.last, func(r *run, v value, seen *evaluated) bool {
		ok := true
		for i := range v.items {
			if seen.items[i] {
				continue
			}
			seen.item(i)
			ok = rest.apply(r, v.item(i), nil) && ok
		}
		return ok
	})
}

func buildPropertyNames(c *compiler, ru *rule, _, n *node) {
	names := c.rule(n)
	ru.add(func(r *run, v value, seen *evaluated) bool {
		ok := true
		for _, m := range v.members {
			name := v.member(m)
			name.node = &node{kind: stringKind, text: m.key, place: m.place}
			ok = names.apply(r, name, nil) && ok
		}
		return ok
	})
}

// buildDependencies serves all three forms: lists of names and schemas.
func buildDependencies(c *compiler, ru *rule, _, n *node) {
	if n.kind != objectKind {
		c.wrong(n, "dependencies", "an object")
		return
	}
	for _, m := range n.members {
		name := m.key
		var then check
		if m.value.kind == listKind {
			needed := c.words(m.value, "dependencies")
			then = func(r *run, v value, _ *evaluated) bool {
				return r.requires(v, needed, fmt.Sprintf("a value, %s needs it", quote(name)))
			}
		} else {
			then = c.rule(m.value).apply
		}
		ru.add(func(r *run, v value, seen *evaluated) bool {
			return v.kind != objectKind || v.get(name) == nil || then(r, v, seen)
		})
	}
}

func buildItems(c *compiler, ru *rule, s, n *node) {
	home := c.home(s).draft
	if n.kind == listKind {
		if home == draft2020 {
			c.wrong(n, "items", "a schema (a list of them is prefixItems)")
			return
		}
		buildPrefixItems(c, ru, s, n)
		if more := s.get("additionalItems"); more != nil {
			c.itemsFrom(ru, len(n.items), more)
		}
		return
	}
	first := 0
	if prefix := s.get("prefixItems"); prefix != nil && home == draft2020 {
		first = len(prefix.items)
	}
	c.itemsFrom(ru, first, n)
}

func (c *compiler) itemsFrom(ru *rule, first int, n *node) {
	each := c.rule(n)
	ru.add(func(r *run, v value, seen *evaluated) bool {
		ok := true
		for i := first; i < len(v.items); i++ {
			seen.item(i)
			ok = each.apply(r, v.item(i), seen.fresh()) && ok
		}
		return ok
	})
}

func buildPrefixItems(c *compiler, ru *rule, _, n *node) {
	rules := c.list(n, "prefixItems")
	ru.add(func(r *run, v value, seen *evaluated) bool {
		ok := true
		for i := range min(len(rules), len(v.items)) {
			seen.item(i)
			ok = rules[i].apply(r, v.item(i), seen.fresh()) && ok
		}
		return ok
	})
}

// buildContains counts the items that match.
func buildContains(c *compiler, ru *rule, s, n *node) {
	home := c.home(s).draft
	least, most := 1, -1
	if home >= draft2019 {
		if m := s.get("minContains"); m != nil {
			least, _ = countOf(m)
		}
		if m := s.get("maxContains"); m != nil {
			most, _ = countOf(m)
		}
	}
	one := c.rule(n)
	ru.add(func(r *run, v value, seen *evaluated) bool {
		if v.kind != listKind {
			return true
		}
		found := 0
		for i := range v.items {
			if r.quietly(one, v.item(i), seen.fresh()) {
				found++
				if home == draft2020 {
					seen.item(i)
				}
			}
		}
		switch {
		case found < least:
			return r.fail(v, fmt.Sprintf("at least %d items of a kind", least), fmt.Sprint(found))
		case most >= 0 && found > most:
			return r.fail(v, fmt.Sprintf("at most %d items of a kind", most), fmt.Sprint(found))
		}
		return true
	})
}
