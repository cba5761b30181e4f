package sign

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// trickyJSON are texts that serialisers print in different ways.
func trickyJSON() []string {
	return []string{
		`{}`, `[]`, `""`, `null`, ` true `, `{"a":{},"b":[],"c":[{}]}`,
		`{"b":1,"a":2,"10":3,"9":4,"01":5,"-1":6,"4294967295":7,"4294967294":8}`,
		`{"a":1,"b":2,"a":3}`, `{"0":"x","1":"y"}`, `{"1":"x","0":"y"}`,
		`[0,-0,0.0,-0.0,1.0,1.50,100,1e2,1E5,1e-5,0.0001,0.00001,1.5e-7,123456789012345680000,1e21,1e20,1e16,1e15,1e17,12345678.9,1e7,0.001,0.00012]`,
		`[9007199254740993,9223372036854775807,9223372036854775808,18446744073709551615,-9223372036854775808]`,
		`[5e-324,1.7976931348623157e308,0.1,0.30000000000000004,2.5,1234567890.12345]`,
		`{"url":"https://example.com/a/b?c=d","x":"\/ \" \\ \b\f\n\r\t \u0001 \u001f \u007f"}`,
		`{"name":"Zoë & <Ada> ` + "\u2028\u2029" + ` ✓ 😀 \u00e9 \ud83d\ude00 'q' +a=b` + "` \u007f" + `"}`,
		" {\r\n\t\"a\" : [ 1 , 2 ] ,\n \"é\" : null } \n",
		testBody,
	}
}

func dialectOf(t testing.TB, phrase string) dialect {
	t.Helper()
	for _, d := range dialects() {
		if d.phrase == phrase {
			return d.dialect
		}
	}
	t.Fatalf("no dialect is called %q", phrase)
	return dialect{}
}

func printed(t testing.TB, d dialect, text string) string {
	t.Helper()
	tree, ok := parseTree([]byte(text))
	if !ok {
		t.Fatalf("%s does not parse", text)
	}
	out, ok := d.print(tree)
	if !ok {
		t.Fatalf("%s is not printed", text)
	}
	return string(out)
}

// TestDialects holds the serialisers to what each language's documentation and
// source say, for one text that has most of the traps.
func TestDialects(t *testing.T) {
	const text = `{"b":1.0,"a":{},"10":1e16,"u":"é/<😀>\u001f\u007f` + "\u2028" + `'","n":[-0,1e-5,1e7]}`
	const ls = "\u2028"
	tests := map[string]string{
		"JSON.stringify(JSON.parse(body))":                                       `{"10":10000000000000000,"b":1,"a":{},"u":"é/<😀>\u001f` + "\u007f" + ls + `'","n":[0,0.00001,10000000]}`,
		"JSON.stringify(…, null, 2)":                                             "{\n  \"10\": 10000000000000000,\n  \"b\": 1,\n  \"a\": {},\n  \"u\": \"é/<😀>\\u001f\u007f" + ls + "'\",\n  \"n\": [\n    0,\n    0.00001,\n    10000000\n  ]\n}",
		"json.dumps(json.loads(body)) of Python":                                 `{"b": 1.0, "a": {}, "10": 1e+16, "u": "\u00e9/<\ud83d\ude00>\u001f\u007f\u2028'", "n": [0, 1e-05, 10000000.0]}`,
		"json.dumps(…, ensure_ascii=False) of Python":                            `{"b": 1.0, "a": {}, "10": 1e+16, "u": "é/<😀>\u001f` + "\u007f" + ls + `'", "n": [0, 1e-05, 10000000.0]}`,
		"json_encode(json_decode(body, true)) of PHP":                            `{"b":1,"a":[],"10":10000000000000000,"u":"\u00e9\/<\ud83d\ude00>\u001f` + "\u007f" + `\u2028'","n":[-0,1.0e-5,10000000]}`,
		"json_encode(json_decode(body)) of PHP":                                  `{"b":1,"a":{},"10":10000000000000000,"u":"\u00e9\/<\ud83d\ude00>\u001f` + "\u007f" + `\u2028'","n":[-0,1.0e-5,10000000]}`,
		"json_encode(…, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE) of PHP": `{"b":1,"a":[],"10":10000000000000000,"u":"é/<😀>\u001f` + "\u007f" + `\u2028'","n":[-0,1.0e-5,10000000]}`,
		"Go's json.Marshal, which escapes <, > and &":                            `{"b":1.0,"a":{},"10":1e16,"u":"é/\u003c😀\u003e\u001f` + "\u007f" + `\u2028'","n":[-0,1e-5,1e7]}`,
		"JSON.generate(JSON.parse(body)) of Ruby":                                `{"b":1.0,"a":{},"10":1.0e+16,"u":"é/<😀>\u001f` + "\u007f" + ls + `'","n":[0,1.0e-05,10000000.0]}`,
		"Jackson's writeValueAsString (Java)":                                    `{"b":1.0,"a":{},"10":1.0E16,"u":"é/<😀>\u001F` + "\u007f" + ls + `'","n":[0,1.0E-5,1.0E7]}`,
		"Gson's toJson (Java)":                                                   `{"b":1.0,"a":{},"10":1e16,"u":"é/\u003c😀\u003e\u001f` + "\u007f" + `\u2028\u0027","n":[-0,1e-5,1e7]}`,
		"System.Text.Json (.NET)":                                                `{"b":1.0,"a":{},"10":1e16,"u":"\u00E9/\u003C\uD83D\uDE00\u003E\u001F\u007F\u2028\u0027","n":[-0,1e-5,1e7]}`,
		"the body with its keys sorted":                                          `{"10":10000000000000000,"a":{},"b":1,"n":[0,0.00001,10000000],"u":"é/<😀>\u001f` + "\u007f" + ls + `'"}`,
	}
	for phrase, want := range tests {
		if diff := cmp.Diff(want, printed(t, dialectOf(t, phrase), text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", phrase, diff)
		}
	}
}

// TestNumbers holds the printing of numbers to each language's rules at the
// borders of its forms.
func TestNumbers(t *testing.T) {
	const text = `[1e15,1e16,1e17,1e18,123456789012345678,18446744073709551616,0.0001,0.00001,1.5e-7,-2.50,1e400]`
	tests := map[string]string{
		"JSON.stringify(JSON.parse(body))":        `[1000000000000000,10000000000000000,100000000000000000,1000000000000000000,123456789012345680,18446744073709552000,0.0001,0.00001,1.5e-7,-2.5,null]`,
		"json.dumps(json.loads(body)) of Python":  `[1000000000000000.0, 1e+16, 1e+17, 1e+18, 123456789012345678, 18446744073709551616, 0.0001, 1e-05, 1.5e-07, -2.5, Infinity]`,
		"json_encode(json_decode(body)) of PHP":   `[1000000000000000,10000000000000000,1.0e+17,1.0e+18,123456789012345678,1.8446744073709552e+19,0.0001,1.0e-5,1.5e-7,-2.5,1e400]`,
		"JSON.generate(JSON.parse(body)) of Ruby": `[1000000000000000.0,1.0e+16,1.0e+17,1.0e+18,123456789012345678,18446744073709551616,0.0001,1.0e-05,1.5e-07,-2.5,1e400]`,
		"Jackson's writeValueAsString (Java)":     `[1.0E15,1.0E16,1.0E17,1.0E18,123456789012345678,18446744073709551616,1.0E-4,1.0E-5,1.5E-7,-2.5,1e400]`,
	}
	for phrase, want := range tests {
		if diff := cmp.Diff(want, printed(t, dialectOf(t, phrase), text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", phrase, diff)
		}
	}
}

// through runs texts, one a line of a JSON list, through another language.
func through(t *testing.T, program, script string, texts []string) []string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("%s is not on this machine", program)
	}
	in, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	flag := map[string]string{"node": "-e", "python3": "-c"}[program]
	cmd := exec.CommandContext(t.Context(), path, flag, script)
	cmd.Stdin = bytes.NewReader(in)
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", program, err)
	}
	var out []string
	if err := json.Unmarshal(text, &out); err != nil || len(out) != len(texts) {
		t.Fatalf("%s printed %q: %v", program, text, err)
	}
	return out
}

// TestRealSerialisers compares with the programs themselves, where they are.
func TestRealSerialisers(t *testing.T) {
	const node = `const t=JSON.parse(require("fs").readFileSync(0,"utf8"));console.log(JSON.stringify(t.map(x=>F(JSON.parse(x)))))`
	const python = "import json,sys\nprint(json.dumps([F(json.loads(x)) for x in json.load(sys.stdin)]))"
	tests := []struct{ phrase, program, call string }{
		{"JSON.stringify(JSON.parse(body))", "node", `x=>JSON.stringify(x)`},
		{"JSON.stringify(…, null, 2)", "node", `x=>JSON.stringify(x,null,2)`},
		{"JSON.stringify(…, null, 4)", "node", `x=>JSON.stringify(x,null,4)`},
		{"JSON indented with tabs", "node", `x=>JSON.stringify(x,null,"\t")`},
		{"json.dumps(json.loads(body)) of Python", "python3", `lambda x: json.dumps(x)`},
		{"json.dumps(…, ensure_ascii=False) of Python", "python3", `lambda x: json.dumps(x, ensure_ascii=False)`},
		{`json.dumps(…, separators=(",", ":")) of Python`, "python3", `lambda x: json.dumps(x, separators=(",", ":"))`},
		{`json.dumps(…, separators=(",", ":"), ensure_ascii=False) of Python`, "python3", `lambda x: json.dumps(x, separators=(",", ":"), ensure_ascii=False)`},
		{"json.dumps(…, sort_keys=True) of Python", "python3", `lambda x: json.dumps(x, sort_keys=True)`},
		{`json.dumps(…, sort_keys=True, separators=(",", ":")) of Python`, "python3", `lambda x: json.dumps(x, sort_keys=True, separators=(",", ":"))`},
		{"json.dumps(…, indent=2) of Python", "python3", `lambda x: json.dumps(x, indent=2)`},
		{"json.dumps(…, indent=4) of Python", "python3", `lambda x: json.dumps(x, indent=4)`},
	}
	for _, test := range tests {
		t.Run(test.program+" "+test.call, func(t *testing.T) {
			script := node
			if test.program == "python3" {
				script = python
			}
			texts := append(trickyJSON(), `["\ud83d","\ude00\ud83d x","\ud83d\ud83d\ude00"]`, `[1e400,-1e400]`)
			if strings.Contains(test.call, "ensure_ascii=False") {
				texts = trickyJSON() // half a surrogate pair cannot be encoded
			}
			want := through(t, test.program, strings.Replace(script, "F(", "("+test.call+")(", 1), texts)
			d := dialectOf(t, test.phrase)
			for i, text := range texts {
				if diff := cmp.Diff(want[i], printed(t, d, text)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", text, diff)
				}
			}
		})
	}
}

// TestGoDialect compares with encoding/json, whose maps are sorted, so ours is
// sorted here, too.
func TestGoDialect(t *testing.T) {
	d := dialectOf(t, "Go's json.Marshal, which escapes <, > and &")
	d.sorted = true
	for _, text := range trickyJSON() {
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		var value any
		if err := dec.Decode(&value); err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), printed(t, d, text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// TestIndentBomb: what indenting would blow up a thousandfold is not printed.
func TestIndentBomb(t *testing.T) {
	deep := strings.Repeat("[", 400) + strings.Repeat("1,", 100_000) + "1" + strings.Repeat("]", 400)
	tree, ok := parseTree([]byte(deep))
	if !ok {
		t.Fatal("the text does not parse")
	}
	d := dialectOf(t, "JSON.stringify(…, null, 4)")
	if out, ok := d.print(tree); ok || cap(out) > 3*maxPrinted {
		t.Errorf("print = %d bytes, %t", len(out), ok)
	}
	if _, ok := parseTree([]byte(strings.Repeat("[", 501) + strings.Repeat("]", 501))); ok {
		t.Error("a text that is nested too deep is parsed")
	}
}

func TestSpelling(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{`the body with / for \/`, `["\/a\\/b\"/"]`, `["/a\\/b\"/"]`},
		{`the body with \/ for /`, `["\/a\\/b\"/"]`, `["\/a\\\/b\"\/"]`},
		{`the body with \u escapes for what is not ASCII`, `[ "é😀\u00e8" ]`, `[ "\u00e9\ud83d\ude00\u00e8" ]`},
		{`the body with UTF-8 for its \u escapes`, `["\u00e9\ud83d\ude00\u0022\u000a\n\ud83d\\u00e9\ud83d\u00e9"]`, `["é😀\u0022\u000a\n\ud83d\\u00e9\ud83dé"]`},
		{`the body without white space between its tokens`, "{ \"a b\" : 1.0 }\n", `{"a b":1.0}`},
	}
	for _, test := range tests {
		for _, r := range spellingRewrites() {
			if r.phrase != "for "+test.name {
				continue
			}
			got, ok := r.apply(&original{body: []byte(test.in)})
			if diff := cmp.Diff(test.want, string(got)); diff != "" || !ok {
				t.Errorf("%s: %t (-want +got):\n%s", test.name, ok, diff)
			}
		}
	}
}

// FuzzRewrites: no rewrite panics, changes the body it is given, or prints
// JSON that is none; printing twice is printing once.
func FuzzRewrites(f *testing.F) {
	for _, text := range trickyJSON() {
		f.Add([]byte(text))
	}
	f.Add([]byte(`"\ud83d"`))
	f.Add([]byte("a=1&b=%zz&\xff"))
	f.Fuzz(func(t *testing.T, body []byte) {
		o := &original{body: bytes.Clone(body), form: true}
		for _, r := range append(rewrites(), o.formFields()...) {
			r.apply(o)
			if !bytes.Equal(o.body, body) {
				t.Fatalf("%s changes what it is given", r.phrase)
			}
		}
		tree, ok := o.parse()
		if !ok {
			return
		}
		for _, d := range dialects() {
			once, ok := d.dialect.print(tree)
			if !ok {
				continue
			}
			again, ok := parseTree(once)
			if !ok {
				if bytes.Contains(once, []byte("Infinity")) {
					continue
				}
				t.Fatalf("%s prints %q, which is not JSON", d.phrase, once)
			}
			if twice, _ := d.dialect.print(again); !bytes.Equal(once, twice) && !bytes.Contains(once, []byte("e400")) {
				t.Fatalf("%s prints %q, and of that %q", d.phrase, once, twice)
			}
		}
	})
}
