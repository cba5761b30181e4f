package contract

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// options are those of a program with few flags.
func options() Options {
	return Options{
		Verbs: []Verb{
			{Name: Trigger, Check: func(subject, _ string) error {
				if subject == "nothing" {
					return errors.New("unknown event type")
				}
				return nil
			}, Options: []Option{
				{Key: "set", Flag: "set", Kind: Pairs, Many: true}, {Key: "headers", Flag: "add-header", Kind: Header, Many: true},
				{Key: "static", Flag: "static", Kind: Switch}, {Key: "merge", Flag: "merge", Kind: Data}, {Key: "to", Flag: "to", Kind: Text},
				{Key: "seed", Flag: "seed", Kind: Text, Check: checkDuration}, {Key: "unset", Flag: "unset", Kind: Text, Many: true},
				{Key: "secret", Flag: "secret", Kind: Text, Many: true}, {Key: "provider", Flag: "provider", Kind: Text},
			}},
			{Name: Send, Options: []Option{{Key: "event", Flag: "event", Kind: Text}}},
			{Name: Replay}, {Name: Wait}, {Name: Listen},
		},
		Lookup: func(name string) (string, bool) { return "value of " + name, name != "MISSING" },
		Provider: func(name string) error {
			if name == "stripe" {
				return nil
			}
			return errors.New("unknown")
		},
	}
}

func parse(text string) (*File, error) { return Parse("dir/a.yaml", []byte(text), options()) }

// TestParseRefuses reads the files of testdata/refused: the first line of each
// is the mistake, with its place in what follows.
func TestParseRefuses(t *testing.T) {
	files, err := filepath.Glob("testdata/refused/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := strings.Cut(string(data), "\n")
			want := strings.TrimPrefix(first, "# ")
			_, err = parse(string(data))
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want %s", err, want)
			}
			if got := strings.TrimPrefix(e.Error(), "dir/a.yaml:"); got != want {
				t.Errorf("\n got %s\nwant %s", got, want)
			}
		})
	}
}

func TestArguments(t *testing.T) {
	vars := variables{"n": {"5", []byte("5")}, "s": textVariable("a b"), "file": textVariable("@/etc/passwd")}
	for _, test := range []struct {
		name, step string
		want       []string // nil is refused
	}{
		{"pairs keep types", `{trigger: a.b, set: {x: 5, y: "5", z: text, t: true, n: null, v: "${n}", w: "${n}${n}", l: [1, a]}}`,
			[]string{"trigger", "a.b", "--set=x=5", `--set=y="5"`, "--set=z=text", "--set=t=true", "--set=n=null", "--set=v=5", `--set=w="55"`, `--set=l=[1,"a"]`}},
		{"texts that only look like JSON", `{trigger: a.b, set: {x: "null", y: "{}", z: "{"}}`, []string{"trigger", "a.b", `--set=x="null"`, `--set=y="{}"`, "--set=z={"}},
		{"pairs as a list", `{trigger: [a, b], set: [x=1, "y=${s}"], unset: u}`, []string{"trigger", "a", "b", "--set=x=1", "--set=y=a b", "--unset=u"}},
		{"headers", `{trigger: a, headers: {X-A: 1, X-B: null, X-C: ""}}`, []string{"trigger", "a", "--add-header=X-A: 1", "--add-header=X-B:", "--add-header=X-C;"}},
		{"switches", `{trigger: a, static: false}`, []string{"trigger", "a", "--static=false"}},
		{"data as a map", `{trigger: a, merge: {b: 1, a: {c: "${s}"}}}`, []string{"trigger", "a", `--merge={"b":1,"a":{"c":"a b"}}`}},
		{"data of a file", `{trigger: a, merge: "@x.json"}`, []string{"trigger", "a", "--merge=@ROOT/x.json"}},
		{"a body", `{send: {a: [1.50, 1e3]}, event: "${s}"}`, []string{"send", `--data={"a":[1.50,1e3]}`, "--event=a b"}},
		{"secret of a file", `{trigger: a, secret: [file:x, env:Y]}`, []string{"trigger", "a", "--secret=file:ROOT/x", "--secret=env:Y"}},
		{"what was saved names no file", `{send: "${file}"}`, nil},
		{"nor a flag", `{trigger: "-${s}"}`, nil},
		{"wait", `{wait: "a.*"}`, []string{"wait", "--event=a.*"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, err := parse("vars: {n: 5, s: x}\ntests:\n  - name: x\n    steps: [" + test.step + "]\n")
			if err != nil {
				t.Fatal(err)
			}
			got, err := f.Tests[0].Steps[0].arguments(f, vars)
			if test.want == nil {
				if err == nil {
					t.Errorf("got %q, want an error", got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for i := range got {
				got[i] = strings.Replace(got[i], f.Dir, "ROOT", 1)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("\n got %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestVariables(t *testing.T) {
	vars := variables{"a": textVariable("x\"y"), "n": jsonVariable([]byte("1.50")), "o": jsonVariable([]byte(`{"k":[1]}`)), "s": jsonVariable([]byte(`"t"`))}
	for _, test := range []struct{ text, want, json string }{
		{"", "", `""`},
		{"${a}", `x"y`, `"x\"y"`},
		{"${n}", "1.50", "1.50"},
		{" ${n}", " 1.50", `" 1.50"`},
		{"${o}", `{"k":[1]}`, `{"k":[1]}`},
		{"<${s}>", "<t>", `"<t>"`},
		{"$${a} ${a}", `${a} x"y`, `"${a} x\"y"`},
		{"$a {a} ${", "$a {a} ${", `"$a {a} ${"`},
	} {
		if got := vars.text(test.text); got != test.want {
			t.Errorf("text %q: got %q, want %q", test.text, got, test.want)
		}
		if got := string(vars.json(test.text)); got != test.json {
			t.Errorf("json %q: got %s, want %s", test.text, got, test.json)
		}
	}
}

func TestSelect(t *testing.T) {
	f := &File{Tests: []*Test{{Name: "a payment is counted"}, {Name: "a refund"}}}
	for _, test := range []struct {
		words   []string
		want    []bool
		missing int
	}{
		{nil, []bool{true, true}, 0},
		{[]string{"PAYMENT"}, []bool{true, false}, 0},
		{[]string{"a *"}, []bool{true, true}, 0},
		{[]string{"refund", "none"}, []bool{false, true}, 1},
		{[]string{"[refund"}, []bool{false, false}, 1},
	} {
		only, missing := Select([]*File{f}, test.words)
		if len(missing) != test.missing {
			t.Errorf("%q: missing %q", test.words, missing)
		}
		for i, one := range f.Tests {
			if got := only == nil || only(one.Name); got != test.want[i] {
				t.Errorf("%q selects %q: %v", test.words, one.Name, got)
			}
		}
	}
}

// FuzzParse holds that a mistake has a place in the file, and that what is read
// has tests with a step each.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/refused/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Add("run: x\ntests: [{name: a, exec: y, save: {v: stdout}, expect: {body: {a: {above: 1}}}}, {name: b, steps: [{http: GET /, within: 1s}]}]")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := parse(text)
		var e *Error
		if err != nil {
			if !errors.As(err, &e) || e.Message == "" || file != nil {
				t.Fatalf("%v", err)
			}
			breaks := 0
			for _, r := range text {
				if strings.ContainsRune("\n\r\u0085\u2028\u2029", r) {
					breaks++
				}
			}
			if e.Line > breaks+2 {
				t.Fatalf("line %d of %d", e.Line, breaks+1)
			}
			return
		}
		for _, test := range file.Tests {
			if test.Name == "" || len(test.Steps) == 0 || test.Steps[0].Verb == "" {
				t.Fatalf("an empty test: %+v", test)
			}
			for _, s := range test.Steps {
				s.title(nil)
				if isCommand(s.Verb) {
					s.arguments(file, variables{})
				}
			}
		}
	})
}

// isCommand tells the verbs whose steps call the program.
func isCommand(verb string) bool { return slices.Contains([]string{Trigger, Send, Replay, Wait}, verb) }
