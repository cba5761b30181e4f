package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The formats that Import reads; auto finds out.
const (
	FormatAuto       = "auto"
	FormatOpenAPI    = "openapi"
	FormatAsyncAPI   = "asyncapi"
	FormatJSONSchema = "jsonschema"
	FormatSamples    = "samples"
	FormatJSON       = "json" // of the files in catalog/
)

// Where the names of imported types come from; auto takes the first that gives
// one answer.
const (
	NameAuto        = "auto"
	NameKey         = "key"
	NameConst       = "const"
	NameOperationID = "operation-id"
)

// maxImport is how long one imported file may be, in bytes: half of what the
// catalog that becomes of it can be.
const maxImport = maxFileSize / 2

// MaxImportSize is how long a source may be, in bytes.
const MaxImportSize = maxImport

// ImportOptions say how a source becomes a catalog.
type ImportOptions struct {
	Format string
	// Into is the name of the catalog, Provider who sends its events, Prefix what
	// stands before each name.
	Into, Provider, Prefix string
	NameFrom               string
	// Map names the type that a key of the source becomes.
	Map map[string]string
	// IncludeCallbacks takes the callbacks of operations, too.
	IncludeCallbacks bool
}

// Imported is what was found in a source.
type Imported struct {
	Catalog *Catalog
	Format  string
	// Notes are what a reader of the result should know.
	Notes []string
	// Own tells that the source is a catalog, or was exported from one, and names
	// its sender itself.
	Own bool
}

// ImportError is a source that cannot be used.
type ImportError struct{ Source, Message, Fix string }

func (e *ImportError) Error() string { return e.Source + ": " + e.Message }

// Import reads event types from a file or a folder. Nothing is fetched, and
// references stay within the folder of the source. Errors are *ImportError,
// Errors, or those of the machine.
func Import(source string, o ImportOptions) (*Imported, error) {
	info, err := os.Stat(source)
	if err != nil {
		return nil, importFault(source, err)
	}
	if info.IsDir() {
		return importFolder(source, o)
	}
	file, err := filepath.EvalSymlinks(source) // what a person names may be a link
	if err != nil {
		return nil, importFault(source, err)
	}
	root, err := os.OpenRoot(filepath.Dir(file))
	if err != nil {
		return nil, importFault(source, err)
	}
	defer root.Close()
	d := newDocuments(source, root)
	n, err := d.load(filepath.Base(file))
	if err != nil {
		return nil, err
	}
	return importDocument(d, n, filepath.Base(file), o)
}

// ImportText reads event types from one text; it refers to no other.
func ImportText(name string, text []byte, o ImportOptions) (*Imported, error) {
	d := newDocuments(name, nil)
	n, err := d.parse(name, text)
	if err != nil {
		return nil, err
	}
	return importDocument(d, n, name, o)
}

func importFault(source string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &ImportError{Source: source, Message: "no such file"}
	}
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("import %s: %w", source, err)
	}
	var inner *fs.PathError
	if errors.As(err, &inner) {
		return &ImportError{Source: source, Message: inner.Err.Error()}
	}
	return &ImportError{Source: source, Message: err.Error()}
}

// importer turns what a source holds into a catalog.
type importer struct {
	o     ImportOptions
	docs  *documents
	b     *bundle
	found []*candidate
	// sampler makes samples, once all is read.
	sampler *sampler
	notes   []string
	file    string
}

// candidate is an event type as a source describes it.
type candidate struct {
	key, extension, operationID string
	title, description, group   string
	deprecated, archived        bool
	event                       string // what a header of an event says, as an example
	headers                     []Header
	schema                      *node // of the bundle; nil without one
	examples                    []Example

	node        *node  // where it stands, in a file
	file        string // its own, of a folder
	name, field string // by which it is known, and where that was found
}

func (im *importer) note(format string, args ...any) {
	if text := cut(fmt.Sprintf(format, args...)); !slices.Contains(im.notes, text) {
		im.notes = append(im.notes, text)
	}
}

func newImporter(d *documents, file string, o ImportOptions) *importer {
	im := &importer{o: o, docs: d, file: file}
	im.b = &bundle{docs: d, names: map[refPlace]string{}, taken: map[string]bool{}, note: im.note}
	return im
}

func importDocument(d *documents, n *node, file string, o ImportOptions) (*Imported, error) {
	im := newImporter(d, file, o)
	format, err := im.format(n)
	if err != nil {
		return nil, err
	}
	if own := im.ownCatalog(n, format); own != nil {
		return im.catalogFile(own, format, d.problems[file])
	}
	switch format {
	case FormatOpenAPI:
		im.openAPI(n)
	case FormatAsyncAPI:
		im.asyncAPI(n)
	case FormatSvix:
		im.typeList(n)
	case FormatJSON:
		return im.catalogFile(n, format, d.problems[file])
	default:
		return nil, &ImportError{d.source, "is one file, and " + format + " reads folders", "give the folder that it is in"}
	}
	return im.finish(format)
}

// format is the one that was asked for, or the one that the document names.
func (im *importer) format(n *node) (string, error) {
	// each of them holds the version of the format
	is := func(key string) bool { return n.get(key) != nil && n.get(key).kind != objectKind }
	wanted := cmp.Or(im.o.Format, FormatAuto)
	switch {
	case is("swagger"):
		return "", &ImportError{im.docs.source, "Swagger 2 has no webhooks", "convert it to OpenAPI 3.1, which has them"}
	case wanted != FormatAuto:
		return wanted, nil
	case is("openapi"):
		return FormatOpenAPI, nil
	case is("asyncapi"):
		return FormatAsyncAPI, nil
	case isCatalog(n):
		return FormatJSON, nil
	case typeList(n) != nil:
		return FormatSvix, nil
	}
	return "", &ImportError{im.docs.source, "is neither OpenAPI (a field openapi), AsyncAPI (a field asyncapi), a catalog nor a list of event types",
		"JSON Schemas and samples are imported as a folder: give the folder that it is in"}
}

// finish names the types, finds their samples and puts the catalog together.
func (im *importer) finish(format string) (*Imported, error) {
	if err := im.docs.fault(); err != nil {
		return nil, err
	}
	if len(im.found) == 0 {
		return nil, im.nothing(format)
	}
	if len(im.found) > maxTypes {
		return nil, &ImportError{im.docs.source, fmt.Sprintf("%d event types, at most %d are possible", len(im.found), maxTypes), ""}
	}
	if err := im.nameAll(); err != nil {
		return nil, err
	}
	c := &Catalog{Name: im.o.Into, Provider: cmp.Or(im.o.Provider, im.o.Into), TypeField: im.typeField(), Defs: im.b.encodeDefs()}
	for _, f := range im.found {
		t := &EventType{Catalog: c, Name: f.name, Group: f.group, Title: f.title, Description: f.description, Deprecated: f.deprecated, Archived: f.archived, Headers: f.headers}
		if f.group != "" && !slices.Contains(c.Groups, f.group) {
			c.Groups = append(c.Groups, f.group)
		}
		if t.Examples = im.samples(f); f.schema != nil {
			t.Schema = f.schema.appendJSON(nil)
		}
		c.Types = append(c.Types, t)
	}
	if !c.saysTypes() {
		c.TypeField = ""
	}
	return &Imported{Catalog: c, Format: format, Notes: im.notes}, nil
}

// saysTypes tells whether every sample has its type's name at the type field.
func (c *Catalog) saysTypes() bool {
	p, err := parsePointer(c.TypeField)
	if err != nil {
		return false
	}
	for _, t := range c.Types {
		for _, e := range t.Examples {
			if found, _ := lookup(e.Payload, p); found.Str != t.Name {
				return false
			}
		}
	}
	return true
}

func (im *importer) looked(format string) string {
	switch format {
	case FormatOpenAPI:
		text := "looked for webhooks and x-webhooks"
		if !im.o.IncludeCallbacks {
			text += "; callbacks are read with --include-callbacks"
		}
		return text
	case FormatAsyncAPI:
		return "looked for components.messages and the messages of channels"
	case FormatSamples:
		return "looked for files *.json"
	}
	return "looked for files *.schema.json and *.json"
}

// nothing words that a source has no event types, and what else there is to do.
func (im *importer) nothing(format string) error {
	e := &ImportError{im.docs.source, "no event types: " + im.looked(format), "import a folder of samples or JSON Schemas, or what was received: --format deliveries"}
	if len(im.notes) > 0 {
		e.Message += "; " + im.notes[0]
	}
	if own := im.builtIn(); own != "" {
		e.Fix = "the events of " + own + " are built in: hooks catalog list --provider " + own
	}
	return e
}

// builtIn is the built-in catalog whose name is in the title of the source, "" if
// there is none.
func (im *importer) builtIn() string {
	root := im.docs.read[im.file]
	own, err := builtins()
	if root == nil || err != nil || root.get("info") == nil {
		return ""
	}
	for word := range strings.FieldsSeq(strings.ToLower(textOf(root.get("info"), "title"))) {
		for _, s := range own {
			if s.is(word) {
				return s.catalog
			}
		}
	}
	return ""
}
