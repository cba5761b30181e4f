package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// largeCatalog is the text of a catalog that is read in parts. Indented it is
// what a person's tools make of it.
func largeCatalog(tb testing.TB, types int, indented bool) []byte {
	tb.Helper()
	c := &Catalog{Name: "large", Provider: "standard", TypeField: "/type", Defs: []byte(`{"Id":{"type":"string"}}`)}
	for i := range types {
		name := fmt.Sprintf("area%d.thing%d.done", i%97, i)
		c.Types = append(c.Types, &EventType{
			Catalog: c, Name: name, Title: fmt.Sprint("Thing ", i), Description: strings.Repeat("A thing was done. ", 20),
			Schema:   fmt.Appendf(nil, `{"type":"object","required":["id","type"],"properties":{"id":{"$ref":"#/$defs/Id"},"type":{"const":%q}}}`, name),
			Examples: []Example{{Name: "default", Payload: fmt.Appendf(nil, `{"id":"o_%d","type":%q,"text":%q}`, i, name, strings.Repeat("word ", 80))}},
			Dynamic:  []Dynamic{{"/id", "id:o_"}},
		})
	}
	text := c.Encode()
	if !indented {
		return text
	}
	var whole any
	if err := json.Unmarshal(text, &whole); err != nil {
		tb.Fatal(err)
	}
	text, err := json.MarshalIndent(whole, "", "    ")
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

func writeCatalog(tb testing.TB, name string, text []byte) string {
	tb.Helper()
	dir := tb.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
		tb.Fatal(err)
	}
	return dir
}

// TestSketchIsTheWhole holds what is read in parts against what is read whole.
func TestSketchIsTheWhole(t *testing.T) {
	text := largeCatalog(t, 2000, false)
	if len(text) < sketchFrom {
		t.Fatalf("%d bytes are read whole", len(text))
	}
	whole, err := Parse("large.json", text)
	if err != nil {
		t.Fatal(err)
	}
	s := sketchOf("large.json", text)
	if s == nil {
		t.Fatal("not read in parts")
	}
	ignored := cmpopts.IgnoreFields(EventType{}, "Catalog")
	for i, want := range whole.Types {
		got, err := s.one(i)
		if err != nil {
			t.Fatal(err)
		}
		if i%100 > 0 {
			continue // comparing takes its time
		}
		if diff := cmp.Diff(want, got, ignored); diff != "" {
			t.Fatalf("type %d (-whole +part):\n%s", i, diff)
		}
	}
	if got, err := s.get(); err != nil || !bytes.Equal(whole.Encode(), got.Encode()) {
		t.Errorf("read whole later it is another: %v", err)
	}
	set := Open(writeCatalog(t, "large.json", text))
	one, err := set.Find("area5.thing102.done")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(whole.Types[102].SchemaDocument(), one.SchemaDocument()); diff != "" {
		t.Error(diff)
	}
	if set.Ref(one) != "area5.thing102.done" || one.Catalog.Provider != "standard" {
		t.Errorf("%s of %s", set.Ref(one), one.Catalog.Provider)
	}
	again, err := set.Find("large:area5.thing102.done")
	if err != nil || again != one {
		t.Errorf("the second look made another: %v", err)
	}
}

// TestSketchMistakes breaks one place of a large file. What concerns all types
// is the answer to every question, what concerns one is that one's.
func TestSketchMistakes(t *testing.T) {
	good := string(largeCatalog(t, 2000, true))
	for _, test := range []struct {
		name, old, new string
		ask, want      string
	}{
		{"syntax", `"title": "Thing 7"`, `"title": "Thing 7",`, "area5.thing102.done", "not JSON"},
		{"not UTF-8", "Thing 7\"", "Thing \xff7\"", "area5.thing102.done", "not UTF-8"},
		{"unknown field of the file", `"catalog":`, `"katalog":`, "area5.thing102.done", `unknown field "katalog"`},
		{"a name twice", `"name": "area8.thing8.done"`, `"name": "area7.thing7.done"`, "area5.thing102.done", "is there twice"},
		{"a name that is none", `"name": "area7.thing7.done"`, `"name": "../7"`, "area5.thing102.done", "begins with a letter"},
		{"a field twice", `"type_field"`, `"type_field": "/x", "type_field"`, "area5.thing102.done", "is there twice"},
		{"unknown field of the type", `"title": "Thing 102"`, `"titel": "Thing 102"`, "area5.thing102.done", `unknown field "titel"`},
		{"unknown field of another", `"title": "Thing 103"`, `"titel": "Thing 103"`, "area5.thing102.done", ""},
		{"too deep", `"Thing 7"`, strings.Repeat("[", 200) + strings.Repeat("]", 200), "area5.thing102.done", "nested more than 100 deep"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(good, test.old, test.new, 1)
			if text == good {
				t.Fatal("nothing was broken")
			}
			_, err := Open(writeCatalog(t, "large.json", []byte(text))).Find(test.ask)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want %q", err, test.want)
			}
			var placed *Error
			if err != nil && (!errors.As(err, &placed) || placed.Line == 0) {
				t.Errorf("no place: %v", err)
			}
		})
	}
}

// FuzzScanner holds the scanner against encoding/json, whose bound of depth is
// another.
func FuzzScanner(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-0.5e+3,"\u00e9\n",true,null,{}]}`, `[`, `{"a"}`, `01`, `"\x"`, `[1,]`, "\"\t\"", `-`, `1.`, `1e`, ` {} `, `"\ud800"`, `{"a":1}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s := scanner{data: data}
		s.space()
		got := s.value(1)
		s.space()
		got = got && s.at == len(data)
		if want := json.Valid(data); got != want && strings.Count(string(data), "[")+strings.Count(string(data), "{") <= maxDepth {
			t.Errorf("%q: got %v, encoding/json says %v", data, got, want)
		}
	})
}

// BenchmarkTenThousand is what a trigger from ten thousand types costs cold: in
// the form that import writes, and indented, as a person keeps it.
func BenchmarkTenThousand(b *testing.B) {
	for _, form := range []string{"lines", "indented"} {
		b.Run(form, func(b *testing.B) {
			text := largeCatalog(b, 10_000, form == "indented")
			dir := writeCatalog(b, "large.json", text)
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := Open(dir).Find("area5.thing102.done"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestCatalogMayBeAsLargeAsItsSource(t *testing.T) {
	if maxImport > maxFileSize || maxYAMLSize > maxImport {
		t.Errorf("a source of %d bytes does not fit into a catalog of %d", maxImport, maxFileSize)
	}
}
