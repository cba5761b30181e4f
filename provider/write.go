package provider

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/hooks-cli/hooks/sign"
)

// Write returns the provider file of a scheme, as the registry reads it back.
// Its evidence is assumed: somebody has to say better. Notes stand above it as
// comments. The error is a *FileError, as the file itself would give.
func Write(id string, spec sign.Spec, notes ...string) ([]byte, error) {
	file := id + extension
	if err := nameError(id); err != nil {
		return nil, &FileError{File: file, Err: err}
	}
	if _, err := sign.New(spec); err != nil {
		return nil, &FileError{File: file, Err: err}
	}
	text, err := writeFile(id, spec, notes)
	if err != nil {
		return nil, &FileError{File: file, Err: err}
	}
	doc, err := parseDocument(file, text)
	if err != nil {
		return nil, err
	}
	if _, err := build(id, doc); err != nil {
		return nil, err
	}
	return text, nil
}

func writeFile(id string, spec sign.Spec, notes []string) ([]byte, error) {
	var out bytes.Buffer
	for _, note := range notes {
		for line := range strings.SplitSeq(note, "\n") {
			out.WriteString("# " + strings.Map(printable, line) + "\n")
		}
	}
	w := &fileWriter{top: &yaml.Node{Kind: yaml.MappingNode}}
	w.set("id", plain(id))
	w.set("evidence", plain(EvidenceAssumed))
	w.scheme(spec)
	if w.err != nil {
		return nil, w.err
	}
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(w.top); err != nil {
		return nil, err
	}
	return out.Bytes(), enc.Close()
}

// printable keeps a note inside its comment.
func printable(r rune) rune {
	if r < ' ' || r == 0x7f || r == '\u0085' || r == '\u2028' || r == '\u2029' {
		return ' '
	}
	return r
}

// fileWriter builds the document in the order in which the files are written.
type fileWriter struct {
	top *yaml.Node
	err error
}

func (w *fileWriter) set(name string, v *yaml.Node) {
	if v != nil {
		w.top.Content = append(w.top.Content, plain(name), v)
	}
}

func (w *fileWriter) scheme(s sign.Spec) {
	if w.code(&s); w.err != nil {
		return
	}
	w.set("alg", oneOrList(s.Alg, plain))
	w.set("enc", optionalText(s.Enc))
	w.set("key", optionalText(s.Key))
	w.set("pub", optionalText(s.Pub))
	w.set("content", oneOrList(s.Content, quoted))
	w.set("ts", timeNode(s.TS))
	if s.List != "" {
		w.set("list", quoted(s.List))
	}
	for _, place := range []sign.Place{sign.InHeader, sign.InJSON, sign.InForm, sign.InQuery} {
		w.set(string(place), w.fields(s.Fields, place))
	}
	w.set("strict", flag(s.Strict))
	w.set("continue", flag(s.Continue))
	w.set("check", w.checks(s.Checks))
	w.set("aliases", aliasNode(s.Aliases))
	w.set("send_headers", w.fields(s.SendExtra, sign.InHeader))
	w.set("params", paramNode(s.Params))
}

func plain(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
}

// quoted is for notation, which YAML would take for a mapping or a comment.
func quoted(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Style: yaml.DoubleQuotedStyle}
}

func optionalText(text string) *yaml.Node {
	if text == "" {
		return nil
	}
	return plain(text)
}

func flag(set bool) *yaml.Node {
	if !set {
		return nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"}
}

// oneOrList writes a list of one as the one.
func oneOrList(texts []string, node func(string) *yaml.Node) *yaml.Node {
	switch len(texts) {
	case 0:
		return nil
	case 1:
		return node(texts[0])
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, text := range texts {
		list.Content = append(list.Content, node(text))
	}
	return list
}

func timeNode(ts *sign.TimeSpec) *yaml.Node {
	if ts == nil {
		return nil
	}
	n := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	add := func(name string, v *yaml.Node) { n.Content = append(n.Content, plain(name), v) }
	add("unit", plain(ts.Unit))
	if ts.Tolerance > 0 {
		add("tolerance", plain(durationText(ts.Tolerance)))
	}
	if ts.PastOnly {
		add("future", plain("unbounded"))
	}
	if ts.Optional {
		add("optional", flag(true))
	}
	return n
}

// durationText writes 300s, not 5m0s.
func durationText(d time.Duration) string {
	if d%time.Second == 0 {
		return strconv.FormatInt(int64(d/time.Second), 10) + "s"
	}
	return d.String()
}

// fields are the places of one kind, by name.
func (w *fileWriter) fields(fields []sign.Field, place sign.Place) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, f := range fields {
		if f.Place == place {
			w.member(n, f.Name, oneOrList(f.Templates, quoted))
		}
	}
	return unlessEmpty(n)
}

// member adds a name that must not be there: a file cannot say it twice.
func (w *fileWriter) member(n *yaml.Node, name string, v *yaml.Node) {
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			w.err = errors.Join(w.err, fmt.Errorf("%s is there twice", name))
		}
	}
	n.Content = append(n.Content, plain(name), v)
}

func (w *fileWriter) checks(checks []sign.Field) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, c := range checks {
		w.member(n, strings.TrimSuffix(string(c.Place), "s")+"."+c.Name, quoted(c.Templates[0]))
	}
	return unlessEmpty(n)
}

func aliasNode(aliases map[string][]string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, name := range slices.Sorted(maps.Keys(aliases)) {
		n.Content = append(n.Content, plain(name), oneOrList(aliases[name], plain))
	}
	return unlessEmpty(n)
}

func paramNode(params map[string]string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		n.Content = append(n.Content, plain(name), quoted(params[name]))
	}
	return unlessEmpty(n)
}

func unlessEmpty(n *yaml.Node) *yaml.Node {
	if len(n.Content) == 0 {
		return nil
	}
	return n
}
