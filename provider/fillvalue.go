package provider

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"text/template/parse"
)

// pipe is the value of commands in a row, each the last argument of the next.
// The variables that it declares or changes have it.
func (f *filler) pipe(dot reflect.Value, pipe *parse.PipeNode) (value reflect.Value) {
	if pipe == nil {
		return value
	}
	for i, command := range pipe.Cmds {
		if i == 0 {
			value = f.command(dot, command, nil)
		} else {
			value = f.command(dot, command, []reflect.Value{value})
		}
	}
	for _, v := range pipe.Decl {
		f.set(pipe, v.Ident[0], value, pipe.IsAssign)
	}
	return value
}

// command is a function with its arguments, or a single value.
func (f *filler) command(dot reflect.Value, n *parse.CommandNode, last []reflect.Value) reflect.Value {
	if name, ok := n.Args[0].(*parse.IdentifierNode); ok {
		return f.function(dot, name, n.Args[1:], last)
	}
	if len(n.Args) > 1 || len(last) > 0 {
		f.fail(n, "%s is no function, and takes no arguments", n.Args[0])
	}
	return f.arg(dot, n.Args[0])
}

// arg is what one argument stands for.
func (f *filler) arg(dot reflect.Value, node parse.Node) reflect.Value {
	switch n := node.(type) {
	case *parse.DotNode:
		return dot
	case *parse.FieldNode:
		return f.fields(n, dot, n.Ident)
	case *parse.VariableNode:
		return f.fields(n, f.variable(n, n.Ident[0]).value, n.Ident[1:])
	case *parse.ChainNode:
		return f.fields(n, f.arg(dot, n.Node), n.Field)
	case *parse.PipeNode:
		return f.pipe(dot, n)
	case *parse.IdentifierNode:
		return f.function(dot, n, nil, nil)
	case *parse.StringNode:
		return reflect.ValueOf(n.Text)
	case *parse.BoolNode:
		return reflect.ValueOf(n.True)
	case *parse.NumberNode:
		if i, err := strconv.Atoi(n.Text); err == nil && int64(i) == n.Int64 {
			return reflect.ValueOf(i)
		}
	}
	f.fail(node, "%s is not supported", node)
	return reflect.Value{}
}

// fields follows names from struct to struct.
func (f *filler) fields(at parse.Node, value reflect.Value, names []string) reflect.Value {
	for _, name := range names {
		of := indirect(value)
		if of.Kind() != reflect.Struct {
			f.fail(at, "%s has no field %s", kindOf(value), name)
		}
		field, known := of.Type().FieldByName(name)
		if !known || !field.IsExported() || len(field.Index) > 1 {
			f.fail(at, "%s has no field %s", of.Type(), name)
		}
		value = unwrap(of.FieldByIndex(field.Index))
	}
	return value
}

// function calls one by its name.
func (f *filler) function(dot reflect.Value, n *parse.IdentifierNode, nodes []parse.Node, last []reflect.Value) reflect.Value {
	switch n.Ident {
	case "and", "or":
		return f.junction(dot, n, nodes, last)
	case "not":
		return reflect.ValueOf(!f.truth(n, f.junction(dot, n, nodes, last)))
	}
	fn := reflect.ValueOf(f.funcs[n.Ident])
	if fn.Kind() != reflect.Func {
		f.fail(n, "there is no function %s", n.Ident)
	}
	var args []reflect.Value
	for _, node := range nodes {
		args = append(args, f.arg(dot, node))
	}
	args = append(args, last...)
	f.fit(n, fn.Type(), args)
	out := fn.Call(args)
	if len(out) == 2 && !out[1].IsNil() {
		f.fail(n, "%s: %w", n.Ident, out[1].Interface().(error))
	}
	return unwrap(out[0])
}

// fit refuses arguments that are not those of the function.
func (f *filler) fit(n *parse.IdentifierNode, kind reflect.Type, args []reflect.Value) {
	most := kind.NumIn()
	if len(args) != most && (!kind.IsVariadic() || len(args) < most-1) {
		f.fail(n, "%s has %d arguments", n.Ident, len(args))
	}
	for i, arg := range args {
		var want reflect.Type
		if kind.IsVariadic() && i >= most-1 {
			want = kind.In(most - 1).Elem()
		} else {
			want = kind.In(i)
		}
		if !arg.IsValid() || !arg.Type().AssignableTo(want) {
			f.fail(n, "%s: argument %d is %s", n.Ident, i+1, kindOf(arg))
		}
	}
}

// junction is the first value that decides about and, or about or; the last one
// where none does.
func (f *filler) junction(dot reflect.Value, n *parse.IdentifierNode, nodes []parse.Node, last []reflect.Value) (value reflect.Value) {
	if count := len(nodes) + len(last); count == 0 || count > 1 && n.Ident == "not" {
		f.fail(n, "%s has %d arguments", n.Ident, count)
	}
	for _, node := range nodes {
		if value = f.arg(dot, node); f.truth(n, value) == (n.Ident == "or") {
			return value
		}
	}
	if len(last) > 0 {
		return last[0]
	}
	return value
}

// truth is false for what is empty: false, 0, "", nothing, no items.
func (f *filler) truth(at parse.Node, value reflect.Value) bool {
	switch value.Kind() {
	case reflect.Invalid:
		return false
	case reflect.String, reflect.Slice:
		return value.Len() > 0
	case reflect.Bool, reflect.Int, reflect.Int64, reflect.Pointer:
		return !value.IsZero()
	case reflect.Struct:
		return true
	}
	f.fail(at, "%s is neither true nor false", kindOf(value))
	return false
}

func (f *filler) print(at parse.Node, value reflect.Value) {
	switch value.Kind() {
	case reflect.String:
		f.out.WriteString(value.String())
	case reflect.Int, reflect.Int64:
		f.out.WriteString(strconv.FormatInt(value.Int(), 10))
	case reflect.Bool:
		f.out.WriteString(strconv.FormatBool(value.Bool()))
	default:
		f.fail(at, "%s has no text", kindOf(value))
	}
}

// unwrap is what an interface holds.
func unwrap(value reflect.Value) reflect.Value {
	if value.Kind() == reflect.Interface {
		return value.Elem()
	}
	return value
}

// indirect is what a pointer points to, nothing for nil.
func indirect(value reflect.Value) reflect.Value {
	if value.Kind() == reflect.Pointer {
		return unwrap(value.Elem())
	}
	return value
}

func kindOf(value reflect.Value) string {
	if !value.IsValid() {
		return "nothing"
	}
	return value.Type().String()
}

// fillFuncs are the functions that every template has, as text/template knows
// them; and, or and not, which take anything, are with the filler.
func fillFuncs() map[string]any {
	return map[string]any{
		"eq":     equalAny,
		"ne":     func(a, b any) (bool, error) { same, err := equalAny(a, b); return !same, err },
		"len":    length,
		"index":  item,
		"printf": fmt.Sprintf,
	}
}

// equalAny reports whether a is one of the others.
func equalAny(a any, others ...any) (bool, error) {
	if len(others) == 0 {
		return false, errors.New("nothing to compare with")
	}
	for _, b := range others {
		switch a.(type) {
		case string, bool, int, int64:
		default:
			return false, fmt.Errorf("%T cannot be compared", a)
		}
		if reflect.TypeOf(a) != reflect.TypeOf(b) {
			return false, fmt.Errorf("%T and %T cannot be compared", a, b)
		}
		if a == b {
			return true, nil
		}
	}
	return false, nil
}

func length(of any) (int, error) {
	switch value := reflect.ValueOf(of); value.Kind() {
	case reflect.String, reflect.Slice:
		return value.Len(), nil
	}
	return 0, fmt.Errorf("%T has no length", of)
}

func item(of any, i int) (any, error) {
	value := reflect.ValueOf(of)
	if value.Kind() != reflect.Slice || i < 0 || i >= value.Len() {
		return nil, fmt.Errorf("%T has no item %d", of, i)
	}
	return value.Index(i).Interface(), nil
}
