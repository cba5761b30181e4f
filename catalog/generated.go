package catalog

import (
	"math/rand/v2"
)

// generated makes a payload from the type's schema, with values chosen by the
// source: the same ones for the same seed.
func (t *EventType) generated(source *Source) ([]byte, error) {
	document := t.SchemaDocument()
	if document == nil {
		return nil, &RenderError{t.Name, "has no schema to make a payload from"}
	}
	var key [32]byte
	source.fill(key[:])
	root := readWhole(document)
	body := sampleOf(root, root, rand.New(rand.NewChaCha8(key)))
	if t.Catalog.TypeField == "" {
		return body, nil
	}
	if p, err := parsePointer(t.Catalog.TypeField); err == nil {
		if named, err := set(body, p, t.Catalog.TypeField, appendString(nil, t.Name)); err == nil {
			return named, nil
		}
	}
	return body, nil
}
