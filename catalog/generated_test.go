package catalog

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestGenerated: what is made from a schema is what the schema says, and the
// same for the same seed.
func TestGenerated(t *testing.T) {
	var alike []string
	eachType(t, func(t *testing.T, et *EventType) {
		if et.Schema == nil {
			t.Skip("no schema")
		}
		different := false
		var first []byte
		for seed := range int64(30) {
			render := func() []byte {
				r, err := Render(et, RenderOptions{Source: NewSource(func() time.Time { return time.Unix(1700000000, 0) }, &seed), Generate: true})
				if err != nil {
					t.Fatal(err)
				}
				return r.Body
			}
			body := render()
			if diff := cmp.Diff(string(body), string(render())); diff != "" {
				t.Fatalf("seed %d made two payloads:\n%s", seed, diff)
			}
			if found, err := et.Check(body); err != nil || len(found) > 0 {
				t.Errorf("seed %d: %v %v in %s", seed, err, places(found), body)
			}
			different = different || first != nil && string(first) != string(body)
			first = body
		}
		if !different {
			alike = append(alike, et.Qualified())
		}
	})
	if len(alike) > 5 { // a schema may leave nothing open
		t.Errorf("types with one payload for all seeds: %q", alike)
	}
}

func TestNews(t *testing.T) {
	for name, c := range map[string]struct {
		schema, body string
		want         []string
	}{
		"new":          {`{"properties":{"a":{"properties":{"b":{}}}}}`, `{"a":{"b":1,"c":2},"d/e":3}`, []string{"/a/c", "/d~1e"}},
		"in a list":    {`{"properties":{"l":{"items":{"$ref":"#/$defs/i"}}},"$defs":{"i":{"properties":{"x":{}}}}}`, `{"l":[{"x":1},{"y":1}]}`, []string{"/l/1/y"}},
		"alternatives": {`{"oneOf":[{"properties":{"a":{}}},{"properties":{"b":{}}}]}`, `{"a":1,"b":2,"c":3}`, []string{"/c"}},
		"open":         {`{"properties":{"a":{}},"additionalProperties":true}`, `{"b":1}`, nil},
		"says nothing": {`{"type":"object"}`, `{"b":1}`, nil},
		"circle":       {`{"$defs":{"n":{"properties":{"n":{"$ref":"#/$defs/n"}}}},"$ref":"#/$defs/n"}`, `{"n":{"n":{"m":1}}}`, []string{"/n/n/m"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := CompileSchema([]byte(c.schema))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, s.News([]byte(c.body))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDiff(t *testing.T) {
	of := func(schema string) *Catalog {
		c, err := Parse("x.json", []byte(`{"catalog":"x","$defs":{"node":{"properties":{"next":{"$ref":"#/$defs/node"}}}},"event_types":[{"name":"t","schema":`+schema+`}]}`))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for name, c := range map[string]struct {
		old, now string
		want     []Difference
	}{
		"same":            {`{"$ref":"#/$defs/node"}`, `{"$ref":"#/$defs/node"}`, nil},
		"field gone":      {`{"properties":{"a":{},"b":{}}}`, `{"properties":{"b":{}}}`, []Difference{{true, "t", "/a", "is gone"}}},
		"field new":       {`{"properties":{"a":{}}}`, `{"properties":{"a":{},"b/c":{}}}`, []Difference{{false, "t", "/b~1c", "is new"}}},
		"may be missing":  {`{"properties":{"a":{}},"required":["a"]}`, `{"properties":{"a":{}}}`, []Difference{{true, "t", "/a", "may be missing, it was required"}}},
		"now required":    {`{"properties":{"a":{}}}`, `{"properties":{"a":{}},"required":["a"]}`, nil},
		"may be null":     {`{"properties":{"a":{"type":"string"}}}`, `{"properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]}}}`, []Difference{{true, "t", "/a", "may be null, it was string"}}},
		"narrower number": {`{"items":{"type":"number"}}`, `{"items":{"type":"integer"}}`, nil},
		"wider number":    {`{"items":{"type":"integer"}}`, `{"items":{"type":"number"}}`, []Difference{{true, "t", "/*", "may be number, it was integer"}}},
		"one value more":  {`{"enum":["a"]}`, `{"enum":["a","b"]}`, []Difference{{true, "t", "", `may be "b", too`}}},
		"one value fewer": {`{"enum":["a","b"]}`, `{"enum":["a"]}`, nil},
		"format":          {`{"format":"uuid"}`, `{}`, []Difference{{true, "t", "", "no longer has the format uuid"}}},
		"moved to allOf":  {`{"properties":{"a":{"type":"string"}}}`, `{"allOf":[{"properties":{"a":{"type":"string"}}}]}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Diff(of(c.old), of(c.now))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	for _, c := range builtinCatalogs(t) {
		if found := Diff(c, c); len(found) > 0 {
			t.Errorf("%s differs from itself: %v", c.Name, found)
		}
	}
}
