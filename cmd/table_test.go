package cmd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/term"
)

func TestTable(t *testing.T) {
	deliveries := func() *table {
		t := newTable("#", "EVENT", "PROVIDER", "ID", "SIZE")
		t.spare = []string{"SIZE", "PROVIDER"}
		t.add("#12", "payment.succeeded.at.last", "standard", "ep_01M7ZD3VZ57QCGEYMXBHQM92AX", "180 B")
		t.add("#3", "日本語イベント.支払い", "-", "ep_01M7ZD3VZ57QCGEYMXBHQM92AY", "91 B")
		return t
	}
	findings := newTable("CHECK", "WHAT IT MEANS")
	findings.prose = true
	findings.add("escaped-unicode", "text in escapes and beyond ASCII is acknowledged")
	kept := newTable("SETTING", "VALUE")
	kept.whole = []string{"VALUE"}
	kept.add("addr", "a value of thirty-four characters")
	bare := &table{prose: true}
	bare.add("breaks", "order.paid", "/data/amount may be string")
	bare.add("new")
	for _, test := range []struct {
		name  string
		table *table
		room  int
		want  string
	}{
		{"a pipe cuts nothing", deliveries(), 0, `
#    EVENT                      PROVIDER  ID                             SIZE
#12  payment.succeeded.at.last  standard  ep_01M7ZD3VZ57QCGEYMXBHQM92AX  180 B
#3   日本語イベント.支払い      -         ep_01M7ZD3VZ57QCGEYMXBHQM92AY  91 B
`},
		{"a wide terminal cuts nothing", deliveries(), 78, `
#    EVENT                      PROVIDER  ID                             SIZE
#12  payment.succeeded.at.last  standard  ep_01M7ZD3VZ57QCGEYMXBHQM92AX  180 B
#3   日本語イベント.支払い      -         ep_01M7ZD3VZ57QCGEYMXBHQM92AY  91 B
`},
		{"the widest gives way, an id without a mark", deliveries(), 60, `
#    EVENT               PROVIDER  ID                  SIZE
#12  payment.succeeded…  standard  ep_01M7ZD3VZ57QCGE  180 B
#3   日本語イベント.支…  -         ep_01M7ZD3VZ57QCGE  91 B
`},
		{"what can be spared goes", deliveries(), 50, `
#    EVENT             PROVIDER  ID
#12  payment.succeed…  standard  ep_01M7ZD3VZ57QCG
#3   日本語イベント.…  -         ep_01M7ZD3VZ57QCG
`},
		{"nothing is left to spare", deliveries(), 31, `
#    EVENT     ID
#12  payment…  ep_01M7ZD3VZ57QC
#3   日本語…   ep_01M7ZD3VZ57QC
`},
		{"prose is wrapped", findings, 50, `
CHECK            WHAT IT MEANS
escaped-unicode  text in escapes and beyond ASCII
                 is acknowledged
`},
		{"no heading, and a short row", bare, 44, `
breaks  order.p…  /data/amount may be string
new
`},
		{"nothing in it", &table{prose: true}, 20, ""},
		{"what is asked for is whole", kept, 20, `
SETTING  VALUE
addr     a value of thirty-four characters
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := test.table.render(test.room)
			if diff := cmp.Diff(strings.TrimPrefix(test.want, "\n"), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// FuzzTable: whatever is in the cells, rows with columns that may be cut are as
// narrow as the terminal, and nothing is lost where there is room for it.
func FuzzTable(f *testing.F) {
	f.Add("evil\x1b[2J\x07\u202ename\r\nx", "日本語", 40)
	f.Add("", strings.Repeat("a", 300), 1000)
	f.Fuzz(func(t *testing.T, a, b string, room int) {
		if room < 3+3*(leastCell+gutter) || room > 10_000 {
			return
		}
		table := newTable("#", "A", "B")
		table.add("#1", a, b)
		for line := range strings.Lines(table.render(room)) {
			if width := term.Width(term.Cell(strings.TrimSuffix(line, "\n"))); width > room {
				t.Errorf("%d columns of %d: %q", width, room, line)
			}
		}
		wide := table.render(0)
		for _, cell := range []string{a, b} {
			if !strings.Contains(wide, strings.TrimRight(term.Cell(cell).String(), " ")) {
				t.Errorf("%q is cut in %q", cell, wide)
			}
		}
	})
}

// TestTablePaintsStates: words of state have colours, aligned as without.
func TestTablePaintsStates(t *testing.T) {
	table := newTable("#", "STATUS", "EVENT")
	table.state = []string{"STATUS"}
	table.add("#1", "succeeded", "succeeded")
	table.add("#2", "failed (retries used up)", "b")
	table.add("#3", "-", "c")
	plain := table.render(0)
	table.paint = true
	painted := table.render(0)
	want := "#   STATUS                    EVENT\n" +
		"#1  \x1b[32msucceeded               \x1b[0m  succeeded\n" +
		"#2  \x1b[31mfailed (retries used up)\x1b[0m  b\n" +
		"#3  -                         c\n"
	if diff := cmp.Diff(want, painted); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if diff := cmp.Diff(term.Plain(painted), plain); diff != "" {
		t.Errorf("the colours move something\n%s", diff)
	}
}
