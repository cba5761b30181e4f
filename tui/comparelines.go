package tui

import "github.com/hooks-cli/hooks/term"

const (
	// maxAligned bounds the table in which lines are aligned: beyond it they
	// are set against each other as they come.
	maxAligned = 2_000_000
	// nearLines is how many equal lines are shown around a difference.
	nearLines = 3
)

// linePairs aligns lines so that as many as possible are equal.
func linePairs(a, b []term.Text) []pair {
	begin, end := 0, 0
	for begin < len(a) && begin < len(b) && a[begin] == b[begin] {
		begin++
	}
	for end < len(a)-begin && end < len(b)-begin && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	var pairs []pair
	for _, l := range a[:begin] {
		pairs = append(pairs, pair{pairSame, l, l})
	}
	pairs = append(pairs, aligned(a[begin:len(a)-end], b[begin:len(b)-end])...)
	for _, l := range a[len(a)-end:] {
		pairs = append(pairs, pair{pairSame, l, l})
	}
	return pairs
}

// aligned finds the longest common subsequence.
func aligned(a, b []term.Text) []pair {
	if len(a)*len(b) > maxAligned {
		return besides(a, b)
	}
	width := len(b) + 1
	longest := make([]int32, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				longest[i*width+j] = longest[(i+1)*width+j+1] + 1
			} else {
				longest[i*width+j] = max(longest[(i+1)*width+j], longest[i*width+j+1])
			}
		}
	}
	var pairs []pair
	i, j, from, to := 0, 0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			pairs = append(pairs, besides(a[from:i], b[to:j])...)
			pairs = append(pairs, pair{pairSame, a[i], b[j]})
			i, j = i+1, j+1
			from, to = i, j
		case longest[(i+1)*width+j] >= longest[i*width+j+1]:
			i++
		default:
			j++
		}
	}
	return append(pairs, besides(a[from:], b[to:])...)
}

// besides sets lines that differ against each other.
func besides(a, b []term.Text) []pair {
	pairs := make([]pair, max(len(a), len(b)))
	for i := range pairs {
		pairs[i].kind = pairChanged
		if i < len(a) {
			pairs[i].a = a[i]
		}
		if i < len(b) {
			pairs[i].b = b[i]
		}
	}
	return pairs
}

// folded leaves out equal lines that are far from any difference.
func folded(pairs []pair) []pair {
	near := make([]bool, len(pairs))
	for i, p := range pairs {
		if p.kind != pairSame {
			for j := max(0, i-nearLines); j <= min(len(pairs)-1, i+nearLines); j++ {
				near[j] = true
			}
		}
	}
	var out []pair
	for i := 0; i < len(pairs); i++ {
		if near[i] {
			out = append(out, pairs[i])
			continue
		}
		from := i
		for i+1 < len(pairs) && !near[i+1] {
			i++
		}
		note := term.Join(term.Text{}, term.Safe("("), counted(i-from+1, "equal line", "equal lines"), term.Safe(")"))
		out = append(out, pair{pairSame, note, note})
	}
	return out
}
