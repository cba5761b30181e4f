package provider

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// runner runs all generated verifiers of a language in one process.
type runner struct {
	lang, extension string
	needs           []string // programs; without one of them the language is skipped
	prepare         func(t *testing.T, dir string, plans []*verifier)
	command         []string
}

func runners() []runner {
	return []runner{
		{"go", ".go", []string{"go"}, prepareGo, []string{"go", "run", "."}},
		{"node", ".js", []string{"node"}, nil, []string{"node", "run.js"}},
		{"python", ".py", []string{"python3"}, nil, []string{"python3", "run.py"}},
		{"php", ".php", []string{"php"}, nil, []string{"php", "-d", "error_reporting=-1", "-d", "display_errors=stderr", "run.php"}},
		{"ruby", ".rb", []string{"ruby"}, nil, []string{"ruby", "run.rb"}},
		{"java", ".java", []string{"java", "javac"}, prepareJava, []string{"java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", "out", "Run"}},
	}
}

// TestVerifiers runs the generated verifiers over the vectors, and over
// messages that were tampered with: they must say what the program says.
func TestVerifiers(t *testing.T) {
	cases := verifierCases(t)
	for _, r := range runners() {
		t.Run(r.lang, func(t *testing.T) {
			for _, program := range r.needs {
				if _, err := exec.LookPath(program); err != nil {
					t.Skipf("%s is not here", program)
				}
			}
			if testing.Short() && r.lang != "node" {
				t.Skip("takes its time")
			}
			t.Parallel()
			r.run(t, cases)
		})
	}
}

func (r runner) run(t *testing.T, cases []verifierCase) {
	dir := t.TempDir()
	plans := map[string]*verifier{}
	var all []*verifier
	for _, p := range verifiable(t) {
		plan, err := planVerifier(p, r.lang)
		if err != nil {
			continue
		}
		source, err := p.Verifier(r.lang)
		if err != nil {
			t.Fatal(err)
		}
		plans[p.ID], all = plan, append(all, plan)
		name := plan.Class
		if r.lang == "java" {
			name += "Webhook"
		}
		writeTestFile(t, filepath.Join(dir, name+r.extension), source)
	}
	if len(all) < 150 {
		t.Fatalf("only %d verifiers", len(all))
	}
	if r.prepare != nil {
		r.prepare(t, dir, all)
	} else {
		copyTestFile(t, "run"+r.extension, dir)
	}
	var lines strings.Builder
	var tried []verifierCase
	for _, c := range cases {
		if plan := plans[c.provider]; plan != nil {
			lines.WriteString(c.line(plan) + "\n")
			tried = append(tried, c)
		}
	}
	r.compare(t, dir, lines.String(), tried)
}

// compare runs the cases and holds every answer against the program's.
func (r runner) compare(t *testing.T, dir, lines string, cases []verifierCase) {
	var stdout, stderr bytes.Buffer
	c := exec.CommandContext(t.Context(), r.command[0], r.command[1:]...)
	c.Dir, c.Stdin, c.Stdout, c.Stderr = dir, strings.NewReader(lines), &stdout, &stderr
	c.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "LC_ALL=C.UTF-8")
	if err := c.Run(); err != nil {
		t.Fatalf("%s: %v\n%.4000s", r.lang, err, stderr.String())
	}
	if stderr.Len() > 0 {
		t.Errorf("%s complains: %.2000s", r.lang, stderr.String())
	}
	answers := strings.Split(strings.TrimSuffix(stdout.String(), "\n"), "\n")
	if len(answers) != len(cases) {
		t.Fatalf("%d answers for %d cases\n%.2000s", len(answers), len(cases), stdout.String())
	}
	valid, wrong, skipped := map[string]bool{}, 0, 0
	for i, c := range cases {
		switch got := answers[i]; {
		case strings.HasPrefix(got, "skip"):
			skipped++
			valid[c.provider] = true
		case got == "false" && r.refuses(c):
		case got != strconv.FormatBool(c.want):
			if wrong++; wrong <= 40 {
				t.Errorf("%s: %s, want %t", c.name, got, c.want)
			}
		}
		valid[c.provider] = valid[c.provider] || c.want
	}
	for _, c := range cases {
		if !valid[c.provider] {
			t.Errorf("%s: no case is valid", c.provider)
			valid[c.provider] = true
		}
	}
	t.Logf("%s: %d cases, %d wrong, %d skipped", r.lang, len(cases), wrong, skipped)
}

// refuses is true for what a verifier turns down by intent, and says so in its
// text: a secret that a language cannot normalise, a kind of key that it is not
// for. PHP and Ruby read no JSON with half a surrogate pair in it.
func (r runner) refuses(c verifierCase) bool {
	if (r.lang == "php" || r.lang == "ruby") && strings.HasSuffix(c.name, "body escapes") {
		return true
	}
	switch c.provider {
	case "easypost":
		beyond := func(secret string) bool { return strings.ContainsFunc(secret, func(r rune) bool { return r > '~' }) }
		return (r.lang == "go" || r.lang == "php") && slices.ContainsFunc(c.keys, beyond)
	case "fusionauth":
		return strings.Contains(c.name, "es256") || strings.Contains(c.name, "rs256")
	}
	return false
}

func writeTestFile(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(name, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

func copyTestFile(t *testing.T, name, dir string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "verifier", name))
	if err != nil {
		t.Fatal(err)
	}
	writeTestFile(t, filepath.Join(dir, name), text)
}

// prepareGo makes one package of all files: the names of each get its class in
// front. A package for each would take the compiler longer than all the rest.
func prepareGo(t *testing.T, dir string, plans []*verifier) {
	writeTestFile(t, filepath.Join(dir, "go.mod"), []byte("module run\n\ngo 1.22\n"))
	copyTestFile(t, "run.go.txt", dir)
	if err := os.Rename(filepath.Join(dir, "run.go.txt"), filepath.Join(dir, "run.go")); err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	table.WriteString("package main\n\nvar verifiers = map[string]func(c testCase) bool{\n")
	for _, v := range plans {
		prefixNames(t, filepath.Join(dir, v.Class+".go"), v.Class)
		args := when(v.Kind != "digest", "c.keys")
		for _, p := range v.Params {
			args += fmt.Sprintf(", c.params[%q]", p)
		}
		fmt.Fprintf(&table, "%q: func(c testCase) bool { return %sVerify(%s) },\n", v.ID, v.Class, arguments(
			args, when(v.Method(), "c.method"), when(v.URL(), "c.url"), "c.header", "c.body", when(v.Now(), "c.now")))
	}
	table.WriteString("}\n")
	writeTestFile(t, filepath.Join(dir, "table.go"), []byte(table.String()))
}

func when(yes bool, text string) string {
	if yes {
		return text
	}
	return ""
}

// arguments are those that are there.
func arguments(all ...string) string {
	return strings.Join(slices.DeleteFunc(all, func(a string) bool { return a == "" }), ", ")
}

// prefixNames renames what a file declares.
func prefixNames(t *testing.T, file, prefix string) {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if formatted, err := format.Source(source); err != nil || !bytes.Equal(formatted, source) {
		t.Errorf("%s is not as gofmt has it: %v", prefix, err)
	}
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, file, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.Name.Name = "main"
	ast.Inspect(f, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Obj != nil && f.Scope.Objects[id.Name] == id.Obj {
			id.Name = prefix + id.Name
		}
		return true
	})
	var out bytes.Buffer
	if err := printer.Fprint(&out, set, f); err != nil {
		t.Fatal(err)
	}
	writeTestFile(t, file, out.Bytes())
}

func prepareJava(t *testing.T, dir string, plans []*verifier) {
	copyTestFile(t, "Run.java", dir)
	text, err := os.ReadFile(filepath.Join(dir, "Run.java"))
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for _, v := range plans {
		args := when(v.Kind != "digest", "c.keys()")
		for _, p := range v.Params {
			args += fmt.Sprintf(", c.params().get(%q)", p)
		}
		fmt.Fprintf(&table, "\t\tall.put(%q, c -> %sWebhook.verify(%s));\n", v.ID, v.Class, arguments(
			args, when(v.Method(), "c.method()"), when(v.URL(), "c.url()"), "c.header()", "c.body()", when(v.Now(), "c.now()")))
	}
	writeTestFile(t, filepath.Join(dir, "Run.java"), bytes.Replace(text, []byte("\t\t// TABLE\n"), []byte(table.String()), 1))
	files, err := filepath.Glob(filepath.Join(dir, "*.java"))
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "javac", append([]string{"-J-XX:TieredStopAtLevel=1", "-Xlint:all", "-Werror", "-encoding", "UTF-8", "-d", "out"}, files...)...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("javac: %v\n%.4000s", err, out)
	}
}

// TestVerifierCoverage names every provider that a language has no verifier
// for: whoever adds one to the list gives a reason.
func TestVerifierCoverage(t *testing.T) {
	everywhere := []string{"aws-sns", "http-message-signatures", "jira-connect", "paypal"}
	for _, lang := range VerifierLanguages() {
		for _, p := range verifiable(t) {
			_, err := planVerifier(p, lang)
			refused := slices.Contains(everywhere, p.ID) || p.ID == "interledger-rafiki" && lang != "node" || p.ID == "x-pss" && lang == "php"
			var why *VerifierError
			switch {
			case refused && (!errors.As(err, &why) || why.Why == ""):
				t.Errorf("%s in %s: %v, want a reason why not", p.ID, lang, err)
			case !refused && err != nil:
				t.Errorf("%s in %s: %v", p.ID, lang, err)
			}
		}
	}
}
