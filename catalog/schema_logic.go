package catalog

import "fmt"

func (c *compiler) list(n *node, keyword string) []*rule {
	if n.kind != listKind {
		c.wrong(n, keyword, "a list of schemas")
		return nil
	}
	all := make([]*rule, 0, len(n.items))
	for _, item := range n.items {
		all = append(all, c.rule(item))
	}
	return all
}

func buildAllOf(c *compiler, ru *rule, _, n *node) {
	for _, one := range c.list(n, "allOf") {
		ru.add(one.apply)
	}
}

func buildAnyOf(c *compiler, ru *rule, _, n *node) {
	rules := c.list(n, "anyOf")
	ru.add(func(r *run, v value, seen *evaluated) bool {
		ok := false
		for _, one := range rules {
			branch := seen.fresh()
			if r.quietly(one, v, branch) {
				seen.add(branch)
				if ok = true; seen == nil { // nobody asks what the others look at
					return true
				}
			}
		}
		return ok || r.noneOf(rules, v)
	})
}

func buildOneOf(c *compiler, ru *rule, _, n *node) {
	rules := c.list(n, "oneOf")
	ru.add(func(r *run, v value, seen *evaluated) bool {
		first := -1
		for i, one := range rules {
			branch := seen.fresh()
			if !r.quietly(one, v, branch) {
				continue
			}
			if first >= 0 {
				return r.fail(v, "one of several forms alone", fmt.Sprintf("what fits the forms %d and %d", first+1, i+1))
			}
			first = i
			seen.add(branch)
		}
		return first >= 0 || r.noneOf(rules, v)
	})
}

// noneOf notes why no alternative holds: what breaks the one that comes
// nearest, the one with the fewest faults that are not at the value itself.
func (r *run) noneOf(rules []*rule, v value) bool {
	if r.found == nil {
		return false
	}
	var nearest []Violation
	best := -1
	for _, one := range rules {
		tried := run{found: &[]Violation{}, steps: r.steps, depth: r.depth}
		one.apply(&tried, v, &evaluated{})
		r.steps, r.exhausted = tried.steps, r.exhausted || tried.exhausted
		score := len(*tried.found)
		for _, f := range *tried.found {
			if f.Pointer == v.at.pointer() { // not even the type is right
				score += maxViolations
			}
		}
		if best < 0 || score < best {
			best, nearest = score, *tried.found
		}
	}
	if len(rules) != 1 && best >= maxViolations || len(nearest) == 0 {
		return r.fail(v, fmt.Sprintf("one of %d forms", len(rules)), describe(v.node))
	}
	for _, f := range nearest {
		if len(*r.found) < maxViolations {
			*r.found = append(*r.found, f)
		}
	}
	return false
}

func buildNot(c *compiler, ru *rule, _, n *node) {
	one := c.rule(n)
	ru.add(func(r *run, v value, seen *evaluated) bool {
		return !r.quietly(one, v, seen.fresh()) && !r.exhausted || r.fail(v, "something else", describe(v.node))
	})
}

func buildIf(c *compiler, ru *rule, s, n *node) {
	branch := func(keyword string) *rule {
		if m := s.get(keyword); m != nil {
			return c.rule(m)
		}
		return &rule{}
	}
	condition, then, otherwise := c.rule(n), branch("then"), branch("else")
	ru.add(func(r *run, v value, seen *evaluated) bool {
		looked := seen.fresh()
		if r.quietly(condition, v, looked) {
			seen.add(looked)
			return then.apply(r, v, seen)
		}
		return otherwise.apply(r, v, seen)
	})
}
