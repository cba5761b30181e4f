package cmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v4"
)

// A setting is a flag's value that may also come from the environment, from
// the project's hooks.yaml or from the user's config.yaml. The flag wins, then
// the environment, then the project, then the user, then the default.

// configLimit is how large a settings file may be, in bytes.
const configLimit = 1 << 20

// settingKind is what a settings file holds under a key.
type settingKind int

const (
	oneValue       settingKind = iota // a scalar
	manyValue                         // a list of scalars, or one scalar
	refValues                         // a map from provider to a REF or a list of REFs
	mapValue                          // a map of scalars
	endpointValues                    // a map from names to what hooks endpoint add takes
)

// setting describes a key of hooks.yaml; as a flag its underscores are
// hyphens, as a variable it is HOOKS_ and its upper case.
type setting struct {
	key     string
	kind    settingKind
	initial string // the default, for people
	doc     string
}

func (s setting) variable() string { return "HOOKS_" + strings.ToUpper(s.key) }

// knownSettings is every key there is.
func knownSettings() []setting {
	return []setting{
		{"store", oneValue, "nearest .hooks upwards, else the user's", "the store's directory"},
		{"color", oneValue, "auto", "auto, always or never"},
		{"addr", oneValue, defaultAddr, "where listen listens"},
		{"forward", manyValue, "", "targets that listen forwards to"},
		{"route", manyValue, "", "GLOB=TARGET: event types with a target of their own"},
		{"events", manyValue, "", "globs of the event types that listen forwards"},
		{"provider", oneValue, "auto to receive, the catalog's to send", "whose scheme signs"},
		{"secret", manyValue, "the store's own", "REFs of signing secrets"},
		{"secrets", refValues, "", "per provider: a REF or a list of them"},
		{"endpoints", endpointValues, "", "by name: url, and what hooks endpoint add takes as flags"},
		{"tolerance", oneValue, "the provider's", "how far a timestamp may be off"},
		{"url", oneValue, "", "the public URL, for schemes that sign it"},
		{"params", mapValue, "", "values only the operator knows: key_id, webhook_id, …"},
		{"timeout", oneValue, "30s", "limit of one exchange with a target"},
		{"no_handshake", manyValue, "", "handshakes that listen does not answer, or all"},
		{"retry", oneValue, "the sender's", "delays after which listen makes a failed forward again"},
		{"durable", oneValue, "false", "fsync before an answer: survives a power failure, too"},
		{"keep_age", oneValue, "never", "when listen forgets finished deliveries, as in 30d"},
		{"keep_count", oneValue, "all", "how many deliveries listen keeps"},
		{"keep_size", oneValue, "all", "how much listen keeps of what was recorded"},
		{"rate", oneValue, "none", "requests that listen accepts, as in 10/s"},
		{"rate_per_ip", oneValue, "none", "the same from one address"},
		{"max_body", oneValue, "32MiB", "largest body that listen takes"},
		{"max_memory", oneValue, "128MiB", "bodies that listen holds in memory"},
		{"max_conns", oneValue, "1024", "connections that listen holds at once"},
		{"max_target", oneValue, "16KiB", "longest request target that listen takes"},
		{"max_headers", oneValue, "256", "header lines that listen takes"},
		{"max_header_bytes", oneValue, "64KiB", "largest header block that listen takes"},
		{"header_timeout", oneValue, "10s", "limit of reading a header"},
		{"body_timeout", oneValue, "10s", "limit of silence within a body"},
		{"idle_timeout", oneValue, "120s", "how long listen keeps an idle connection"},
		{"to", oneValue, "the running listener", "where trigger and send send to"},
		{"ascii", oneValue, "false", "draw the terminal UI without box characters"},
		{"mouse", oneValue, "true", "mouse in the terminal UI"},
	}
}

// entry is a value with the place that it came from.
type entry struct {
	values []string
	origin string
}

// settings are the values of all files and variables, the nearest first.
type settings struct {
	entries  map[string][]entry  // by key, strongest first
	secrets  map[string][]string // by provider: REFs
	params   map[string]string
	declared []declaration   // endpoints
	files    []string        // that were read, project first
	project  string          // the project's file, "" without one
	user     string          // the user's, "" where there is no place for it
	known    func() []string // providers, for the names under secrets
}

func (a *app) newSettings() *settings {
	return &settings{entries: map[string][]entry{}, secrets: map[string][]string{}, params: map[string]string{}, known: a.providers().IDs}
}

// loadSettings reads what there is; a missing file is no error unless --config
// named it.
func loadSettings(a *app) (*settings, error) {
	s := a.newSettings()
	for _, known := range knownSettings() {
		if known.kind == refValues || known.kind == mapValue || known.kind == endpointValues {
			continue
		}
		if text, ok := a.lookup(known.variable()); ok {
			values := []string{text}
			if known.kind == manyValue {
				values = strings.Split(text, ",")
			}
			s.add(known.key, entry{values, known.variable()})
		}
	}
	s.project = orElse(a.configPath, a.upwards("hooks.yaml"))
	if dir, err := a.configDir(); err == nil {
		s.user = filepath.Join(dir, "config.yaml")
	}
	for _, path := range []string{s.project, s.user} {
		if path == "" {
			continue
		}
		if err := s.read(path); err != nil && !(os.IsNotExist(err) && path != a.configPath) {
			return nil, asConfigError(path, err)
		}
		a.judgeSettingsFile(path)
	}
	return s, nil
}

func (s *settings) add(key string, e entry) { s.entries[key] = append(s.entries[key], e) }

// asConfigError tells a file that cannot be read from one that is wrong.
func asConfigError(path string, err error) error {
	if _, ok := err.(*failure); ok {
		return err
	}
	if os.IsNotExist(err) {
		return usageError("no such settings file: %s", path)
	}
	return environmentError("cannot read %s: %s", path, cause(err))
}

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

func configError(format string, args ...any) *failure {
	return &failure{exit: exitUsage, code: "config", message: fmt.Sprintf(format, args...)}
}

// configErrorAt is a mistake at a place in a settings file, which is shown.
func configErrorAt(path string, n *yaml.Node, format string, args ...any) *failure {
	f := configError("%s:%d:%d: %s", path, n.Line, n.Column, fmt.Sprintf(format, args...))
	f.excerpt = excerpt{row: n.Line, column: n.Column}
	return f
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

// configurable marks flags whose value may come from the settings: the same
// name may mean a filter elsewhere.
func configurable(flags *pflag.FlagSet, names ...string) {
	for _, name := range names {
		f := flags.Lookup(name)
		f.Annotations = map[string][]string{"setting": {strings.ReplaceAll(name, "-", "_")}}
	}
}

// apply sets the marked flags that the command line left alone.
func (s *settings) apply(flags *pflag.FlagSet) error {
	var failed error
	flags.VisitAll(func(f *pflag.Flag) {
		key := f.Annotations["setting"]
		if failed != nil || f.Changed || len(key) == 0 || len(s.entries[key[0]]) == 0 {
			return
		}
		e := s.entries[key[0]][0]
		for _, v := range e.values {
			if err := f.Value.Set(v); err != nil {
				failure := badValue("--"+f.Name, f, v, err)
				failure.code = "config"
				failure.message = e.origin + ": " + failure.message
				failed = failure
				return
			}
		}
	})
	return failed
}

// first is a setting's value, or the first of its values, "" if it is not set.
func (s *settings) first(key string) string {
	if len(s.entries[key]) == 0 || len(s.entries[key][0].values) == 0 {
		return ""
	}
	return s.entries[key][0].values[0]
}
