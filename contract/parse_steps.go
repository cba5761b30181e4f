package contract

import (
	"maps"
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/catalog"
)

func (p *parser) tests(n *node) {
	if n.kind != listKind || len(n.items) == 0 {
		p.fail(n, "tests is a list of tests, and this is %s", n.name())
		return
	}
	seen := map[string]bool{}
	for _, item := range n.items {
		t := p.test(item)
		if p.err != nil {
			return
		}
		if seen[t.Name] {
			p.fail(item, "two tests are called %s", quote(t.Name))
		}
		seen[t.Name] = true
		p.file.Tests = append(p.file.Tests, t)
	}
}

// test is a name with steps; one with a single step may be that step. What its
// steps save, they keep among themselves.
func (p *parser) test(n *node) *Test {
	t := &Test{Line: n.line}
	file := p.known
	defer func() { p.known = file }()
	p.known = maps.Clone(file)
	if n.kind != objectKind {
		p.fail(n, "a test is a map with a name and steps, and this is %s", n.name())
		return t
	}
	if n.get("steps") == nil {
		step := p.step(n, field{"skip", func(v *node) { t.Skip = p.plain(v, "skip") }}, field{"steps", nil})
		t.Name, t.Steps = step.Name, []*Step{step}
	} else {
		p.object(n, "a test", []field{
			{"name", func(v *node) { t.Name = p.plain(v, "name") }},
			{"skip", func(v *node) { t.Skip = p.plain(v, "skip") }},
			{"steps", func(v *node) { t.Steps = p.steps(v) }},
		})
	}
	if p.err == nil && t.Name == "" {
		p.fail(n, "a test needs a name")
	}
	return t
}

func (p *parser) steps(n *node) []*Step {
	if n.kind != listKind || len(n.items) == 0 {
		p.fail(n, "steps is a list of steps, and this is %s", n.name())
		return nil
	}
	var all []*Step
	for _, item := range n.items {
		all = append(all, p.step(item))
		if p.err != nil {
			break
		}
	}
	return all
}

// step reads one step: a verb with its options. Further fields are those of a
// test that is a single step.
func (p *parser) step(n *node, further ...field) *Step {
	s := &Step{Line: n.line, Column: n.column}
	if n.kind != objectKind {
		p.fail(n, "a step is a map such as {trigger: payment.succeeded}, and this is %s", n.name())
		return s
	}
	fields := append([]field{{"name", func(v *node) { s.Name = p.plain(v, "name") }}}, further...)
	for _, verb := range StepVerbs() {
		m := n.get(verb)
		switch {
		case m == nil, s.Verb != "" && p.verb(s.Verb).takes(verb): // trigger: …, wait: true
		case s.Verb != "":
			p.fail(m, "a step does one thing: %s or %s", s.Verb, verb)
			return s
		default:
			s.Verb, s.Line, s.Column = verb, m.line, n.column
		}
	}
	if s.Verb == "" {
		p.noVerb(n, further)
		return s
	}
	fields = append(fields, field{s.Verb, func(v *node) { p.subject(s, n, v) }})
	p.options(s, p.verb(s.Verb), &fields)
	fields = append(fields, field{"expect", func(v *node) { p.expectations(s, v) }})
	if s.Verb == HTTP || s.Verb == Exec {
		fields = append(fields, field{"within", func(v *node) { s.within = p.duration(v, "within") }})
	}
	if s.Verb != Sleep && s.Verb != Restart {
		fields = append(fields, field{"save", func(v *node) { p.saves(s, v) }})
	}
	p.object(n, "a step", fields)
	return s
}

// noVerb says what a step without a verb may have meant.
func (p *parser) noVerb(n *node, further []field) {
	known := append([]string{"name", "expect", "save"}, StepVerbs()...)
	known = append(known, names(further)...)
	for _, m := range n.members {
		if !slices.Contains(known, m.key.text()) {
			p.unknown(m.key, "key", m.key.text(), known)
			return
		}
	}
	p.fail(n, "this step does nothing: give one of %s", strings.Join(StepVerbs(), ", "))
}

// StepVerbs are the verbs that a step can have.
func StepVerbs() []string { return []string{Trigger, Send, Replay, Wait, HTTP, Exec, Sleep, Restart} }

func (p *parser) subject(s *Step, step, n *node) {
	s.subject = n
	switch s.Verb {
	case Send:
		if n.isNull() || n.isText() && n.text() == "-" {
			p.fail(n, "send is the body: a text, @file, or a map that becomes JSON")
		}
		p.refs(n)
	case Trigger, Replay:
		p.words(s, n, p.whose(step))
	case Exec:
		p.command(n, Exec)
	case Sleep:
		p.duration(n, Sleep)
	case Restart:
		if word := p.plain(n, Restart); word != "stop" && word != "kill" {
			p.unknown(n, "way to end", word, []string{"stop", "kill"})
		}
		if p.file.run == nil {
			p.fail(n, "the file starts nothing: run is missing")
		}
	default:
		p.text(n, s.Verb)
	}
	if s.Verb == HTTP && p.err == nil && len(references(n.text())) == 0 {
		if _, _, err := splitRequest(n.text()); err != nil {
			p.refuse(n, HTTP, err)
		}
	}
}

// whose is the provider that a step names, else the file's.
func (p *parser) whose(step *node) string {
	if n := step.get("provider"); n != nil && n.isText() && !holdsVariables(n) {
		return n.text()
	}
	return p.file.Provider
}

// words is one word or a list of them, each of which the verb can judge.
func (p *parser) words(s *Step, n *node, provider string) {
	list := n.items
	if n.kind != listKind {
		list = []*node{n}
	}
	if n.isNull() || len(list) == 0 {
		p.fail(n, "%s is %s", s.Verb, subjects()[s.Verb])
		return
	}
	check := p.verb(s.Verb).Check
	for _, word := range list {
		p.text(word, s.Verb)
		if p.err == nil && check != nil && len(references(word.text())) == 0 {
			p.refuse(word, s.Verb, check(word.text(), provider))
		}
	}
}

// options adds the fields of a verb's options.
func (p *parser) options(s *Step, v Verb, fields *[]field) {
	for _, o := range v.Options {
		*fields = append(*fields, field{o.Key, func(n *node) {
			p.option(o, n)
			s.options = append(s.options, option{o, n})
		}})
	}
}

// option judges the value of an option as far as it is known by now.
func (p *parser) option(o Option, n *node) {
	p.refs(n)
	switch {
	case o.Kind == Data:
		return
	case n.isNull():
		p.fail(n, "%s has no value", o.Key)
		return
	case n.kind == objectKind && o.Kind != Pairs && o.Kind != Header:
		p.fail(n, "%s is %s, and this is a map", o.Key, map[bool]string{true: "a value or a list", false: "a value"}[o.Many])
		return
	case n.kind == listKind && !o.Many:
		p.fail(n, "%s is one value, and this is a list", o.Key)
		return
	case o.Kind == Switch:
		if _, ok := n.value.(bool); !ok {
			p.fail(n, "%s is true or false, and this is %s", o.Key, n.name())
		}
		return
	}
	for _, item := range n.items {
		if item.kind != scalarKind || item.isNull() {
			p.fail(item, "%s is a list of plain values", o.Key)
			return
		}
	}
	if o.Check == nil || p.err != nil || holdsVariables(n) {
		return
	}
	for _, text := range values(o, n, nil) {
		if err := o.Check(text); err != nil {
			p.refuse(n, o.Key, err)
			return
		}
	}
}

func holdsVariables(n *node) bool {
	for _, item := range n.items {
		if holdsVariables(item) {
			return true
		}
	}
	for _, m := range n.members {
		if holdsVariables(m.value) {
			return true
		}
	}
	return n.isText() && strings.Contains(n.text(), "${")
}

func (p *parser) saves(s *Step, n *node) {
	if n.kind != objectKind {
		p.fail(n, "save is a map of names, and where each value is: {order: body.data.id}")
		return
	}
	for _, m := range n.members {
		name, source := p.variableName(m.key), p.plain(m.value, "a source")
		first, path, _ := strings.Cut(source, ".")
		if known := sources(s.Verb); !slices.Contains(known, first) {
			p.unknown(m.value, "source", first, known)
			return
		}
		if path != "" && (first == "body" || first == "request") {
			p.refuse(m.value, "save", catalog.CheckPath(path))
		} else if path != "" && first != "headers" && first != "request_headers" {
			p.fail(m.value, "%s has nothing below it", first)
		}
		s.save = append(s.save, saved{name, source, m.value})
		p.known[name] = true
	}
}

// sources are what a step can save something of.
func sources(verb string) []string {
	switch verb {
	case Exec:
		return []string{"stdout", "stderr", "exit", "body"}
	case HTTP:
		return []string{"status", "headers", "body", "text"}
	}
	return []string{"delivery", "id", "event", "status", "headers", "body", "text", "request", "request_headers"}
}
