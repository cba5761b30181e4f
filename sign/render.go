package sign

import (
	"io"
)

// rendering is what the placeholders of a content are filled with.
type rendering struct {
	m       *Message
	roles   *captures
	secret  string
	params  map[string]string
	coded   coded // for the placeholders of code
	scratch []byte
}

// outcome says how a placeholder's value was found.
type outcome uint8

const (
	rendered  outcome = iota
	absent            // the alternative cannot be built from this message
	ambiguous         // … because two readers would read two values
)

// write writes the content to w. What it wrote counts only when the outcome
// is rendered.
func (c *Content) write(w io.Writer, r *rendering) outcome {
	for i := range c.segments {
		if s := &c.segments[i]; s.optional {
			text, out := s.optionalText(r)
			if out != rendered {
				return out
			}
			w.Write(text)
		} else if out := s.write(w, r); out != rendered {
			return out
		}
	}
	return rendered
}

func (s *segment) write(w io.Writer, r *rendering) outcome {
	for i := range s.pieces {
		p := &s.pieces[i]
		if p.source == "" {
			w.Write(p.lit)
			continue
		}
		value, out := p.value(r)
		if out != rendered {
			return out
		}
		w.Write(value)
	}
	return rendered
}

// optionalText is the segment's text, or nothing when a value is empty.
func (s *segment) optionalText(r *rendering) ([]byte, outcome) {
	var text []byte
	for i := range s.pieces {
		p := &s.pieces[i]
		if p.source == "" {
			text = append(text, p.lit...)
			continue
		}
		value, out := p.value(r)
		if out == ambiguous {
			return nil, out
		}
		if out == absent || len(value) == 0 {
			return nil, rendered
		}
		text = append(text, value...)
	}
	return text, rendered
}

func (p *piece) value(r *rendering) ([]byte, outcome) {
	value, out := p.unfiltered(r)
	for _, f := range p.filters {
		if out != rendered {
			break
		}
		ok := false
		if value, ok = f.apply(value); !ok {
			out = absent
		}
	}
	return value, out
}

// unfiltered is the value before the filters. Short texts go through one scratch
// buffer; the body is never copied.
func (p *piece) unfiltered(r *rendering) ([]byte, outcome) {
	if p.coded {
		return r.coded.value(p.source, r.m)
	}
	switch p.source {
	case "body":
		return r.m.Body, rendered
	case "json":
		return p.jsonValue(r)
	case "form":
		value, n := lookPairs(formOf(r.m), p.arg)
		switch {
		case n == 0:
			return nil, absent
		case n > 1:
			return nil, ambiguous
		}
		return []byte(value), rendered
	case "query":
		value, n := lookPairs(parsePairs(queryOf(r.m)), p.arg)
		if n > 1 {
			return nil, ambiguous
		}
		return []byte(value), rendered
	}
	r.scratch = append(r.scratch[:0], p.text(r)...)
	return r.scratch, rendered
}

func (p *piece) text(r *rendering) string {
	switch p.source {
	case "ts":
		return r.roles.ts
	case "id":
		return r.roles.id
	case "nonce":
		return r.roles.nonce
	case "method":
		return r.m.Method
	case "url":
		return r.m.URL
	case "base":
		return baseURL(r.m.URL)
	case "path":
		return pathOf(r.m.URL)
	case "secret":
		return r.secret
	case "header":
		return joinHeader(r.m.Headers, p.arg)
	case "param":
		return r.params[p.arg]
	case "query_sorted":
		return sortQuery(queryOf(r.m))
	case "form_sorted":
		return gluePairs(formOf(r.m), false)
	case "form_sorted_unique":
		return gluePairs(formOf(r.m), true)
	}
	return ""
}

func (p *piece) jsonValue(r *rendering) ([]byte, outcome) {
	t, ok := findJSON(r.m.Body, p.path)
	switch {
	case !ok:
		return nil, absent
	case t.ambiguous:
		return nil, ambiguous
	case !t.found:
		return nil, rendered
	}
	return jsonText(r.m.Body[t.start:t.end]), rendered
}
