package cmd

import (
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// table is rows of aligned columns under a heading. On a pipe nothing is cut. On
// a terminal rows are as wide as that: wide cells are cut, and where that is not
// enough, columns that can be spared are left out.
type table struct {
	names []string // of the columns; without them there is no heading
	rows  [][]string
	spare []string // columns that a narrow terminal goes without, the first to go first
	whole []string // columns that are never cut, as the first one is
	prose bool     // the last column is wrapped, not cut
	state []string // columns whose words have the colour of what they say
	paint bool
}

func newTable(heading ...string) *table {
	return &table{names: heading, rows: [][]string{heading}}
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// printTable prints it for the stream that it goes to.
func (a *app) printTable(t *table) error {
	t.paint = a.colourOut
	return a.page([]byte(t.render(a.columns())))
}

const (
	gutter    = 2  // blanks between columns
	fairCell  = 16 // how narrow a cell becomes while columns can be spared, and an id ever
	leastCell = 8  // how narrow when none can; the terminal wraps what is still too wide
)

// idColumn is cut without a mark: the beginning of an id names it, too.
const idColumn = "ID"

// render writes rows of at most so many columns; 0 is any number.
func (t *table) render(room int) string {
	cells, widths := t.cells()
	if room > 0 {
		widths = t.fit(widths, room)
	}
	var b strings.Builder
	for i, row := range cells {
		t.write(&b, row, widths, i > 0 || t.names == nil)
	}
	return b.String()
}

// cells are the rows made safe, and how wide each column is.
func (t *table) cells() (cells [][]term.Text, widths []int) {
	for _, row := range t.rows {
		var texts []term.Text
		for j, s := range row {
			if j == len(widths) {
				widths = append(widths, 0)
			}
			texts = append(texts, term.Cell(s))
			widths[j] = max(widths[j], term.Width(texts[j]))
		}
		cells = append(cells, texts)
	}
	return cells, widths
}

// write writes a row; columns of no width are left out, and all but the heading
// may be wrapped.
func (t *table) write(b *strings.Builder, row []term.Text, widths []int, wrap bool) {
	line, last, indent := "", len(row)-1, 0
	for j, text := range row[:last] {
		if widths[j] == 0 {
			continue
		}
		var style term.Style
		if t.paint && wrap && slices.Contains(t.state, t.name(j)) {
			style = stateStyle(text.String())
		}
		line += style.Paint(term.Pad(text, widths[j], t.mark(j))) + strings.Repeat(" ", gutter)
		indent += widths[j] + gutter
	}
	parts := []term.Text{row[last]}
	if t.prose && wrap {
		parts = term.WrapWords(row[last], widths[last])
	}
	for i, part := range parts {
		if i > 0 {
			line = strings.Repeat(" ", indent)
		}
		line += term.Truncate(part, widths[last], t.mark(last)).String()
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// stateStyle is the colour of the word with which a text begins that says how a
// delivery, its signature or an endpoint is.
func stateStyle(text string) term.Style {
	word, _, _ := strings.Cut(text, " ")
	switch word {
	case store.Valid, store.Succeeded, store.Captured, "active":
		return term.Green
	case store.Invalid, store.Rejected, store.Failed, store.Dead, store.Interrupted, store.Canceled, "disabled":
		return term.Red
	case "-", "":
		return ""
	}
	return term.Yellow
}

// mark stands at the end of what is cut.
func (t *table) mark(column int) string {
	if t.name(column) == idColumn {
		return ""
	}
	return "…"
}

func (t *table) name(column int) string {
	if column < len(t.names) {
		return t.names[column]
	}
	return ""
}

// fit makes columns narrower until all are in the room, and leaves those out that
// can be spared, which get no width, where that is not enough.
func (t *table) fit(widths []int, room int) []int {
	if last := len(widths) - 1; t.prose && last >= 0 {
		widths[last] = min(widths[last], max(2*fairCell, room-total(widths[:last])-gutter))
	}
	for _, name := range t.spare {
		if fair := t.shrunk(widths, room, fairCell); total(fair) <= room {
			return fair
		}
		if j := slices.Index(t.names, name); j >= 0 {
			widths[j] = 0
		}
	}
	return t.shrunk(widths, room, leastCell)
}

// shrunk takes from the widest columns what is too much, as long as they are wider
// than the floor.
func (t *table) shrunk(widths []int, room, floor int) []int {
	widths = slices.Clone(widths)
	for over := total(widths) - room; over > 0; over-- {
		widest := -1
		for j, width := range widths {
			if t.cuttable(j, len(widths)-1) && width > t.floor(j, floor) && (widest < 0 || width > widths[widest]) {
				widest = j
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	return widths
}

func (t *table) cuttable(column, last int) bool {
	name := t.name(column)
	wrapped := t.prose && column == last
	return !wrapped && !slices.Contains(t.whole, name) && (column > 0 || name == idColumn)
}

func (t *table) floor(column, floor int) int {
	if t.name(column) == idColumn {
		return fairCell
	}
	return floor
}

// total is how wide a row is.
func total(widths []int) int {
	sum := 0
	for _, width := range widths {
		if width > 0 {
			sum += width + gutter
		}
	}
	return max(0, sum-gutter)
}

// listing is what a command lists: each thing as JSON or as its id as it comes, or
// all of them in a table at the end.
type listing struct {
	*app
	table *table
}

func (a *app) newListing(heading ...string) *listing { return &listing{a, newTable(heading...)} }

func (l *listing) add(object any, id string, cells ...string) error {
	switch {
	case l.json:
		return l.printJSON(object)
	case l.quiet:
		return l.println(id)
	}
	l.table.add(cells...)
	return nil
}

// end prints the table, or a note if there is nothing in it.
func (l *listing) end(none string) error {
	switch {
	case l.json || l.quiet:
		return nil
	case len(l.table.rows) == 1:
		l.note("%s", none)
		return nil
	}
	return l.printTable(l.table)
}
