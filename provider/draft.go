package provider

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/hooks-cli/hooks/sign"
)

// Draft returns a provider file to be edited: the scheme, every field with what
// it means, and the fields that are not set behind a #, each fit to be used as
// it stands. Its evidence is assumed. The error is a *FileError.
func Draft(id string, spec sign.Spec) ([]byte, error) {
	if _, err := sign.New(spec); err != nil {
		return nil, &FileError{File: id + extension, Err: err}
	}
	w := &fileWriter{top: &yaml.Node{Kind: yaml.MappingNode}}
	if w.scheme(spec); w.err != nil {
		return nil, &FileError{File: id + extension, Err: w.err}
	}
	return draft(id, w.top, "How "+id+" signs its webhooks and delivers them.")
}

// DraftLike returns the same with all that another provider's file and the one
// that it is like say, so that nothing in it changes with them.
func (r *Registry) DraftLike(id, other string) ([]byte, error) {
	p, err := r.Get(other)
	if err != nil {
		return nil, err
	}
	doc, err := r.document(other)
	if err != nil {
		return nil, err
	}
	if _, err := r.inherit(doc); err != nil {
		return nil, err
	}
	top := &yaml.Node{Kind: yaml.MappingNode}
	for _, name := range doc.order {
		if own := []string{"id", "name", "docs", "evidence", "source", "assumed", "like", "catalog"}; !slices.Contains(own, name) {
			node := doc.fields[name].node
			withoutComments(node)
			top.Content = append(top.Content, plain(name), node)
		}
	}
	top.Content = append(top.Content, plain("catalog"), plain(p.Catalog))
	return draft(id, top, "How "+id+" signs its webhooks and delivers them. It began as a copy of "+other+".")
}

// withoutComments drops those above and below a value: they are about another
// provider.
func withoutComments(n *yaml.Node) {
	n.HeadComment, n.FootComment, n.LineComment = "", "", ""
	for _, below := range n.Content {
		withoutComments(below)
	}
}

func draft(id string, top *yaml.Node, title string) ([]byte, error) {
	file := id + extension
	if err := nameError(id); err != nil {
		return nil, &FileError{File: file, Err: err}
	}
	top.Content = append([]*yaml.Node{plain("id"), plain(id), plain("evidence"), plain(EvidenceAssumed)}, top.Content...)
	var out bytes.Buffer
	fmt.Fprintf(&out, "# %s\n# Check it with: hooks provider validate. A line that begins with # and a name is not in force;\n# without the # it is.\n", title)
	for _, part := range draftParts() {
		fmt.Fprintf(&out, "\n# %s\n\n", part.title)
		for _, f := range part.fields {
			if err := writeDraft(&out, f.name, member(top, f.name)); err != nil {
				return nil, &FileError{File: file, Err: err}
			}
		}
	}
	doc, err := parseDocument(file, out.Bytes())
	if err != nil {
		return nil, err
	}
	if _, err := build(id, doc); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// draftParts is the order of a draft.
func draftParts() []struct {
	title  string
	fields []field
} {
	return []struct {
		title  string
		fields []field
	}{
		{"WHO IT IS", identityFields()},
		{"HOW IT SIGNS", slices.Concat(codeFields(), schemeFields())},
		{"WHAT ELSE IT SENDS", recognitionFields()},
		{"HOW IT DELIVERS", slices.Concat(deliveryFields(), failureFields())},
	}
}

func member(top *yaml.Node, name string) *yaml.Node {
	for i := 0; i+1 < len(top.Content); i += 2 {
		if top.Content[i].Value == name {
			return top.Content[i+1]
		}
	}
	return nil
}

// writeDraft writes what a field means and its value, or behind # a value that
// it could have. A field that is not set and has none is left out.
func writeDraft(out *bytes.Buffer, name string, set *yaml.Node) error {
	about := fieldTexts()[name]
	if set == nil && about.example == "" {
		return nil
	}
	for line := range strings.SplitSeq(about.text, "\n") {
		out.WriteString("# " + line + "\n")
	}
	if set == nil {
		fmt.Fprintf(out, "#%s: %s\n", name, about.example)
		return nil
	}
	enc := yaml.NewEncoder(out)
	enc.SetIndent(2)
	if err := enc.Encode(&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{plain(name), set}}); err != nil {
		return err
	}
	return enc.Close()
}
