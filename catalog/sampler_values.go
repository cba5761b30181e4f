package catalog

import "math"

func (s *sampler) array(n *node, depth int) *node {
	made := &node{kind: listKind}
	if prefix := n.get("prefixItems"); prefix != nil {
		for _, one := range prefix.items {
			made.items = append(made.items, orNull(s.value(one, depth+1)))
		}
	}
	count := max(1, bounded(n, "minItems", 1))
	if s.chance != nil {
		count += s.chance.IntN(3)
	}
	count = min(count, bounded(n, "maxItems", 50), 50)
	item := n.get("items")
	for len(made.items) < count && item != nil && item.kind == objectKind {
		v := s.value(item, depth+1)
		if v == nil || len(made.items) >= bounded(n, "minItems", 0) && s.misfit(item, v) {
			break
		}
		made.items = append(made.items, v)
		if isTrue(n.get("uniqueItems")) && s.chance == nil {
			break
		}
	}
	return made
}

func orNull(n *node) *node {
	if n == nil {
		return nullNode()
	}
	return n
}

// bounded reads a size, or takes another where there is none.
func bounded(n *node, key string, otherwise int) int {
	if m := n.get(key); m != nil {
		if size, ok := countOf(m); ok {
			return size
		}
	}
	return otherwise
}

// number is within the bounds, in whole steps.
func (s *sampler) number(n *node, step float64) float64 {
	read := func(key string) (float64, bool) {
		m := n.get(key)
		if m == nil || m.kind != numberKind {
			return 0, false
		}
		v := roughly(m.text)
		return v, !math.IsInf(v, 0)
	}
	low, hasLow := read("minimum")
	if x, ok := read("exclusiveMinimum"); ok && (!hasLow || x >= low) {
		low, hasLow = x+step, true
	}
	high, hasHigh := read("maximum")
	if x, ok := read("exclusiveMaximum"); ok && (!hasHigh || x <= high) {
		high, hasHigh = x-step, true
	}
	switch {
	case !hasLow && hasHigh:
		low = math.Min(1, high)
	case !hasLow:
		low = 1
	}
	if !hasHigh || high > low+10_000 {
		high = low + 10_000
	}
	v := low
	if s.chance != nil && high > low {
		v += math.Floor(s.chance.Float64() * (high - low))
	}
	if of, ok := read("multipleOf"); ok && of > 0 {
		if multiple := math.Ceil(v/of) * of; !math.IsInf(multiple, 0) && !math.IsNaN(multiple) { // else there is no such number
			v = multiple
		}
	}
	if step == 1 {
		v = math.Ceil(v)
	}
	return v
}
