package catalog

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestLearn(t *testing.T) {
	et := Learn("order.paid", [][]byte{
		[]byte(`{"type":"order.paid","id":"00000000-0000-4000-8000-000000000001","n":1,"tags":[],"at":"2024-01-02T03:04:05Z","who":{"email":"ada@corp.test"}}`),
		[]byte(`{"type":"order.paid","id":"00000000-0000-4000-8000-000000000002","n":1.5,"tags":["a"],"at":null,"more":true,"who":{"email":"bob@corp.test"}}`),
		[]byte(`not JSON`),
	})
	want := `{"type":"object","properties":{"type":{"const":"order.paid"},"id":{"type":"string","format":"uuid"},"n":{"type":"number"},` +
		`"tags":{"type":"array","items":{"type":"string"}},"at":{"type":["string","null"],"format":"date-time"},` +
		`"who":{"type":"object","properties":{"email":{"type":"string","format":"email"}},"required":["email"]},"more":{"type":"boolean"}},` +
		`"required":["type","id","n","tags","at","who"]}`
	if diff := cmp.Diff(want, string(et.Schema)); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
	if Learn("x", [][]byte{[]byte(`{`)}) != nil {
		t.Error("learned from nothing")
	}
}

// TestLearnMap learns an object that is a map, for its many names, and yet says
// its type.
func TestLearnMap(t *testing.T) {
	var body strings.Builder
	body.WriteString(`{"type":"map.changed"`)
	for i := range maxLearnedNames {
		fmt.Fprintf(&body, `,"key%d":1`, i)
	}
	body.WriteString(`}`)
	et := Learn("map.changed", [][]byte{[]byte(body.String())})
	if want := `{"type":"object","additionalProperties":{"type":["string","integer"]}}`; string(et.Schema) != want {
		t.Errorf("got %s, want %s", et.Schema, want)
	}
}

func TestRedact(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"address":       {`{"a":"ada@corp.test"}`, `{"a":"user@example.com"}`},
		"card":          {`{"a":"4012 8888 8888 1881","b":4012888888881881}`, `{"a":"4242424242424242","b":4242424242424242}`},
		"no card":       {`{"a":"4012888888881882","b":1700000000000}`, `{"a":"4012888888881882","b":1700000000000}`},
		"number":        {`{"cvc":123,"ssn":-1,"count":123}`, `{"cvc":0,"ssn":0,"count":123}`},
		"name says so":  {`{"access_token":"abc","clientSecret":"x","secretary":"Ada"}`, `{"access_token":"redacted","clientSecret":"redacted","secretary":"Ada"}`},
		"key":           {`["sk_live_0123456789abc","eyJhbGciOiJIUzI1NiJ9.e30.x"]`, `["redacted","redacted"]`},
		"id":            {`["evt_01J8Z3K4M5N6P7Q8R9S0T1V2W3","00000000-0000-4000-8000-000000000001"]`, `["evt_01J8Z3K4M5N6P7Q8R9S0T1V2W3","00000000-0000-4000-8000-000000000001"]`},
		"numbers' text": {`{"n":1.10,"big":12345678901234567890}`, `{"n":1.10,"big":12345678901234567890}`},
		"not JSON":      {`a=b`, `a=b`},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, string(redact([]byte(c.body)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestLearnedSchemaAllows: a learned schema allows what it was learned from, and
// what is made from it is allowed, too.
func TestLearnedSchemaAllows(t *testing.T) {
	var value *rapid.Generator[string]
	value = rapid.Custom(func(t *rapid.T) string {
		switch rapid.IntRange(0, 8).Draw(t, "kind") {
		case 0:
			return `{"a":` + rapid.Deferred(func() *rapid.Generator[string] { return value }).Draw(t, "member") + `}`
		case 1:
			return `[` + rapid.Deferred(func() *rapid.Generator[string] { return value }).Draw(t, "item") + `,1]`
		default:
			return rapid.SampledFrom([]string{`1`, `1.5`, `null`, `true`, `"x"`, `"a@b.test"`, `"2024-01-02"`, `{}`, `[]`, `{"b":1}`}).Draw(t, "leaf")
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		var bodies [][]byte
		for _, body := range rapid.SliceOfN(value, 1, 4).Draw(t, "bodies") {
			bodies = append(bodies, []byte(body))
		}
		schema := Learn("x", bodies).Schema
		compiled, err := CompileSchema(schema)
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range append(bodies, sampleOf(readWhole(schema), readWhole(schema), nil)) {
			if found := compiled.Validate(body); len(found) > 0 {
				t.Fatalf("%s does not allow %s: %v", schema, body, found)
			}
		}
	})
}
