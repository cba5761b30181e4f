package catalog

import "github.com/tidwall/gjson"

// sketchFrom is the size in bytes from which a JSON file is read in parts: its
// syntax and all names at once, an event type when it is asked for. A trigger
// from ten thousand types then costs what finding one of them costs.
const sketchFrom = 1 << 20

// sketch is a catalog file whose types were found and not decoded.
type sketch struct {
	head  *Catalog // without types
	types []span
	done  map[int]*EventType
}

// sketchOf reads a large JSON file in parts. It is nil for a file that is small,
// or where something is wrong, which reading the whole file words.
func sketchOf(file string, data []byte) *source {
	if len(data) < sketchFrom || len(data) > maxFileSize || !isJSONFile(file, data) || firstInvalidUTF8(data) >= 0 {
		return nil
	}
	errs := &problems{file: file, data: data}
	k := &sketch{done: map[int]*EventType{}}
	head := k.split(jsonReader{data, errs})
	if head == nil {
		return nil
	}
	k.head = decode(head, errs)
	k.head.File = file
	s := &source{catalog: k.head.Name, provider: k.head.Provider, file: file, data: data, parts: k}
	seen := make(map[string]bool, len(k.types))
	for _, t := range k.types {
		name := gjson.GetBytes(data[t.start:t.end], "name").Str
		if nameFault(name) != "" || seen[name] {
			return nil
		}
		seen[name] = true
		s.names = append(s.names, name)
	}
	if len(errs.errs) > 0 || len(s.names) > maxTypes {
		return nil
	}
	return s
}

// split goes through the file once: it finds the types, and reads the rest, the
// head. It is nil if the file is not JSON, or no catalog.
func (k *sketch) split(r jsonReader) *node {
	head := &node{kind: objectKind}
	s := scanner{data: r.data}
	s.space()
	ok := s.object(func(key string) bool {
		m := member{key: key, place: place{offset: s.at}}
		from := s.at
		if key == "event_types" && from < len(r.data) && r.data[from] == '[' {
			m.value = &node{kind: listKind}
			head.members = append(head.members, m)
			return s.list(func() bool {
				begin := s.at
				ok := s.value(3)
				k.types = append(k.types, span{begin, s.at})
				return ok
			})
		}
		if !s.value(2) {
			return false
		}
		if key == "$defs" && r.data[from] == '{' { // only carried
			m.value = &node{kind: objectKind, raw: r.data[from:s.at]}
		} else {
			m.value = r.at(span{from, s.at}, 2)
		}
		head.members = append(head.members, m)
		return true
	})
	s.space()
	if !ok || s.at != len(r.data) {
		return nil
	}
	r.errs.checkUnique(head.members)
	return head
}

// at reads the value that a span of valid JSON is.
func (r jsonReader) at(s span, depth int) *node {
	v := gjson.ParseBytes(r.data[s.start:s.end])
	v.Index = s.start
	return r.node(v, depth)
}

// one decodes an event type.
func (k *sketch) one(s *source, i int) (*EventType, error) {
	if t := k.done[i]; t != nil {
		return t, nil
	}
	errs := &problems{file: s.file, data: s.data}
	n := jsonReader{s.data, errs}.at(k.types[i], 3)
	t := decoder{errs}.eventType(k.head, n)
	if len(errs.errs) > 0 {
		return nil, errs.sorted()
	}
	k.done[i] = t
	return t, nil
}
