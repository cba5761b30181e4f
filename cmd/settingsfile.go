package cmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// configLimit is how large a settings file may be, in bytes.
const configLimit = 1 << 20

func (s *settings) read(path string) error {
	text, err := readFile(path, configLimit)
	switch {
	case errors.Is(err, errTooLong):
		return configError("%s: larger than 1 MiB", path)
	case errors.Is(err, errNothingCame):
		return configError("%s: %s", path, err)
	case err != nil:
		return err
	}
	s.files = append(s.files, path)
	return s.parse(path, text)
}

// parse takes a settings file's keys, all or none.
func (s *settings) parse(path string, text []byte) error {
	err := s.takeAll(path, text)
	if f, ok := err.(*failure); ok && f.excerpt.row > 0 {
		f.excerpt = excerptOf(string(text), f.excerpt.row, f.excerpt.column)
	}
	return err
}

func (s *settings) takeAll(path string, text []byte) error {
	loader, err := yaml.NewLoader(strings.NewReader(string(text)))
	if err != nil {
		return configError("%s: %s", path, err)
	}
	var doc, second yaml.Node
	if err := loader.Load(&doc); err == io.EOF {
		return nil // empty: the defaults
	} else if err != nil {
		return yamlFailure(path, err)
	}
	if err := loader.Load(&second); err != nil && err != io.EOF {
		return yamlFailure(path, err)
	} else if err == nil {
		return configError("%s:%d: a settings file is one document", path, second.Line)
	}
	if len(doc.Content) == 0 || doc.Content[0].Tag == "!!null" {
		return nil
	}
	top := doc.Content[0]
	if top.Kind != yaml.MappingNode {
		return configErrorAt(path, top, "must be a map of settings")
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(top.Content); i += 2 {
		key, val := top.Content[i], top.Content[i+1]
		if seen[key.Value] {
			return configErrorAt(path, key, "%s is given twice", key.Value)
		}
		seen[key.Value] = true
		if err := s.take(path, key, val); err != nil {
			return err
		}
	}
	return nil
}

func (s *settings) take(path string, key, val *yaml.Node) error {
	known := knownSettings()
	i := slices.IndexFunc(known, func(k setting) bool { return k.key == key.Value })
	at := fmt.Sprintf("%s:%d", path, key.Line)
	if i < 0 {
		var names []string
		for _, k := range known {
			names = append(names, k.key)
		}
		return configError("%s:%d:%d: unknown setting %q", path, key.Line, key.Column, cut(key.Value)).
			withHint("%s", orElse(didYouMean(key.Value, names), "see hooks config show"))
	}
	switch known[i].kind {
	case endpointValues:
		return s.declare(path, val)
	case refValues:
		return eachPair(path, val, func(name string, v *yaml.Node) error {
			if ids := s.known(); !slices.Contains(ids, name) {
				return configError("%s:%d:%d: unknown provider %q", path, v.Line, v.Column, cut(name)).
					withHint("%s", orElse(didYouMean(name, ids), "hooks provider list shows them all"))
			}
			refs, err := scalars(path, v, true)
			if _, nearer := s.secrets[name]; !nearer {
				s.secrets[name] = refs
			}
			return err
		})
	case mapValue:
		return eachPair(path, val, func(name string, v *yaml.Node) error {
			text, err := scalars(path, v, false)
			if _, nearer := s.params[name]; err == nil && !nearer {
				s.params[name] = text[0]
			}
			return err
		})
	default:
		values, err := scalars(path, val, known[i].kind == manyValue)
		if key.Value == "store" && err == nil && values[0] != "" && !filepath.IsAbs(values[0]) {
			values[0] = filepath.Join(filepath.Dir(path), values[0]) // from wherever in the project it is used
		}
		s.add(key.Value, entry{values, at})
		return err
	}
}

func eachPair(path string, n *yaml.Node, take func(string, *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return configErrorAt(path, n, "must be a map")
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if err := take(n.Content[i].Value, n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// scalars returns the text of a scalar, or of a list of them where several may
// stand.
func scalars(path string, n *yaml.Node, several bool) ([]string, error) {
	switch {
	case n.Kind == yaml.ScalarNode:
		return []string{n.Value}, nil
	case n.Kind == yaml.SequenceNode && several:
		var values []string
		for _, item := range n.Content {
			if item.Kind != yaml.ScalarNode {
				return nil, configErrorAt(path, item, "must be a list of plain values")
			}
			values = append(values, item.Value)
		}
		return values, nil
	default:
		return nil, configErrorAt(path, n, "must be a plain value")
	}
}

// yamlFailure says where a file is no YAML, and why.
func yamlFailure(path string, err error) *failure {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return configError("%s: %s", path, err)
	}
	f := configErrorAt(path, &yaml.Node{Line: max(1, load.Mark.Line), Column: max(1, load.Mark.Column)}, "%s", load.Message)
	if strings.Contains(load.Message, "cannot start any token") {
		return f.withHint("indent with spaces, not with tabs, and quote values that begin with @ or `")
	}
	return f
}

func configError(format string, args ...any) *failure {
	return &failure{exit: exitUsage, code: "config", message: fmt.Sprintf(format, args...)}
}

// configErrorAt is a mistake at a place in a settings file, which is shown.
func configErrorAt(path string, n *yaml.Node, format string, args ...any) *failure {
	f := configError("%s:%d:%d: %s", path, n.Line, n.Column, fmt.Sprintf(format, args...))
	f.excerpt = excerpt{row: n.Line, column: n.Column}
	return f
}

// asConfigError tells a file that cannot be read from one that is wrong.
func asConfigError(path string, err error) error {
	if _, ok := err.(*failure); ok {
		return err
	}
	if os.IsNotExist(err) {
		return usageError("no such settings file: %s", path).withHint("hooks init writes one")
	}
	return environmentError("cannot read %s: %s", path, cause(err))
}
