package sign

import (
	"fmt"
	"slices"
	"strings"
)

// Event returns the event type and the id that a message shows. Neither need
// be covered by the signature, and either may be empty. The first place in the
// scheme that has a value wins.
func (s *Scheme) Event(m *Message) (typ, id string) {
	return first(m, RoleEvent, s.events), first(m, RoleID, s.ids)
}

func first(m *Message, role Role, fields []*field) string {
	for _, f := range fields {
		var c captures
		if value := f.look(m).value; value != "" && f.show(value, &c) && c.get(role) != "" {
			return c.get(role)
		}
	}
	return ""
}

// show reads a value that is only displayed.
func (f *field) show(value string, into *captures) bool {
	if len(f.shapes) == 0 || f.shapes[0].kind != pairsShape {
		return f.capture(value, into)
	}
	sh := &f.shapes[0]
	for text := range strings.SplitSeq(value, strings.TrimSpace(sh.sep)) {
		key, val, _ := strings.Cut(trim(text), "=")
		into.set(sh.roleOf(key), val)
	}
	return true
}

// Disagreement says whether header and body name different event types, as
// those of a tampered or miswritten message do; else it is empty. Two places
// in the body may differ: Slack's outer and inner type do.
func (s *Scheme) Disagreement(m *Message) string {
	if !slices.ContainsFunc(s.events, (*field).inHeader) || !slices.ContainsFunc(s.events, (*field).inBody) {
		return "" // most schemes: the body need not be read
	}
	var header, body *field
	var headerSays, bodySays string
	for _, f := range s.events {
		says := first(m, RoleEvent, []*field{f})
		switch {
		case says == "":
		case f.inHeader() && header == nil:
			header, headerSays = f, says
		case f.inBody() && body == nil:
			body, bodySays = f, says
		}
	}
	if header == nil || body == nil || headerSays == bodySays {
		return ""
	}
	return fmt.Sprintf("%s says %s, %s says %s", header.label(), clip(headerSays), body.label(), clip(bodySays))
}

// similar names a header that looks like the missing one, for the detail.
func (s *Scheme) similar(m *Message) string {
	for _, f := range s.sigs {
		for _, h := range m.Headers {
			if f.place == InHeader && !sameName(h.Name, f.name) && letters(h.Name) == letters(f.name) {
				return ", but " + h.Name
			}
		}
	}
	return ""
}

// letters reduces a header's name to what survives a careless proxy.
func letters(name string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(name))
}
