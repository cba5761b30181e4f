package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// row says what a package may import: of ours by folder, of others by module.
type row struct {
	ours   []string
	others []string
}

// table is who may import whom, and the only place where a library may be
// used. Packages know downward only; the command ties them.
var table = map[string]row{
	"sign":         {nil, []string{"golang.org/x/crypto", "golang.org/x/text/unicode/norm"}},
	"catalog":      {[]string{"watch", "crash"}, []string{"go.yaml.in/yaml/v4", "github.com/tidwall/gjson", "github.com/tidwall/sjson"}},
	"term":         {nil, nil},
	"term/noprobe": {nil, nil},
	"crash":        {nil, nil},
	"watch":        {nil, []string{"github.com/fsnotify/fsnotify"}},
	"handshake":    {[]string{"sign"}, nil},
	"provider":     {[]string{"sign", "handshake"}, []string{"go.yaml.in/yaml/v4"}},
	"store":        {[]string{"sign", "crash"}, []string{"modernc.org/sqlite", "github.com/oklog/ulid/v2", "github.com/fsnotify/fsnotify", "github.com/itchyny/gojq"}},
	"send":         {[]string{"sign", "provider", "store", "crash"}, []string{"golang.org/x/time/rate", "github.com/HdrHistogram/hdrhistogram-go"}},
	"junit":        {nil, nil},
	"check":        {[]string{"sign", "provider", "catalog", "send", "junit", "crash"}, nil},
	"contract":     {[]string{"sign", "catalog", "store", "send"}, []string{"go.yaml.in/yaml/v4"}},
	"listen":       {[]string{"sign", "handshake", "provider", "store", "send", "crash"}, []string{"golang.org/x/time/rate"}},
	"tui":          {[]string{"sign", "store", "term"}, []string{"github.com/charmbracelet/bubbletea", "github.com/charmbracelet/lipgloss"}},
	"cmd": {[]string{"sign", "handshake", "catalog", "term", "term/noprobe", "provider", "store", "send", "junit", "check", "contract", "listen", "tui", "watch", "crash"},
		[]string{"github.com/spf13/cobra", "github.com/spf13/pflag", "golang.org/x/term", "go.yaml.in/yaml/v4", "github.com/zalando/go-keyring"}},
	".": {[]string{"cmd"}, []string{"go.yaml.in/yaml/v4"}}, // the test of the size reads the flags of the release
}

// libraryFiles narrows a library to a few files of its package: the screen's
// library stays behind four of them.
var libraryFiles = map[string][]string{
	"github.com/charmbracelet/bubbletea": {"tui.go", "update.go", "keys.go"},
	"github.com/charmbracelet/lipgloss":  {"tui.go", "theme.go"},
}

// testOnly are the modules that tests may use everywhere.
var testOnly = []string{
	"github.com/google/go-cmp", "github.com/rogpeppe/go-internal", "go.uber.org/goleak", "pgregory.net/rapid",
	"github.com/santhosh-tekuri/jsonschema/v6", "github.com/standard-webhooks/standard-webhooks/libraries",
	"github.com/stripe/stripe-go/v83", "github.com/svix/svix-webhooks", "github.com/google/go-github/v80", "github.com/charmbracelet/bubbletea",
	"github.com/go-jose/go-jose/v4", "github.com/dunglas/httpsfv",
}

// banned are the names that only the given files may use, with the reason.
var banned = []struct {
	pkg, name string
	files     []string
	reason    string
}{
	{"os", "Exit", []string{"main.go"}, "errors travel up; main is the only exit"},
	{"os", "Stdout", []string{"cmd/env.go"}, "streams come in as parameters"},
	{"os", "Stderr", []string{"cmd/env.go"}, "streams come in as parameters"},
	{"os", "Stdin", []string{"cmd/env.go"}, "streams come in as parameters"},
	{"os", "Getenv", []string{"term/noprobe/noprobe.go"}, "the environment comes in as a parameter"},
	{"os", "LookupEnv", []string{"cmd/env.go", "term/noprobe/noprobe.go"}, "the environment comes in as a parameter"},
	{"os", "Args", []string{"cmd/env.go"}, "the arguments come in as a parameter"},
	{"time", "Now", []string{"cmd/env.go"}, "the clock comes in as a parameter"},
	{"fmt", "Print", nil, "streams come in as parameters"},
	{"fmt", "Printf", nil, "streams come in as parameters"},
	{"fmt", "Println", nil, "streams come in as parameters"},
	{"http", "DefaultClient", nil, "it follows redirects and has no time limit"},
	{"http", "Get", nil, "send/attempt.go performs every exchange"},
	{"http", "Post", nil, "send/attempt.go performs every exchange"},
}

func TestImports(t *testing.T) {
	module := modulePath(t)
	forEachFile(t, func(file string, f *ast.File) {
		folder := path.Dir(file)
		rules, known := table[folder]
		if !known {
			t.Errorf("%s: folder %s is not in the table", file, folder)
			return
		}
		for _, spec := range f.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if reason := refuse(module, folder, path.Base(file), name, rules, strings.HasSuffix(file, "_test.go")); reason != "" {
				t.Errorf("%s imports %s: %s", file, name, reason)
			}
		}
	})
}

// refuse says why a file may not import a path, or "".
func refuse(module, folder, base, name string, rules row, test bool) string {
	if own, ok := strings.CutPrefix(name, module+"/"); ok {
		if own == folder || slices.Contains(rules.ours, own) || test && (own == "term/noprobe" || testMayImport(folder, own)) {
			return ""
		}
		return "the table of imports_test.go does not allow it"
	}
	if first, _, _ := strings.Cut(name, "/"); !strings.Contains(first, ".") {
		if folder == "term/noprobe" && name != "os" && !test {
			return "noprobe must be initialised before everything else: it imports os alone"
		}
		return ""
	}
	within := func(module string) bool { return name == module || strings.HasPrefix(name, module+"/") }
	if test && slices.ContainsFunc(testOnly, within) {
		return ""
	}
	if !slices.ContainsFunc(rules.others, within) {
		return "this library belongs elsewhere"
	}
	if files, narrowed := libraryFiles[name]; narrowed && !test && !slices.Contains(files, base) {
		return "only " + strings.Join(files, ", ") + " may use it"
	}
	return ""
}

// testMayImport lets a package's tests use those above it, which no program
// does: the packages that its tests speak to as a user would.
func testMayImport(folder, own string) bool {
	return folder == "listen" && own == "catalog" || folder == "store" && own == "provider"
}

func TestBannedNames(t *testing.T) {
	forEachFile(t, func(file string, f *ast.File) {
		if strings.HasSuffix(file, "_test.go") {
			return
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" && file != "term/noprobe/noprobe.go" {
				t.Errorf("%s: init() outside term/noprobe", file)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := sel.X.(*ast.Ident)
			if !ok || pkg.Obj != nil {
				return true
			}
			for _, b := range banned {
				if pkg.Name == b.pkg && sel.Sel.Name == b.name && !slices.Contains(b.files, file) {
					t.Errorf("%s uses %s.%s: %s", file, b.pkg, b.name, b.reason)
				}
			}
			return true
		})
	})
}

func TestPackageComments(t *testing.T) {
	commented := map[string]bool{}
	forEachFile(t, func(file string, f *ast.File) {
		if !strings.HasSuffix(file, "_test.go") {
			commented[path.Dir(file)] = commented[path.Dir(file)] || f.Doc != nil
		}
	})
	for folder, ok := range commented {
		if !ok {
			t.Errorf("package %s has no package comment", folder)
		}
	}
}

func TestForbiddenNamesOfPlaces(t *testing.T) {
	empty := regexp.MustCompile(`(^|/)(util|utils|common|helpers?|shared|misc|types|models|base|core)(/|\.go$|_test\.go$)`)
	forEachFile(t, func(file string, _ *ast.File) {
		if empty.MatchString(file) {
			t.Errorf("%s: the name does not say what is in it", file)
		}
	})
}

// forEachFile parses every Go file of the module, and fails if there are none.
func forEachFile(t *testing.T, look func(file string, f *ast.File)) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			hidden := name != "." && strings.HasPrefix(d.Name(), ".")
			if hidden || d.Name() == "testdata" || name != "." && isModule(name) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		n++
		look(filepath.ToSlash(name), f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n == 0 {
		t.Fatal("no Go files found")
	}
}

// isModule tells the folders that are modules of their own.
func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

func modulePath(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	var name string
	if _, err := fmt.Sscanf(string(text), "module %s", &name); err != nil {
		t.Fatal(err)
	}
	return name
}
