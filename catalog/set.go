package catalog

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Set is the catalogs of some folders and, behind them, the built-in ones. It
// may be used by several goroutines.
type Set struct {
	dirs []string

	mu      sync.Mutex
	sources []*source // nearest first; nil before the first use
	entries []entryRef
	byName  map[string][]int // indexes into entries
	err     error
}

// entryRef is a type that a Set knows: the nearest of its catalog and name.
type entryRef struct {
	source   *source
	index    int
	replaces string
}

func (e entryRef) name() string      { return e.source.names[e.index] }
func (e entryRef) qualified() string { return e.source.catalog + ":" + e.name() }

// Open returns the set of the catalogs in dirs, nearest first, and of those
// built in. A folder that does not exist has none. Nothing is read before the
// set is asked; a mistake in any file is then the answer to every question, so
// that no event is sent from half a catalog. Of a JSON file of more than 1 MiB
// only the types that are asked for are looked into; validation and Catalogs
// look at all of it.
func Open(dirs ...string) *Set { return &Set{dirs: dirs} }

// Find returns the type that ref names: a type (payment.succeeded) or
// catalog:type, where the id of the catalog's provider will do, too. Where
// several catalogs know a type, the first catalog or provider of prefer that
// does decides. Errors: *UnknownError, *AmbiguousError, those of Load.
func (s *Set) Find(ref string, prefer ...string) (*EventType, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return nil, err
	}
	if catalog, name, ok := strings.Cut(ref, ":"); ok {
		if found := s.in(s.byName[name], catalog); len(found) > 0 {
			return s.entry(found[0])
		}
	}
	found := s.byName[ref]
	for _, want := range prefer {
		if len(found) < 2 {
			break
		}
		if preferred := s.in(found, want); len(preferred) > 0 {
			found = preferred[:1]
		}
	}
	switch len(found) {
	case 0:
		return nil, s.unknown(ref)
	case 1:
		return s.entry(found[0])
	}
	e := &AmbiguousError{Ref: ref}
	for _, i := range found {
		e.Choices = append(e.Choices, s.entries[i].qualified())
	}
	return nil, e
}

// in returns those of the entries that belong to a catalog or, if there are
// none, to a provider.
func (s *Set) in(entries []int, word string) []int {
	var found, sent []int
	for _, i := range entries {
		if s.entries[i].source.catalog == word {
			found = append(found, i)
		} else if s.entries[i].source.provider == word {
			sent = append(sent, i)
		}
	}
	if len(found) > 0 {
		return found
	}
	return sent
}

// unknown chooses what ref could have meant by how far it is right.
func (s *Set) unknown(ref string) *UnknownError {
	var names, qualified, catalogs []string
	catalog, _, isQualified := strings.Cut(ref, ":")
	for _, e := range s.entries {
		names = append(names, e.name())
		catalogs = append(catalogs, e.source.catalog)
		if e.source.is(catalog) {
			qualified = append(qualified, catalog+":"+e.name())
		}
	}
	switch {
	case !isQualified:
		return &UnknownError{UnknownType, ref, sorted(names)}
	case len(qualified) > 0:
		return &UnknownError{UnknownType, ref, sorted(qualified)}
	default:
		return &UnknownError{UnknownCatalog, catalog, sorted(catalogs)}
	}
}

// List returns every type: catalog by catalog, nearest first, in the order of
// the files. Of types that replace each other only the nearest is there.
func (s *Set) List() ([]*EventType, error) {
	return s.list(func(*source) bool { return true })
}

// ForProvider returns the types that the provider sends by default, or those
// of the catalog of that name. It is empty for a provider without a catalog.
func (s *Set) ForProvider(id string) ([]*EventType, error) {
	return s.list(func(from *source) bool { return from.is(id) })
}

// Catalogs returns every catalog as it is in its file, nearest first. Several
// may have one name: a project's may add to one that is built in.
func (s *Set) Catalogs() ([]*Catalog, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return nil, err
	}
	var all []*Catalog
	for _, from := range s.sources {
		c, err := from.get()
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// Name is a reference to an event type, and the title of that type.
type Name struct{ Ref, Title string }

// Names returns every reference that Find accepts without a preference, for
// completion: types that one catalog knows, and catalog:type for all. It reads
// no built-in catalog whole.
func (s *Set) Names() ([]Name, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return nil, err
	}
	titles := map[*source][]string{}
	var names []Name
	for _, e := range s.entries {
		if titles[e.source] == nil {
			titles[e.source] = e.source.titles()
		}
		title := titles[e.source][e.index]
		if len(s.byName[e.name()]) == 1 {
			names = append(names, Name{e.name(), title})
		}
		names = append(names, Name{e.qualified(), title})
	}
	slices.SortFunc(names, func(a, b Name) int { return strings.Compare(a.Ref, b.Ref) })
	return names, nil
}

// Ref is the shortest reference to t that Find accepts without a preference:
// the type, or catalog:type where several catalogs know it.
func (s *Set) Ref(t *EventType) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byName[t.Name]) == 1 {
		return t.Name
	}
	return t.Qualified()
}

// Load reads the folders, so that mistakes in them show now. The error joins
// the *Error and Errors of all files.
func (s *Set) Load() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.load()
}

func (s *Set) list(want func(*source) bool) ([]*EventType, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return nil, err
	}
	var all []*EventType
	for i, e := range s.entries {
		if !want(e.source) {
			continue
		}
		t, err := s.entry(i)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

func (s *Set) entry(i int) (*EventType, error) {
	e := s.entries[i]
	t, err := e.source.one(e.index)
	if err != nil {
		return nil, err
	}
	t.Replaces = e.replaces
	return t, nil
}

// load reads the folders and the names of the built-in catalogs, once.
func (s *Set) load() error {
	if s.byName != nil || s.err != nil {
		return s.err
	}
	s.byName = map[string][]int{}
	for _, dir := range s.dirs {
		if s.err = s.addFolder(dir); s.err != nil {
			return s.err
		}
	}
	own, err := builtins()
	if err != nil {
		s.err = fmt.Errorf("read the built-in catalogs: %w", err)
		return s.err
	}
	for _, from := range own {
		s.add(from)
	}
	return nil
}

func (s *Set) addFolder(dir string) error {
	folder, err := readFolder(dir)
	if err != nil {
		return err
	}
	first := len(s.sources)
	for _, from := range folder {
		if err := clash(from, s.sources[first:]); err != nil {
			return err
		}
		s.add(from)
	}
	return nil
}

// clash refuses two files of one folder that describe one type: which of them
// is nearer, nobody could say.
func clash(from *source, beside []*source) error {
	known := map[string]string{}
	for _, other := range beside {
		if other.catalog != from.catalog {
			continue
		}
		for _, name := range other.names {
			known[name] = other.file
		}
	}
	for _, name := range from.names {
		if file, ok := known[name]; ok {
			return Errors{{File: from.file, Message: fmt.Sprintf("the event type %s is in %s, too", quote(from.catalog+":"+name), file)}}
		}
	}
	return nil
}

func (s *Set) add(from *source) {
	s.sources = append(s.sources, from)
	for i, name := range from.names {
		if nearer := s.nearer(from.catalog, name); nearer != nil {
			if nearer.replaces == "" {
				nearer.replaces = from.file
			}
			continue
		}
		s.byName[name] = append(s.byName[name], len(s.entries))
		s.entries = append(s.entries, entryRef{source: from, index: i})
	}
}

func (s *Set) nearer(catalog, name string) *entryRef {
	for _, i := range s.byName[name] {
		if s.entries[i].source.catalog == catalog {
			return &s.entries[i]
		}
	}
	return nil
}
