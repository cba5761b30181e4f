package provider

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"text/template/parse"
)

// templateSet is texts in the syntax of text/template, which itself would cost
// the program 3 MB: it looks methods up by name, and so the linker has to keep
// every exported method of everything. What the parsed form means is read here
// instead, as far as generated source needs it: fields of structs, functions,
// variables, if, range over slices, with, define and template. There are no
// methods, and a value that is no text, number or boolean is not printed.
type templateSet struct {
	trees map[string]*parse.Tree
	funcs map[string]any
}

// maxCalls bounds templates that call each other.
const maxCalls = 100

// parseTemplates parses texts by their names, with all that they define. The
// functions take and return what the templates hand them; a second result is an
// error. Those of fillFuncs are there, too. Errors name the text and the line.
func parseTemplates(texts map[string]string, funcs map[string]any) (*templateSet, error) {
	t := &templateSet{map[string]*parse.Tree{}, fillFuncs()}
	maps.Copy(t.funcs, funcs)
	known := maps.Clone(t.funcs)
	for _, name := range []string{"and", "or", "not"} {
		known[name] = true // the filler has them
	}
	for name, text := range texts {
		trees, err := parse.Parse(name, text, "", "", known)
		if err != nil {
			return nil, err
		}
		for defined, tree := range trees {
			if t.trees[defined] != nil {
				return nil, fmt.Errorf("template: %s: %q is defined twice", name, defined)
			}
			t.trees[defined] = tree
		}
	}
	return t, nil
}

// fill writes the template of that name for data. The error names the template
// and the line.
func (t *templateSet) fill(name string, data any) (text string, err error) {
	f := &filler{templateSet: t}
	defer func() {
		switch failed := recover().(type) {
		case nil:
		case *fillError:
			text, err = "", failed
		default:
			panic(failed)
		}
	}()
	f.call(nil, name, reflect.ValueOf(data))
	return f.out.String(), nil
}

// fillError is what is wrong in a template.
type fillError struct {
	where string // name:line:column
	err   error
}

func (e *fillError) Error() string { return "template: " + e.where + ": " + e.err.Error() }
func (e *fillError) Unwrap() error { return e.err }

// filler is one template being filled. A fault panics with a *fillError, which
// fill catches: every step may fail, and none goes on.
type filler struct {
	*templateSet
	tree *parse.Tree
	vars []variable
	out  strings.Builder
	deep int
}

type variable struct {
	name  string
	value reflect.Value
}

func (f *filler) fail(at parse.Node, format string, args ...any) {
	where := "?"
	if at != nil {
		where, _ = f.tree.ErrorContext(at)
	}
	panic(&fillError{where, fmt.Errorf(format, args...)})
}

// call fills another template, which sees no variable but its own $.
func (f *filler) call(at parse.Node, name string, dot reflect.Value) {
	tree := f.trees[name]
	switch {
	case tree == nil || tree.Root == nil:
		f.fail(at, "there is no template %q", name)
	case f.deep == maxCalls:
		f.fail(at, "templates call each other %d deep", maxCalls)
	}
	vars, caller := f.vars, f.tree
	f.vars, f.tree, f.deep = []variable{{"$", dot}}, tree, f.deep+1
	f.walk(dot, tree.Root)
	f.vars, f.tree, f.deep = vars, caller, f.deep-1
}

func (f *filler) walk(dot reflect.Value, node parse.Node) {
	switch n := node.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, inner := range n.Nodes {
				f.walk(dot, inner)
			}
		}
	case *parse.TextNode:
		f.out.Write(n.Text)
	case *parse.ActionNode:
		if value := f.pipe(dot, n.Pipe); len(n.Pipe.Decl) == 0 {
			f.print(n, value)
		}
	case *parse.TemplateNode:
		f.call(n, n.Name, f.pipe(dot, n.Pipe))
	case *parse.IfNode:
		f.branch(dot, &n.BranchNode, false)
	case *parse.WithNode:
		f.branch(dot, &n.BranchNode, true)
	case *parse.RangeNode:
		f.each(dot, &n.BranchNode)
	case *parse.CommentNode:
	default:
		f.fail(n, "%s is not supported", n)
	}
}

// branch is if, or with, whose dot is the value. What is declared inside ends
// there.
func (f *filler) branch(dot reflect.Value, n *parse.BranchNode, with bool) {
	scope := len(f.vars)
	value := f.pipe(dot, n.Pipe)
	switch {
	case !f.truth(n, value):
		f.walk(dot, n.ElseList)
	case with:
		f.walk(value, n.List)
	default:
		f.walk(dot, n.List)
	}
	f.vars = f.vars[:scope]
}

// each is range: what it declares is the item, or its number and the item.
func (f *filler) each(dot reflect.Value, n *parse.BranchNode) {
	scope := len(f.vars)
	items := indirect(f.pipe(dot, n.Pipe)) // declares them, all the items at first
	count := 0
	if items.IsValid() {
		if items.Kind() != reflect.Slice {
			f.fail(n, "range over %s", items.Type())
		}
		count = items.Len()
	}
	if count == 0 {
		f.walk(dot, n.ElseList)
	}
	inside := len(f.vars)
	for i := range count {
		item := unwrap(items.Index(i))
		values := []reflect.Value{reflect.ValueOf(i), item}
		for j, v := range n.Pipe.Decl {
			f.variable(n, v.Ident[0]).value = values[j+2-len(n.Pipe.Decl)]
		}
		f.walk(item, n.List)
		f.vars = f.vars[:inside]
	}
	f.vars = f.vars[:scope]
}

// set declares a variable, or gives one that is there another value.
func (f *filler) set(at parse.Node, name string, value reflect.Value, assign bool) {
	if !assign {
		f.vars = append(f.vars, variable{name, value})
		return
	}
	f.variable(at, name).value = value
}

func (f *filler) variable(at parse.Node, name string) *variable {
	for i := len(f.vars) - 1; i >= 0; i-- {
		if f.vars[i].name == name {
			return &f.vars[i]
		}
	}
	f.fail(at, "there is no variable %s", name)
	return nil
}
