package catalog

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// documents are the files of a source that were read so far.
type documents struct {
	source string
	root   *os.Root // nil: there is one text alone
	read   map[string]*node
	// problems are those of each file that was read, to which more can be added.
	problems map[string]*problems
	size     int
	errs     []error
}

func newDocuments(source string, root *os.Root) *documents {
	return &documents{source: source, root: root, read: map[string]*node{}, problems: map[string]*problems{}}
}

// fault is what is wrong with the files that were read.
func (d *documents) fault() error {
	all := d.errs
	for _, name := range slices.Sorted(maps.Keys(d.problems)) {
		if errs := d.problems[name]; len(errs.errs) > 0 {
			all = append(all, errs.sorted())
		}
	}
	return errors.Join(all...)
}

// load reads a file of the source's folder once.
func (d *documents) load(name string) (*node, error) {
	if n, ok := d.read[name]; ok {
		return n, nil
	}
	if d.root == nil {
		return nil, &ImportError{d.source, "refers to the file " + quote(name), "give the file itself: what comes from stdin refers to no other"}
	}
	info, err := d.root.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return nil, &ImportError{Source: filepath.Join(d.root.Name(), name), Message: "no such file inside the folder of the source"}
	}
	f, err := d.root.Open(name)
	if err != nil {
		return nil, importFault(name, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxImport+1))
	if err != nil {
		return nil, importFault(name, err)
	}
	return d.parse(name, text)
}

func (d *documents) parse(name string, text []byte) (*node, error) {
	if d.size += len(text); d.size > 2*maxImport {
		return nil, &ImportError{d.source, fmt.Sprintf("its files have more than %d MiB", 2*maxImport>>20), ""}
	}
	errs := &problems{file: d.path(name), data: withoutMark(text), limit: maxImport, foreign: true}
	n := readNodes(errs)
	if len(errs.errs) > 0 {
		return nil, errs.sorted()
	}
	if n.kind != objectKind && typeList(n) == nil && d.root == nil {
		return nil, &ImportError{d.source, "is " + n.kind.String() + ", not a specification", "give OpenAPI, AsyncAPI, a catalog or a list of event types"}
	}
	d.read[name], d.problems[name] = n, errs
	return n, nil
}

// path is a file of the source as its user calls it.
func (d *documents) path(name string) string {
	if d.root == nil {
		return name
	}
	return filepath.Join(d.root.Name(), filepath.FromSlash(name))
}

// expect tells whether a value is of a kind, and says where it is not: nothing is
// not a mistake.
func (d *documents) expect(n *node, file string, want kind, what string) bool {
	if n == nil {
		return false
	}
	if n.kind != want {
		d.wrong(n, file, "%s is %s, not %s", what, n.kind, want)
	}
	return n.kind == want
}

// wrong is a mistake at a place of a file.
func (d *documents) wrong(n *node, file, format string, args ...any) *Error {
	errs := d.problems[file]
	if errs == nil {
		errs = &problems{file: d.source}
	}
	for _, e := range errs.errs { // a reference may be looked at twice
		if line, column := n.place.resolve(errs.data); e.Line == line && e.Column == column {
			return e
		}
	}
	return errs.add(n.place, format, args...)
}

// follow finds what a reference in a file leads to: itself where it is none. The
// chain of references is bounded.
func (d *documents) follow(n *node, file string) (*node, string) {
	for range 32 {
		ref := n.get("$ref")
		if n.kind != objectKind || ref == nil || ref.kind != stringKind {
			return n, file
		}
		to, in, _ := d.target(ref, file)
		if to == nil {
			return &node{kind: objectKind}, file
		}
		n, file = to, in
	}
	return &node{kind: objectKind}, file
}

// target finds the place of a reference: the value, its file and its pointer.
func (d *documents) target(ref *node, file string) (n *node, in, pointer string) {
	name, fragment, _ := strings.Cut(ref.text, "#")
	in = file
	if name != "" {
		if strings.Contains(name, ":") || strings.HasPrefix(name, "/") {
			d.wrong(ref, file, "the reference %s leads out of the folder: nothing is fetched", quote(ref.text)).Fix = "put a copy beside the source, and refer to that"
			return nil, file, ""
		}
		if in = d.beside(filepath.FromSlash(name), file); !filepath.IsLocal(filepath.FromSlash(in)) {
			d.wrong(ref, file, "the reference %s leads out of the folder of the source", quote(ref.text)).Fix = "import from a folder that holds both, or put a copy beside the source"
			return nil, file, ""
		}
	}
	root, err := d.load(in)
	if err != nil {
		var missing *ImportError
		if errors.As(err, &missing) {
			d.wrong(ref, file, "the reference %s: %s", quote(ref.text), missing.Message).Fix = missing.Fix
		} else {
			d.errs = append(d.errs, err)
		}
		return nil, file, ""
	}
	pointer = unescapeFragment(fragment)
	if pointer == "" {
		return root, in, ""
	}
	p, perr := parsePointer(pointer)
	if perr == nil {
		n = root.at(p)
	}
	if n == nil {
		e := d.wrong(ref, file, "the reference %s leads nowhere", quote(ref.text))
		if at := strings.LastIndexByte(pointer, '/'); at >= 0 {
			if parent, err := parsePointer(pointer[:at]); err == nil {
				if holder := root.at(parent); holder != nil && e.known == nil {
					e.word = pointer[at+1:]
					for _, m := range holder.members {
						e.known = append(e.known, m.key)
					}
				}
			}
		}
	}
	return n, in, pointer
}

// beside is the file that a reference in another names: from the folder of that
// one, or, as schemas with an $id have it, from the folder of the source.
func (d *documents) beside(name, file string) string {
	near := filepath.ToSlash(filepath.Join(filepath.Dir(file), name))
	if d.root == nil {
		return near
	}
	if _, err := d.root.Stat(near); err != nil {
		if _, err := d.root.Stat(name); err == nil {
			return filepath.ToSlash(filepath.Clean(name))
		}
	}
	return near
}
