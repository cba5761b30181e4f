package provider

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// document is one provider file before its values are understood: the fields
// by name, each with where it stands.
type document struct {
	file   string
	text   []byte
	fields map[string]value
	order  []string
}

// value is a piece of a file.
type value struct {
	file string
	node *yaml.Node
}

func (v value) wrap(err error) error {
	if err == nil {
		return nil
	}
	var already *FileError
	if errors.As(err, &already) {
		return err
	}
	return &FileError{File: v.file, Line: v.node.Line, Column: v.node.Column, Err: err}
}

func (v value) error(text string) error { return v.wrap(errors.New(text)) }

// wrong takes joined errors apart. Those without a place stand here.
func (v value) wrong(err error) []*FileError {
	switch e := err.(type) {
	case nil:
		return nil
	case *FileError:
		return []*FileError{e}
	case interface{ Unwrap() []error }:
		var all []*FileError
		for _, each := range e.Unwrap() {
			all = append(all, v.wrong(each)...)
		}
		return all
	}
	var placed *FileError
	if errors.As(err, &placed) {
		return []*FileError{placed}
	}
	return []*FileError{{File: v.file, Line: v.node.Line, Column: v.node.Column, Err: err}}
}

// parseDocument reads one flat YAML document. Fields that nobody knows, names
// that occur twice, anchors and a second document are errors.
func parseDocument(file string, text []byte) (*document, error) {
	d, wrong := readDocument(file, text)
	if err := earliest(wrong); err != nil {
		return nil, sourced(err, file, text)
	}
	return d, nil
}

// readDocument reads on after a mistake and returns all of them. The document
// is nil where there is none to go on with.
func readDocument(file string, text []byte) (*document, []*FileError) {
	// Our depth, so that the library stops at once where we would later.
	limit := loaderlimits.New(loaderlimits.DepthValue(maxDepth))
	loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithPlugin(limit))
	if err != nil {
		return nil, []*FileError{yamlError(file, err)}
	}
	var root, second yaml.Node
	if err := loader.Load(&root); err != nil {
		return nil, []*FileError{yamlError(file, err)}
	}
	d := &document{file: file, text: text, fields: map[string]value{}}
	top := value{file, &root}
	if root.Kind == yaml.DocumentNode && len(root.Content) > 0 {
		top.node = root.Content[0]
	}
	wrong := top.references(0)
	pairs, err := top.pairs()
	wrong = append(wrong, top.wrong(err)...)
	if top.node.Kind != yaml.MappingNode {
		return nil, wrong
	}
	known := fieldNames()
	for _, p := range pairs {
		if !slices.Contains(known, p.name) {
			wrong = append(wrong, p.key.wrong(&wordError{"field", p.name, namesAnywhere()})...)
			continue
		}
		d.fields[p.name] = p.value
		d.order = append(d.order, p.name)
	}
	switch err := loader.Load(&second); {
	case err == nil:
		wrong = append(wrong, value{file, &second}.wrong(errors.New("a provider file is one document, this is a second"))...)
	case !errors.Is(err, io.EOF):
		wrong = append(wrong, yamlError(file, err))
	}
	return d, wrong
}

// maxDepth is how deep a file may be nested: as deep as a catalog.
const maxDepth = 100

// references finds anchors, aliases and what is nested too deep: a file of
// provider says everything once, where it is read.
func (v value) references(depth int) []*FileError {
	switch {
	case depth > maxDepth:
		return v.wrong(errors.New("nested too deep for a provider file"))
	case v.node.Kind == yaml.AliasNode:
		return v.wrong(&advice{"an alias has no place in a provider file", "write the value itself"})
	case v.node.Anchor != "":
		return v.wrong(&advice{"an anchor has no place in a provider file", "leave out &" + v.node.Anchor})
	}
	var wrong []*FileError
	for _, n := range v.node.Content {
		wrong = append(wrong, value{v.file, n}.references(depth+1)...)
	}
	return wrong
}

func yamlError(file string, err error) *FileError {
	out := &FileError{File: file, Err: err}
	var load *yaml.LoadError
	switch {
	case errors.Is(err, io.EOF):
		out.Err = errors.New("the file is empty")
	case errors.As(err, &load):
		out.Line, out.Column, out.Err = load.Mark.Line, load.Mark.Column, errors.New(load.Message)
	}
	return out
}

// signs is true when the document itself says anything about signatures.
func (d *document) signs() bool {
	_, ok := d.fields["params"] // their defaults may be part of the text
	return ok || slices.ContainsFunc(schemeFields(), func(f field) bool {
		_, ok := d.fields[f.name]
		return ok
	})
}

// like fills what the document does not set from another one, which must not
// lean on a third.
func (d *document) like(base *document) error {
	if v, ok := base.fields["like"]; ok {
		return v.error("like goes one step only: another file is like this one")
	}
	for _, name := range base.order {
		if _, ok := d.fields[name]; !ok && name != "id" {
			d.fields[name] = base.fields[name]
			d.order = append(d.order, name)
		}
	}
	return nil
}

// at returns the value a path such as headers.X-Signature leads to, or the
// nearest one above it.
func (d *document) at(field, rest string) (value, bool) {
	v, ok := d.fields[field]
	if !ok {
		return v, false
	}
	return v.at(rest), true
}

// at goes down mappings, the names in which may have dots themselves.
func (v value) at(rest string) value {
	if v.node.Kind != yaml.MappingNode || rest == "" {
		return v
	}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		name, below := v.node.Content[i].Value, value{v.file, v.node.Content[i+1]}
		if name == rest {
			return below
		}
		if deeper, ok := strings.CutPrefix(rest, name+"."); ok {
			return below.at(deeper)
		}
	}
	return v
}
