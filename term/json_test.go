package term

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// show draws a view the way these tests compare it.
func show(v View) string {
	var b strings.Builder
	for i, r := range v.Rows {
		fmt.Fprintf(&b, "%s%s", strings.Repeat("  ", r.Depth), r.Text)
		if r.Partner != i {
			fmt.Fprintf(&b, " <%d", r.Partner)
		}
		if r.Items > 0 {
			fmt.Fprintf(&b, " #%d", r.Items)
		}
		b.WriteByte('\n')
	}
	for _, n := range v.Notes {
		fmt.Fprintf(&b, "! %s\n", n)
	}
	return b.String()
}

func TestJSONView(t *testing.T) {
	in := `{"id":"evt\u001b","n": 9007199254740993 ,"id":1.50e+1,
	 "lines":[ {"a":[]},{},[null,true]],"e":{ },"raw":"` + "\x7f\u202e" + `"}`
	v, err := JSONView([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	want := `{ <16 #6
  "id": "evt\u001b",
  "n": 9007199254740993,
  "id": 1.50e+1,
  "lines": [ <13 #3
    { <7 #1
      "a": []
    }, <5
    {},
    [ <12 #2
      null,
      true
    ] <9
  ], <4
  "e": {},
  "raw": "\x7f\u202e"
} <0
! more than once in one object: id
`
	if diff := cmp.Diff(want, show(v)); diff != "" {
		t.Errorf("view differs (-want +got):\n%s", diff)
	}
}

func TestJSONViewNamesRepeatedMembers(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"none", `{"a":{"a":1},"b":[{"a":1},{"a":1}],"c":{}}`, "[]"},
		{"at the top", `{"a":1,"b":2,"a":3,"a":4}`, "[more than once in one object: a]"},
		{"deep, and again behind", `[{"x":{"a":[],"a":{}}},{"b":{"c":1},"b":2}]`, "[more than once in one object: a, b]"},
		{"written otherwise", `{"id":1,"\u0069d":2}`, "[more than once in one object: id]"},
		{"strings that are no names", `["a: ","a: ",{"a":"a","b":"a"}]`, "[]"},
		{"with control codes", `{"\u001b[2J":1,"\u001b[2J":2}`, `[more than once in one object: \x1b[2J]`},
		{"many", `{"a":1,"a":1,"b":1,"b":1,"c":1,"c":1,"d":1,"d":1,"e":1,"e":1,"f":1,"f":1}`, "[more than once in one object: a, b, c, d, e, …]"},
	} {
		v, err := JSONView([]byte(tt.in))
		if got := fmt.Sprint(v.Notes); err != nil || got != tt.want {
			t.Errorf("%s: notes %s, %v, want %s", tt.name, got, err, tt.want)
		}
	}
}

func TestJSONViewPaths(t *testing.T) {
	v, err := JSONView([]byte(`{"data":{"a.b":1,"lines":[{"id":1},[],{"id":2}]},"x":[[0,[5]]]}`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, r := range v.Rows {
		got = append(got, fmt.Sprintf("%s %s", r.Text, v.Path(i)))
	}
	want := []string{
		"{ ", `"data": { data`, `"a.b": 1, data.a\.b`, `"lines": [ data.lines`,
		"{ data.lines.0", `"id": 1 data.lines.0.id`, "}, data.lines.0", "[], data.lines.1", "{ data.lines.2", `"id": 2 data.lines.2.id`, "} data.lines.2",
		"] data.lines", "}, data", `"x": [ x`, "[ x.0", "0, x.0.0", "[ x.0.1", "5 x.0.1.0", "] x.0.1", "] x.0", "] x", "} ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("paths differ (-want +got):\n%s", diff)
	}
}

func TestJSONViewIsBounded(t *testing.T) {
	tests := []struct {
		name, in   string
		rows, note string
	}{
		{"many members", "[" + strings.Repeat("1,", 20_000) + "1]", "5000", "cut after 5000 lines"},
		{"one huge string", `["` + strings.Repeat("x", 3<<20) + `"]`, "2", "cut after 2 lines"},
		{"escapes grow", `["` + strings.Repeat("\x7f", 1<<20) + `"]`, "2", "cut after 2 lines"},
		{"nested 9,999 deep", strings.Repeat("[", 9999) + strings.Repeat("]", 9999), "401", ""},
		{"wide and deep", strings.Repeat(`{"a":[`, 90) + strings.Repeat("1,", 9000) + "1" + strings.Repeat("]}", 90), "", "cut after"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, err := JSONView([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(len(v.Rows)); tt.rows != "" && got != tt.rows {
				t.Errorf("%s rows, want %s", got, tt.rows)
			}
			if notes := fmt.Sprint(v.Notes); !strings.Contains(notes, tt.note) || tt.note == "" && len(v.Notes) > 0 {
				t.Errorf("notes are %s, want %q", notes, tt.note)
			}
			checkBounds(t, v)
		})
	}
}

// slack is what one escape may stand over the bound.
const slack = 11

func checkBounds(t *testing.T, v View) {
	t.Helper()
	size := 0
	for i, r := range v.Rows {
		size += len(r.Text.s) + 2*r.Depth
		if r.Partner < 0 || r.Partner >= len(v.Rows) || v.Rows[r.Partner].Partner != i {
			t.Fatalf("row %d has partner %d, which does not point back", i, r.Partner)
		}
		if r.Depth > maxViewDepth {
			t.Fatalf("row %d is %d deep", i, r.Depth)
		}
		checkPrintable(t, r.Text, line)
	}
	if size > maxViewBytes+slack || len(v.Rows) > maxViewRows {
		t.Fatalf("%d bytes in %d rows", size, len(v.Rows))
	}
}

func TestBrokenJSONNamesThePlace(t *testing.T) {
	v := NewView([]byte("{\"a\":1,\n \"b\":\x1b[2J}"), "application/json")
	want := "{\"a\":1,\n \"b\":\\x1b[2J}\n! not JSON: line 2, column 6: invalid character '\\x1b' looking for beginning of value\n"
	if diff := cmp.Diff(want, show(v)); diff != "" {
		t.Errorf("view differs (-want +got):\n%s", diff)
	}
}

func TestNewViewChoosesTheForm(t *testing.T) {
	tests := []struct {
		name, body, contentType string
		want                    Form
	}{
		{"an object", ` {"a":1}`, "", FormJSON},
		{"a number called JSON", "42", "application/vnd.api+json", FormJSON},
		{"a number", "42", "text/plain", FormText},
		{"a form", "a=b&c=d", "application/x-www-form-urlencoded", FormText},
		{"two values", `{}{}`, "application/json", FormText},
		{"a picture", "\x89PNG\r\n\x1a\n\x00\x00", "image/png", FormHex},
		{"a picture called JSON", "\x89PNG\r\n\x1a\n\x00\x00", "application/json", FormHex},
		{"nothing", "", "application/json", FormText},
		{"text in another encoding, a little", "gr\xfc\xdfe aus Z\xfcrich und anderswo in der Welt, auch weiter weg", "", FormText},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := NewView([]byte(tt.body), tt.contentType).Form; got != tt.want {
				t.Errorf("form %d, want %d", got, tt.want)
			}
		})
	}
}

// The lines of a view hold the tokens of the body and nothing else, up to
// where it was cut.
func FuzzJSONView(f *testing.F) {
	for _, s := range []string{`{"a":[1,2,{"b":null}],"a":"\u001b\x7f"}`, `[[[]],{}]`, ` "x" `, "{\"a\":\"\\\"\\\\\"}", "1e5", "[1,2", "\xff"} {
		f.Add([]byte(s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, b []byte, depth uint8) {
		v := NewView(b, "application/json")
		checkBounds(t, v)
		if !json.Valid(b) {
			return
		}
		var got, want bytes.Buffer
		indent(b, int(depth), func(l jsonLine) bool {
			if l.depth > int(depth) {
				t.Fatalf("line of depth %d, limit %d", l.depth, depth)
			}
			got.Write(l.raw)
			got.WriteByte('\n')
			return true
		})
		if err := json.Compact(&want, b); err != nil {
			t.Fatal(err)
		}
		compact := bytes.Buffer{}
		if err := json.Compact(&compact, got.Bytes()); err != nil {
			t.Fatalf("lines are no JSON: %v\n%s", err, got.Bytes())
		}
		if !bytes.Equal(want.Bytes(), compact.Bytes()) {
			t.Errorf("tokens changed\nwant %q\n got %q", want.Bytes(), compact.Bytes())
		}
	})
}

func FuzzTextAndHex(f *testing.F) {
	f.Add([]byte("a\nb\x00c\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		checkBounds(t, TextView(b))
		hex := HexView(b, 8)
		checkBounds(t, hex)
		if want := (len(b) + 7) / 8; len(hex.Rows) != min(want, maxViewRows) {
			t.Errorf("%d rows for %d bytes", len(hex.Rows), len(b))
		}
	})
}

func TestTextAndHexAreBounded(t *testing.T) {
	for name, b := range map[string][]byte{
		"lines":  bytes.Repeat([]byte("x\n"), 60_000),
		"bytes":  bytes.Repeat([]byte("x"), 2<<20),
		"escape": bytes.Repeat([]byte{0x1b}, 1<<20),
	} {
		for _, v := range []View{TextView(b), HexView(b, 16)} {
			checkBounds(t, v)
			if len(v.Notes) == 0 {
				t.Errorf("%s: cut without a note", name)
			}
		}
	}
}

func TestHexRow(t *testing.T) {
	v := HexView([]byte("{\"id\":1}\x00\xff\x1b ok"), 16)
	want := "00000000  7b 22 69 64 22 3a 31 7d  00 ff 1b 20 6f 6b        {\"id\":1}... ok\n"
	if diff := cmp.Diff(want, show(v)); diff != "" {
		t.Errorf("hex differs (-want +got):\n%s", diff)
	}
}

func TestLex(t *testing.T) {
	tests := []struct {
		in   string
		want []string
	}{
		{`"amount": -1.5e+3,`, []string{`1"amount"`, "0: ", "3-1.5e+3", "0,"}},
		{`"a\"b": "c:d",`, []string{`1"a\"b"`, "0: ", `2"c:d"`, "0,"}},
		{`[true,false,{"x":null}]`, []string{"0[", "4true", "0,", "4false", "0,{", `1"x"`, "0:", "4null", "0}]"}},
		{`"cut off`, []string{`2"cut off`}},
		{"\"a\x1b\"", []string{`2"a\x1b"`}},
	}
	for _, tt := range tests {
		var got []string
		Lex(Safe(tt.in), func(kind Lexeme, part Text) { got = append(got, fmt.Sprintf("%d%s", kind, part)) })
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Lex(%q) differs (-want +got):\n%s", tt.in, diff)
		}
	}
}

func FuzzLex(f *testing.F) {
	f.Add(`{"a":1}`)
	f.Fuzz(func(t *testing.T, s string) {
		text := Safe(s)
		var whole []Text
		Lex(text, func(_ Lexeme, part Text) { whole = append(whole, part) })
		if got := Join(Text{}, whole...); got != text {
			t.Errorf("Lex(%q) lost something: %q", s, got)
		}
	})
}

func BenchmarkJSONView(b *testing.B) {
	var src bytes.Buffer
	src.WriteByte('[')
	for src.Len() < 1<<20 {
		fmt.Fprintf(&src, `{"id":"evt_%d","amount":9007199254740993,"note":"%s"},`, src.Len(), strings.Repeat("long text ", 40))
	}
	src.WriteString("0]")
	b.SetBytes(int64(src.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := JSONView(src.Bytes()); err != nil {
			b.Fatal(err)
		}
	}
}
