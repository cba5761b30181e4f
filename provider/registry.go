package provider

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

//go:embed *.yaml
var builtIn embed.FS

const extension = ".yaml"

// MaxFileSize is how long a provider's file may be, in bytes: what a catalog's
// may be, and many times the longest.
const MaxFileSize = 5 << 20

// Registry finds providers. It may be used by several goroutines at once.
type Registry struct {
	sources []source

	mu       sync.Mutex
	profiles map[string]loaded
	index    *index
}

// source is a folder of provider files.
type source struct {
	dir   string // "" is built in
	files fs.FS
}

type loaded struct {
	profile *Profile
	err     error
}

// Open returns the providers in dirs, nearer ones first, before those that are
// built in. A nearer file of the same name replaces the farther one. Folders
// that do not exist, and "", are empty. Nothing is read yet.
func Open(dirs ...string) *Registry {
	r := &Registry{profiles: map[string]loaded{}}
	for _, dir := range dirs {
		if dir == "" {
			continue
		}
		r.sources = append(r.sources, source{dir, os.DirFS(dir)})
	}
	r.sources = append(r.sources, source{"", builtIn})
	return r
}

// IDs returns the names of all providers, sorted. Their files are not read.
func (r *Registry) IDs() []string {
	var ids []string
	for _, src := range r.sources {
		entries, _ := fs.ReadDir(src.files, ".")
		for _, e := range entries {
			if id, ok := strings.CutSuffix(e.Name(), extension); ok && validID(id) && !slices.Contains(reserved(), id) {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Get reads the provider with this name. The error is an *UnknownError or a
// *FileError.
func (r *Registry) Get(id string) (*Profile, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.get(id)
}

func (r *Registry) get(id string) (*Profile, error) {
	if l, ok := r.profiles[id]; ok {
		return l.profile, l.err
	}
	p, err := r.load(id)
	r.profiles[id] = loaded{p, err}
	return p, err
}

// All reads every provider. The error holds all that is wrong, in any file;
// the providers whose files are right are returned beside it.
func (r *Registry) All() ([]*Profile, error) {
	errs := []error{r.misnamed()}
	var out []*Profile
	for _, id := range r.IDs() {
		p, err := r.Get(id)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out = append(out, p)
	}
	return out, errors.Join(errs...)
}

// misnamed reports files that no name leads to.
func (r *Registry) misnamed() error {
	var errs []error
	for _, src := range r.sources {
		entries, err := fs.ReadDir(src.files, ".")
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("read providers: %w", err))
		}
		for _, e := range entries {
			id, ok := strings.CutSuffix(e.Name(), extension)
			switch {
			case ok && !validID(id):
				errs = append(errs, src.error(e.Name(), "a provider's name is a-z, 0-9 and -, at most 64 of them"))
			case ok && slices.Contains(reserved(), id):
				errs = append(errs, src.error(e.Name(), "the name has another meaning"))
			}
		}
	}
	return errors.Join(errs...)
}

func (s source) error(name, text string) error {
	return &FileError{File: s.path(name), Err: errors.New(text)}
}

func (s source) path(name string) string {
	if s.dir == "" {
		return "built in " + name
	}
	return filepath.Join(s.dir, name)
}

// load reads one file, and the one it is like.
func (r *Registry) load(id string) (*Profile, error) {
	doc, err := r.document(id)
	if err != nil {
		return nil, err
	}
	twin, err := r.inherit(doc)
	if err != nil {
		return nil, err
	}
	p, err := build(id, doc)
	if err == nil {
		p.twin, p.shape = twin, shapeOf(p.Scheme.Spec())
	}
	return p, err
}

// inherit fills a document from the one it is like, and returns the name of
// that if the document signs as it does.
func (r *Registry) inherit(doc *document) (twin string, err error) {
	v, ok := doc.fields["like"]
	if !ok {
		return "", nil
	}
	name, err := v.text()
	if err != nil {
		return "", err
	}
	base, err := r.document(name)
	if err != nil {
		return "", v.wrap(fmt.Errorf("like %s: %w", name, err))
	}
	if !doc.signs() {
		twin = name
	}
	return twin, doc.like(base)
}

func build(id string, doc *document) (*Profile, error) {
	p, wrong := understand(id, doc)
	if err := earliest(wrong); err != nil {
		return nil, sourced(err, doc.file, doc.text)
	}
	return p, nil
}

// understand makes a profile of a document, and returns all that is wrong with
// its values, but for what follows from fields that failed before. The profile
// has no scheme then.
func understand(id string, doc *document, failed ...string) (*Profile, []*FileError) {
	p := &Profile{ID: id, Name: id, File: doc.file, Evidence: EvidenceAssumed, Behaviour: Defaults(), stated: map[string]bool{}}
	p.Catalog = id
	b := &builder{doc: doc, names: fieldNames(), profile: p}
	var wrong []*FileError
	for _, f := range fields() {
		v, ok := doc.fields[f.name]
		if !ok {
			continue
		}
		p.stated[f.name] = true
		if errs := v.wrong(f.set(b, v)); len(errs) > 0 {
			wrong, failed = append(wrong, errs...), append(failed, f.name)
		}
	}
	if _, ok := doc.fields["id"]; !ok {
		wrong = append(wrong, &FileError{File: doc.file, Err: &advice{"id is missing", "id: " + cmp.Or(id, "NAME")}})
	}
	return p, append(wrong, b.compile(failed)...)
}

// document finds and parses the nearest file of that name.
func (r *Registry) document(id string) (*document, error) {
	if !validID(id) || slices.Contains(reserved(), id) {
		return nil, &UnknownError{ID: id, Known: r.IDs()}
	}
	for _, src := range r.sources {
		text, err := src.read(id + extension)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		path := src.path(id + extension)
		if err != nil {
			return nil, &FileError{File: path, Err: err}
		}
		return parseDocument(path, text)
	}
	return nil, &UnknownError{ID: id, Known: r.IDs()}
}

var errTooLarge = fmt.Errorf("larger than %d MiB", MaxFileSize>>20)

// read looks at the kind of file before it opens it: opening a pipe would wait
// for a writer.
func (s source) read(name string) ([]byte, error) {
	info, err := fs.Stat(s.files, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a file")
	}
	f, err := s.files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, MaxFileSize+1))
	if err == nil && len(text) > MaxFileSize {
		err = errTooLarge
	}
	return text, err
}

// Verify judges m as p's. When a header that p requires is missing, the
// providers p falls back to are tried, and the one that judged is returned.
func (r *Registry) Verify(p *Profile, m *sign.Message, k sign.Keys, now time.Time, tolerance *time.Duration) (*Profile, sign.Verdict) {
	v := p.Scheme.Verify(m, k, now, tolerance)
	if !missing(v) {
		return p, v
	}
	for _, id := range p.Fallback {
		other, err := r.Get(id)
		if err != nil {
			continue
		}
		if w := other.Scheme.Verify(m, k, now, tolerance); !missing(w) {
			return other, w
		}
	}
	return p, v
}

func missing(v sign.Verdict) bool {
	return v.Reason == sign.MissingHeader || v.Reason == sign.MissingSignature || v.Reason == sign.MissingTimestamp
}
