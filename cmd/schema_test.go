package cmd

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/spf13/cobra"
)

// outputSchema is docs/schema/output.json, made of the types that are printed.
func outputSchema(t *testing.T) []byte {
	t.Helper()
	defs := map[string]any{}
	any := []schema{{"$ref": "delivery.json"}}
	for _, o := range objects {
		defs[o.name] = schemaOf(t, reflect.TypeOf(o.value), defs)
		any = append(any, schema{"$ref": "#/$defs/" + o.name})
	}
	text, err := json.MarshalIndent(schema{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://github.com/hooks-cli/hooks/docs/schema/output.json",
		"title": "What hooks prints with --json, one object a line", "anyOf": any, "$defs": defs,
	}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

// schemaOf says what encoding/json makes of a type.
func schemaOf(t *testing.T, typ reflect.Type, defs map[string]any) schema {
	t.Helper()
	switch {
	case typ == reflect.TypeFor[time.Time]():
		return schema{"type": "string", "format": "date-time"}
	case typ == reflect.TypeFor[json.RawMessage]():
		return schema{}
	}
	switch typ.Kind() {
	case reflect.Pointer:
		return schema{"anyOf": []schema{schemaOf(t, typ.Elem(), defs), {"type": "null"}}}
	case reflect.String:
		return schema{"type": "string"}
	case reflect.Bool:
		return schema{"type": "boolean"}
	case reflect.Float64:
		return schema{"type": "number"}
	case reflect.Int, reflect.Int64:
		return schema{"type": "integer"}
	case reflect.Slice:
		if typ.Elem().Kind() == reflect.Uint8 {
			return schema{"type": "string", "contentEncoding": "base64"}
		}
		return schema{"type": []string{"array", "null"}, "items": schemaOf(t, typ.Elem(), defs)}
	case reflect.Array:
		return schema{"type": "array", "items": schemaOf(t, typ.Elem(), defs), "minItems": typ.Len(), "maxItems": typ.Len()}
	case reflect.Map:
		return schema{"type": []string{"object", "null"}, "additionalProperties": schemaOf(t, typ.Elem(), defs)}
	case reflect.Interface:
		return schema{}
	case reflect.Struct:
		return structSchema(t, typ, defs)
	}
	t.Fatalf("%s has no schema", typ)
	return nil
}

func structSchema(t *testing.T, typ reflect.Type, defs map[string]any) schema {
	t.Helper()
	for _, o := range objects { // a type that is in itself
		if _, known := defs[o.name]; reflect.TypeOf(o.value) == typ {
			if known {
				return schema{"$ref": "#/$defs/" + o.name}
			}
			defs[o.name] = schema{}
		}
	}
	properties, required := schema{}, []string{}
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			inner := structSchema(t, f.Type, map[string]any{})
			maps.Copy(properties, inner["properties"].(schema))
			required = append(required, inner["required"].([]string)...)
			continue
		}
		if !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		one := schemaOf(t, f.Type, defs)
		if options == "" {
			required = append(required, name)
		} else if list, ok := one["type"].([]string); ok { // left out rather than null
			one["type"] = list[0]
		}
		properties[name] = one
	}
	return schema{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}

// TestOutputSchema holds the published schema to the program; UPDATE_SCHEMA=1
// writes it.
func TestOutputSchema(t *testing.T) {
	const file = "../docs/schema/output.json"
	want := outputSchema(t)
	if os.Getenv("UPDATE_SCHEMA") != "" {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is not what the program prints; UPDATE_SCHEMA=1 go test ./cmd -run %s writes it:\n%.2000s", file, t.Name(), diff)
	}
}

func compiledSchemas(t *testing.T) func(name string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	base := "https://github.com/hooks-cli/hooks/docs/schema/"
	for _, name := range []string{"delivery.json", "output.json"} {
		text, err := os.ReadFile("../docs/schema/" + name)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource(base+name, doc); err != nil {
			t.Fatal(err)
		}
	}
	return func(name string) *jsonschema.Schema {
		where := base + "output.json#/$defs/" + name
		if name == "delivery" {
			where = base + "delivery.json"
		}
		s, err := c.Compile(where)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

// TestOutputFollowsItsSchema runs the commands and holds every line that they
// print to the schema of its object.
func TestOutputFollowsItsSchema(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every command")
	}
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip(err)
	}
	p := newPlayground(t)
	schemas := compiledSchemas(t)
	for _, call := range deliveryCalls {
		checkLines(t, schemas("delivery"), nil, call, p.json(call, "2>/dev/null"))
	}
	for _, o := range objects {
		also := map[string]string{"check": "check_summary", "finding": "doctor_summary", "test": "test_summary", "handshake": "delivery", "endpoint_change": "endpoint"}[o.name]
		var other *jsonschema.Schema
		if also != "" {
			other = schemas(also)
		}
		for _, call := range o.calls {
			streams := "2>/dev/null"
			if o.name == "error" {
				streams = "2>&1 >/dev/null"
			}
			checkLines(t, schemas(o.name), other, call, p.json(call, streams))
		}
	}
}

// json is what a call prints in a copy of the playground.
func (p *playground) json(call, streams string) string {
	p.fresh()
	before := ""
	if strings.HasPrefix(call, "hooks import") {
		before = "hooks show 12 --as fixture > fixture.json; rm -r .hooks; "
	}
	switch {
	case strings.HasPrefix(call, "hooks test"):
		before = "hooks test --init 2>/dev/null; printf 'to: localhost:3000\\ntests: [{name: a, http: GET /, expect: {status: 418}}]' > failing.test.yaml; " +
			"printf 'run: exit 5\\ntests: [{name: a, http: GET /}]' > absent.test.yaml; "
	case strings.HasPrefix(call, "hooks provider validate play"):
		before = "hooks provider new playground --like stripe --out - > playground.yaml; "
	case strings.HasPrefix(call, "hooks recover"): // what has failed for good
		before = "(hooks endpoint edit shop --url localhost:1; hooks dispatch --until-idle --skip-waits; hooks endpoint edit shop --url localhost:3000) >/dev/null 2>&1; "
	}
	command, input, _ := strings.Cut(call, " <")
	script := before + command + " --json " + streams
	if input != "" {
		script += " <" + input
	}
	out, _ := p.run(filepath.Join(p.dir, "now"), script, endless(call))
	return out
}

// checkLines holds lines to a schema, or to another one; there must be some.
func checkLines(t *testing.T, s, other *jsonschema.Schema, call, out string) {
	t.Helper()
	n := 0
	for line := range strings.Lines(out) {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err != nil {
			t.Errorf("%s --json prints %.300q", call, line)
			return
		}
		n++
		if err = s.Validate(v); err != nil && (other == nil || other.Validate(v) != nil) {
			t.Errorf("%s --json: %v\n%.1000s", call, err, line)
			return
		}
	}
	if n == 0 {
		t.Errorf("%s --json prints nothing", call)
	}
}

// TestEveryCommandHasAnObject: none is forgotten.
func TestEveryCommandHasAnObject(t *testing.T) {
	tried := slices.Clone(deliveryCalls)
	for _, o := range objects {
		tried = append(tried, o.calls...)
	}
	walkCommands(newRoot(&app{env: systemEnv(""), color: "auto"}), func(c *cobra.Command) {
		path := c.CommandPath()
		runs := slices.ContainsFunc(tried, func(call string) bool { return call == path || strings.HasPrefix(call, path+" ") })
		if runs == slices.Contains(printsText, path) && !c.HasSubCommands() {
			t.Errorf("%s: tried against a schema is %v, and it is to be in exactly one of the lists", path, runs)
		}
	})
}

// TestJSONDocument: docs/json.md says who prints what.
func TestJSONDocument(t *testing.T) {
	root := newRoot(&app{env: systemEnv(""), color: "auto"})
	by := func(calls []string) string {
		var names []string
		for _, call := range calls {
			c, _, err := root.Find(strings.Fields(call)[1:])
			if err != nil || c == root {
				continue
			}
			if name := "`" + strings.TrimPrefix(c.CommandPath(), "hooks ") + "`"; !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		return strings.Join(names, ", ")
	}
	want := []string{"| `delivery` | " + by(deliveryCalls) + " |"}
	for _, o := range objects {
		calls := o.calls
		switch o.name {
		case "error":
			want = append(want, "| `error` | all, on stderr |")
			continue
		case "command", "topic":
			want = append(want, "| `"+o.name+"` | `help` |")
			continue
		case "check_summary", "doctor_summary", "test_summary":
			calls = []string{"hooks " + strings.TrimSuffix(o.name, "_summary")}
		case "adopted_secret":
			calls = []string{"hooks secret adopted"}
		}
		want = append(want, "| `"+o.name+"` | "+by(calls)+" |")
	}
	text, err := os.ReadFile("../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, tableRows(t, string(text))); diff != "" {
		t.Errorf("docs/json.md (-program +document):\n%s", diff)
	}
}
