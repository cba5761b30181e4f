package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// Limits of a file: aliases let a small one grow.
const (
	maxNodes = 100_000
	maxDepth = 100
)

type kind uint8

const (
	scalarKind kind = iota
	listKind
	objectKind
)

// node is a value of a file with its place.
type node struct {
	line, column int
	kind         kind
	value        any // of a scalar: string, bool, json.Number or nil
	items        []*node
	members      []member
}

type member struct{ key, value *node }

// isText tells a string from everything else.
func (n *node) isText() bool {
	_, ok := n.value.(string)
	return n.kind == scalarKind && ok
}

func (n *node) isNull() bool { return n.kind == scalarKind && n.value == nil }

// name is what is said of a value's kind.
func (n *node) name() string {
	switch {
	case n.kind == listKind:
		return "a list"
	case n.kind == objectKind:
		return "a map"
	case n.value == nil:
		return "nothing"
	}
	switch n.value.(type) {
	case bool:
		return "true or false"
	case json.Number:
		return "a number"
	}
	return "a text"
}

// read turns a YAML document into nodes.
func (p *parser) read(data []byte) *node {
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithV4Defaults(), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxDepth))))
	if err != nil {
		p.failAt(0, 0, "not YAML: %s", err)
		return nil
	}
	var document, second yaml.Node
	switch err := loader.Load(&document); {
	case errors.Is(err, io.EOF):
		p.failAt(1, 1, "the file is empty")
		return nil
	case err != nil:
		p.notYAML(err)
		return nil
	}
	switch err := loader.Load(&second); {
	case err == nil:
		p.failAt(max(1, second.Line), max(1, second.Column), "a second document: a test file is one")
	case !errors.Is(err, io.EOF):
		p.notYAML(err)
	}
	return p.node(&document, 1)
}

func (p *parser) notYAML(err error) {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		p.failAt(0, 0, "not YAML: %s", err)
		return
	}
	p.failAt(max(1, load.Mark.Line), max(1, load.Mark.Column), "not YAML: %s", load.Message)
}

func (p *parser) node(from *yaml.Node, depth int) *node {
	n := &node{line: max(1, from.Line), column: max(1, from.Column)}
	if p.nodes++; p.nodes > maxNodes || depth > maxDepth {
		p.fail(n, "the file is too large or too deep, aliases counted")
	}
	if p.err != nil {
		return n
	}
	switch from.Kind {
	case yaml.DocumentNode:
		if len(from.Content) == 1 {
			return p.node(from.Content[0], depth)
		}
	case yaml.AliasNode:
		if from.Alias != nil {
			return p.node(from.Alias, depth+1)
		}
	case yaml.MappingNode:
		p.mapping(n, from, depth)
	case yaml.SequenceNode:
		n.kind = listKind
		for _, item := range from.Content {
			n.items = append(n.items, p.node(item, depth+1))
		}
	case yaml.ScalarNode:
		n.value = p.scalar(n, from)
	}
	return n
}

func (p *parser) mapping(n *node, from *yaml.Node, depth int) {
	n.kind = objectKind
	seen := map[string]bool{}
	for i := 0; i+1 < len(from.Content); i += 2 {
		key := p.node(from.Content[i], depth+1)
		if key.kind != scalarKind {
			p.fail(key, "a key is a word")
			return
		}
		key.value = from.Content[i].Value // 200 and true are words here, too
		if seen[key.text()] {
			p.fail(key, "%s is given twice", quote(key.text()))
		}
		seen[key.text()] = true
		n.members = append(n.members, member{key, p.node(from.Content[i+1], depth+1)})
	}
}

// text is a scalar as it was written.
func (n *node) text() string {
	switch v := n.value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "true"
		}
		return "false"
	}
	return ""
}

func (p *parser) scalar(n *node, from *yaml.Node) any {
	switch from.Tag {
	case "!!null":
		return nil
	case "!!bool":
		var v bool
		if err := from.Decode(&v); err != nil {
			p.fail(n, "%s is neither true nor false", quote(from.Value))
		}
		return v
	case "!!int", "!!float":
		if json.Valid([]byte(from.Value)) {
			return json.Number(from.Value)
		}
		var v any
		if err := from.Decode(&v); err == nil {
			if text, err := json.Marshal(v); err == nil {
				return json.Number(text)
			}
		}
		p.fail(n, "%s is not a JSON number", quote(from.Value))
	}
	return from.Value
}

func (n *node) get(key string) *node {
	for _, m := range n.members {
		if m.key.text() == key {
			return m.value
		}
	}
	return nil
}
