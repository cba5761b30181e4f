package catalog

import (
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// exactly reads a number of JSON without loss, unless it is so long that doing
// so would cost more than a payload is worth.
func exactly(text string) (*big.Rat, bool) {
	if len(text) > 500 {
		return nil, false
	}
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		if e, err := strconv.Atoi(strings.TrimPrefix(text[i+1:], "+")); err != nil || e > 500 || e < -500 {
			return nil, false
		}
	}
	return new(big.Rat).SetString(text)
}

// roughly reads a number as a double; one that is too large is infinite.
func roughly(text string) float64 {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(f, 0) {
		return math.NaN()
	}
	return f
}

func compareNumbers(a, b string) int {
	x, okX := exactly(a)
	y, okY := exactly(b)
	if okX && okY {
		return x.Cmp(y)
	}
	switch f, g := roughly(a), roughly(b); {
	case f < g:
		return -1
	case f > g:
		return 1
	}
	return 0
}

func isWhole(text string) bool {
	if strings.Trim(text, "-0123456789") == "" {
		return true
	}
	if x, ok := exactly(text); ok {
		return x.IsInt()
	}
	f := roughly(text)
	return math.IsInf(f, 0) || f == math.Trunc(f) && f != 0
}

func isMultiple(text, of string) bool {
	x, okX := exactly(text)
	y, okY := exactly(of)
	if !okX || !okY {
		return true // nobody can tell
	}
	return new(big.Rat).Quo(x, y).IsInt()
}

// countOf reads a whole number from 0, as sizes are.
func countOf(n *node) (int, bool) {
	x, ok := exactly(n.text)
	if n.kind != numberKind || !ok || !x.IsInt() || x.Sign() < 0 || !x.Num().IsInt64() {
		return 0, false
	}
	return int(min(x.Num().Int64(), math.MaxInt32)), true
}

// canonical is a text that two values share if, and only if, JSON Schema takes
// them for equal: 1 and 1.0 are, and the order of members says nothing.
func canonical(n *node) string { return string(appendCanonical(nil, n)) }

func appendCanonical(b []byte, n *node) []byte {
	switch n.kind {
	case numberKind:
		if x, ok := exactly(n.text); ok {
			return append(b, x.RatString()...)
		}
		return append(b, n.text...)
	case listKind:
		b = append(b, '[')
		for _, item := range n.items {
			b = append(appendCanonical(b, item), ',')
		}
		return append(b, ']')
	case objectKind:
		members := slices.Clone(n.members)
		slices.SortFunc(members, func(x, y member) int { return strings.Compare(x.key, y.key) })
		b = append(b, '{')
		for _, m := range members {
			b = append(appendString(b, m.key), ':')
			b = append(appendCanonical(b, m.value), ',')
		}
		return append(b, '}')
	}
	return n.appendJSON(b)
}
