package provider

import (
	"strings"
	"testing"
	"text/template"
)

// fillData has a value of every kind that plans hold.
type fillData struct {
	Text, Empty string
	N           int
	Wide        int64
	Yes, No     bool
	Words, None []string
	Inner, Nil  *fillData
	Items       []fillData
	Any         any
	hidden      string
}

func newFillData() *fillData {
	inner := &fillData{Text: "inner", Words: []string{"x"}}
	return &fillData{
		Text: "text", N: 7, Wide: 1 << 40, Yes: true, Words: []string{"a", "b", "c"}, Inner: inner,
		Items: []fillData{{Text: "one", N: 1}, {Text: "two"}}, Any: inner, hidden: "h",
	}
}

func fillTestFuncs() map[string]any {
	return map[string]any{
		"list":  func(items ...any) []any { return items },
		"upper": strings.ToUpper,
		"first": func(words []string) string { return words[0] },
		"yes":   func() bool { return true },
		"inner": func(d *fillData) *fillData { return d.Inner },
	}
}

func fillTexts() map[string]string {
	return map[string]string{
		"text":                 "plain\n",
		"fields":               "{{.Text}}, {{.Inner.Text}}, {{.N}}, {{.Wide}}, {{.Yes}}, {{.Any.Text}}",
		"chain":                "{{(index .Items 1).Text}} {{(inner .).Words | len}}",
		"literals":             `{{"a\"b"}}{{7}}{{-7}}{{true}}` + "{{`raw`}}",
		"pipelines":            `{{.Text | upper | printf "%s-%s" "x"}}`,
		"trimmed":              "a {{- .Text -}} b {{/* comment */}} c {{- /* comment */ -}} d",
		"if":                   "{{if .Yes}}a{{else}}b{{end}}{{if .No}}a{{else}}b{{end}}{{if .Empty}}a{{end}}{{if .Nil}}a{{end}}{{if .None}}a{{end}}{{if 0}}a{{end}}",
		"else if":              `{{if eq .Text "x"}}a{{else if eq .Text "y" "text"}}b{{else}}c{{end}}`,
		"and or not":           `{{if and .Yes (or .No .Text) (not .Nil)}}a{{end}}{{and .Yes .Text}}{{or .Empty .Text}}{{.Text | and .Yes}}{{not .Words}}{{or .Nil .Empty}}`,
		"and evaluates less":   "{{if and .Nil .Nil.Text}}a{{else}}b{{end}}",
		"range":                "{{range .Words}}<{{.}}>{{end}}{{range .None}}a{{else}}none{{end}}{{range .Items}}{{.Text}}{{$.Text}}{{end}}",
		"range with variables": "{{range $i, $w := .Words}}{{if $i}}, {{end}}{{$w}}{{end}}{{range $w := .Words}}{{$w}}{{.}}{{end}}",
		"range of any":         `{{range $i, $x := list 1 "b" .Yes}}{{$i}}{{$x}}{{end}}{{range list .Inner}}{{.Text}}{{end}}`,
		"range of nothing":     "{{with .Nil}}{{else}}{{range $x := list}}a{{else}}{{len $x}}{{end}}{{end}}",
		"range over itself":    "{{$x := 1}}{{range $x = .Words}}{{$x}}{{end}}{{$x}}",
		"with":                 "{{with .Inner}}{{.Text}}{{else}}a{{end}}{{with .Nil}}a{{else}}b{{end}}{{with $x := .Inner}}{{$x.Text}}{{end}}",
		"else with":            "{{with .Nil}}a{{else with .Inner}}{{.Text}}{{end}}",
		"assignment":           `{{$k := "a"}}{{if .Yes}}{{$k = "b"}}{{end}}{{$k}}{{if .Yes}}{{$k := "c"}}{{end}}{{$k}}`,
		"template":             `{{define "x"}}[{{.}}{{$ | len}}]{{end}}{{template "x" .Text}}{{template "x" index .Words 1}}`,
		"template of a list":   `{{define "x"}}{{$n := index . 0}}{{with index . 1}}{{$n}}={{.}}{{end}}{{end}}{{template "x" list "a" .Text}}`,
		"template of nothing":  `{{define "x"}}{{if .}}a{{else}}b{{end}}{{end}}{{template "x"}}`,
		"comparisons":          `{{eq .N 7}}{{ne .Text "x"}}{{eq .Yes true}}{{eq .Text "a" "text"}}`,
		"printf":               `{{printf "%s.%d %v %q" .Text .N .Yes "x"}}`,
	}
}

// brokenTexts are wrong, or have what text/template alone can do.
func brokenTexts() map[string]string {
	return map[string]string{
		"unknown field":      "\n{{.Nope}}",
		"hidden field":       "{{.hidden}}",
		"field of a text":    "{{.Text.Len}}",
		"field of nothing":   "{{.Nil.Text}}",
		"method":             "{{.Method}}",
		"unknown function":   "{{nope .}}",
		"unknown variable":   "{{$nope}}",
		"unknown template":   `{{template "nope"}}`,
		"arguments missing":  "{{upper}}",
		"too many arguments": "{{upper .Text .Text}}",
		"wrong argument":     "{{upper .N}}",
		"nothing as one":     "{{upper .Any.Any}}",
		"no function":        "{{.Text .Text}}",
		"out of range":       "{{index .Words 3}}",
		"negative index":     "{{index .Words -1}}",
		"different kinds":    `{{eq .N "7"}}`,
		"length of a number": "{{len .N}}",
		"range over a text":  "{{range .Text}}{{end}}",
		"struct as text":     "{{.Inner}}",
		"octal":              "{{010}}",
		"float":              "{{1e0}}",
		"break":              "{{range .Words}}{{break}}{{end}}",
		"endless":            `{{define "x"}}{{template "x"}}{{end}}{{template "x"}}`,
		"not closed":         "{{if .Yes}}",
	}
}

// fillWith fills a text as the program does, and as text/template does.
func fillWith(t *testing.T, text string) (ours string, theirs func() (string, error), err error) {
	t.Helper()
	funcs, data := fillTestFuncs(), newFillData()
	theirs = func() (string, error) {
		var b strings.Builder
		parsed, err := template.New("t").Funcs(funcs).Parse(text)
		if err == nil {
			err = parsed.Execute(&b, data)
		}
		return b.String(), err
	}
	set, err := parseTemplates(map[string]string{"t": text}, funcs)
	if err == nil {
		ours, err = set.fill("t", data)
	}
	return ours, theirs, err
}

// TestFill holds what templates say against text/template.
func TestFill(t *testing.T) {
	for name, text := range fillTexts() {
		t.Run(name, func(t *testing.T) {
			got, theirs, err := fillWith(t, text)
			if err != nil {
				t.Fatalf("fill: %v", err)
			}
			if want, err := theirs(); err != nil || got != want {
				t.Errorf("fill: %q, text/template: %q, %v", got, want, err)
			}
		})
	}
}

// TestFillErrors wants an error with its place, and no text.
func TestFillErrors(t *testing.T) {
	for name, text := range brokenTexts() {
		t.Run(name, func(t *testing.T) {
			line := "t:1"
			if strings.HasPrefix(text, "\n") {
				line = "t:2"
			}
			if got, _, err := fillWith(t, text); err == nil || !strings.Contains(err.Error(), line) || got != "" {
				t.Errorf("fill: %q, %v; want an error at %s", got, err, line)
			}
		})
	}
}

// FuzzFill: what is filled at all is what text/template writes.
func FuzzFill(f *testing.F) {
	for _, texts := range []map[string]string{fillTexts(), brokenTexts()} {
		for _, text := range texts {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 400 {
			t.Skip("templates that call each other take their time")
		}
		got, theirs, err := fillWith(t, text)
		if err != nil {
			if got != "" {
				t.Fatalf("%q, and yet %v", got, err)
			}
			return
		}
		if want, err := theirs(); err != nil || got != want {
			t.Fatalf("fill: %q, text/template: %q, %v", got, want, err)
		}
	})
}

// TestFillVerifiers fills the templates of every language for every provider
// with text/template, too.
func TestFillVerifiers(t *testing.T) {
	for _, lang := range VerifierLanguages() {
		texts, err := verifierTexts(lang)
		if err != nil {
			t.Fatal(err)
		}
		parsed := template.New(lang).Funcs(new(verifier).funcs(nil))
		for _, text := range texts {
			template.Must(parsed.Parse(text))
		}
		for _, p := range verifiable(t) {
			plan, err := planVerifier(p, lang)
			if err != nil {
				continue // TestVerifierCoverage names them
			}
			body := ""
			theirs := template.Must(parsed.Clone()).Funcs(plan.funcs(&body))
			want, err := plan.assemble(&body, func(name string, data any) (string, error) {
				var b strings.Builder
				err := theirs.ExecuteTemplate(&b, name, data)
				return b.String(), err
			})
			if err != nil {
				t.Fatalf("%s in %s: %v", p.ID, lang, err)
			}
			set, err := parseTemplates(texts, plan.funcs(&body))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := plan.assemble(&body, set.fill); err != nil || got != want {
				t.Fatalf("%s in %s: %v, %q", p.ID, lang, err, firstDifference(got, want))
			}
		}
	}
}

// firstDifference is where two texts part.
func firstDifference(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return a[max(0, n-40):min(len(a), n+40)]
}
