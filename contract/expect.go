package contract

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hooks-cli/hooks/catalog"
)

// expectation is one thing that is expected of a step.
type expectation struct {
	what string // status, headers, body, …
	path string // of a header or a value in a body
	line int
	*matcher
}

// label is what a result calls it.
func (e *expectation) label() string {
	switch {
	case e.path == "":
		return e.what
	case strings.HasPrefix(e.path, "/") || strings.HasPrefix(e.path, "["):
		return e.what + e.path
	}
	return e.what + "." + e.path
}

// counts tells those that are about all deliveries of a step together.
func (e *expectation) counts() bool {
	return slices.Contains([]string{"deliveries", "calls", "order"}, e.what)
}

// expectable says of each verb what can be expected of its steps.
func expectable(verb string) []string {
	switch verb {
	case HTTP:
		return []string{"status", "headers", "body", "text", "duration", "error"}
	case Exec:
		return []string{"exit", "stdout", "stderr", "body", "duration"}
	case Sleep, Restart:
		return nil
	}
	return []string{"status", "headers", "body", "text", "duration", "error", "outcome", "verdict", "event",
		"deliveries", "calls", "order", "request", "request_headers"}
}

func (p *parser) expectations(s *Step, n *node) {
	known := expectable(s.Verb)
	if len(known) == 0 {
		p.fail(n, "nothing can be expected of %s", s.Verb)
		return
	}
	if n.kind == objectKind && len(n.members) == 0 {
		p.fail(n, "nothing is expected: one of %s", strings.Join(known, ", "))
		return
	}
	if n.kind != objectKind {
		p.fail(n, "expect is a map such as {status: 200}, and this is %s", n.name())
		return
	}
	for _, m := range n.members {
		what := m.key.text()
		if !slices.Contains(known, what) {
			p.unknown(m.key, "expectation", what, known)
			return
		}
		p.expectation(s, what, m.value)
	}
}

func (p *parser) expectation(s *Step, what string, n *node) {
	add := func(path string, line int, m *matcher) {
		m.text = slices.Contains([]string{"headers", "request_headers", "text", "stdout", "stderr"}, what)
		s.expect = append(s.expect, &expectation{what, path, line, m})
	}
	switch what {
	case "body", "request", "headers", "request_headers":
		p.inside(what, n, add)
	case "status":
		p.statuses(n)
		add("", n.line, p.matcher(statusMatcher(n)))
	case "duration":
		add("", n.line, p.matcher(p.milliseconds(n)))
	case "order":
		if n.kind != listKind {
			p.fail(n, "order is the list of event types as they are to come, and this is %s", n.name())
		}
		add("", n.line, p.matcher(n))
	default:
		add("", n.line, p.matcher(n))
	}
}

// inside reads the expectations of values in a body, or of headers.
func (p *parser) inside(what string, n *node, add func(string, int, *matcher)) {
	if n.kind != objectKind {
		fix := "text compares the whole body"
		if strings.HasSuffix(what, "headers") {
			fix = "as in {Content-Type: application/json}"
		}
		p.fail(n, "%s is a map, and this is %s", what, n.name()).Fix = fix
		return
	}
	for _, m := range n.members {
		if what == "body" || what == "request" {
			p.refuse(m.key, what, catalog.CheckPath(m.key.text()))
		}
		add(m.key.text(), m.key.line, p.matcher(m.value))
	}
}

// statuses refuses what no status can be.
func (p *parser) statuses(n *node) {
	list := n.items
	if n.kind == scalarKind {
		list = []*node{n}
	}
	for _, item := range list {
		text := item.text()
		class := len(text) == 3 && text[0] >= '1' && text[0] <= '5' && text[1:] == "xx"
		code, err := strconv.Atoi(text)
		if !class && (err != nil || code < 100 || code > 599) && !holdsVariables(item) {
			p.fail(item, "%s is not a status: a number such as 200, or 2xx", quote(text))
		}
	}
}

// statusMatcher is the matcher of statuses: one of a list, or of a class.
func statusMatcher(n *node) *node {
	list := n.items
	switch {
	case n.kind == objectKind:
		return n
	case n.kind == scalarKind && !strings.HasSuffix(n.text(), "xx"):
		return n
	case n.kind == scalarKind:
		list = []*node{n}
	}
	var parts []string
	for _, item := range list {
		parts = append(parts, strings.ReplaceAll(item.text(), "xx", ".."))
	}
	pattern := &node{line: n.line, column: n.column, value: "^(" + strings.Join(parts, "|") + ")$"}
	return &node{line: n.line, column: n.column, kind: objectKind, members: []member{{&node{value: "matches"}, pattern}}}
}

// judge compares what was seen. The value of a status that was to be of a class
// is explained as it was written.
func (e *expectation) judge(s *sight, vars variables) *Failure {
	got, there, why := s.value(e)
	f := &Failure{What: e.label(), Line: e.line, Got: why}
	if why != "" && !there && !e.wantsNothing() {
		f.Want, _ = e.matcher.judge(nil, false, vars)
		return f
	}
	want, ok := e.matcher.judge(got, there, vars)
	if ok {
		return nil
	}
	f.Want = want
	if e.what == "status" {
		f.Want = strings.NewReplacer(`matches "^(`, "", `)$"`, "", "..", "xx", "|", " or ").Replace(want)
	}
	if e.what == "duration" {
		f.Want += " ms"
	}
	if there {
		f.Got = show(got)
		if e.what == "duration" {
			f.Got += " ms"
		}
	} else if f.Got == "" {
		f.Got = "is not there"
	}
	return f
}

func (e *expectation) wantsNothing() bool {
	return slices.ContainsFunc(e.conditions, func(c condition) bool { return c.operator == exists && c.operand.value == false })
}

// show is a value as a result repeats it.
func show(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return compact(text)
}
