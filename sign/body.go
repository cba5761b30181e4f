package sign

import "strconv"

// fillBody writes the timestamp and nonce that live in body, form or query. An
// event type or id there is only shown: that is the payload's own business.
func (w *writer) fillBody() error {
	for _, f := range w.s.order {
		if f.place == InHeader || len(f.shapes) > 0 {
			continue
		}
		for _, role := range []Role{RoleTS, RoleNonce, RoleKeyID, RoleID} {
			if !f.templates[0].has(role) || w.roles.get(role) == "" {
				continue
			}
			got := f.look(w.out)
			if role == RoleID && (!w.s.signed[RoleID] || got.value != "") {
				continue
			}
			if role == RoleTS && w.s.spec.TS.Optional && got.value == "" {
				continue
			}
			if err := w.setField(f, f.templates[0].fill(w.roles.get), role != RoleTS); err != nil {
				return err
			}
		}
	}
	return nil
}

// setField writes a value into body or query. A number in JSON stays one, and
// a new timestamp that is a number is written as one; asText never is.
func (w *writer) setField(f *field, value string, asText bool) (err error) {
	switch f.place {
	case InJSON:
		w.out.Body, err = setJSON(w.out.Body, f.path, w.jsonValue(f, value, asText))
	case InForm:
		w.out.Body = []byte(setPair(string(w.out.Body), f.name, value))
	case InBody:
		w.out.Body = []byte(value)
	case InQuery:
		w.out.URL = setQuery(w.out.URL, f.name, value)
	}
	return err
}

func (w *writer) jsonValue(f *field, value string, asText bool) string {
	t, _ := findJSON(w.out.Body, f.path)
	wasText := t.found && w.out.Body[t.start] == '"'
	if _, err := strconv.ParseInt(value, 10, 64); err != nil || asText || wasText {
		return quoteJSON(value)
	}
	return value
}
