package catalog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each file of testdata/bad is a catalog with mistakes. Its comment lines say
// what is reported: "# want: LINE:COLUMN: TEXT". JSON has no comments, so there
// the lines stand in a file of the same name with .want behind it.
func TestBadFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*")
	if err != nil {
		t.Fatal(err)
	}
	tested := 0
	for _, file := range files {
		if filepath.Ext(file) == ".want" {
			continue
		}
		tested++
		t.Run(filepath.Base(file), func(t *testing.T) {
			want := wanted(t, file)
			_, err := ReadFile(file)
			var errs Errors
			if !errors.As(err, &errs) {
				t.Fatalf("error is %v, want Errors", err)
			}
			var got []string
			for _, e := range errs {
				if e.File != file {
					t.Errorf("the error names the file %s", e.File)
				}
				got = append(got, fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Message))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
	if tested == 0 {
		t.Fatal("no files in testdata/bad")
	}
}

func wanted(t *testing.T, file string) []string {
	t.Helper()
	from := file
	if filepath.Ext(file) == ".json" {
		from += ".want"
	}
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for line := range strings.Lines(string(text)) {
		if _, message, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "want: "); ok {
			want = append(want, message)
		}
	}
	if len(want) == 0 {
		t.Fatalf("%s says nothing about what is wanted", from)
	}
	return want
}

func oneType(name string) string {
	return fmt.Sprintf(`{"catalog":"c","event_types":[{"name":%s}]}`, name)
}

func TestBadText(t *testing.T) {
	wide := `{"catalog":"c","event_types":[` + strings.Repeat(`{"name":"a"},`, maxTypes) + `{"name":"a"}]}`
	manyHeaders := make([]string, 1000)
	for i := range manyHeaders {
		manyHeaders[i] = fmt.Sprintf(`"X-%d":"1"`, i)
	}
	headers := func(h string) string {
		return `{"catalog":"c","event_types":[{"name":"a","headers":{` + h + `}}]}`
	}
	for _, c := range []struct{ name, file, text, want string }{
		{"empty", "a.json", "", "the file is empty"},
		{"white space", "a.yaml", " \n", "the file is empty"},
		{"only comments", "a.yaml", "# nothing\n", "the file is empty"},
		{"null", "a.json", "null", "expected a catalog, got null"},
		{"list", "a.json", "[]", "expected a catalog, got a list"},
		{"number", "a.json", "17", "expected a catalog, got a number"},
		{"null in yaml", "a.yaml", "~", "expected a catalog, got null"},
		{"not utf-8", "a.json", "{\"catalog\":\"\xff\"}", "not UTF-8"},
		{"too large", "a.json", "{}" + strings.Repeat(" ", maxFileSize), "larger than 64 MiB"},
		{"too many types", "a.json", wide, "10001 event types, at most 10000 are possible"},
		{"too deep", "a.json", `{"$defs":` + strings.Repeat(`{"a":`, maxDepth) + `1` + strings.Repeat(`}`, maxDepth+1), "nested more than 100 deep"},
		{"too deep in yaml", "a.yaml", `$defs: ` + strings.Repeat(`[`, maxDepth+5) + strings.Repeat(`]`, maxDepth+5), "not YAML: exceeded max depth of 100"},
		{"alias to itself", "a.yaml", "$defs: &a [*a]", "nested more than 100 deep"},
		{"alias bomb", "a.yaml", aliasBomb(), "more than 4000000 values, those of aliases counted each time: split the file"},
		{"empty name", "a.json", oneType(`""`), "the name is empty"},
		{"space first", "a.json", oneType(`" a"`), `a name begins with a letter or a digit, " a" does not`},
		{"space inside", "a.json", oneType(`"a b"`), `a name is made of letters, digits, _ . - : and /, "a b" is not`},
		{"way out", "a.json", oneType(`"../../x"`), `a name begins with a letter or a digit, "../../x" does not`},
		{"way out further on", "a.json", oneType(`"a/../x"`), `a name has no empty part and no dots for a part, "a/../x" does`},
		{"empty part", "a.json", oneType(`"a//x"`), `a name has no empty part and no dots for a part, "a//x" does`},
		{"absolute", "a.json", oneType(`"/etc/passwd"`), `a name begins with a letter or a digit, "/etc/passwd" does not`},
		{"hidden", "a.json", oneType(`".hidden"`), `a name begins with a letter or a digit, ".hidden" does not`},
		{"nul", "a.json", oneType(`"a\u0000"`), `a name is made of letters, digits, _ . - : and /, "a\x00" is not`},
		{"bidi", "a.json", oneType(`"a\u202e"`), `a name is made of letters, digits, _ . - : and /, "a\u202e" is not`},
		{"257 characters", "a.json", oneType(`"` + strings.Repeat("a", 257) + `"`), "the name is longer than 256 characters"},
		{"glob", "a.json", oneType(`"*"`), `a name begins with a letter or a digit, "*" does not`},
		{"glob further on", "a.json", oneType(`"a.*"`), `a name is made of letters, digits, _ . - : and /, "a.*" is not`},
		{"catalog in capitals", "a.json", `{"catalog":"Acme","event_types":[]}`, `a catalog is in small letters, "Acme" is not`},
		{"catalog as a path", "a.json", `{"catalog":"../x","event_types":[]}`, `a catalog is made of letters, digits and -, "../x" is not`},
		{"line feed in a header", "a.json", headers(`"X-A":"1\n2"`), `the value of "X-A" holds a control character`},
		{"carriage return in a header", "a.json", headers(`"X-A":"1\r"`), `the value of "X-A" holds a control character`},
		{"nul in a header", "a.json", headers(`"X-A":"\u0000"`), `the value of "X-A" holds a control character`},
		{"colon in a header's name", "a.json", headers(`"X:A":"1"`), `"X:A" is not a header name`},
		{"content length", "a.json", headers(`"Content-Length":"1"`), `the header "Content-Length" is not allowed in a catalog`},
		{"transfer encoding", "a.json", headers(`"transfer-encoding":"chunked"`), `the header "transfer-encoding" is not allowed in a catalog`},
		{"host", "a.json", headers(`"HOST":"evil.example"`), `the header "HOST" is not allowed in a catalog`},
		{"proxy", "a.json", headers(`"Proxy-Connection":"x"`), `the header "Proxy-Connection" is not allowed in a catalog`},
		{"signature", "a.json", headers(`"X-Hub-Signature-256":"x"`), `the header "X-Hub-Signature-256" is not allowed in a catalog`},
		{"a thousand headers", "a.json", headers(strings.Join(manyHeaders, ",")), "1000 headers, at most 50 are possible"},
		{"long header", "a.json", headers(`"X-A":"` + strings.Repeat("a", 5000) + `"`), `the value of "X-A" is too long`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse(c.file, []byte(c.text))
			var one *Error
			if !errors.As(err, &one) {
				t.Fatalf("error is %v, want one about the file", err)
			}
			if one.Message != c.want {
				t.Errorf("message is\n%s, want\n%s", one.Message, c.want)
			}
		})
	}
}

func aliasBomb() string {
	var b strings.Builder
	b.WriteString("catalog: c\nevent_types: []\n$defs:\n  l0: &l0 {a: 1}\n")
	for i := 1; i < 12; i++ {
		alias := fmt.Sprintf("*l%d", i-1)
		fmt.Fprintf(&b, "  l%d: &l%d [%s]\n", i, i, strings.Join(slices.Repeat([]string{alias}, 10), ","))
	}
	return b.String()
}

func TestForbiddenFields(t *testing.T) {
	for _, field := range []string{"url", "secret", "insecure", "proxy", "include", "target", "command"} {
		_, err := Parse("a.json", []byte(`{"catalog":"c","event_types":[],"`+field+`":"x"}`))
		want := `a.json:1:33: the field "` + field + `" is not allowed in a catalog`
		if err == nil || err.Error() != want {
			t.Errorf("error is %v, want %s", err, want)
		}
	}
}

func TestUnknownFieldNamesTheOthers(t *testing.T) {
	_, err := Parse("a.json", []byte(`{"catalog":"c","event_types":[{"name":"a","payloads":[]}]}`))
	var unknown interface{ Unknown() (string, []string) }
	if !errors.As(err, &unknown) {
		t.Fatalf("error is %v", err)
	}
	word, known := unknown.Unknown()
	if word != "payloads" || !slices.Contains(known, "examples") {
		t.Errorf("Unknown() = %q, %q", word, known)
	}
}

func TestTwentyErrors(t *testing.T) {
	_, err := Parse("a.json", []byte(`{"catalog":"c","event_types":[`+strings.Repeat(`{"name":"*"},`, 50)+`{"name":"a"}]}`))
	var errs Errors
	if !errors.As(err, &errs) || len(errs) != maxErrors {
		t.Errorf("%d errors, want %d", len(errs), maxErrors)
	}
}

// TestHostileTextInErrors: what a file holds is never shown raw or whole.
func TestHostileTextInErrors(t *testing.T) {
	_, err := Parse("a.json", []byte(`{"catalog":"\u001b]0;x\u0007`+strings.Repeat("y", 1000)+`","event_types":[]}`))
	if err == nil || strings.ContainsAny(err.Error(), "\x1b\x07") || len(err.Error()) > 2*maxQuoted {
		t.Errorf("error is %q", err)
	}
}

func TestReadFileThatIsNone(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ name, path, want string }{
		{"missing", filepath.Join(dir, "none.json"), "no such file"},
		{"folder", dir, "not a file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadFile(c.path)
			var one *Error
			if !errors.As(err, &one) || one.Message != c.want {
				t.Errorf("error is %v, want %s", err, c.want)
			}
		})
	}
}

func TestYAMLEqualsJSON(t *testing.T) {
	yaml, err := ReadFile("testdata/good/acme.yaml")
	if err != nil {
		t.Fatal(err)
	}
	json, err := ReadFile("testdata/good/acme.json")
	if err != nil {
		t.Fatal(err)
	}
	yaml.File = json.File
	if diff := cmp.Diff(json, yaml, cmp.Comparer(func(a, b *Catalog) bool {
		// Types point back to their catalog; comparing that would not end.
		return a.Name == b.Name && string(a.Defs) == string(b.Defs) && a.IDField == b.IDField
	})); diff != "" {
		t.Errorf("catalog (-json +yaml):\n%s", diff)
	}
	if diff := cmp.Diff(json.Types[0].Examples, yaml.Types[0].Examples); diff != "" {
		t.Errorf("examples (-json +yaml):\n%s", diff)
	}
	const payload = `{"id":"o_1","type":"order.created","total":10.50,"big":12345678901234567890,"small":1e-9,"note":"${HOME} $(id) {{now}}","when":"2026-03-02","flags":[true,false,null],"text":"two\nlines\n"}`
	if got := string(yaml.Types[0].Examples[0].Payload); got != payload {
		t.Errorf("payload is\n%s, want\n%s", got, payload)
	}
}

func TestByteOrderMark(t *testing.T) {
	for _, file := range []string{"a.json", "a.yaml"} {
		if _, err := Parse(file, []byte("\ufeff{\"catalog\": \"c\", \"event_types\": []}")); err != nil {
			t.Error(err)
		}
	}
}
