package catalog

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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

func (d *documents) fault() error { return errors.Join(d.errs...) }

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
	errs := &problems{file: name, data: withoutMark(text), limit: maxImport}
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

// follow finds what a reference in a file leads to: itself where it is none. The
// chain of references is bounded.
func (d *documents) follow(n *node, file string) (*node, string) {
	for range 32 {
		ref := n.get("$ref")
		if n.kind != objectKind || ref == nil || ref.kind != stringKind {
			return n, file
		}
		to, in, _ := d.target(ref.text, file)
		if to == nil {
			return &node{kind: objectKind}, file
		}
		n, file = to, in
	}
	return &node{kind: objectKind}, file
}

// target finds the place of a reference: the value, its file and its pointer.
func (d *documents) target(ref, file string) (n *node, in, pointer string) {
	name, fragment, _ := strings.Cut(ref, "#")
	in = file
	if name != "" {
		if strings.Contains(name, ":") || strings.HasPrefix(name, "/") {
			d.refuse("the reference %s leads out of the folder: nothing is fetched", ref)
			return nil, file, ""
		}
		in = d.beside(filepath.FromSlash(name), file)
	}
	root, err := d.load(in)
	if err != nil {
		d.errs = append(d.errs, err)
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
		d.refuse("the reference %s leads nowhere", ref)
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

func (d *documents) refuse(format, ref string) {
	if len(d.errs) < maxErrors {
		d.errs = append(d.errs, &ImportError{Source: d.source, Message: fmt.Sprintf(format, quote(ref))})
	}
}
