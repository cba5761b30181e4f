package catalog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// summary is what an import made of a source, a line a type.
func summary(i *Imported) []string {
	all := []string{"type_field " + i.Catalog.TypeField}
	for _, t := range i.Catalog.Types {
		line := t.Name
		if t.Group != "" {
			line += " (" + t.Group + ")"
		}
		if t.Deprecated {
			line += " deprecated"
		}
		for _, h := range t.Headers {
			line += " " + h.Name + ":" + h.Value
		}
		for _, e := range t.Examples {
			line += " " + e.Name + "=" + string(e.Payload)
		}
		all = append(all, line)
	}
	return append(all, i.Notes...)
}

func TestImport(t *testing.T) {
	for _, c := range []struct {
		source string
		o      ImportOptions
		want   []string
	}{
		{"relay.yaml", ImportOptions{}, []string{
			"type_field /type",
			`endpoint.created (Endpoints) X-Relay-Kind:operational plain={"type":"endpoint.created","data":{"id":"ep_1","uid":null}}`,
			`message.attempt.exhausted (Messages) deprecated default={"type":"message.attempt.exhausted","data":{"id":"msg_000","at":"2024-01-02T03:04:00Z"}}`,
			`the header "Authorization" is not allowed in a catalog: left out`,
		}},
		{"relay.yaml", ImportOptions{NameFrom: NameKey, Prefix: "relay."}, []string{
			"type_field ",
			`relay.endpoint.created (Endpoints) X-Relay-Kind:operational plain={"type":"endpoint.created","data":{"id":"ep_1","uid":null}}`,
			`relay.message_exhausted (Messages) deprecated default={"type":"message.attempt.exhausted","data":{"id":"msg_000","at":"2024-01-02T03:04:00Z"}}`,
			`the header "Authorization" is not allowed in a catalog: left out`,
		}},
		{"batch.yaml", ImportOptions{}, []string{
			"type_field /type",
			`batch.completed default={"id":"evt_abc123","type":"batch.completed","created_at":1719168000}`,
		}},
		{"pay.json", ImportOptions{}, []string{
			"type_field ",
			`AUTHORISATION (Payments) default={"live":"false","amount":1.10,"eventDate":"2024-01-02T03:04:05+01:00"}`,
			`REFUND default={"amount":1,"reason":"text"}`,
		}},
		{"wallet.yaml", ImportOptions{}, []string{
			"type_field /type",
			`incoming_payment.completed default={"id":"00000000-0000-4000-8000-000000000000","type":"incoming_payment.completed","data":{}}`,
			`outgoing_payment.failed default={"id":"00000000-0000-4000-8000-000000000000","type":"outgoing_payment.failed","data":{}}`,
		}},
		{"wallet.yaml", ImportOptions{Map: map[string]string{"outgoingPaymentFailed": "payment.out.failed"}}, []string{
			"type_field ",
			`incoming_payment.completed default={"id":"00000000-0000-4000-8000-000000000000","type":"incoming_payment.completed","data":{}}`,
			`payment.out.failed default={"id":"00000000-0000-4000-8000-000000000000","type":"incoming_payment.completed","data":{}}`,
		}},
		{"async2.yaml", ImportOptions{}, []string{
			"type_field ",
			`order.placed (Orders) small={"id":"o_1"}`,
			`order.lost default={"why":"text"}`,
			`"stock" is skipped: its schema is application/vnd.apache.avro;version=1.9.0, not JSON Schema`,
		}},
		{"schemas", ImportOptions{}, []string{
			"type_field ",
			`order.created default={"item":{"sku":"tex"},"pair":["text",1]}`,
			"what other schemas refer to is shared, and no type: left out are 1",
		}},
		{"samples", ImportOptions{}, []string{
			"type_field ",
			`order.paid default={"id":1.0,"type":"order.paid"} large={"id":12345678901234567890}`,
		}},
	} {
		t.Run(c.source, func(t *testing.T) {
			c.o.Into = "acme"
			got, err := Import(filepath.Join("testdata", "import", c.source), c.o)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, summary(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			report := CheckFile("acme.json", got.Catalog.Encode())
			if !report.OK() {
				t.Errorf("the catalog is wrong: %v", report.Errors)
			}
		})
	}
}

// TestImportOneSchema: a folder with a single schema is one, too, and what is
// wrong in it has a place.
func TestImportOneSchema(t *testing.T) {
	for text, want := range map[string]string{
		`{"type":"object","properties":{"id":{"const":"a"}},"required":["id"]}`:            `order.paid default={"id":"a"}`,
		"{\"example\":1,\n\"properties\":{\"id\":{\"$ref\":\"#/$defs/away\"}}}":            "order.paid.json:2:28: the reference \"#/$defs/away\" leads nowhere",
		"{\"example\":1,\n\"properties\":{\"id\":{\"type\":\"string\",\"minLength\":-1}}}": "the schema of order.paid is left out: 2:",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "order.paid.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := Import(dir, ImportOptions{Into: "acme", Format: FormatJSONSchema})
		said := fmt.Sprint(err)
		if err == nil {
			said = strings.Join(summary(got), "\n")
		}
		if !strings.Contains(said, want) {
			t.Errorf("%s:\n%s\nwant %s", text, said, want)
		}
	}
}

func TestImportRefuses(t *testing.T) {
	openapi := func(hooks string) string { return `{"openapi":"3.1.0","webhooks":{` + hooks + `}}` }
	hook := func(schema string) string {
		return `{"post":{"requestBody":{"content":{"application/json":{"schema":` + schema + `}}}}}`
	}
	for name, c := range map[string]struct {
		text string
		o    ImportOptions
		want string
	}{
		"swagger":          {`{"swagger":"2.0"}`, ImportOptions{}, "Swagger 2 has no webhooks"},
		"something else":   {`{"name":"x"}`, ImportOptions{}, "neither OpenAPI"},
		"nothing in it":    {openapi(""), ImportOptions{}, "looked for webhooks and x-webhooks; callbacks are read with --include-callbacks"},
		"network":          {openapi(`"a":` + hook(`{"$ref":"https://example.com/s.json"}`)), ImportOptions{}, "nothing is fetched"},
		"file":             {openapi(`"a":` + hook(`{"$ref":"../../etc/passwd"}`)), ImportOptions{}, "leads out of the folder of the source"},
		"nowhere":          {openapi(`"a":` + hook(`{"$ref":"#/components/x"}`)), ImportOptions{}, "leads nowhere"},
		"two of one name":  {openapi(`"a b":` + hook(`{}`) + `,"a+b":` + hook(`{}`)), ImportOptions{}, `the keys "a b" and "a+b" both become "a_b"`},
		"not in JSON":      {`{"asyncapi":"3.0.0","components":{"messages":{"a":{"payload":{"schemaFormat":"application/vnd.apache.avro","schema":{}}}}}}`, ImportOptions{}, `no event types: looked for components.messages and the messages of channels; "a" is skipped: its schema is application/vnd.apache.avro`},
		"key of nothing":   {openapi(`"a":` + hook(`{}`)), ImportOptions{Map: map[string]string{"b": "x"}}, `unknown key of the source "b"`},
		"too long":         {`{"openapi":"` + strings.Repeat("3", maxImport) + `"}`, ImportOptions{}, "larger than 32 MiB"},
		"bomb":             {bomb(), ImportOptions{}, "more than"},
		"not a document":   {`[1]`, ImportOptions{}, "not a specification"},
		"nested too deep":  {strings.Repeat("[", 5000), ImportOptions{}, "not JSON|nested|exceeded max depth"},
		"a bad name given": {openapi(`"a":` + hook(`{}`)), ImportOptions{Map: map[string]string{"a": "x y"}}, "--map|a name is made of"},
	} {
		t.Run(name, func(t *testing.T) {
			c.o.Into = "acme"
			_, err := ImportText("stdin", []byte(c.text), c.o)
			if err == nil {
				t.Fatal("imported")
			}
			for want := range strings.SplitSeq(c.want, "|") {
				if strings.Contains(err.Error(), want) {
					return
				}
			}
			t.Errorf("got %v, want %s", err, c.want)
		})
	}
}

// bomb is a short YAML text with more than a million values.
func bomb() string {
	text := "openapi: 3.1.0\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 9; i++ {
		n := string(rune('0' + i))
		alias := "*a" + string(rune('0'+i-1))
		text += "a" + n + ": &a" + n + " [" + strings.Repeat(alias+", ", 9) + alias + "]\n"
	}
	return text
}

// TestImportStaysInFolder: a link that leads out is not followed.
func TestImportStaysInFolder(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret.json")
	if err := os.WriteFile(outside, []byte(`{"type":"object"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "link.json")); err != nil {
		t.Skip(err)
	}
	source := filepath.Join(dir, "api.json")
	text := `{"openapi":"3.1.0","webhooks":{"a":{"post":{"requestBody":{"content":{"application/json":{"schema":{"$ref":"link.json"}}}}}}}}`
	if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Import(source, ImportOptions{Into: "acme"})
	var refused *Error
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "no such file inside the folder of the source") {
		t.Errorf("got %v", err)
	}
}

func TestUpdate(t *testing.T) {
	parse := func(text string) *Catalog {
		c, err := Parse("x.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	old := parse(`
catalog: acme
$defs: {d: {type: string}, kept: {type: integer}}
event_types:
  - {name: same, schema: {$ref: "#/$defs/kept"}}
  - {name: shared, schema: {$ref: "#/$defs/d"}}
  - {name: gone}
  - {name: placed, dynamic: {/id: uuid}, examples: [{payload: {id: 1}}]}
`)
	fresh := parse(`
catalog: acme
$defs: {d: {type: number}, kept: {type: integer}}
event_types:
  - {name: same, schema: {$ref: "#/$defs/kept"}}
  - {name: shared, schema: {$ref: "#/$defs/d"}}
  - {name: fresh}
  - {name: placed, examples: [{payload: {id: 1}}]}
`)
	whole, change := Update(old, fresh, true)
	want := Change{Added: []string{"fresh"}, Changed: []string{"shared"}, Archived: []string{"gone"}, Same: []string{"same", "placed"}}
	if diff := cmp.Diff(want, change); diff != "" {
		t.Errorf("change (-want +got):\n%s", diff)
	}
	if !whole.typeNamed("gone").Archived || len(whole.typeNamed("placed").Dynamic) != 1 {
		t.Errorf("got %s", whole.Encode())
	}
	if kept, _ := Update(old, fresh, false); kept.typeNamed("gone").Archived {
		t.Error("archived without being told to")
	}
}

func FuzzImport(f *testing.F) {
	for _, name := range []string{"relay.yaml", "batch.yaml", "pay.json", "async2.yaml"} {
		text, err := os.ReadFile(filepath.Join("testdata", "import", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := ImportText("x", text, ImportOptions{Into: "acme", IncludeCallbacks: true})
		if err != nil {
			return
		}
		if _, err := Parse("x.json", got.Catalog.Encode()); err != nil {
			t.Errorf("the catalog cannot be read: %v", err)
		}
	})
}
