package catalog

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// hookOf is a webhook of OpenAPI whose body has the schema.
func hookOf(more, schema string) string {
	return `{"post":{` + more + `"requestBody":{"content":{"application/json":{"schema":` + schema + `}}}}}`
}

// TestImportShapes imports what published specifications look like, in few words.
func TestImportShapes(t *testing.T) {
	gitHeader := `"parameters":[{"name":"X-Forge-Event","in":"header","example":"code_review","schema":{"type":"string"}}],`
	for _, c := range []struct {
		name, text string
		o          ImportOptions
		want       []string
	}{
		{"the name is in a header and an action (GitHub)",
			`{"openapi":"3.0.3","x-webhooks":{"code-review-thread-opened":` + hookOf(gitHeader, `{"type":"object","required":["action"],"properties":{"action":{"enum":["thread_opened"]}}}`) +
				`,"code-review":` + hookOf(gitHeader, `{"type":"object","properties":{"zen":{"type":"string"}}}`) + `}}`,
			ImportOptions{}, []string{
				"type_field ",
				`code_review.thread_opened X-Forge-Event:code_review default={"action":"thread_opened"}`,
				`code_review X-Forge-Event:code_review default={"zen":"text"}`,
			}},
		{"webhooks and x-webhooks are the same (Svix)",
			`{"openapi":"3.1.0","webhooks":{"a.b":` + hookOf("", `{}`) + `},"x-webhooks":{"a.b":` + hookOf("", `{}`) + `}}`,
			ImportOptions{}, []string{"type_field ", `a.b default="text"`}},
		{"a schema that refers to itself",
			`{"openapi":"3.1.0","webhooks":{"a":` + hookOf("", `{"$ref":"#/components/schemas/A"}`) + `},"components":{"schemas":{` +
				`"A":{"allOf":[{"$ref":"#/components/schemas/A"},{"properties":{"type":{"$ref":"#/components/schemas/T"}}}]},` +
				`"T":{"anyOf":[{"$ref":"#/components/schemas/T"},{"const":"a.b"}]}}}}`,
			ImportOptions{}, []string{"type_field /type", "a.b", "a.b has no sample: none could be made that its schema allows (the payload: " +
				"expected a schema that comes to an end, got one that refers to itself, or has too many alternatives)"}},
		{"two keys that say one type (Adyen)",
			`{"openapi":"3.1.0","webhooks":{"/PAID":` + hookOf("", `{"type":"object","properties":{"type":{"const":"paid"}}}`) +
				`,"/PAID_LATE":` + hookOf("", `{"type":"object","properties":{"type":{"const":"paid"}}}`) + `}}`,
			ImportOptions{}, []string{
				"type_field ", `paid default={"type":"paid"}`, `PAID_LATE default={"type":"paid"}`,
				`"/PAID_LATE" says that it is "paid", as another does: the key is its name`,
			}},
		{"a sample that breaks its schema",
			`{"openapi":"3.1.0","webhooks":{"a":{"post":{"requestBody":{"content":{"application/json":{"schema":{"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}},"examples":{"x":{"value":{"n":"1"}}}}}}}}}}`,
			ImportOptions{}, []string{
				"type_field ", `a default={"n":1}`,
				`the sample x of a is left out, for its schema does not allow it: /n: expected a whole number, got "1"`,
			}},
		{"an example that is not of its type, and forms that are not apart",
			`{"openapi":"3.1.0","webhooks":{"a":` + hookOf("", `{"type":"object","properties":{"list":{"type":"array","items":{"type":"string"},"example":"one"},
				"who":{"type":"array","items":{"oneOf":[{"type":"object","required":["id"],"properties":{"id":{"type":"integer"}}},{"type":"object","properties":{"id":{"type":"integer"}}}]}}}}`) + `}}`,
			ImportOptions{}, []string{"type_field ", `a default={"list":["text"],"who":[]}`}},
		{"narrowed by allOf",
			`{"openapi":"3.1.0","webhooks":{"a":` + hookOf("", `{"allOf":[{"type":"object","properties":{"state":{"type":"string","enum":["open","closed"]},"at":{"type":["string","null"]}}},
				{"required":["state"],"properties":{"state":{"enum":["closed"]},"at":{"type":"null"}}}]}`) + `}}`,
			ImportOptions{}, []string{"type_field ", `a default={"state":"closed","at":null}`}},
		{"OpenAPI 3.2", `{"openapi":"3.2.0","webhooks":{"a":{"post":{"requestBody":{"content":{"application/json":{"examples":{"one":{"dataValue":{"n":1}}}}}}}}}}`,
			ImportOptions{}, []string{"type_field ", `a one={"n":1}`}},
		{"event types of Svix",
			`{"data":[{"name":"invoice.paid","description":"Paid.","archived":false,"deprecated":true,"groupName":"invoices","schemas":{"1":{"type":"string"},"2":{"type":"object","required":["id"],"properties":{"id":{"type":"string"}},"examples":[{"id":"in_1"}]}}},
				{"name":"invoice.lost","description":"Lost.","schemas":null}],"done":false}`,
			ImportOptions{}, []string{
				"type_field ", `invoice.paid (invoices) deprecated default={"id":"in_1"}`, "invoice.lost",
				"the list is not whole (done is false): types of the next page are not in it", "invoice.lost has neither a sample nor a schema",
			}},
		{"a list of event types alone", `[{"name":"a.b","description":"A thing."}]`, ImportOptions{Prefix: "x."},
			[]string{"type_field ", "x.a.b", "x.a.b has neither a sample nor a schema"}},
		{"a catalog", `{"catalog":"other","type_field":"/t","event_types":[{"name":"a","examples":[{"payload":{"t":"a"}}]}]}`, ImportOptions{},
			[]string{"type_field /t", `a default={"t":"a"}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.Into = "acme"
			got, err := ImportText("stdin", []byte(c.text), c.o)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, summary(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if report := CheckFile("acme.json", got.Catalog.Encode()); !report.OK() {
				t.Errorf("the catalog is wrong: %v", report.Errors)
			}
		})
	}
}

// TestImportSaysWhatElse reads a specification without webhooks of a sender whose
// events are built in.
func TestImportSaysWhatElse(t *testing.T) {
	_, err := ImportText("stdin", []byte(`{"openapi":"3.0.0","info":{"title":"Stripe API"},"paths":{}}`), ImportOptions{Into: "stripe"})
	var e *ImportError
	if !errors.As(err, &e) || e.Fix != "the events of stripe are built in: hooks catalog list --provider stripe" {
		t.Errorf("got %v", err)
	}
}
