// Package catalog knows which events exist: their types, descriptions, JSON
// Schemas and samples, as data in files, and how a sample becomes the bytes
// of an event. It sends nothing and knows no signature.
//
// A catalog is one JSON or YAML file. Those of the program are in the folder
// events; Open puts the files of the project and of the user before them.
// Payloads are bytes from the file to the wire: they are compacted, edited in
// place, and never decoded and encoded again.
//
// A file has no templates, no environment and no includes; what is new in each
// event is named beside the payload, which stays plain JSON:
//
//	catalog: acme
//	provider: standard          # whose signature and retries, default acme
//	type_field: /type           # JSON Pointer; without it a header has the type
//	id_field: /id               # without it id_form says what is in the header
//	event_types:
//	  - name: order.created
//	    description: An order was placed.
//	    schema: {type: object, required: [id, type]}
//	    examples:
//	      - {name: default, payload: {id: o_1, type: order.created, at: 0}}
//	    dynamic: {/id: "id:o_", /at: "now:unix"}
package catalog

import "slices"

// Catalog is one file of event types.
type Catalog struct {
	// Name is the word before the colon in provider:type.
	Name  string
	Title string
	// Note says what is invented, what is left out.
	Note string
	// Provider is the id of the provider that sends these events by default.
	Provider string
	// TypeField is the JSON Pointer of the event's type in the body; "" if the
	// type travels in a header.
	TypeField string
	// IDField is the JSON Pointer of the event's id in the body; "" if the id
	// travels in a header.
	IDField string
	// IDForm is the generator (id:PREFIX or uuid) of an id that travels in a
	// header.
	IDForm Generator
	// Groups are the names of the groups in the order in which to show them.
	Groups []string
	// Defs are the schemas that those of the types share: a JSON object, or
	// nil.
	Defs []byte
	// Types are in the order of the file.
	Types []*EventType
	// File is the path of the file; BuiltIn tells the program's own from
	// others.
	File    string
	BuiltIn bool
}

// Place is where a group stands among those of the catalog; groups that it does
// not list come last.
func (c *Catalog) Place(group string) int {
	if i := slices.Index(c.Groups, group); i >= 0 {
		return i
	}
	return len(c.Groups)
}

// EventType is one type of event.
type EventType struct {
	Catalog     *Catalog
	Name        string
	Group       string
	Title       string
	Description string
	// Schema is a JSON Schema as it stands in the file, compact, or nil. Its
	// references into $defs only resolve in SchemaDocument.
	Schema []byte
	// Examples are sample payloads; the first one is the default.
	Examples []Example
	// Dynamic are the places of the payload that are made anew for each event.
	Dynamic []Dynamic
	// RefreshOnAttempt are the pointers of Dynamic that are made anew for each
	// attempt as well.
	RefreshOnAttempt []string
	// Headers are sent beside those of the provider's scheme, in whose place
	// they stand where the names are equal (X-GitHub-Event).
	Headers []Header
	// Assumed says why the type is a guess; "" if it is none.
	Assumed    string
	Deprecated bool
	// Archived types are no longer sent; subscriptions to them still match.
	Archived bool
	// Replaces is the file whose type of the same name this one stands for.
	Replaces string
}

// Example is one sample payload of a type.
type Example struct {
	Name     string
	Summary  string
	Channels []string
	Headers  []Header
	// Payload is compact JSON with the file's own number and string texts.
	Payload []byte
}

// Dynamic is a place in a payload and how its value is made.
type Dynamic struct {
	Pointer   string
	Generator Generator
}

// Header is a header line that an event brings with it.
type Header struct{ Name, Value string }

// Qualified is the reference that selects this type whatever others are
// called: catalog:type.
func (t *EventType) Qualified() string { return t.Catalog.Name + ":" + t.Name }

// Example returns the example of that name, or the default one for "". The
// error is an *UnknownError.
func (t *EventType) Example(name string) (*Example, error) {
	known := make([]string, 0, len(t.Examples))
	for i := range t.Examples {
		if name == "" || t.Examples[i].Name == name {
			return &t.Examples[i], nil
		}
		known = append(known, t.Examples[i].Name)
	}
	if name == "" {
		return nil, &RenderError{Type: t.Name, Message: "has no example: give the payload"}
	}
	return nil, &UnknownError{Kind: "example of " + t.Name, Word: name, Known: known}
}

// The dialect of a schema that does not name its own.
const dialect2020 = `"$schema":"https://json-schema.org/draft/2020-12/schema",`

// SchemaDocument returns the type's schema as a document of its own, with the
// catalog's $defs inside, or nil if the type has no schema.
func (t *EventType) SchemaDocument() []byte {
	if t.Schema == nil {
		return nil
	}
	schema := t.Schema
	if schema[0] != '{' { // true and false are schemas, too
		schema = concat([]byte(`{"allOf":[`), schema, []byte(`]}`))
	}
	document := []byte(`{`)
	if !hasMember(schema, "$schema") {
		document = append(document, dialect2020...)
	}
	if t.Catalog.Defs != nil {
		document = append(document, `"$defs":`...)
		document = append(document, t.Catalog.Defs...)
		document = append(document, ',')
	}
	document = append(document, schema[1:]...)
	if n := len(document); n > 2 && document[n-2] == ',' { // the schema was {}
		document = append(document[:n-2], '}')
	}
	return document
}
