package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"
)

func TestApply(t *testing.T) {
	for _, c := range []struct{ name, body, path, value, want string }{
		{"number", `{"a":1}`, "a", "2", `{"a":2}`},
		{"text", `{"a":1}`, "a", "abc", `{"a":"abc"}`},
		{"quoted text", `{"a":1}`, "a", `"2"`, `{"a":"2"}`},
		{"object", `{"a":1}`, "a", `{"b": [1]}`, `{"a":{"b": [1]}}`},
		{"nothing", `{"a":1}`, "a", "", `{"a":""}`},
		{"twenty digits", `{"id":1}`, "id", "9007199254740993", `{"id":9007199254740993}`},
		{"trailing zero", `{"a":1}`, "a", "1.0", `{"a":1.0}`},
		{"larger than a double", `{"a":1}`, "a", "1e400", `{"a":1e400}`},
		{"not a number of JSON", `{"a":1}`, "a", "+1", `{"a":"+1"}`},
		{"html and line separator", `{"a":1}`, "a", "<b>&\u2028", "{\"a\":\"<b>&\u2028\"}"},
		{"control characters", `{"a":1}`, "a", "x\n\x1b\"\\", `{"a":"x\n\u001b\"\\"}`},
		{"everything else stays", "{ \"a\" : 1.0 ,\r\n \"b\":1E5, \"a\\u0062\":\"\\/\" }\n", "b", "2", "{ \"a\" : 1.0 ,\r\n \"b\":2, \"a\\u0062\":\"\\/\" }\n"},
		{"deep", `{"data":{"object":{"amount":1}}}`, "data.object.amount", "5", `{"data":{"object":{"amount":5}}}`},
		{"pointer", `{"data":{"object":{"amount":1}}}`, "/data/object/amount", "5", `{"data":{"object":{"amount":5}}}`},
		{"pointer with escapes", `{"a/b":{"c~d":1}}`, "/a~1b/c~0d", "5", `{"a/b":{"c~d":5}}`},
		{"pointer to the empty key", `{"":1}`, "/", "5", `{"":5}`},
		{"dot in a key", `{"a.b":1,"a":{"b":2}}`, `a\.b`, "5", `{"a.b":5,"a":{"b":2}}`},
		{"bracket in a key", `{"a[0]":1}`, `a\[0]`, "5", `{"a[0]":5}`},
		{"digits as a key", `{"a":{"2":1}}`, "a.2", "5", `{"a":{"2":5}}`},
		{"escaped key", `{"a\u0062":1}`, "ab", "5", `{"a\u0062":5}`},
		{"prototype", `{"a":1}`, "__proto__", "1", `{"a":1,"__proto__":1}`},
		{"inside a prototype", `{"__proto__":{}}`, "__proto__.x", "1", `{"__proto__":{"x":1}}`},
		{"index", `{"a":[1,2]}`, "a.1", "5", `{"a":[1,5]}`},
		{"index in brackets", `{"a":[1,[2,3]]}`, "a[1][0]", "5", `{"a":[1,[5,3]]}`},
		{"behind an index", `{"a":[{"b":1}]}`, "a[0].b", "5", `{"a":[{"b":5}]}`},
		{"outermost list", `[1,2]`, "1", "5", `[1,5]`},
		{"new member", `{"a":1}`, "b", "2", `{"a":1,"b":2}`},
		{"new member of an empty object", `{"a":{ }}`, "a.b", "2", `{"a":{"b":2 }}`},
		{"new member with an odd name", `{}`, `<&"`, "2", `{"<&\"":2}`},
		{"of equal keys the last", `{"a":1,"a":2}`, "a", "5", `{"a":1,"a":5}`},
		{"wildcards are letters", `{"a*":1,"ab":2}`, "a*", "5", `{"a*":5,"ab":2}`},
		{"modifiers are letters", `{"@this":1}`, "@this", "5", `{"@this":5}`},
		{"brace in a neighbour", `{"a":"}","b":1}`, "b", "5", `{"a":"}","b":5}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Apply([]byte(c.body), Edit{Path: c.path, Value: c.value})
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("set %s=%s in %s:\n%s, want\n%s", c.path, c.value, c.body, got, c.want)
			}
		})
	}
}

func TestUnset(t *testing.T) {
	for _, c := range []struct{ name, body, path, want string }{
		{"only", `{"a":1}`, "a", `{}`},
		{"first", `{"a":1, "b":2}`, "a", `{"b":2}`},
		{"middle", `{"a":1,"b":2,"c":3}`, "b", `{"a":1,"c":3}`},
		{"last", `{"a":1 , "b":2 }`, "b", `{"a":1 }`},
		{"item", `[1,2,3]`, "1", `[1,3]`},
		{"last item", `[1,2]`, "1", `[1]`},
		{"only item", `{"a":[ 1 ]}`, "a[0]", `{"a":[  ]}`},
		{"braces in texts", `{"a":"},{","b":"}","c":1}`, "b", `{"a":"},{","c":1}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Apply([]byte(c.body), Edit{Path: c.path, Unset: true})
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("unset %s in %s: %s, want %s", c.path, c.body, got, c.want)
			}
		})
	}
}

func TestEditsInOrder(t *testing.T) {
	got, err := Apply([]byte(`{"a":1}`), Edit{Path: "b", Value: "{}"}, Edit{Path: "b.c", Value: "1"}, Edit{Path: "a", Unset: true})
	if err != nil || string(got) != `{"b":{"c":1}}` {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestBadPaths(t *testing.T) {
	const body = `{"data":{"amount":1,"items":[1]},"a":1}`
	for _, c := range []struct{ name, path, message, word, known string }{
		{"empty", "", "a key is empty; write it as a JSON Pointer if that is meant", "", ""},
		{"empty key", "a..b", "a key is empty; write it as a JSON Pointer if that is meant", "", ""},
		{"dot at the end", "a.", "a key is empty; write it as a JSON Pointer if that is meant", "", ""},
		{"dot first", ".a", "a key is empty; write it as a JSON Pointer if that is meant", "", ""},
		{"index alone", "[0]", "a key is empty; write it as a JSON Pointer if that is meant", "", ""},
		{"backslash at the end", `a\`, "a backslash stands before another character", "", ""},
		{"open bracket", "a[0", `brackets hold the index of a list; write \[ for one inside a key`, "", ""},
		{"word in brackets", "a[x]", `brackets hold the index of a list; write \[ for one inside a key`, "", ""},
		{"empty brackets", "a[]", `brackets hold the index of a list; write \[ for one inside a key`, "", ""},
		{"behind a bracket", "a[0]b", `brackets hold the index of a list; write \[ for one inside a key`, "", ""},
		{"pointer with a lone tilde", "/a~b", "after ~ a JSON Pointer has 0 or 1", "", ""},
		{"missing parent", "dta.amount", `there is no key "dta"`, "dta", "data"},
		{"missing parent further on", "data.itmes.0", `there is no key "itmes"`, "itmes", "items"},
		{"out of range", "data.items[99999999]", "index 99999999 is out of range: the list has 1", "", ""},
		{"next free index", "data.items.1", "index 1 is out of range: the list has 1", "", ""},
		{"larger than any index", "data.items.99999999999999999999", `"99999999999999999999" is not an index, and a list stands there`, "", ""},
		{"negative", "data.items.-1", `"-1" is not an index, and a list stands there`, "", ""},
		{"leading zero", "data.items.00", `"00" is not an index, and a list stands there`, "", ""},
		{"index of an object", "data[0]", "[0] is the index of a list, and none stands there", "", ""},
		{"index of a number", "a[99999999]", "[99999999] is the index of a list, and none stands there", "", ""},
		{"below a number", "a.b.c", `nothing can stand below: the value before "b" is neither an object nor a list`, "", ""},
		{"new below a number", "a.b", `nothing can stand below: the value before "b" is neither an object nor a list`, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Apply([]byte(body), Edit{Path: c.path, Value: "1"})
			var bad *PathError
			if !errors.As(err, &bad) {
				t.Fatalf("got %s, %v; want *PathError", got, err)
			}
			if bad.Message != c.message || bad.Path != c.path {
				t.Errorf("error is %v, want %s", err, c.message)
			}
			if word, known := bad.Unknown(); word != c.word || c.known != "" && !slices.Contains(known, c.known) {
				t.Errorf("Unknown() = %q, %q", word, known)
			}
		})
	}
}

func TestUnsetWhatIsNotThere(t *testing.T) {
	for _, path := range []string{"b", "a.b", "x.y"} {
		var bad *PathError
		if _, err := Apply([]byte(`{"a":{}}`), Edit{Path: path, Unset: true}); !errors.As(err, &bad) {
			t.Errorf("unset %s: error is %v, want *PathError", path, err)
		}
	}
}

func TestEditOfWhatIsNotJSON(t *testing.T) {
	for _, body := range []string{"", "a=1", `{"a":1} {`, `{"a":}`} {
		if _, err := Apply([]byte(body), Edit{Path: "a", Value: "1"}); !errors.Is(err, ErrNotJSON) {
			t.Errorf("set in %q: error is %v", body, err)
		}
	}
}

// TestMerge has the cases of RFC 7396, appendix A, and what it says nothing
// about: order and white space.
func TestMerge(t *testing.T) {
	for _, c := range []struct{ body, patch, want string }{
		{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
		{`{"a":"b"}`, `{"a":null}`, `{}`},
		{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`},
		{`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`},
		{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`},
		{`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`},
		{`["a","b"]`, `["c","d"]`, `["c","d"]`},
		{`{"a":"b"}`, `["c"]`, `["c"]`},
		{`{"a":"foo"}`, `null`, `null`},
		{`{"a":"foo"}`, `"bar"`, `"bar"`},
		{`{"e":null}`, `{"a":1}`, `{"e":null,"a":1}`},
		{`[1,2]`, `{"a":"b","c":null}`, `{"a":"b"}`},
		{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
		{`{ "a" : 1.0, "b":2 }`, `{"b":3.0}`, `{ "a" : 1.0, "b":3.0 }`},
		{`{ "a":1, "b":2, "c":3 }`, `{"a":null,"c":null,"d":4}`, `{ "b":2,"d":4 }`},
		{`{"z":1,"y":{"x":1}}`, `{"y":{"w":"<"},"a":2}`, `{"z":1,"y":{"x":1,"w":"<"},"a":2}`},
		{`{"a\u0062":1}`, `{"ab":2}`, `{"a\u0062":2}`},
		{" {\"a\":1} \n", " {\"a\":2} \n", `{"a":2}`},
		{`{"a":1}`, `{"b":1,"b":2}`, `{"a":1,"b":2}`},
	} {
		got, err := merge([]byte(c.body), []byte(c.patch))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != c.want {
			t.Errorf("merge(%s, %s) = %s, want %s", c.body, c.patch, got, c.want)
		}
	}
	for _, c := range [][2]string{{"{", "{}"}, {"{}", "{"}, {"", "{}"}} {
		if _, err := merge([]byte(c[0]), []byte(c[1])); !errors.Is(err, ErrNotJSON) {
			t.Errorf("merge(%q, %q): error is %v", c[0], c[1], err)
		}
	}
}

// FuzzSet: what is set is there afterwards, and nothing else has changed: all
// other values, found by gjson, have the same bytes in the same order.
func FuzzSet(f *testing.F) {
	f.Add(`{"a":{"b":[1,2.0,{"c":"\u2028"}]},"d":1e400}`, "a.b[2].c", "x")
	f.Add(`{"a":{"b":1}}`, "/a/new~1key", `{"y":1.0}`)
	f.Add(`[{"a.b":1},{"2":3}]`, "1.2", "")
	f.Add(`{"}":"{","\"":"\\"}`, `\"`, "1")
	f.Fuzz(func(t *testing.T, body, text, value string) {
		p, perr := parsePath(text)
		got, err := Apply([]byte(body), Edit{Path: text, Value: value})
		if err != nil {
			if got != nil {
				t.Fatalf("an error, and %s", got)
			}
			return
		}
		if perr != nil || !json.Valid(got) {
			t.Fatalf("path error %v; result %s", perr, got)
		}
		at, ok := lookup(got, p)
		if !ok || strings.TrimSpace(at.Raw) != string(valueOf(value)) {
			t.Fatalf("at %q is %q", text, at.Raw)
		}
		if hasTwins(gjson.Parse(body)) {
			return // pointers do not tell equal keys apart
		}
		before, after := leaves([]byte(body)), leaves(got)
		own := p.pointer()
		others := func(all []leaf) []leaf {
			return slices.DeleteFunc(slices.Clone(all), func(l leaf) bool {
				return covers(own, l.pointer) || covers(l.pointer, own) && (l.raw == "{}" || l.raw == "[]")
			})
		}
		if !slices.Equal(others(before), others(after)) {
			t.Fatalf("set %q changed more:\n%s\n%s", text, body, got)
		}
	})
}

// FuzzSetEqualsSJSON: on the ground where both are defined, plain keys that
// exist, the bytes are those of the library.
func FuzzSetEqualsSJSON(f *testing.F) {
	f.Add(`{"a":{"b":[1,2]},"c":1}`, "a.b.1", "7")
	f.Add(`{"a":{"b":1}}`, "a", "{}")
	f.Fuzz(func(t *testing.T, body, text, value string) {
		plain := strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789.") == ""
		r := gjson.Parse(body)
		if !plain || !json.Valid([]byte(body)) || !json.Valid([]byte(value)) || !r.IsObject() || hasTwins(r) {
			return
		}
		got, err := Apply([]byte(body), Edit{Path: text, Value: value})
		if err != nil || !gjson.Get(body, text).Exists() {
			return
		}
		want, err := sjson.SetRawBytes([]byte(body), text, bytes.TrimSpace([]byte(value)))
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("set %s=%s in %s:\n%s, sjson\n%s, %v", text, value, body, got, want, err)
		}
	})
}

// FuzzUnset: what is set as a new member and then removed leaves the text as
// it was.
func FuzzUnset(f *testing.F) {
	f.Add(`{"a":{"b":1}}`, "a.c")
	f.Add(`{"a":{ }}`, "a.c")
	f.Fuzz(func(t *testing.T, body, text string) {
		p, perr := parsePath(text)
		if perr != nil || !json.Valid([]byte(body)) {
			return
		}
		if _, exists := lookup([]byte(body), p); exists {
			return
		}
		longer, err := Apply([]byte(body), Edit{Path: text, Value: "1"})
		if err != nil {
			return
		}
		again, err := Apply(longer, Edit{Path: text, Unset: true})
		if err != nil || string(again) != body {
			t.Fatalf("%s became %s and then %s, %v", body, longer, again, err)
		}
	})
}

// FuzzPath: a path that was read prints as a pointer that reads the same.
func FuzzPath(f *testing.F) {
	for _, text := range []string{"a.b", "/a~1b/~0", `a\.b`, "a[0][1].c", "", "a..b", "a[", `\`, "/"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parsePath(text)
		if err != nil {
			return
		}
		again, err := parsePointer(p.pointer())
		if err != nil {
			t.Fatalf("%q prints as %q: %v", text, p.pointer(), err)
		}
		if again.pointer() != p.pointer() || len(again) != len(p) || len(p) == 0 {
			t.Fatalf("%q is %v, its pointer is %v", text, p, again)
		}
	})
}

type leaf struct{ pointer, raw string }

// leaves returns the values without members, in the order of the text.
func leaves(body []byte) []leaf {
	var all []leaf
	var walk func(p path, r gjson.Result)
	walk = func(p path, r gjson.Result) {
		if !r.IsObject() && !r.IsArray() {
			all = append(all, leaf{p.pointer(), strings.TrimSpace(r.Raw)})
			return
		}
		n := 0
		r.ForEach(func(key, value gjson.Result) bool {
			s := step{text: key.Str}
			if r.IsArray() {
				s = step{text: strings.TrimSpace(string(appendCount(nil, n)))}
			}
			n++
			walk(append(slices.Clone(p), s), value)
			return true
		})
		if n == 0 {
			all = append(all, leaf{p.pointer(), string(compact([]byte(r.Raw)))})
		}
	}
	walk(nil, gjson.ParseBytes(body))
	return all
}

func appendCount(b []byte, n int) []byte {
	text, _ := json.Marshal(n)
	return append(b, text...)
}

func hasTwins(r gjson.Result) bool {
	seen := map[string]bool{}
	twins := false
	r.ForEach(func(key, value gjson.Result) bool {
		if r.IsObject() {
			twins = twins || seen[key.Str]
			seen[key.Str] = true
		}
		if value.IsObject() || value.IsArray() {
			twins = twins || hasTwins(value)
		}
		return !twins
	})
	return twins
}
