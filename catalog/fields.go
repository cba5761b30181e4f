package catalog

import (
	"strings"

	"github.com/tidwall/gjson"
)

// Field is a place in the payload of a type, as its schema describes it.
type Field struct {
	// Path has a dot before each key, and [] for the items of a list.
	Path string
	// Type is what may stand there: integer, string or null, one of a, b.
	Type        string
	Required    bool
	Description string
}

// Limits of a description: schemas may refer to themselves.
const (
	maxFields     = 500
	maxFieldDepth = 12
	maxFieldSteps = 50_000
)

// Fields describes a payload line by line, in the order of the schema. It leaves
// out what only a validator makes something of, and stops after 500 lines,
// twelve levels, or 50,000 parts of schemas.
func (t *EventType) Fields() []Field {
	if t.Schema == nil {
		return nil
	}
	r := fieldReader{defs: gjson.ParseBytes(t.Catalog.Defs), places: map[string]int{}, under: map[string][]int{}}
	r.read("", gjson.ParseBytes(t.Schema), 0)
	return r.appendUnder(nil, "")
}

type fieldReader struct {
	defs   gjson.Result
	fields []Field
	places map[string]int   // of paths in fields
	under  map[string][]int // the fields of each object, by its path
	steps  int              // parts of schemas that were looked at
}

// appendUnder puts what is inside of an object right behind it. It ends, because
// a path is longer than that of its object.
func (r *fieldReader) appendUnder(all []Field, path string) []Field {
	for _, i := range r.under[path] {
		all = append(all, r.fields[i])
		all = r.appendUnder(all, r.fields[i].Path)
	}
	return all
}

// deep tells that a schema has led on for too long.
func (r *fieldReader) deep(depth int) bool {
	r.steps++
	return depth > maxFieldDepth || r.steps > maxFieldSteps
}

// read adds what is inside of a value. What several schemas say of one place is
// gathered there.
func (r *fieldReader) read(path string, schema gjson.Result, depth int) {
	if r.deep(depth) || len(r.fields) >= maxFields {
		return
	}
	for _, part := range r.parts(schema, 0) {
		required := map[string]bool{}
		for _, name := range part.Get("required").Array() {
			required[name.Str] = true
			r.require(join(path, name.Str))
		}
		part.Get("properties").ForEach(func(name, inner gjson.Result) bool {
			if name.Str == "" { // no path says it
				return true
			}
			place := join(path, name.Str)
			r.add(path, place, inner, required[name.Str])
			r.read(place, inner, depth+1)
			return len(r.fields) < maxFields
		})
		if items := part.Get("items"); items.IsObject() {
			r.read(path+"[]", items, depth+1)
		}
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func (r *fieldReader) require(path string) {
	if i, ok := r.places[path]; ok {
		r.fields[i].Required = true
	}
}

func (r *fieldReader) add(object, path string, schema gjson.Result, required bool) {
	field := Field{Path: path, Type: r.kind(schema, 0), Required: required, Description: r.text(schema)}
	i, known := r.places[path]
	if !known {
		object = strings.TrimRight(object, "[]")
		r.places[path], r.under[object] = len(r.fields), append(r.under[object], len(r.fields))
		r.fields = append(r.fields, field)
		return
	}
	before := &r.fields[i]
	before.Required = before.Required || required
	if before.Description == "" {
		before.Description = field.Description
	}
	if field.Type != "" && (narrow(field.Type) || before.Type == "") {
		before.Type = field.Type
	}
}

// narrow tells a type that names its values from one that does not.
func narrow(kind string) bool {
	return strings.HasPrefix(kind, `"`) || strings.HasPrefix(kind, "one of ")
}

// parts are a schema and those that it stands on: $ref, allOf and the only
// branch of anyOf that is not null.
func (r *fieldReader) parts(schema gjson.Result, depth int) []gjson.Result {
	if r.deep(depth) {
		return nil
	}
	var all []gjson.Result
	if target := r.target(schema); target.Exists() {
		all = append(all, r.parts(target, depth+1)...)
	}
	for _, one := range schema.Get("allOf").Array() {
		all = append(all, r.parts(one, depth+1)...)
	}
	for _, name := range []string{"anyOf", "oneOf"} {
		for _, one := range schema.Get(name).Array() {
			if one.Get("type").Str != "null" {
				all = append(all, r.parts(one, depth+1)...)
			}
		}
	}
	return append(all, schema)
}

// target is what a reference into $defs means.
func (r *fieldReader) target(schema gjson.Result) gjson.Result {
	name, ok := strings.CutPrefix(schema.Get("$ref").Str, "#/$defs/")
	if !ok {
		return gjson.Result{}
	}
	var found gjson.Result
	r.defs.ForEach(func(key, value gjson.Result) bool {
		if key.Str == name {
			found = value
		}
		return !found.Exists()
	})
	return found
}

func (r *fieldReader) text(schema gjson.Result) string {
	for _, part := range r.parts(schema, 0) {
		if text := part.Get("description").Str; text != "" {
			return text
		}
	}
	return ""
}

// kind says in words what may stand at a place.
func (r *fieldReader) kind(schema gjson.Result, depth int) string {
	if r.deep(depth) {
		return ""
	}
	for _, name := range []string{"anyOf", "oneOf"} {
		if branches := schema.Get(name).Array(); len(branches) > 0 {
			return r.either(branches, depth)
		}
	}
	if value := schema.Get("const"); value.Exists() {
		return value.Raw
	}
	if values := schema.Get("enum").Array(); len(values) > 0 {
		return "one of " + list(values, func(v gjson.Result) string { return v.Raw }, ", ")
	}
	kind := list(schema.Get("type").Array(), func(v gjson.Result) string { return v.Str }, " or ")
	if kind == "" {
		return r.inherited(schema, depth)
	}
	if format := schema.Get("format").Str; format != "" {
		kind += " (" + format + ")"
	}
	if items := schema.Get("items"); kind == "array" && items.IsObject() {
		if of := r.kind(items, depth+1); of != "" {
			return "array of " + of
		}
	}
	return kind
}

func (r *fieldReader) either(branches []gjson.Result, depth int) string {
	return list(branches, func(one gjson.Result) string { return r.kind(one, depth+1) }, " or ")
}

func (r *fieldReader) inherited(schema gjson.Result, depth int) string {
	if target := r.target(schema); target.Exists() {
		return r.kind(target, depth+1)
	}
	for _, one := range schema.Get("allOf").Array() {
		if kind := r.kind(one, depth+1); kind != "" {
			return kind
		}
	}
	if schema.Get("properties").Exists() {
		return "object"
	}
	return ""
}

// maxListed is how many values a field's type names.
const maxListed = 20

func list(values []gjson.Result, text func(gjson.Result) string, between string) string {
	var words []string
	for i, v := range values {
		if i == maxListed {
			return strings.Join(words, between) + between + "…"
		}
		if word := text(v); word != "" {
			words = append(words, word)
		}
	}
	return strings.Join(words, between)
}
