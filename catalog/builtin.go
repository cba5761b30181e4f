package catalog

import (
	"embed"
	"io/fs"
	"strings"

	"github.com/tidwall/gjson"
)

// The program's own catalogs. They are read when they are asked for, one by
// one: start-up pays nothing for them.
//
//go:embed events/*.json
var events embed.FS

// builtins lists the embedded catalogs with the names of their types, which
// are found in the text without reading the rest of it.
func builtins() ([]*source, error) {
	entries, err := fs.ReadDir(events, "events")
	if err != nil {
		return nil, err
	}
	all := make([]*source, 0, len(entries))
	for _, entry := range entries {
		file := "events/" + entry.Name()
		data, err := events.ReadFile(file)
		if err != nil {
			return nil, err
		}
		s := &source{catalog: strings.TrimSuffix(entry.Name(), ".json"), file: file, data: data}
		head := gjson.GetManyBytes(data, "provider", "event_types.#.name")
		s.provider = head[0].Str
		for _, name := range head[1].Array() {
			s.names = append(s.names, name.Str)
		}
		all = append(all, s)
	}
	return all, nil
}

// source is a catalog that may not have been read yet.
type source struct {
	catalog, provider string
	file              string
	names             []string
	data              []byte // until it is read whole
	read              *Catalog
	parts             *sketch // of a large file
}

func sourceOf(c *Catalog) *source {
	s := &source{catalog: c.Name, provider: c.Provider, file: c.File, read: c}
	for _, t := range c.Types {
		s.names = append(s.names, t.Name)
	}
	return s
}

func (s *source) get() (*Catalog, error) {
	if s.read != nil {
		return s.read, nil
	}
	c, err := parse(&problems{file: s.file, data: s.data, trusted: s.parts == nil})
	if err != nil {
		return nil, err
	}
	c.BuiltIn = s.parts == nil
	s.read = c
	return c, nil
}

// one is an event type of it; of a large file no other is decoded.
func (s *source) one(i int) (*EventType, error) {
	if s.parts != nil && s.read == nil {
		return s.parts.one(s, i)
	}
	c, err := s.get()
	if err != nil {
		return nil, err
	}
	return c.Types[i], nil
}

// titles are those of the names, found as those are.
func (s *source) titles() []string {
	all := make([]string, len(s.names))
	if s.read != nil {
		for i, t := range s.read.Types {
			all[i] = t.Title
		}
		return all
	}
	for i, t := range gjson.GetBytes(s.data, "event_types").Array() {
		all[i] = t.Get("title").Str
	}
	return all
}

func (s *source) is(word string) bool { return word == s.catalog || word == s.provider }
