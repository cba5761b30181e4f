package provider

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// maxProblems is how many mistakes, and how many risks, a report lists.
const maxProblems = 20

// Report is what a look at one provider file found.
type Report struct {
	File     string
	ID       string       // "" where neither the file nor its name says it
	Errors   []*FileError // in the order of the text, at most 20
	Warnings []*FileError // the same of what works and is risky
	More     int          // mistakes and risks beyond those
}

// OK is true for a file that can be used.
func (r Report) OK() bool { return len(r.Errors) == 0 }

// Files are the provider files in the registry's folders, those that no name
// leads to among them. What is built in is none.
func (r *Registry) Files() []string {
	var out []string
	for _, src := range r.sources {
		if src.dir == "" {
			continue
		}
		entries, _ := fs.ReadDir(src.files, ".")
		for _, e := range entries {
			if ext := filepath.Ext(e.Name()); !e.IsDir() && (ext == extension || ext == ".yml") {
				out = append(out, src.path(e.Name()))
			}
		}
	}
	return out
}

// Check reads a file as Get does, and says all that is wrong with it and all
// that is risky about how it signs. The file's name decides which provider it
// is; text that comes from elsewhere says it itself.
func (r *Registry) Check(file string, text []byte) Report {
	out := r.check(file, text)
	for _, e := range slices.Concat(out.Errors, out.Warnings) {
		_ = sourced(e, file, text) // which is e
	}
	return out
}

func (r *Registry) check(file string, text []byte) Report {
	out := Report{File: file}
	if len(text) > MaxFileSize {
		out.add(&FileError{File: file, Err: errTooLarge})
		return out
	}
	doc, wrong := readDocument(file, text)
	if doc == nil {
		out.add(wrong...)
		return out
	}
	id, misnamed := identify(file, doc)
	out.ID = id
	var failed []string
	twin, err := r.inherit(doc)
	if err != nil {
		failed = []string{"like"}
		wrong = append(wrong, doc.fields["like"].wrong(err)...)
	}
	p, more := understand(id, doc, failed...)
	out.add(slices.Concat(misnamed, wrong, more)...)
	if out.OK() {
		p.twin = twin
		out.warn(r.risks(p, doc)...)
	}
	return out
}

// identify finds out whose file it is: the registry goes by the name of the
// file alone.
func identify(file string, doc *document) (id string, wrong []*FileError) {
	v, given := doc.fields["id"]
	if given {
		id, _ = v.text()
	}
	name := filepath.Base(file)
	place := func(what, fix string) []*FileError { return []*FileError{{File: file, Err: &advice{what, fix}}} }
	byName, ok := strings.CutSuffix(name, extension)
	switch err := nameError(byName); {
	case ok && err != nil:
		return byName, place(err.Error(), "rename the file")
	case ok:
		return byName, nil
	case strings.HasSuffix(name, ".yml"):
		stem := strings.TrimSuffix(name, ".yml")
		return stem, place("only files that end in .yaml are read", "rename it to "+stem+extension)
	case given && id != "":
		return id, v.wrong(nameError(id))
	}
	return id, nil
}

// add keeps the first mistakes in the order of the text. A second one in the
// same place follows from the first.
func (r *Report) add(wrong ...*FileError) {
	seen := map[[2]int]bool{}
	wrong = slices.DeleteFunc(wrong, func(e *FileError) bool {
		at := [2]int{e.Line, e.Column}
		again := e.Line > 0 && e.File == r.File && seen[at]
		seen[at] = true
		return again
	})
	inTextOrder(wrong)
	r.Errors = r.atMost(wrong)
}

func (r *Report) warn(risks ...*FileError) {
	inTextOrder(risks)
	r.Warnings = r.atMost(risks)
}

func (r *Report) atMost(all []*FileError) []*FileError {
	n := min(len(all), maxProblems)
	r.More += len(all) - n
	return all[:n:n]
}

// place is where the first of the named fields stands in the document itself,
// not in the one it is like.
func (d *document) place(names ...string) (value, bool) {
	for _, name := range names {
		if v, ok := d.fields[name]; ok && v.file == d.file {
			return v, true
		}
	}
	return value{}, false
}

// risk is a mistake in one of the named fields; of the whole file without them.
func (d *document) risk(err error, names ...string) *FileError {
	var placed *FileError
	if v, ok := d.place(names...); ok && errors.As(v.wrap(err), &placed) {
		return placed
	}
	return &FileError{File: d.file, Err: err}
}
