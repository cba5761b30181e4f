package sign

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCanonical runs the pairs of testdata/jcs: RFC 8785's own examples and
// numbers, input and result of each.
func TestCanonical(t *testing.T) {
	inputs, err := filepath.Glob("testdata/jcs/*.in.json")
	if err != nil || len(inputs) == 0 {
		t.Fatalf("no cases in testdata/jcs: %v", err)
	}
	for _, file := range inputs {
		in, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(strings.Replace(file, ".in.", ".out.", 1))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := canonicalJSON(in); err != nil || !bytes.Equal(got, bytes.TrimSuffix(want, []byte("\n"))) {
			t.Errorf("%s: Canonical = %s, %v, want %s", file, got, err, want)
		}
	}
}

func TestCanonicalRefuses(t *testing.T) {
	for name, in := range map[string]string{
		"nothing": "", "two values": "1 2", "a trailing comma": "[1,]", "a name twice": `{"a":1,"\u0061":2}`, "a lone surrogate": `"\ud800"`,
		"a reversed pair": `"\udc00\ud800"`, "not UTF-8": "\"\xff\"", "beyond a double": "1e400", "a leading zero": "01", "a control character": "\"\n\"",
		"too deep": strings.Repeat("[", 200) + strings.Repeat("]", 200), "NaN": "NaN", "a plus": "+1",
	} {
		if got, err := canonicalJSON([]byte(in)); err == nil {
			t.Errorf("%s: canonicalJSON(%s) = %s", name, in, got)
		}
	}
}

// FuzzCanonical: the canonical form is JSON of the same value, and its own
// canonical form.
func FuzzCanonical(f *testing.F) {
	for _, seed := range []string{`{"b":[1.0,1e30,4.5e-7,-0],"a":"\u20ac\u000f\n<>"}`, `"\ud83d\ude00"`, `[[],{},null,true]`, `5e-324`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		out, err := canonicalJSON(in)
		if err != nil {
			return
		}
		var before, after any
		if err := json.Unmarshal(in, &before); err != nil {
			t.Fatalf("%q is not JSON, and has a canonical form", in)
		}
		if err := json.Unmarshal(out, &after); err != nil {
			t.Fatalf("the canonical form %q is not JSON", out)
		}
		x, _ := json.Marshal(before)
		y, _ := json.Marshal(after)
		if strings.ReplaceAll(string(x), "-0", "0") != strings.ReplaceAll(string(y), "-0", "0") {
			t.Fatalf("%s became %s", x, y)
		}
		if again, err := canonicalJSON(out); err != nil || !bytes.Equal(again, out) {
			t.Fatalf("canonicalJSON(%q) = %q, %v", out, again, err)
		}
	})
}

// FuzzScanner: our scanner takes for JSON exactly what encoding/json does.
func FuzzScanner(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-0.5e+3,"\u00e9\\"]}`, `tru`, `"\x"`, `[1,]`, `{"a"}`, "1\x00", "\xff", `"` + "\xff" + `"`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		if _, got := findJSON(in, path{"a", "0"}); got != json.Valid(in) {
			t.Fatalf("JSON is %t, encoding/json says %t: %q", got, !got, in)
		}
	})
}

func TestFindJSON(t *testing.T) {
	body := []byte(` {"a":{"b.c":[10,{"d":"x\u00e9\/\ud83d\ude00"}]},"0":true,"n":1.50,"z":null,"":"empty"} `)
	for text, want := range map[string]string{
		`a.b\.c.0`: "10", `a.b\.c.1.d`: "xé/😀", "0": "true", "n": "1.50", "z": "", "a.b.c": "<none>", `a.b\.c.2`: "<none>", `a.b\.c.01`: "<none>",
		`a.b\.c.1`: `{"d":"x\u00e9\/\ud83d\ude00"}`, "": "empty", "n.x": "<none>", "a.": "<none>",
	} {
		got := "<none>"
		if f, ok := findJSON(body, parsePath(text)); ok && f.found {
			got = string(jsonText(body[f.start:f.end]))
		}
		if got != want {
			t.Errorf("%s = %s, want %s", text, got, want)
		}
	}
	if f, ok := findJSON([]byte(`[{"a":1}]`), parsePath("0.a")); !ok || !f.found {
		t.Error("a path into a list at the top finds nothing")
	}
}

func TestSetJSON(t *testing.T) {
	tests := []struct{ name, body, path, value, want string }{
		{"replaces", `{ "a" : 1.0 , "s" : "old" }`, "s", `"new"`, `{ "a" : 1.0 , "s" : "new" }`},
		{"deep", `{"a":[{"s":null}]}`, "a.0.s", `1`, `{"a":[{"s":1}]}`},
		{"new last member", `{"a":1 }`, "s", `"x"`, `{"a":1,"s":"x" }`},
		{"into an empty object", `{"a":{ }}`, "a.s", `1`, `{"a":{"s":1 }}`},
		{"at the top of an empty object", `{}`, "s", `1`, `{"s":1}`},
		{"keeps duplicates elsewhere", `{"x":1,"x":2,"s":0}`, "s", `3`, `{"x":1,"x":2,"s":3}`},
		{"keeps text as written", "{\"u\":\"\u2028<\\/\",\"s\":0}", "s", `3`, "{\"u\":\"\u2028<\\/\",\"s\":3}"},
		{"missing parent", `{"a":1}`, "b.s", `1`, ""},
		{"parent is a list", `{"a":[]}`, "a.0", `1`, ""},
		{"parent is text", `{"a":"x"}`, "a.s", `1`, ""},
		{"name twice", `{"s":1,"s":2}`, "s", `3`, ""},
		{"not JSON", `{"a":1`, "a", `1`, ""},
	}
	for _, test := range tests {
		got, err := setJSON([]byte(test.body), parsePath(test.path), test.value)
		if string(got) != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%s: setJSON = %s, %v, want %s", test.name, got, err, test.want)
		}
	}
}

func TestRemoveJSON(t *testing.T) {
	for body, want := range map[string]string{
		`{"a":1,"s":"x","b":2}`:      `{"a":1,"b":2}`,
		`{"s":"x","a":1}`:            `{"a":1}`,
		`{ "s": "x", "a": 1 }`:       `{ "a": 1 }`,
		`{"a": 1, "s": "x"}`:         `{"a": 1}`,
		`{"s":"x"}`:                  `{}`,
		`{"a":{"s":"x"}}`:            `{"a":{"s":"x"}}`,
		`{"a":1}`:                    `{"a":1}`,
		`[1]`:                        `[1]`,
		`{"a":1,"s":{"s":[1,2]} }`:   `{"a":1 }`,
		"{\n\"a\":1,\n\"s\":\"\"\n}": "{\n\"a\":1\n}",
	} {
		if got, ok := removeJSON([]byte(body), path{"s"}); !ok || string(got) != want {
			t.Errorf("removeJSON(%s) = %s, %t, want %s", body, got, ok, want)
		}
	}
	if _, ok := removeJSON([]byte(`{"s":1,"s":2}`), path{"s"}); ok {
		t.Error("removeJSON picks one of two members")
	}
}

// FuzzSetJSON: setting changes nothing but its path, and removing what was
// added gives the body back.
func FuzzSetJSON(f *testing.F) {
	f.Add([]byte(`{"a":{"b":[1,2.0,{"c":"d"}]},"e":null}`), "a.b.2.c")
	f.Add([]byte(` { "x" : 1 } `), "s")
	f.Add([]byte(`{}`), "s")
	f.Fuzz(func(t *testing.T, body []byte, where string) {
		p := parsePath(where)
		before, _ := findJSON(body, p)
		out, err := setJSON(body, p, `"new value"`)
		if err != nil {
			return
		}
		after, ok := findJSON(out, p)
		if !ok || !after.found || after.ambiguous || string(out[after.start:after.end]) != `"new value"` {
			t.Fatalf("set %q in %q = %q", where, body, out)
		}
		if before.found {
			if !bytes.Equal(out[:after.start], body[:before.start]) || !bytes.Equal(out[after.end:], body[before.end:]) {
				t.Fatalf("other bytes changed: %q became %q", body, out)
			}
			return
		}
		if back, ok := removeJSON(out, p); !ok || !bytes.Equal(back, body) {
			t.Fatalf("%q became %q and then %q", body, out, back)
		}
	})
}
