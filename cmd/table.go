package cmd

import (
	"strings"

	"github.com/hooks-cli/hooks/term"
)

// table is rows of aligned columns under a heading.
type table struct{ rows [][]string }

func newTable(heading ...string) *table { return &table{[][]string{heading}} }

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// printTable aligns on a terminal; on a pipe, too, and without cutting.
func (a *app) printTable(t *table) error {
	return a.write([]byte(t.render()))
}

func (t *table) render() string {
	cells := make([][]term.Text, len(t.rows))
	var widths []int
	for i, row := range t.rows {
		for j, s := range row {
			text := term.Cell(s)
			cells[i] = append(cells[i], text)
			if j == len(widths) {
				widths = append(widths, 0)
			}
			widths[j] = max(widths[j], term.Width(text))
		}
	}
	var b strings.Builder
	for _, row := range cells {
		line := ""
		for j, text := range row {
			line += term.Pad(text, widths[j], "").String() + "  "
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
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
