package catalog

import "encoding/json"

// Value returns the JSON text of the value that a path leads to, and whether
// there is one. The path is that of an Edit. The error is a *PathError of a
// path that is none, or ErrNotJSON.
func Value(body []byte, path string) (value []byte, found bool, err error) {
	p, fault := parsePath(path)
	if fault != nil {
		return nil, false, fault
	}
	if !json.Valid(body) {
		return nil, false, ErrNotJSON
	}
	r, ok := lookup(body, p)
	return []byte(r.Raw), ok, nil
}

// CheckPath tells whether a path is one. The error is a *PathError.
func CheckPath(path string) error {
	if _, fault := parsePath(path); fault != nil {
		return fault
	}
	return nil
}
