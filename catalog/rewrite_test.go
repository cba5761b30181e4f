package catalog

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const written = `# Ours.
catalog: acme # the name
provider: standard

event_types:
  # Orders.
  - name: order.created
    description: >
      An order was placed,
      # and this is no comment.
    examples:
      - payload: {id: o_1, n: 1.0} # keep

  # Lost ones.
  - name: order.lost
    archived: false
    description: "Lost."

  - name: order.paid
    description: Paid.
# The end.
`

func update(t *testing.T, text, fresh string, archive bool) (string, error) {
	t.Helper()
	old, err := Parse("acme.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	added, err := Parse("fresh.json", []byte(fresh))
	if err != nil {
		t.Fatal(err)
	}
	whole, change := Update(old, added, archive)
	made, err := Rewrite("acme.yaml", []byte(text), whole, change)
	return string(made), err
}

func TestRewrite(t *testing.T) {
	for _, test := range []struct {
		name, fresh string
		archive     bool
		replace     []string
	}{
		{"nothing new", `{"catalog":"acme","provider":"standard","event_types":[{"name":"order.paid","description":"Paid."}]}`, false, nil},
		{"changed, the last", `{"catalog":"acme","provider":"standard","event_types":[{"name":"order.paid","description":"Paid: all of it","schema":{"enum":["no",1e2,null,{}]}}]}`, false, []string{
			"    description: Paid.\n", "    description: \"Paid: all of it\"\n    schema:\n      enum:\n        - \"no\"\n        - 1e2\n        - null\n        - {}\n",
		}},
		{"changed, with a comment behind", `{"catalog":"acme","provider":"standard","event_types":[{"name":"order.created","description":"Placed."}]}`, false, []string{
			"    description: >\n      An order was placed,\n      # and this is no comment.\n    examples:\n      - payload: {id: o_1, n: 1.0} # keep\n", "    description: Placed.\n",
		}},
		{"added", `{"catalog":"acme","provider":"standard","event_types":[{"name":"order.void"}]}`, false, []string{
			"# The end.\n", "  - name: order.void\n# The end.\n",
		}},
		{"archived", `{"catalog":"acme","provider":"standard","event_types":[{"name":"order.paid","description":"Paid."}]}`, true, []string{
			"# keep\n", "# keep\n    archived: true\n",
			"    archived: false\n    description: \"Lost.\"\n", "    description: Lost.\n    archived: true\n",
		}},
		{"the head", `{"catalog":"acme","provider":"raas","type_field":"/t","$defs":{"A":{"type":"string"}},"event_types":[{"name":"order.paid","description":"Paid."}]}`, false, []string{
			"provider: standard\n", "provider: raas\n",
			"event_types:\n", "type_field: \"/t\"\n$defs:\n  A:\n    type: string\nevent_types:\n",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := strings.NewReplacer(test.replace...).Replace(written)
			for ending, text := range map[string]string{"\n": written, "\r\n": strings.ReplaceAll(written, "\n", "\r\n")} {
				got, err := update(t, text, test.fresh, test.archive)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(strings.ReplaceAll(want, "\n", ending), got); diff != "" {
					t.Errorf("%q (-want +got):\n%s", ending, diff)
				}
			}
		})
	}
}

// TestRewriteCountsLinesAsYAML: a line feed is not the only end of a line there.
func TestRewriteCountsLinesAsYAML(t *testing.T) {
	for _, end := range []string{"\r", "\u0085", "\u2028", "\u2029"} {
		text := "catalog: acme\nnote: |\n  one" + strings.Repeat(end+"  more", 9) + "\nevent_types:\n  - name: a # keep\n"
		got, err := update(t, text, `{"catalog":"acme","event_types":[{"name":"b"}]}`, false)
		if want := text + "  - name: b\n"; err != nil || got != want {
			t.Errorf("%q: %v, got %q, want %q", end, err, got, want)
		}
	}
}

func TestRewriteRefuses(t *testing.T) {
	fresh := `{"catalog":"acme","event_types":[{"name":"b"}]}`
	for name, text := range map[string]string{
		"flow":                        `{catalog: acme, event_types: [{name: a}]}`,
		"no types":                    "catalog: acme\nevent_types: []\n",
		"a dash on a line of its own": "catalog: acme\nevent_types:\n  -\n    name: a\n",
	} {
		if got, err := update(t, text, fresh, false); !errors.Is(err, ErrForm) {
			t.Errorf("%s: got %v and %q", name, err, got)
		}
	}
}
