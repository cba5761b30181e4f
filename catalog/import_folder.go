package catalog

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	slash "path"
	"path/filepath"
	"slices"
	"strings"
)

// maxImportFiles is how many files of a folder are read.
const maxImportFiles = 10_000

// importFolder reads a folder of JSON Schemas or of samples. Without a format it
// is schemas if a file is called .schema.json.
func importFolder(dir string, o ImportOptions) (*Imported, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, importFault(dir, err)
	}
	defer root.Close()
	files, err := jsonFiles(dir, root)
	if err != nil {
		return nil, err
	}
	format := o.Format
	switch format {
	case "", FormatAuto:
		format = FormatSamples
		if hasAny(files, ".schema.json") && !hasAny(files, ".payload.json") {
			format = FormatJSONSchema
		}
	case FormatOpenAPI, FormatAsyncAPI:
		return nil, &ImportError{dir, "is a folder, and " + format + " is a file", "give the file: " + filepath.Join(dir, "FILE")}
	}
	im := newImporter(newDocuments(dir, root), "", o)
	if format == FormatJSONSchema {
		return im.schemaFolder(files)
	}
	for _, file := range files {
		if file != ownFile {
			im.sampleFile(file)
		}
	}
	return im.finish(format)
}

// jsonFiles returns the JSON files below a folder, by their paths; those that are
// hidden, and what is below hidden folders, are left out.
func jsonFiles(dir string, root *os.Root) ([]string, error) {
	var files []string
	err := fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.HasPrefix(d.Name(), ".") && name != "." {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.Type().IsRegular() && slash.Ext(name) == ".json" {
			files = append(files, name)
		}
		if len(files) > maxImportFiles {
			return &ImportError{dir, fmt.Sprintf("has more than %d files", maxImportFiles), "give a smaller folder"}
		}
		return nil
	})
	return files, err
}

func hasAny(files []string, ending string) bool {
	return slices.ContainsFunc(files, func(f string) bool { return strings.HasSuffix(f, ending) })
}

// schemaFolder reads files that are a schema each, or the folder that an export
// has written.
func (im *importer) schemaFolder(files []string) (*Imported, error) {
	if own := im.ownFolder(files); own != nil {
		return im.catalogFile(own, FormatJSONSchema, im.docs.problems[ownFile])
	}
	for _, file := range files {
		if file != ownFile {
			im.schemaFile(file)
		}
	}
	im.dropShared()
	return im.finish(FormatJSONSchema)
}

// schemaFile is one type: its name is the path.
func (im *importer) schemaFile(file string) {
	n, err := im.docs.load(file)
	if err != nil {
		im.docs.errs = append(im.docs.errs, err)
		return
	}
	key := strings.TrimSuffix(strings.TrimSuffix(file, ".json"), ".schema")
	f := &candidate{key: typeOfPath(key), file: file, title: textOf(n, "title"), description: textOf(n, "description")}
	f.extension = f.key // the name of the file is what its author chose
	f.examples = schemaSamples(n)
	f.schema = im.b.schema(without(without(n, "example"), "examples"), file)
	im.found = append(im.found, f)
}

// dropShared leaves out the schemas that others refer to: they are parts of
// events. Where that leaves none, all are events.
func (im *importer) dropShared() {
	var events []*candidate
	for _, f := range im.found {
		if _, shared := im.b.names[refPlace{f.file, ""}]; !shared {
			events = append(events, f)
		}
	}
	if n := len(im.found) - len(events); n > 0 && len(events) > 0 {
		im.found = events
		im.note("what other schemas refer to is shared, and no type: left out are %d", n)
	}
}

// sampleFile is one example: a/b.payload.json and a/b.json are of the type a.b,
// a/b.x.payload.json is its example x. A schema beside it is the type's.
func (im *importer) sampleFile(file string) {
	if strings.HasSuffix(file, ".schema.json") {
		return
	}
	n, err := im.docs.load(file)
	if err != nil {
		im.docs.errs = append(im.docs.errs, err)
		return
	}
	dir, base := slash.Split(file)
	stem, isPayload := strings.CutSuffix(strings.TrimSuffix(base, ".json"), ".payload")
	example := "default"
	if isPayload && !im.isType(dir, stem) {
		if before, after, ok := cutLast(stem, '.'); ok {
			stem, example = before, after
		}
	}
	key := typeOfPath(dir + stem)
	f := im.ofKey(key)
	if f == nil {
		f = &candidate{key: key, extension: key}
		im.found = append(im.found, f)
		if beside, err := im.docs.load(dir + stem + ".schema.json"); err == nil {
			f.title, f.description = textOf(beside, "title"), textOf(beside, "description")
			f.schema = im.b.schema(beside, dir+stem+".schema.json")
		}
	}
	payload := n.json()
	if json.Valid(payload) {
		e := Example{Name: exampleName(f.examples, example), Payload: payload}
		if e.Name == "default" {
			f.examples = append([]Example{e}, f.examples...)
		} else {
			f.examples = append(f.examples, e)
		}
	}
}

// isType tells whether a file's whole stem names a type: its schema lies beside
// it, or nothing says that its last part is an example.
func (im *importer) isType(dir, stem string) bool {
	if _, err := im.docs.root.Stat(dir + stem + ".schema.json"); err == nil {
		return true
	}
	before, _, ok := cutLast(stem, '.')
	if !ok {
		return true
	}
	for _, other := range []string{".schema.json", ".payload.json", ".json"} {
		if _, err := im.docs.root.Stat(dir + before + other); err == nil {
			return false
		}
	}
	return true
}

// typeOfPath is the type that a file describes: folders become dots, and %2F is
// the slash that a file's name cannot have.
func typeOfPath(path string) string {
	return unescapeFragment(strings.ReplaceAll(path, "/", "."))
}

func (im *importer) ofKey(key string) *candidate {
	for _, f := range im.found {
		if f.key == key {
			return f
		}
	}
	return nil
}

func cutLast(s string, sep byte) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
