package cmd

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/tui"
)

// bareApp is an app without terminal, in a folder of its own.
func bareApp(t *testing.T) *app {
	t.Helper()
	e := systemEnv("")
	e.dir = t.TempDir()
	e.lookup = func(string) (string, bool) { return "", false }
	e.stdout, e.stderr = nil, nil
	a := &app{env: e, color: "auto"}
	var err error
	if a.settings, err = loadSettings(a); err != nil {
		t.Fatal(err)
	}
	return a
}

const acmeCatalog = `catalog: acme
provider: standard
event_types:
  - name: order.paid
    schema: {type: object, required: [id, amount], properties: {id: {type: string}, amount: {type: integer}, kind: {enum: [a, b]}, sum: {type: [number, "null", boolean]}}}
    examples: [{name: default, payload: {id: x, amount: 1}}]
  - name: order.free
    examples: [{name: default, payload: {id: x}}]
`

func TestSchemaOfADelivery(t *testing.T) {
	a := bareApp(t)
	dir := filepath.Join(a.projectDir(), "catalog")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "acme.yaml"), []byte(acmeCatalog), 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, provider, event, body, contentType string
		none                                     string
		faults                                   []tui.Fault
		news                                     []string
	}{
		{name: "fits", provider: "acme", event: "order.paid", body: `{"id":"a","amount":1}`},
		{name: "drift", provider: "acme", event: "order.paid", body: "{\n\"id\":5,\"kind\":\"c\",\n\"sum\":\"x\",\"new\":{}}", faults: []tui.Fault{
			{Kind: tui.Missing, Pointer: "/amount", Expected: "a required value", Got: "nothing", Line: 1},
			{Kind: tui.OtherType, Pointer: "/id", Expected: "a string", Got: "5", Line: 2},
			{Kind: tui.Broken, Pointer: "/kind", Expected: `"a" or "b"`, Got: `"c"`, Line: 2},
			{Kind: tui.OtherType, Pointer: "/sum", Expected: "a number, null or true or false", Got: `"x"`, Line: 3},
		}, news: []string{"/new"}},
		{name: "no schema", provider: "acme", event: "order.free", body: `{}`, none: "has no schema"},
		{name: "no type", provider: "acme", event: "order.payed", body: `{}`, none: "no type of this name: acme:order.payed (there is acme:order.paid, acme:order.free)"},
		{name: "no catalog", provider: "nobody", event: "x", body: `{}`, none: "no catalog has the event types of nobody"},
		{name: "no event", body: `{}`, none: "type is not known"},
		{name: "a form", provider: "acme", event: "order.paid", body: "a=1", contentType: "application/x-www-form-urlencoded", none: "schemas describe JSON"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := &store.Delivery{ID: "dlv_1", Seq: 12, Event: &store.Event{Provider: tt.provider, Type: tt.event}}
			d.Request.Body, d.Request.ContentType = []byte(tt.body), tt.contentType
			d.Request.Headers = sign.Headers{{Name: "Content-Type", Value: tt.contentType}}
			got, err := a.pageSchema(t.Context(), d)
			if err != nil || !strings.Contains(got.None, tt.none) || tt.none == "" && got.None != "" {
				t.Fatalf("%+v, %v", got, err)
			}
			if !slices.Equal(got.Faults, tt.faults) || !slices.Equal(got.News, tt.news) {
				t.Errorf("faults %+v, news %v", got.Faults, got.News)
			}
			if tt.none != "" && strings.Contains(tt.none, "no ") && tt.event != "" && len(got.Next) == 0 {
				t.Error("it does not say what to do")
			}
		})
	}
}
