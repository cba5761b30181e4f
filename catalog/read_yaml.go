package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// readYAML turns a YAML file into nodes. It takes what has a meaning in JSON:
// maps with string keys, lists, strings, JSON's numbers, booleans, null.
func readYAML(data []byte, errs *problems) *node {
	if len(data) > maxYAMLSize {
		errs.add(place{}, "larger than %d MiB, which YAML can be: write it as JSON", maxYAMLSize>>20)
		return nil
	}
	if n := separators(data); n > maxValues/2 {
		errs.add(place{}, "more than %d values: split the file, or write it as JSON", maxValues/2)
		return nil
	}
	// Our depth, so that the library stops at once where we would later.
	limit := loaderlimits.New(loaderlimits.DepthValue(maxDepth))
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithV4Defaults(), yaml.WithPlugin(limit))
	if err != nil {
		errs.add(place{}, "not YAML: %s", err)
		return nil
	}
	var document, second yaml.Node
	if err := loader.Load(&document); errors.Is(err, io.EOF) {
		errs.add(place{}, "the file is empty")
		return nil
	} else if err != nil {
		errs.addYAML(err)
		return nil
	}
	switch err := loader.Load(&second); {
	case err == nil:
		errs.add(place{line: max(1, second.Line), column: max(1, second.Column)}, "a second document: a catalog is one")
		return nil
	case !errors.Is(err, io.EOF):
		errs.addYAML(err)
		return nil
	}
	y := yamlReader{errs: errs}
	return y.node(&document, 1)
}

// separators is at least how many values a YAML text has: each but the first
// stands behind one of these.
func separators(data []byte) int {
	n := 0
	for _, c := range data {
		switch c {
		case ',', '[', '{', '\n':
			n++
		}
	}
	return n
}

// addYAML reports what the YAML library found wrong.
func (p *problems) addYAML(err error) {
	var one *yaml.LoadError
	if !errors.As(err, &one) {
		p.add(place{}, "not YAML: %s", err)
		return
	}
	line := max(1, one.Mark.Line)
	p.add(place{line: line, column: max(1, one.Mark.Column)}, "not YAML: %s", one.Message).Fix = ofYAML(one.Message, lineOf(p.data, line))
}

type yamlReader struct{ errs *problems }

func (y *yamlReader) node(from *yaml.Node, depth int) *node {
	n := &node{place: place{line: max(1, from.Line), column: max(1, from.Column)}}
	y.errs.countValue(n.place)
	if y.errs.stop {
		return n
	}
	switch from.Kind {
	case yaml.DocumentNode:
		if len(from.Content) == 1 {
			return y.node(from.Content[0], depth)
		}
	case yaml.AliasNode:
		// The depth grows here as well, or an alias to itself would not end.
		y.errs.checkDepth(n.place, depth)
		if from.Alias != nil {
			return y.node(from.Alias, depth+1)
		}
	case yaml.MappingNode:
		y.errs.checkDepth(n.place, depth)
		y.mapping(n, from, depth)
	case yaml.SequenceNode:
		n.kind = listKind
		y.errs.checkDepth(n.place, depth)
		y.tag(n, from, "!!seq")
		for _, item := range from.Content {
			n.items = append(n.items, y.node(item, depth+1))
		}
	case yaml.ScalarNode:
		y.scalar(n, from)
	}
	return n
}

func (y *yamlReader) mapping(n *node, from *yaml.Node, depth int) {
	n.kind = objectKind
	y.tag(n, from, "!!map")
	var merges []*node
	for i := 0; i+1 < len(from.Content); i += 2 {
		key := from.Content[i]
		at := place{line: max(1, key.Line), column: max(1, key.Column)}
		if key.ShortTag() == "!!merge" {
			if more := y.node(from.Content[i+1], depth+1); y.errs.foreign {
				merges = append(merges, more)
			} else {
				y.errs.add(at, "<< has no meaning in a catalog")
			}
			continue
		}
		if key.Kind != yaml.ScalarNode {
			y.errs.add(at, "a key must be plain text")
			continue
		}
		// 404: and true: are strings in JSON; their text is taken.
		n.members = append(n.members, member{key.Value, at, y.node(from.Content[i+1], depth+1)})
	}
	y.errs.checkUnique(n.members)
	for _, more := range merges {
		n.merge(more)
	}
}

// merge adds the members of an object, or of several, that n has not.
func (n *node) merge(more *node) {
	for _, m := range more.members {
		if n.get(m.key) == nil {
			n.members = append(n.members, m)
		}
	}
	for _, item := range more.items {
		n.merge(item)
	}
}

func (y *yamlReader) scalar(n *node, from *yaml.Node) {
	n.text = from.Value
	switch from.ShortTag() {
	case "!!str", "!!timestamp": // a bare date is the text that stands there
		n.kind = stringKind
	case "!!null":
		n.kind, n.text = nullKind, "null"
	case "!!bool":
		n.kind, n.text = boolKind, strings.ToLower(from.Value)
		if n.text != "true" && n.text != "false" {
			y.errs.add(n.place, "%s is not true or false: quote it if it is text", quote(from.Value))
		}
	case "!!int", "!!float":
		n.kind = numberKind
		switch {
		case isJSONNumber(from.Value):
		case y.errs.foreign: // 0612345678 is somebody's number
			n.kind = stringKind
		default:
			y.errs.add(n.place, "%s is not a number in JSON: write it in decimal, or quote it", quote(from.Value))
		}
	default:
		y.errs.add(n.place, "the tag %s has no meaning in a catalog", quote(from.ShortTag()))
	}
}

func (y *yamlReader) tag(n *node, from *yaml.Node, want string) {
	if got := from.ShortTag(); got != want && got != "" {
		y.errs.add(n.place, "the tag %s has no meaning in a catalog", quote(got))
	}
}

func isJSONNumber(s string) bool {
	return s != "" && (s[0] == '-' || s[0] >= '0' && s[0] <= '9') && json.Valid([]byte(s)) && !strings.ContainsAny(s, " \t\r\n")
}
