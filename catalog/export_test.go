package catalog

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// seen is what a format says of a type.
type seen struct {
	Name, Title, Description string
	Schema                   string
	Payloads                 []string
}

func seenOf(c *Catalog) []seen {
	var all []seen
	for _, t := range c.Types {
		s := seen{Name: t.Name, Title: t.Title, Description: t.Description}
		if t.Schema != nil {
			s.Schema = canonical(readWhole(t.Schema))
		}
		for _, e := range t.Examples {
			s.Payloads = append(s.Payloads, string(e.Payload))
		}
		all = append(all, s)
	}
	return all
}

// importExport writes an export into a folder and imports it.
func importExport(t *testing.T, c *Catalog, format string) *Catalog {
	t.Helper()
	files, err := Export(c, format)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	source := dir
	for _, f := range files {
		source = filepath.Join(dir, f.Name)
		if err := os.WriteFile(source, f.Text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if format == FormatJSONSchema || format == FormatSamples {
		source = dir
	}
	if len(files) == 1 {
		format = FormatAuto
	}
	got, err := Import(source, ImportOptions{Format: format})
	if err != nil {
		t.Fatal(err)
	}
	for _, note := range got.Notes {
		t.Errorf("%s of %s: %s", format, c.Name, note)
	}
	return got.Catalog
}

// odd is a catalog of all that a catalog can say, and that formats have no place
// for.
const odd = `{"catalog":"odd","title":"Odd ones","note":"Made up. ","provider":"standard","type_field":"/type","id_field":"/id","groups":["B","A"],
"$defs":{"Id":{"$id":"urn:id","type":"string","description":"An \\u0069d."},"Unused":{"$comment":"kept","type":"number"}},
"event_types":[
{"name":"z/last:one","group":"B","title":"Last","description":" Two spaces  ","schema":{"$ref":"#/$defs/Id"},"examples":[{"name":"default","payload":"x"}]},
{"name":"z_last_one","archived":true,"description":"","schema":true},
{"name":"Z_last_one","deprecated":true,"archived":true,"schema":false},
{"name":"a","group":"A","title":"a","headers":{"X-Kind":"a","X-Empty":""},"schema":{"title":"its own","properties":{"id":{"$ref":"#/$defs/Id"},"x":{"enum":[1.0,1e2]}},"examples":[{"id":"1"}]},
 "examples":[{"name":"small","summary":"Small.","channels":["eu","us"],"headers":{"X-Trace":"1"},"payload":{"type":"a","id":"\\u00e9","n":1.0,"big":12345678901234567890}},{"name":"other","payload":{"id":"2","type":"a"}}],
 "dynamic":{"/id":"id:o_"},"assumed":"for the test"},
{"name":"none"}]}`

// TestImportOfExport: what has words for everything brings back the same catalog,
// byte for byte.
func TestImportOfExport(t *testing.T) {
	made, err := Parse("odd.json", []byte(odd))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range append(builtinCatalogs(t), made) {
		for _, format := range []string{FormatOpenAPI, FormatAsyncAPI, FormatJSONSchema, FormatJSON} {
			t.Run(c.Name+"/"+format, func(t *testing.T) {
				if diff := cmp.Diff(string(c.Encode()), string(importExport(t, c, format).Encode())); diff != "" {
					t.Errorf("(-exported +imported):\n%.3000s", diff)
				}
			})
		}
	}
}

// TestImportOfSamples: samples bring back payloads and schemas.
func TestImportOfSamples(t *testing.T) {
	for _, c := range builtinCatalogs(t) {
		back := importExport(t, c, FormatSamples)
		for _, want := range c.Types {
			got := back.typeNamed(want.Name)
			if got == nil {
				t.Errorf("%s is gone", want.Qualified())
				continue
			}
			if diff := cmp.Diff(payloads(want), payloads(got)); diff != "" {
				t.Errorf("%s: payloads (-exported +imported):\n%s", want.Qualified(), diff)
			}
			for _, body := range mutants(want.Examples[0].Payload, 5) {
				before, _ := want.Check(body)
				after, err := got.Check(body)
				if err != nil || (len(before) == 0) != (len(after) == 0) {
					t.Errorf("%s: %v before, %v after, %v", want.Qualified(), before, after, err)
				}
			}
		}
		if len(back.Types) != len(c.Types) {
			t.Errorf("%d types became %d", len(c.Types), len(back.Types))
		}
	}
}

// TestImportOfBrokenExport: a word that no export writes is no schema.
func TestImportOfBrokenExport(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"_catalog.json": `{"x-hooks":{"catalog":"acme"}}`,
		"a.schema.json": `{"x-hooks":{"name":"a","schema":"maybe"}}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := Import(dir, ImportOptions{}); err == nil || !strings.Contains(err.Error(), "expected a schema, got a string") {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestSamplesHaveTheirOwnFiles: a.b is a type, and the example b of a.
func TestSamplesHaveTheirOwnFiles(t *testing.T) {
	c, err := Parse("acme.json", []byte(`{"catalog":"acme","event_types":[
		{"name":"a","schema":true,"examples":[{"name":"default","payload":1},{"name":"b","payload":2},{"name":"b-2","payload":3}]},
		{"name":"a.b","schema":true,"examples":[{"name":"default","payload":4}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	back := importExport(t, c, FormatSamples)
	for name, want := range map[string]int{"a": 3, "a.b": 1} {
		if got := back.typeNamed(name); got == nil || len(got.Examples) != want {
			t.Errorf("%s came back as %+v, want %d examples", name, got, want)
		}
	}
}

// TestImportOfEditedExport: what somebody changes in an export counts.
func TestImportOfEditedExport(t *testing.T) {
	made, err := Parse("odd.json", []byte(odd))
	if err != nil {
		t.Fatal(err)
	}
	for format, edit := range map[string][2]string{
		FormatOpenAPI:  {`"summary": "Last"`, `"summary": "Newest"`},
		FormatAsyncAPI: {`"title": "Last"`, `"title": "Newest"`},
	} {
		files, err := Export(made, format)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(string(files[0].Text), edit[0], edit[1], 1)
		got, err := ImportText("stdin", []byte(text), ImportOptions{Prefix: "acme.", Into: "acme", Provider: "raas"})
		if err != nil {
			t.Fatal(err)
		}
		c := got.Catalog
		if first := c.Types[0]; first.Title != "Newest" || first.Name != "acme.z/last:one" || c.Name != "acme" || c.Provider != "raas" || c.TypeField != "" {
			t.Errorf("%s: %s is called %s in %s of %s", format, first.Name, first.Title, c.Name, c.Provider)
		}
	}
}

func payloads(t *EventType) []string {
	var all []string
	for _, e := range t.Examples {
		all = append(all, string(e.Payload))
	}
	slices.Sort(all) // files come in the order of their names
	return all
}

// TestEncode: a catalog that is written and read is the same.
func TestEncode(t *testing.T) {
	for _, c := range builtinCatalogs(t) {
		again, err := Parse("x.json", c.Encode())
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		if diff := cmp.Diff(string(c.Encode()), string(again.Encode())); diff != "" {
			t.Errorf("%s (-written +read and written):\n%.2000s", c.Name, diff)
		}
		if diff := cmp.Diff(seenOf(c), seenOf(again)); diff != "" {
			t.Errorf("%s: types (-written +read):\n%.2000s", c.Name, diff)
		}
	}
}
