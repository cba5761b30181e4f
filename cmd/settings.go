package cmd

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"
)

// A setting is a flag's value that may also come from the environment, from
// the project's hooks.yaml or from the user's config.yaml. The flag wins, then
// the environment, then the project, then the user, then the default.

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
		{"validate", oneValue, validateWarn, "warn, off or reject: payloads that break the catalog's schema"},
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
