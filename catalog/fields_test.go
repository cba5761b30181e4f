package catalog

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func schemaFieldsOf(t *testing.T, defs, schema string) []Field {
	t.Helper()
	c, err := Parse("x.json", []byte(`{"catalog":"x","$defs":`+defs+`,"event_types":[{"name":"a","schema":`+schema+`}]}`))
	if err != nil {
		t.Fatal(err)
	}
	return c.Types[0].Fields()
}

func TestFields(t *testing.T) {
	const defs = `{"base":{"type":"object","required":["type"],"properties":{"type":{"type":"string"},"data":{"type":"object"}}},
		"money":{"type":"integer","description":"In cents."},"a/b":{"type":"boolean"}}`
	for _, tt := range []struct {
		name, schema string
		want         []Field
	}{
		{"nothing said", `true`, nil},
		{"plain", `{"properties":{"at":{"type":"string","format":"date-time"},"n":{"type":["integer","null"]}},"required":["n"]}`,
			[]Field{{"at", "string (date-time)", false, ""}, {"n", "integer or null", true, ""}}},
		{"narrowed", `{"$ref":"#/$defs/base","properties":{"type":{"const":"a"},"data":{"properties":{"sum":{"$ref":"#/$defs/money"}}}},"required":["data"]}`,
			[]Field{{"type", `"a"`, true, ""}, {"data", "object", true, ""}, {"data.sum", "integer", false, "In cents."}}},
		{"inside behind", `{"allOf":[{"$ref":"#/$defs/base","properties":{"z":{"type":"null"}}},{"properties":{"data":{"properties":{"l":{"type":"array","items":{"properties":{"k":{"type":"null"}}}}}}}}]}`,
			[]Field{{"type", "string", true, ""}, {"data", "object", false, ""}, {"data.l", "array of object", false, ""}, {"data.l[].k", "null", false, ""}, {"z", "null", false, ""}}},
		{"empty name", `{"properties":{"":{"properties":{"":{"type":"null"}}},"[]":{"type":"null"}}}`, []Field{{"[]", "null", false, ""}}},
		{"list", `{"type":"array","items":{"required":["id"],"properties":{"id":{"enum":["x",1,null]},"tags":{"type":"array","items":{"type":"string"}}}}}`,
			[]Field{{"[].id", `one of "x", 1, null`, true, ""}, {"[].tags", "array of string", false, ""}}},
		{"or null", `{"properties":{"m":{"anyOf":[{"$ref":"#/$defs/money"},{"type":"null"}]},"o":{"anyOf":[{"properties":{"k":{"type":"number"}}},{"type":"null"}]}}}`,
			[]Field{{"m", "integer or null", false, "In cents."}, {"o", "object or null", false, ""}, {"o.k", "number", false, ""}}},
		{"all of", `{"allOf":[{"properties":{"a":{"allOf":[{"$ref":"#/$defs/money"}]}}},{"required":["a"]}]}`, []Field{{"a", "integer", true, "In cents."}}},
		{"reference to nothing", `{"properties":{"a":{"$ref":"#/$defs/none"},"b":{"$ref":"https://example.com"}}}`, []Field{{"a", "", false, ""}, {"b", "", false, ""}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, schemaFieldsOf(t, defs, tt.schema)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestFieldsEnd: schemas that never end, or are very wide.
func TestFieldsEnd(t *testing.T) {
	for name, defs := range map[string]string{
		"into itself": `{"a":{"$ref":"#/$defs/a"}}`,
		"each other":  `{"a":{"allOf":[{"$ref":"#/$defs/b"}]},"b":{"anyOf":[{"$ref":"#/$defs/a"}]}}`,
		"tree":        `{"a":{"properties":{"l":{"$ref":"#/$defs/a"},"r":{"$ref":"#/$defs/a"}}}}`,
		"doubling":    `{"a":{"allOf":[` + strings.Repeat(`{"$ref":"#/$defs/a"},`, 200) + `{}]}}`,
		"choices":     `{"a":{"properties":{"p":{"anyOf":[` + strings.Repeat(`{"$ref":"#/$defs/a"},`, 200) + `{"properties":{"q":{}}}]}}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			if n := len(schemaFieldsOf(t, defs, `{"$ref":"#/$defs/a"}`)); n > maxFields {
				t.Errorf("%d fields", n)
			}
		})
	}
}

// TestBuiltinFields: the fields that a schema requires are those of its sample.
func TestBuiltinFields(t *testing.T) {
	eachType(t, func(t *testing.T, et *EventType) {
		fields := et.Fields()
		if len(fields) == 0 {
			t.Fatal("no fields")
		}
		for _, f := range fields {
			if f.Type == "" {
				t.Errorf("%s has no type", f.Path)
			}
		}
	})
}
