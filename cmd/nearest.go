package cmd

import (
	"slices"
	"strings"
)

// nearest returns up to three of the known words that word may have been meant
// to be, best first.
func nearest(word string, known []string) []string {
	type candidate struct {
		word string
		cost int
	}
	var found []candidate
	lower := strings.ToLower(word)
	limit := max(2, len(word)/3)
	if len(word) <= 3 { // any two of those are near each other
		limit = 1
	}
	for _, k := range known {
		other := strings.ToLower(k)
		cost := editDistance(lower, other)
		if len(lower) >= 3 && (strings.HasPrefix(other, lower) || strings.HasSuffix(other, "."+lower)) {
			cost = min(cost, 1)
		}
		if i := strings.LastIndexByte(other, '.'); i >= 0 && len(lower) >= 4 {
			cost = min(cost, 1+editDistance(lower, other[i+1:]))
		}
		if cost <= limit {
			found = append(found, candidate{k, cost})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return a.cost - b.cost })
	var words []string
	for _, c := range found[:min(3, len(found))] {
		words = append(words, c.word)
	}
	return words
}

// editDistance counts insertions, deletions, substitutions and swaps of
// neighbours (optimal string alignment) between a and b. Words over 64 bytes
// are no misspelling of anything.
func editDistance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return max(len(a), len(b))
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// didYouMean words a hint from the nearest known words, or "" without any.
func didYouMean(word string, known []string) string {
	words := nearest(word, known)
	switch len(words) {
	case 0:
		return ""
	case 1:
		return "did you mean " + words[0] + "?"
	default:
		return "did you mean " + strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1] + "?"
	}
}

// oneOfThese lists what could have been meant, if that is not too much.
func oneOfThese(known []string) string {
	const most = 20
	if len(known) == 0 || len(known) > most {
		return ""
	}
	return "one of " + strings.Join(known, ", ")
}
