package tui

import (
	"slices"
	"unicode"

	"github.com/hooks-cli/hooks/term"
)

// maxInput is how many characters an input line takes.
const maxInput = 1000

// editor is a line of input.
type editor struct {
	input []rune
	caret int
}

// key edits the input and reports whether it changed.
func (b *editor) key(name string) bool {
	switch name {
	case "left", "ctrl+b":
		b.caret = max(0, b.caret-1)
	case "right", "ctrl+f":
		b.caret = min(len(b.input), b.caret+1)
	case "home", "ctrl+a":
		b.caret = 0
	case "end", "ctrl+e":
		b.caret = len(b.input)
	case "backspace", "ctrl+h":
		return b.erase(b.caret - 1)
	case "delete", "ctrl+d":
		to := b.caret + 1
		if to > len(b.input) {
			return false
		}
		b.input = slices.Delete(b.input, b.caret, to)
		return true
	case "ctrl+w":
		from := b.caret
		for from > 0 && b.input[from-1] == ' ' {
			from--
		}
		for from > 0 && b.input[from-1] != ' ' {
			from--
		}
		return b.erase(from)
	case "ctrl+u":
		return b.erase(0)
	}
	return false
}

// erase removes what stands between from and the caret.
func (b *editor) erase(from int) bool {
	if from < 0 || from == b.caret {
		return false
	}
	b.input = slices.Delete(b.input, from, b.caret)
	b.caret = from
	return true
}

// insert adds what was typed or pasted. Controls, as a paste has them, become
// spaces.
func (b *editor) insert(runes []rune) bool {
	runes = runes[:min(len(runes), maxInput-len(b.input))]
	if len(runes) == 0 {
		return false
	}
	clean := slices.Clone(runes)
	for i, r := range clean {
		if unicode.IsControl(r) {
			clean[i] = ' '
		}
	}
	b.input = slices.Insert(b.input, b.caret, clean...)
	b.caret += len(clean)
	return true
}

// draw writes the line with its caret in room columns: the part around the
// caret if it is too long.
func (b *editor) draw(p *pen, room int) {
	end := min(p.width, p.col+room+1)
	from := max(0, b.caret-room/2)
	if len(b.input) <= room {
		from = 0
	}
	p.text(plain, term.Truncate(p.th.cell(raw(b.input[from:b.caret])), end-p.col, ""))
	after := b.input[b.caret:]
	under := raw(" ")
	if len(after) > 0 {
		under, after = raw(after[:1]), after[1:]
	}
	if p.col < end {
		p.b = append(p.b, reverse...)
		p.text(plain, term.Truncate(p.th.cell(under), end-p.col, ""))
		p.b = append(p.b, reset...)
	}
	p.text(plain, term.Truncate(p.th.cell(raw(after)), max(0, end-p.col), ""))
}
