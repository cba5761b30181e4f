package provider

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// document is one provider file before its values are understood: the fields
// by name, each with where it stands.
type document struct {
	file   string
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

// parseDocument reads one flat YAML document. Fields that nobody knows, names
// that occur twice, anchors and a second document are errors.
func parseDocument(file string, text []byte) (*document, error) {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var root, second yaml.Node
	if err := dec.Decode(&root); err != nil {
		return nil, yamlError(file, err)
	}
	if err := dec.Decode(&second); !errors.Is(err, io.EOF) {
		if err != nil {
			return nil, yamlError(file, err)
		}
		return nil, value{file, &second}.error("a provider file is one document, this is a second")
	}
	d := &document{file: file, fields: map[string]value{}}
	top := value{file, &root}
	if root.Kind == yaml.DocumentNode && len(root.Content) > 0 {
		top.node = root.Content[0]
	}
	pairs, err := top.pairs()
	if err != nil {
		return nil, err
	}
	known := fieldNames()
	for _, p := range pairs {
		if !slices.Contains(known, p.name) {
			return nil, p.key.wrap(&wordError{"field", p.name, known})
		}
		d.fields[p.name] = p.value
		d.order = append(d.order, p.name)
	}
	return d, nil
}

func yamlError(file string, err error) error {
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
