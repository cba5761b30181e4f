package catalog

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// places says in one line what breaks a schema and where.
func places(found []Violation) []string {
	var all []string
	for _, v := range found {
		all = append(all, v.String())
	}
	return all
}

func TestViolations(t *testing.T) {
	for name, c := range map[string]struct {
		schema, body string
		want         []string
	}{
		"right":   {`{"type":"object","required":["id"],"properties":{"id":{"type":"string"}}}`, `{"id":"a"}`, nil},
		"missing": {`{"required":["id","type"]}`, `{"id":1}`, []string{"/type: expected a required value, got nothing"}},
		"type": {`{"properties":{"a":{"properties":{"n":{"type":["integer","null"]}}}}}`, `{"a":{"n":"x"}}`,
			[]string{`/a/n: expected a whole number or null, got "x"`}},
		"one with a fraction of nothing is whole": {`{"type":"integer"}`, `1.0`, nil},
		"twenty digits":   {`{"maximum":12345678901234567890}`, `12345678901234567891`, []string{"the payload: expected at most 12345678901234567890, got 12345678901234567891"}},
		"a tenth":         {`{"multipleOf":0.1}`, `0.3`, nil},
		"const":           {`{"properties":{"type":{"const":"a.b"}}}`, `{"type":"a.c"}`, []string{`/type: expected "a.b", got "a.c"`}},
		"enum":            {`{"items":{"enum":["a","b",1]}}`, `["a",1.0,"c"]`, []string{`/2: expected "a", "b" or 1, got "c"`}},
		"escaped pointer": {`{"additionalProperties":{"type":"string"}}`, `{"a/b~c":1}`, []string{`/a~1b~0c: expected a string, got 1`}},
		"closed":          {`{"properties":{"a":{}},"additionalProperties":false}`, `{"a":1,"b":2}`, []string{"/b: expected no field of this name, got 2"}},
		"nearest of two forms": {`{"anyOf":[{"type":"string"},{"type":"object","properties":{"n":{"type":"number"}}}]}`, `{"n":"1"}`,
			[]string{`/n: expected a number, got "1"`}},
		"not one of the forms": {`{"oneOf":[{"type":"string"},{"type":"number"}]}`, `true`, []string{"the payload: expected one of 2 forms, got true"}},
		"unevaluated": {`{"allOf":[{"properties":{"a":true}}],"unevaluatedProperties":false}`, `{"a":1,"b":2}`,
			[]string{"/b: expected no field of this name, got 2"}},
		"draft 4":                    {`{"$schema":"http://json-schema.org/draft-04/schema#","minimum":3,"exclusiveMinimum":true}`, `3`, []string{"the payload: expected not 3 and at least 3, got 3"}},
		"draft 7, $ref alone counts": {`{"$schema":"http://json-schema.org/draft-07/schema#","definitions":{"s":{"type":"string"}},"$ref":"#/definitions/s","maxLength":1}`, `"long"`, nil},
		"not JSON":                   {`{}`, `{"a":1,}`, []string{`the payload: expected JSON, got not JSON: invalid character '}' looking for beginning of object key string`}},
		"twice":                      {`{}`, `{"a":1,"a":2}`, []string{`the payload: expected JSON, got the key "a" is there twice`}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := CompileSchema([]byte(c.schema))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, places(s.Validate([]byte(c.body)))); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestViolationLine(t *testing.T) {
	s, err := CompileSchema([]byte(`{"properties":{"a":{"type":"string"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	found := s.Validate([]byte("{\n  \"b\": 1,\n  \"a\": 2}"))
	if len(found) != 1 || found[0].Line != 3 || found[0].Column != 8 {
		t.Errorf("got %+v, want one at 3:8", found)
	}
}

func TestSchemaFaults(t *testing.T) {
	for name, c := range map[string]struct{ schema, want string }{
		"network":      {`{"$ref":"https://example.com/a.json"}`, "leads out of the document: nothing is fetched"},
		"file":         {`{"$ref":"other.json#/a"}`, "leads out of the document: nothing is fetched"},
		"nowhere":      {`{"properties":{"a":{"$ref":"#/$defs/b"}}}`, `1:28: the reference "#/$defs/b" leads to no schema`},
		"type":         {`{"type":"strin"}`, "type is null, boolean, integer"},
		"lookahead":    {`{"pattern":"(?=a)"}`, "is not a regular expression (RE2)"},
		"schema is 1":  {`{"properties":{"a":1}}`, "expected a schema, got a number"},
		"items a list": {`{"items":[{}]}`, "prefixItems"},
		"nested deep":  {strings.Repeat(`{"not":`, 200) + `{}` + strings.Repeat(`}`, 200), "nested more than 100 deep"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := CompileSchema([]byte(c.schema))
			if !errors.As(err, new(Errors)) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// TestSchemaWithoutEnd: what would run for ever, or for hours, ends in a word.
func TestSchemaWithoutEnd(t *testing.T) {
	for name, schema := range map[string]string{
		"circle":    `{"$ref":"#"}`,
		"two":       `{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"}`,
		"under not": `{"not":{"$ref":"#"}}`,
		"branches":  `{"$defs":{"a":{"anyOf":[{"$ref":"#/$defs/b"},{"$ref":"#/$defs/b"}]},"b":{"anyOf":[{"items":{"$ref":"#/$defs/a"},"minItems":2},{"items":{"$ref":"#/$defs/a"},"minItems":2}]}},"$ref":"#/$defs/a"}`,
	} {
		t.Run(name, func(t *testing.T) {
			s, err := CompileSchema([]byte(schema))
			if err != nil {
				t.Fatal(err)
			}
			if found := s.Validate([]byte(strings.Repeat("[", 60) + strings.Repeat("]", 60))); len(found) == 0 {
				t.Error("found valid")
			}
		})
	}
}

// TestSchemaAgainstLibrary holds the answers against those of a library, for
// every built-in sample with each of its values replaced in turn.
func TestSchemaAgainstLibrary(t *testing.T) {
	n := 0
	eachType(t, func(t *testing.T, et *EventType) {
		library := compile(t, et)
		own, err := CompileSchema(et.SchemaDocument())
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range mutants(et.Examples[0].Payload, 400) {
			n++
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			want, found := library.Validate(value) == nil, own.Validate(body)
			if want != (len(found) == 0) {
				t.Errorf("valid is %t, found %q in %.300s", want, places(found), body)
			}
		}
	})
	if n < 1000 {
		t.Errorf("only %d payloads compared", n)
	}
}

// mutants are the payload and what becomes of it when one value after the other
// is replaced or removed.
func mutants(payload []byte, most int) [][]byte {
	all := [][]byte{payload}
	root := readJSON(payload, &problems{data: payload})
	walkNodes(root, nil, func(p path, _ *node) {
		if len(p) == 0 || len(all) > most {
			return
		}
		for _, with := range []string{`null`, `"x"`, `-7.5`, `[]`, `{}`, `true`} {
			all = append(all, replace(payload, p.pointer(), []byte(with)))
		}
		if body, err := Apply(payload, Edit{Path: p.pointer(), Unset: true}); err == nil {
			all = append(all, body)
		}
	})
	return all
}

// FuzzSchema: no schema and no payload ends in a panic, and what is found has a
// place.
func FuzzSchema(f *testing.F) {
	f.Add(`{"type":"object","$defs":{"a":{"$ref":"#"}},"additionalProperties":{"$ref":"#/$defs/a"}}`, `{"a":{"b":1}}`)
	f.Add(`{"prefixItems":[{"const":1e400}],"unevaluatedItems":false,"contains":{"multipleOf":0.01}}`, `[1,2,1e999999999]`)
	f.Add(`{"if":{"minLength":2},"then":{"format":"date-time"},"else":{"pattern":"^a"}}`, `"2020-01-01T00:00:00Z"`)
	f.Fuzz(func(t *testing.T, schema, body string) {
		s, err := CompileSchema([]byte(schema))
		if err != nil {
			return
		}
		for _, v := range s.Validate([]byte(body)) {
			if v.Expected == "" || v.Got == "" || v.Line == 0 && body != "" {
				t.Errorf("%+v says nothing", v)
			}
		}
	})
}

// TestDateTimeOfOtherLetters: letters whose capitals are shorter must not be
// taken for a date.
func TestDateTimeOfOtherLetters(t *testing.T) {
	for _, s := range []string{"2000-01-01Tıııııı", "2000-01-01Tſſſſſſſſſſ", "2000-01-01T00:00:00Zſ", "2000-01-01T00:00:00+0ı:00"} {
		if isDateTime(s) {
			t.Errorf("%q is a date-time", s)
		}
	}
}
