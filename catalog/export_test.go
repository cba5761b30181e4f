package catalog

import (
	"os"
	"path/filepath"
	"slices"
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
	got, err := Import(source, ImportOptions{Format: format, Into: c.Name})
	if err != nil {
		t.Fatal(err)
	}
	for _, note := range got.Notes {
		t.Errorf("%s of %s: %s", format, c.Name, note)
	}
	return got.Catalog
}

// TestImportOfExport: specifications bring back every type with its schema and
// its samples, byte for byte.
func TestImportOfExport(t *testing.T) {
	for _, c := range builtinCatalogs(t) {
		for _, format := range []string{FormatOpenAPI, FormatAsyncAPI} {
			t.Run(c.Name+"/"+format, func(t *testing.T) {
				if diff := cmp.Diff(seenOf(c), seenOf(importExport(t, c, format))); diff != "" {
					t.Errorf("types (-exported +imported):\n%.3000s", diff)
				}
			})
		}
		for _, format := range []string{FormatJSONSchema, FormatSamples} {
			t.Run(c.Name+"/"+format, func(t *testing.T) {
				back := importExport(t, c, format)
				for _, want := range c.Types {
					got := back.typeNamed(want.Name)
					if got == nil {
						t.Errorf("%s is gone", want.Name)
						continue
					}
					if diff := cmp.Diff(payloads(want), payloads(got)); diff != "" {
						t.Errorf("%s: payloads (-exported +imported):\n%s", want.Name, diff)
					}
					for _, body := range mutants(want.Examples[0].Payload, 20) {
						before, _ := want.Check(body)
						after, err := got.Check(body)
						if err != nil || (len(before) == 0) != (len(after) == 0) {
							t.Errorf("%s: %v before, %v after, %v", want.Name, before, after, err)
						}
					}
				}
				if len(back.Types) != len(c.Types) {
					t.Errorf("%d types became %d", len(c.Types), len(back.Types))
				}
			})
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
