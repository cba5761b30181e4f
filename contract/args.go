package contract

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
)

// arguments are those of the command that makes the step, but for the flags
// that every step gets.
func (s *Step) arguments(f *File, vars variables) ([]string, error) {
	args := []string{s.Verb}
	switch s.Verb {
	case Trigger, Replay:
		for _, word := range s.words() {
			text := vars.of(word)
			if strings.HasPrefix(text, "-") {
				return nil, fmt.Errorf("%s %s is not a name", s.Verb, quote(text))
			}
			args = append(args, text)
		}
	case Send:
		text, err := f.data(s.subject, vars)
		if err != nil {
			return nil, err
		}
		args = append(args, "--data="+text)
	case Wait:
		args = append(args, "--event="+vars.of(s.subject))
	}
	return s.flags(args, f, vars)
}

// flags adds the flags of the step's options.
func (s *Step) flags(args []string, f *File, vars variables) ([]string, error) {
	for _, o := range s.options {
		if o.Kind == Data {
			text, err := f.data(o.value, vars)
			if err != nil {
				return nil, err
			}
			args = append(args, "--"+o.Flag+"="+text)
			continue
		}
		for _, value := range values(o.Option, o.value, vars) {
			if path, ok := strings.CutPrefix(value, "file:"); ok && o.Flag == "secret" {
				value = "file:" + f.join(path)
			}
			args = append(args, "--"+o.Flag+"="+value)
		}
	}
	return args, nil
}

func (s *Step) words() []*node {
	if s.subject.kind == listKind {
		return s.subject.items
	}
	return []*node{s.subject}
}

// has tells whether the step says something by an option itself.
func (s *Step) has(key string) bool {
	for _, o := range s.options {
		if o.Key == key {
			return true
		}
	}
	return false
}

// option is the text of an option, "" without one.
func (s *Step) option(key string, vars variables) string {
	for _, o := range s.options {
		if o.Key == key {
			return vars.of(o.value)
		}
	}
	return ""
}

// values are those of an option as its flag takes them.
func values(o Option, n *node, vars variables) []string {
	switch n.kind {
	case objectKind:
		var all []string
		for _, m := range n.members {
			all = append(all, pairText(o, m, vars))
		}
		return all
	case listKind:
		var all []string
		for _, item := range n.items {
			all = append(all, vars.of(item))
		}
		return all
	}
	return []string{vars.of(n)}
}

func pairText(o Option, m member, vars variables) string {
	switch {
	case o.Kind == Header && m.value.isNull():
		return m.key.text() + ":" // takes the header out
	case o.Kind == Header && vars.of(m.value) == "":
		return m.key.text() + ";"
	case o.Kind == Header:
		return m.key.text() + ": " + vars.of(m.value)
	case o.Flag == "set":
		return m.key.text() + "=" + typed(m.value, vars)
	}
	return m.key.text() + "=" + vars.of(m.value)
}

// typed is a value for --set, which takes for JSON what is: a text that looks
// like it gets quotes.
func typed(n *node, vars variables) string {
	text := n.appendJSON(nil, vars)
	v, _ := decode(text)
	if s, ok := v.(string); ok && !json.Valid([]byte(s)) {
		return s
	}
	return string(text)
}

// data is DATA of a command line: a file's path counts from the test file. What
// names a file stands in the test file itself, not in an answer that was saved.
func (f *File) data(n *node, vars variables) (string, error) {
	if !n.isText() {
		return string(n.appendJSON(nil, vars)), nil
	}
	text := vars.of(n)
	if path, ok := strings.CutPrefix(text, "@"); ok && strings.HasPrefix(n.text(), "@") {
		return "@" + f.join(path), nil
	}
	if strings.HasPrefix(text, "@") || text == "-" {
		return "", fmt.Errorf("the text %s would be taken for a file", quote(text))
	}
	return text, nil
}

// join is a path from the file's folder.
func (f *File) join(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(f.Dir, path)
}
