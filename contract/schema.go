package contract

import (
	"maps"
	"strings"
)

// Schema is the JSON Schema of a test file whose steps call these verbs, made
// of the same tables that files are read by.
func Schema(verbs []Verb) map[string]any {
	p := &parser{o: Options{Verbs: verbs}}
	var steps []any
	for _, verb := range StepVerbs() {
		steps = append(steps, object{"$ref": "#/$defs/" + verb})
	}
	defs := object{"matcher": matcherSchema(), "step": object{"anyOf": steps}, "test": testSchema(p)}
	for _, verb := range StepVerbs() {
		defs[verb] = stepSchema(p.verb(verb))
	}
	properties := object{}
	for _, k := range fileKeys() {
		properties[k.name] = described(k.shape, k.doc)
	}
	properties["listen"] = described(closed(optionSchemas(p.verb(Listen).Options)),
		"starts a listener of hooks; ${listen} is its URL, and wait steps see what it receives")
	return object{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "contract tests of hooks", "type": "object",
		"properties": properties, "required": []string{"tests"}, "additionalProperties": false, "$defs": defs,
	}
}

type object = map[string]any

type fileKey struct {
	name, doc string
	shape     object
}

// fileKeys are the keys of a file, in the order in which they are explained.
func fileKeys() []fileKey {
	text := object{"type": scalars()}
	texts := object{"type": "object", "additionalProperties": text}
	return []fileKey{
		{"name", "what reports call the file", object{"type": "string"}},
		{"run", "how the consumer is started: a command for the shell, or a list of its words", commandSchema()},
		{"ready", "when it can be spoken to; without it, when the port of to is open", closed(object{
			"port":    described(text, "a port is open"),
			"http":    described(object{"type": "string"}, "a URL, or a path of the consumer, answers below 400"),
			"line":    described(object{"type": "string"}, "a line of its output matches this regular expression"),
			"timeout": described(object{"type": "string"}, "how long that may take, 30s"),
		})},
		{"to", "where events are sent to, localhost:${port} if nothing is said", text},
		{"provider", "whose scheme signs, and in whose form the secret is; without it, the catalog's of each event", object{"type": "string"}},
		{"secret_env", "the environment variable in which the consumer finds the secret; what it holds already is taken", object{"type": "string"}},
		{"secret", "the secret: env:NAME, file:PATH, keyring:NAME or the text; without it a new one is made", object{"type": "string"}},
		{"port", "the port that ${port} and PORT name; without it a free one", object{"type": "integer", "minimum": 1, "maximum": 65535}},
		{"env", "further environment variables of the consumer and of commands", texts},
		{"dir", "the folder in which the consumer and commands run; without it that of the file", object{"type": "string"}},
		{"vars", "variables that steps refer to as ${name}", texts},
		{"store", "the store that deliveries are recorded in; without it a new one that is removed", object{"type": "string"}},
		{"tests", "the tests, which are made in order", object{"type": "array", "minItems": 1, "items": object{"$ref": "#/$defs/test"}}},
	}
}

func scalars() []string { return []string{"string", "number", "boolean"} }

func described(s object, doc string) object {
	with := maps.Clone(s)
	with["description"] = doc
	return with
}

func closed(properties object, required ...string) object {
	s := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

func commandSchema() object {
	return object{"anyOf": []any{object{"type": "string"}, object{"type": "array", "minItems": 1, "items": object{"type": scalars()}}}}
}

// testSchema is a test with steps, or one that is a step itself.
func testSchema(p *parser) object {
	shapes := []any{closed(object{
		"name": object{"type": "string"}, "skip": described(object{"type": "string"}, "why it is not made"),
		"steps": object{"type": "array", "minItems": 1, "items": object{"$ref": "#/$defs/step"}},
	}, "name", "steps")}
	for _, verb := range StepVerbs() {
		s := stepSchema(p.verb(verb))
		s["properties"].(object)["skip"] = described(object{"type": "string"}, "why it is not made")
		s["required"] = []string{"name", verb}
		shapes = append(shapes, s)
	}
	return object{"anyOf": shapes}
}

func stepSchema(v Verb) object {
	properties := optionSchemas(v.Options)
	properties["name"] = described(object{"type": "string"}, "what reports call the step")
	properties[v.Name] = described(subjectSchema(v.Name), subjects()[v.Name])
	if known := expectable(v.Name); len(known) > 0 {
		properties["expect"] = expectSchema(known)
		properties["save"] = described(object{"type": "object", "additionalProperties": object{"type": "string"}},
			"variables for later steps, from "+strings.Join(sources(v.Name), ", ")+"; body.PATH and headers.NAME")
	}
	if v.Name == HTTP || v.Name == Exec {
		properties["within"] = described(object{"type": "string"}, "make the step again until its expectations hold, for so long")
	}
	return closed(properties, v.Name)
}

func subjectSchema(verb string) object {
	switch verb {
	case Send:
		return object{"type": []string{"string", "object", "array", "number", "boolean"}}
	case Trigger, Replay, Exec:
		return commandSchema()
	case Restart:
		return object{"enum": []string{"stop", "kill"}}
	}
	return object{"type": "string"}
}

func optionSchemas(options []Option) object {
	properties := object{}
	for _, o := range options {
		properties[o.Key] = described(optionSchema(o), o.Doc)
	}
	return properties
}

func optionSchema(o Option) object {
	if o.Kind == Switch {
		return object{"type": "boolean"}
	}
	shapes := []any{object{"type": scalars()}}
	switch o.Kind {
	case Data:
		return object{"type": []string{"string", "object", "array", "number", "boolean", "null"}}
	case Pairs:
		shapes = append(shapes, object{"type": "object"})
	case Header:
		shapes = append(shapes, object{"type": "object", "additionalProperties": object{"type": append(scalars(), "null")}})
	}
	if o.Many {
		shapes = append(shapes, object{"type": "array", "items": object{"type": scalars()}})
	}
	return object{"anyOf": shapes}
}

func expectSchema(known []string) object {
	properties := object{}
	for _, what := range known {
		s := object{"$ref": "#/$defs/matcher"}
		switch what {
		case "body", "request", "headers", "request_headers":
			s = object{"type": "object", "additionalProperties": s}
		case "order":
			s = object{"type": "array", "items": object{"type": "string"}}
		}
		properties[what] = described(s, expectDocs()[what])
	}
	s := closed(properties)
	s["minProperties"] = 1
	return s
}

func expectDocs() map[string]string {
	return map[string]string{
		"status": "the status of each answer: 200, 2xx or a list of them", "headers": "headers of each answer", "body": "values of its body, by the paths of --set",
		"text": "its whole body as text", "duration": "the longest that each exchange may take, as in 500ms",
		"error":   "why no answer came: connect, timeout, reset, …",
		"outcome": "what became of each delivery: succeeded, failed, dead, …", "verdict": "the verdict on the signature of what was received",
		"event": "the event type of each delivery", "deliveries": "how many deliveries there are", "calls": "how many times the consumer was called in all",
		"order": "the event types in the order in which they were sent or came", "request": "values of the body that was sent or received",
		"request_headers": "headers that were sent or received",
		"exit":            "the exit code, 0 if nothing is said", "stdout": "what was printed", "stderr": "what was printed on stderr",
	}
}

func matcherSchema() object {
	properties := object{exists: object{"type": "boolean"}}
	for _, o := range operators() {
		properties[o.name] = object{"description": o.doc}
	}
	with := closed(properties)
	with["minProperties"] = 1
	return object{"anyOf": []any{object{"type": []string{"string", "number", "boolean", "null", "array"}}, with}}
}
