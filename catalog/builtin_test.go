package catalog

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/tidwall/gjson"
)

func builtinCatalogs(t testing.TB) []*Catalog {
	t.Helper()
	all, err := Open().Catalogs()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("no built-in catalogs")
	}
	return all
}

// eachType calls f for every built-in type, and fails if there is none.
func eachType(t *testing.T, f func(t *testing.T, et *EventType)) {
	t.Helper()
	n := 0
	for _, c := range builtinCatalogs(t) {
		for _, et := range c.Types {
			n++
			t.Run(et.Qualified(), func(t *testing.T) { f(t, et) })
		}
	}
	if n == 0 {
		t.Fatal("no built-in event types")
	}
}

func compile(t testing.TB, et *EventType) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(et.SchemaDocument()))
	if err != nil {
		t.Fatalf("schema document: %v", err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	url := "mem:///" + et.Catalog.Name + "/" + et.Name
	if err := compiler.AddResource(url, document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(url)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(t testing.TB, schema *jsonschema.Schema, body []byte) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

// TestBuiltinSamples: each sample, and each event made from it, is what its
// schema describes, and is not under the name of another type.
func TestBuiltinSamples(t *testing.T) {
	source := NewSource(time.Now, nil)
	eachType(t, func(t *testing.T, et *EventType) {
		schema := compile(t, et)
		if len(et.Examples) == 0 {
			t.Fatal("no example")
		}
		for _, e := range et.Examples {
			if err := validate(t, schema, e.Payload); err != nil {
				t.Errorf("example %s: %v", e.Name, err)
			}
			made, err := Render(et, RenderOptions{Source: source, Example: e.Name})
			if err != nil {
				t.Fatal(err)
			}
			if err := validate(t, schema, Fill(made.Body, made.Late, source, source.UUID())); err != nil {
				t.Errorf("event from example %s: %v", e.Name, err)
			}
			field := et.Catalog.TypeField
			if field == "" {
				continue
			}
			if got := at(t, e.Payload, field).Str; got != et.Name {
				t.Errorf("example %s has the type %q at %s", e.Name, got, field)
			}
			other := replace(e.Payload, field, []byte(`"another.type"`))
			if validate(t, schema, other) == nil {
				t.Errorf("example %s is valid under another type's name, too", e.Name)
			}
		}
	})
}

func at(t testing.TB, body []byte, pointer string) gjson.Result {
	t.Helper()
	p, err := parsePointer(pointer)
	if err != nil {
		t.Fatal(err)
	}
	r, ok := lookup(body, p)
	if !ok {
		t.Fatalf("nothing at %s in %s", pointer, body)
	}
	return r
}

func TestBuiltinDescriptions(t *testing.T) {
	eachType(t, func(t *testing.T, et *EventType) {
		if et.Title == "" || et.Description == "" {
			t.Error("title or description is empty")
		}
		if !strings.HasSuffix(et.Description, ".") {
			t.Error("the description is not a sentence")
		}
		if !slices.Contains(et.Catalog.Groups, et.Group) {
			t.Errorf("the group %q is not among %q", et.Group, et.Catalog.Groups)
		}
	})
}

// TestBuiltinPlaces: what is made anew is there in every example, and so is
// the id.
func TestBuiltinPlaces(t *testing.T) {
	eachType(t, func(t *testing.T, et *EventType) {
		for _, e := range et.Examples {
			for _, d := range et.Dynamic {
				at(t, e.Payload, d.Pointer)
			}
			if et.Catalog.IDField != "" {
				at(t, e.Payload, et.Catalog.IDField)
			}
		}
	})
}

func TestBuiltinNames(t *testing.T) {
	catalogs := builtinCatalogs(t)
	sizes := map[string]int{}
	for _, c := range catalogs {
		if c.File != "events/"+c.Name+".json" {
			t.Errorf("catalog %s is in %s", c.Name, c.File)
		}
		sizes[c.Name] = len(c.Types)
	}
	want := map[string]int{
		"clerk": 18, "discord": 8, "github": 21, "linear": 13, "paddle": 11, "raas": 27, "rafiki": 1, "revkeen": 16,
		"sendgrid": 11, "shopify": 12, "slack": 11, "standard": 8, "stripe": 22, "twilio": 11,
	}
	if diff := cmp.Diff(want, sizes); diff != "" {
		t.Errorf("types per catalog (-want +got):\n%s", diff)
	}
}

// TestBareNameSelectsRevKeen: a promise of the help texts, which no other
// catalog may break.
func TestBareNameSelectsRevKeen(t *testing.T) {
	got, err := Open().Find("payment.succeeded")
	if err != nil {
		t.Fatal(err)
	}
	if got.Qualified() != "revkeen:payment.succeeded" {
		t.Errorf("payment.succeeded is %s", got.Qualified())
	}
}

func TestBuiltinIndexEqualsFiles(t *testing.T) {
	sources, err := builtins()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sources {
		names := s.names
		c, err := s.get()
		if err != nil {
			t.Fatal(err)
		}
		full := sourceOf(c)
		if diff := cmp.Diff(full.names, names); diff != "" {
			t.Errorf("%s: names (-read +scanned):\n%s", s.file, diff)
		}
		if full.catalog != s.catalog || full.provider != s.provider {
			t.Errorf("%s: read %s of %s, scanned %s of %s", s.file, full.catalog, full.provider, s.catalog, s.provider)
		}
	}
}

// TestBuiltinPayloadsAreCompact: bytes are carried, so they must be right.
func TestBuiltinPayloadsAreCompact(t *testing.T) {
	eachType(t, func(t *testing.T, et *EventType) {
		for _, e := range et.Examples {
			var b bytes.Buffer
			if err := json.Compact(&b, e.Payload); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(b.Bytes(), e.Payload) {
				t.Errorf("example %s is not compact", e.Name)
			}
		}
	})
}
