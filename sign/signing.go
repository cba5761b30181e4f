package sign

import (
	"fmt"
	"slices"
	"strings"
)

// MissingValueError is a value that a message cannot be signed without.
type MissingValueError struct {
	What string // time, id, nonce, url, method or param.NAME
}

func (e *MissingValueError) Error() string {
	return fmt.Sprintf("the scheme needs a value for %s", e.What)
}

// Sign returns a copy of m that is signed: the scheme's headers, after those
// m has, and its values inside the body, every other byte of which stays. A
// header that m has already is replaced where it stands, old signatures go.
//
// Several keys make several signatures where the scheme can carry them, the
// first key's first; else only the first key signs. An id or nonce that v
// leaves empty is taken from m, so that a message can be signed afresh. The
// errors are *KeyError and *MissingValueError.
func (s *Scheme) Sign(m *Message, k Keys, v Values) (*Message, error) {
	w := &writer{s: s, params: s.params(k.Params), values: v}
	w.out = &Message{Method: m.Method, URL: m.URL, Headers: s.withoutNumbered(m.Headers), Body: m.Body}
	if err := w.fillRoles(m, v); err != nil {
		return nil, err
	}
	if err := w.fillBody(); err != nil {
		return nil, err
	}
	if err := w.fillHeaders(); err != nil {
		return nil, err
	}
	if err := s.coded.prepare(w); err != nil {
		return nil, err
	}
	if err := s.coded.attach(w, k); err != nil {
		return nil, err
	}
	w.addExtra()
	return w.out, nil
}

// needs lists what Sign wants in Values, Message and Keys.Params: time, id,
// nonce, url, method, param.NAME. What the message has already counts, too.
func (s *Scheme) needs() []string {
	var out []string
	if s.spec.TS != nil && !s.spec.TS.Optional {
		out = append(out, "time")
	}
	for _, r := range []Role{RoleID, RoleNonce} {
		if s.needed[r] {
			out = append(out, string(r))
		}
	}
	if slices.ContainsFunc(s.contents, func(c *Content) bool {
		return c.uses("url", true) || c.uses("base", true) || c.uses("path", true)
	}) {
		out = append(out, "url")
	}
	if slices.ContainsFunc(s.contents, func(c *Content) bool { return c.uses("method", true) }) {
		out = append(out, "method")
	}
	if len(s.keyIDs) > 0 {
		out = append(out, paramPrefix+string(RoleKeyID))
	}
	for _, what := range s.coded.needs() {
		if !slices.Contains(out, what) {
			out = append(out, what)
		}
	}
	return out
}

// writer is one message being signed.
type writer struct {
	s      *Scheme
	out    *Message
	roles  captures
	params map[string]string
	values Values
	alg    int // index of the algorithm that signs
}

// withoutNumbered drops old signatures that no new one would replace.
func (s *Scheme) withoutNumbered(headers Headers) Headers {
	return slices.DeleteFunc(slices.Clone(headers), func(h Header) bool {
		return slices.ContainsFunc(s.sigs, func(f *field) bool { return f.numbered && f.numberedName(h.Name) })
	})
}

func (w *writer) fillRoles(m *Message, v Values) error {
	s := w.s
	w.roles = captures{event: v.Event, id: v.ID, nonce: v.Nonce, alg: s.algs[0].word()}
	w.roles.keyID = w.params[string(RoleKeyID)]
	if s.spec.TS != nil && !v.Time.IsZero() {
		w.roles.ts = s.unit.format(v.Time)
	}
	for role, fields := range map[Role][]*field{RoleID: s.ids, RoleNonce: s.nonces} {
		if w.roles.get(role) == "" || len(fields) > 0 && s.signed[role] && fields[0].place == InJSON && role == RoleID {
			if old := first(m, role, fields); old != "" {
				w.roles.set(role, old)
			}
		}
		if bad := s.separated(role, w.roles.get(role)); bad.bad() {
			return fmt.Errorf("sign: %s", bad.detail)
		}
	}
	for _, what := range s.needs() {
		if w.lacks(what) {
			return &MissingValueError{What: what}
		}
	}
	return nil
}

func (w *writer) lacks(what string) bool {
	switch what {
	case "time":
		return w.roles.ts == "" && (w.s.spec.TS != nil || w.values.Time.IsZero())
	case "url":
		return w.out.URL == ""
	case "method":
		return w.out.Method == ""
	case paramPrefix + string(RoleKeyID):
		return w.roles.keyID == ""
	}
	if name, ok := strings.CutPrefix(what, paramPrefix); ok {
		return w.params[name] == ""
	}
	return w.roles.get(Role(what)) == ""
}

// fillHeaders writes every header but the signature's, which only gets its
// place in the order. One whose value nobody knows, such as an event type that
// is only shown, is left as it was.
func (w *writer) fillHeaders() error {
	for _, f := range w.s.order {
		if f.place != InHeader || f.numbered {
			continue
		}
		t := f.templates[0]
		if len(f.shapes) > 0 {
			w.put(f, "")
			continue
		}
		if t.constant() {
			text, known := t.withParams(w.params)
			if !known {
				return &MissingValueError{What: strings.Trim(t.String(), "{}")}
			}
			w.put(f, text)
			continue
		}
		empty := slices.ContainsFunc(t.parts, func(p part) bool { return p.role != "" && w.roles.get(p.role) == "" })
		if !empty {
			w.put(f, t.fill(w.roles.get))
		}
	}
	return nil
}

// put replaces a header where it stands, or adds it at the end.
func (w *writer) put(f *field, value string) {
	h := w.out.Headers
	done := false
	h = slices.DeleteFunc(h, func(line Header) bool {
		return slices.ContainsFunc(f.names[1:], func(name string) bool { return sameName(name, line.Name) })
	})
	for i := 0; i < len(h); i++ {
		switch {
		case !sameName(h[i].Name, f.name):
		case done:
			h = slices.Delete(h, i, i+1)
			i--
		default:
			h[i].Value, done = value, true
		}
	}
	if !done {
		h = append(h, Header{f.name, value})
	}
	w.out.Headers = h
}

// putNamed is put for a header that is no field of the scheme.
func (w *writer) putNamed(name, value string) {
	w.put(&field{name: name, names: []string{name}}, value)
}

// addExtra adds the headers that a receiver of this sender may expect, where
// the message does not have them.
func (w *writer) addExtra() {
	for _, f := range w.s.extra {
		if _, n := lookHeader(w.out.Headers, f.name); n > 0 {
			continue
		}
		if text, known := f.templates[0].withParams(w.params); known {
			w.out.Headers = append(w.out.Headers, Header{f.name, text})
		}
	}
}
