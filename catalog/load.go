package catalog

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ReadFile reads one catalog file. What is wrong with the file is an *Error or
// Errors; other errors are the machine's.
func ReadFile(path string) (*Catalog, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	data, err := readOpened(path, info, func() (io.ReadCloser, error) { return os.Open(path) })
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// readFolder reads the catalogs of a folder in the order of their names. A
// folder that does not exist has none. Files whose name begins with a dot or
// does not end in .json, .yaml or .yml are none; a link that leads out of the
// folder is refused, because a checked-out project must not choose what else
// is read.
func readFolder(dir string) ([]*source, error) {
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fileError(dir, err)
	}
	defer root.Close()
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, fmt.Errorf("read catalogs: %w", err)
	}
	var found []*source
	var errs []error
	for _, entry := range entries {
		if !isCatalogName(entry.Name()) || entry.IsDir() {
			continue
		}
		c, err := readIn(root, dir, entry.Name())
		if err != nil {
			errs = append(errs, err)
			continue
		}
		found = append(found, c)
	}
	return found, errors.Join(errs...)
}

// MaxFileSize is how long a catalog may be, in bytes.
const MaxFileSize = maxFileSize

// Files returns the paths of the catalogs in folders, in the order in which
// they are read. A folder that does not exist has none.
func Files(dirs ...string) ([]string, error) {
	var files []string
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fileError(dir, err)
		}
		for _, entry := range entries {
			if isCatalogName(entry.Name()) && !entry.IsDir() {
				files = append(files, filepath.Join(dir, entry.Name()))
			}
		}
	}
	return files, nil
}

func isCatalogName(name string) bool {
	if strings.HasPrefix(name, ".") {
		return false
	}
	switch filepath.Ext(name) {
	case ".json", ".yaml", ".yml":
		return true
	}
	return false
}

func readIn(root *os.Root, dir, name string) (*source, error) {
	path := filepath.Join(dir, name)
	info, err := root.Stat(name)
	if err != nil {
		return nil, fileError(path, err)
	}
	data, err := readOpened(path, info, func() (io.ReadCloser, error) { return root.Open(name) })
	if err != nil {
		return nil, err
	}
	if s := sketchOf(path, withoutMark(data)); s != nil {
		return s, nil
	}
	c, err := Parse(path, data)
	if err != nil {
		return nil, err
	}
	return sourceOf(c), nil
}

// readOpened looks at the kind of file before it opens it: opening a pipe
// would wait for a writer.
func readOpened(path string, info fs.FileInfo, open func() (io.ReadCloser, error)) ([]byte, error) {
	if !info.Mode().IsRegular() {
		return nil, &Error{File: path, Message: "not a file", Fix: "move it out of the folder of the catalogs"}
	}
	f, err := open()
	if err != nil {
		return nil, fileError(path, err)
	}
	defer f.Close()
	var data bytes.Buffer
	data.Grow(int(min(info.Size(), maxFileSize)) + bytes.MinRead) // growing copies
	if _, err := data.ReadFrom(io.LimitReader(f, maxFileSize+1)); err != nil {
		return nil, fmt.Errorf("read catalog %s: %w", path, err)
	}
	return data.Bytes(), nil
}

// fileError tells a path that is wrong from a machine that is in the way.
func fileError(path string, err error) error {
	var inner *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Error{File: path, Message: "no such file"}
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("read catalog: %w", err)
	case errors.As(err, &inner) && inner.Err.Error() == "path escapes from parent": // of os.Root, which has no name for it
		return &Error{File: path, Message: "a link that leads out of its folder", Fix: "put a copy of the file there"}
	case errors.As(err, &inner):
		return &Error{File: path, Message: inner.Err.Error()}
	default:
		return fmt.Errorf("read catalog: %w", err)
	}
}

// Parse reads a catalog from the bytes of a file: JSON if the name ends in
// .json or, with another ending, if the text begins with a brace; else YAML.
// The error is Errors.
func Parse(file string, data []byte) (*Catalog, error) {
	return parse(&problems{file: file, data: withoutMark(data)})
}

// withoutMark drops the byte order mark that some editors of Windows write.
func withoutMark(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\ufeff")) }

func parse(errs *problems) (*Catalog, error) {
	root := readNodes(errs)
	if len(errs.errs) > 0 {
		return nil, errs.sorted()
	}
	c := decode(root, errs)
	if len(errs.errs) > 0 {
		return nil, errs.sorted()
	}
	c.File = errs.file
	return c, nil
}

func readNodes(errs *problems) *node {
	data, limit := errs.data, cmp.Or(errs.limit, maxFileSize)
	switch {
	case len(data) > limit:
		errs.add(place{}, "larger than %d MiB", limit>>20)
	case len(bytes.TrimSpace(data)) == 0:
		errs.add(place{}, "the file is empty")
	case isJSONFile(errs.file, data):
		return readJSON(data, errs)
	default:
		return readYAML(data, errs)
	}
	return nil
}

func isJSONFile(file string, data []byte) bool {
	switch filepath.Ext(file) {
	case ".json":
		return true
	case ".yaml", ".yml":
		return false
	}
	return bytes.HasPrefix(bytes.TrimSpace(data), []byte("{"))
}
