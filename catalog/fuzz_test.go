package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// FuzzParse: any file is a catalog or has mistakes that name it, at most
// twenty of them; what is a catalog renders, and its payloads are JSON.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*/*.[jy]*")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, filepath.Ext(file) == ".json")
	}
	f.Fuzz(func(t *testing.T, data []byte, isJSON bool) {
		file := "x.yaml"
		if isJSON {
			file = "x.json"
		}
		c, err := Parse(file, data)
		if err != nil {
			var errs Errors
			if c != nil || !errors.As(err, &errs) || len(errs) == 0 || len(errs) > maxErrors || errs[0].File != file {
				t.Fatalf("catalog %v, error %v", c, err)
			}
			return
		}
		for _, et := range c.Types {
			checkType(t, et)
		}
	})
}

func checkType(t *testing.T, et *EventType) {
	if fault := nameFault(et.Name); fault != "" {
		t.Fatal(fault)
	}
	if document := et.SchemaDocument(); document != nil && !json.Valid(document) {
		t.Fatalf("schema document of %q: %s", et.Name, document)
	}
	for _, e := range et.Examples {
		if !json.Valid(e.Payload) {
			t.Fatalf("payload of %q: %s", et.Name, e.Payload)
		}
		r, err := Render(et, RenderOptions{Source: seeded(1), Example: e.Name})
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(r.Body) {
			t.Fatalf("body of %q: %s", et.Name, r.Body)
		}
	}
}

// FuzzCompact: compact drops what json.Compact drops.
func FuzzCompact(f *testing.F) {
	f.Add([]byte(`{ "a\" " : [ 1 , "\\" ] }`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var want bytes.Buffer
		if json.Compact(&want, data) != nil {
			return
		}
		if got := compact(data); !bytes.Equal(got, want.Bytes()) {
			t.Fatalf("%s became %s, json.Compact says %s", data, got, want.Bytes())
		}
	})
}

// FuzzMerge: merging never breaks JSON, and what the patch gave is there.
func FuzzMerge(f *testing.F) {
	f.Add([]byte(`{"a":{"b":1},"c":2}`), []byte(`{"a":{"b":null,"d":[]},"c":null}`))
	f.Add([]byte(` [1] `), []byte(`{"a":{"x":null}} `))
	f.Fuzz(func(t *testing.T, body, patch []byte) {
		got, err := merge(body, patch)
		if err != nil {
			return
		}
		again, err := merge(got, patch)
		if err != nil || !bytes.Equal(got, again) {
			t.Fatalf("%s with %s is %s, and merged again %s, %v", body, patch, got, again, err)
		}
	})
}
