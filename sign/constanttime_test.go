package sign_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestConstantTime reads this package's source: whatever decides a verdict
// compares MACs, digests, tokens and secrets with hmac.Equal, and nothing else.
// The explanation comes after the verdict and is not looked at.
func TestConstantTime(t *testing.T) {
	judges := map[string]bool{ // the functions that compare one of ours with one of theirs
		"matchToken": false, "matchDigest": false, "verifyChecks": false, "checkDigest": false, "matchSecretText": false, "equal": false,
	}
	allowed := map[string]string{ // what is compared, and why it may be
		"bytes.Equal(cert.RawIssuer, cert.RawSubject)": "names of a certificate",
		"bytes.Equal(raw, []byte(\"null\"))":           "a word of JSON",
		"bytes.HasPrefix(s.data[:], []byte(w))":        "a word of JSON",
		"string(quoted[:]) == want":                    "a member's name",
		"string(got) == want":                          "a member's name",
		"got == want":                                  "a header that always says the same",
		"sig.alg == alg":                               "the names of algorithms",
		"wanted != sig.label":                          "the names of signatures",
		"trim(secret) != secret":                       "a secret with itself",
		"string(key) != string(raw)":                   "the halves of one private key",
	}
	seen := 0
	for _, file := range judging(t) {
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			seen++
			for _, c := range comparisons(f) {
				if c.name == "hmac.Equal" {
					if _, ok := judges[f.Name.Name]; ok {
						judges[f.Name.Name] = true
					}
					continue
				}
				if c.suspicious() && allowed[c.String()] == "" {
					t.Errorf("%s compares %s: use hmac.Equal", f.Name.Name, c)
				}
			}
		}
	}
	for name, found := range judges {
		if !found {
			t.Errorf("%s does not call hmac.Equal, or is gone", name)
		}
	}
	if seen < 100 {
		t.Errorf("only %d functions were read", seen)
	}
}

// judging is the source of the package without its tests and without what
// explains, infers and rewrites.
func judging(t *testing.T) (out []*ast.File) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "explain") || strings.HasPrefix(name, "infer") || strings.HasPrefix(name, "rewrite") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, file)
	}
	return out
}

// comparison is a == b, a != b, or a call that compares two values.
type comparison struct {
	name string
	args []ast.Expr
}

func (c comparison) String() string {
	var args []string
	for _, a := range c.args {
		args = append(args, source(a))
	}
	if strings.HasSuffix(c.name, "=") {
		return strings.Join(args, " "+c.name+" ")
	}
	return c.name + "(" + strings.Join(args, ", ") + ")"
}

var comparing = map[string]bool{
	"hmac.Equal": true, "bytes.Equal": true, "bytes.Compare": true, "bytes.HasPrefix": true, "bytes.EqualFold": true,
	"reflect.DeepEqual": true,
}

func comparisons(f *ast.FuncDecl) (out []comparison) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				out = append(out, comparison{n.Op.String(), []ast.Expr{n.X, n.Y}})
			}
		case *ast.CallExpr:
			if name := source(n.Fun); comparing[name] {
				out = append(out, comparison{name, n.Args})
			}
		}
		return true
	})
	return out
}

var (
	convincing = regexp.MustCompile(`(?i)\b(sigs?|signature|mac|macs|sum|sums|digest|raw|want|got|secrets?|token)\b|\.Sum\(|\.encode\(|\.digest\(|string\(key`)
	harmless   = regexp.MustCompile(`^(nil|true|false|-?[0-9]+|"[^"]*"|'[^']*'|len\(.*\)|cap\(.*\)|[A-Z][A-Za-z0-9]*|rendered|absent|ambiguous|[a-z]+Shape|family[A-Z]\w*|enc[A-Z]\w*|key[A-Z]\w*)$`)
)

// suspicious is true when one side sounds like what convinces and the other is
// not a constant or a length. A call other than hmac.Equal compares bytes, which
// always sound so.
func (c comparison) suspicious() bool {
	if !strings.HasSuffix(c.name, "=") {
		return true
	}
	a, b := source(c.args[0]), source(c.args[1])
	return (convincing.MatchString(a) || convincing.MatchString(b)) && !harmless.MatchString(a) && !harmless.MatchString(b)
}

// source is an expression as text, enough of it to know it again.
func source(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.BasicLit:
		return e.Value
	case *ast.SelectorExpr:
		return source(e.X) + "." + e.Sel.Name
	case *ast.IndexExpr:
		return source(e.X) + "[" + source(e.Index) + "]"
	case *ast.SliceExpr:
		return source(e.X) + "[:]"
	case *ast.StarExpr:
		return "*" + source(e.X)
	case *ast.ParenExpr:
		return source(e.X)
	case *ast.UnaryExpr:
		return e.Op.String() + source(e.X)
	case *ast.ArrayType:
		return "[]" + source(e.Elt)
	case *ast.BinaryExpr:
		return source(e.X) + " " + e.Op.String() + " " + source(e.Y)
	case *ast.CallExpr:
		var args []string
		for _, a := range e.Args {
			args = append(args, source(a))
		}
		return source(e.Fun) + "(" + strings.Join(args, ", ") + ")"
	case nil:
		return ""
	}
	return fmt.Sprintf("%T", e)
}
