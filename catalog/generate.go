package catalog

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// edited is a body after all changes of the user, and before the last of them,
// the free one.
type edited struct{ before, after []byte }

func (o RenderOptions) change(body []byte) (edited, error) {
	var err error
	if o.Merge != nil {
		if body, err = merge(body, o.Merge); err != nil {
			return edited{}, err
		}
	}
	if body, err = Apply(body, o.Edits...); err != nil {
		return edited{}, err
	}
	e := edited{body, body}
	if o.Edit != nil {
		e.after, err = o.Edit(body)
	}
	return e, err
}

// generate makes the dynamic values anew, those aside that the user changed,
// and notes which of them are to be made again later.
func (r *Rendered) generate(t *EventType, o RenderOptions, e edited) {
	for _, d := range t.Dynamic {
		if o.changed(d.Pointer, e) {
			continue
		}
		if d.Generator == genEndpointUID {
			r.Late = append(r.Late, Late{d.Pointer, d.Generator, false})
			continue
		}
		if slices.Contains(t.RefreshOnAttempt, d.Pointer) {
			r.Late = append(r.Late, Late{d.Pointer, d.Generator, true})
		}
		value, ok := o.Source.value(d.Generator)
		if d.Pointer == t.Catalog.IDField {
			var id string
			if id, ok = d.Generator.id(r.ULID, o.Source); ok {
				value = appendString(nil, id)
			}
		}
		if ok {
			r.Body = replace(r.Body, d.Pointer, value)
		}
	}
}

// changed reports whether the user gave, removed or replaced what is at a
// pointer.
func (o RenderOptions) changed(pointer string, e edited) bool {
	for _, edit := range o.Edits {
		if p, err := parsePath(edit.Path); err == nil && covers(p.pointer(), pointer) {
			return true
		}
	}
	p, err := parsePointer(pointer)
	if err != nil {
		return true
	}
	if o.Merge != nil && patchNames(o.Merge, p) {
		return true
	}
	if o.Edit == nil {
		return false
	}
	before, _ := lookup(e.before, p)
	after, _ := lookup(e.after, p)
	return before.Raw != after.Raw
}

// covers reports whether outer leads to what inner leads to, or to something
// that holds it.
func covers(outer, inner string) bool {
	return outer == inner || strings.HasPrefix(inner, outer+"/")
}

// patchNames reports whether a merge patch gives or replaces what is at p.
func patchNames(patch []byte, p path) bool {
	r := gjson.ParseBytes(patch)
	for _, s := range p {
		if !r.IsObject() {
			return true
		}
		var ok bool
		if r, ok = child(r, s); !ok {
			return false
		}
	}
	return true
}

// replace puts a value where a pointer leads, if it leads anywhere.
func replace(body []byte, pointer string, value []byte) []byte {
	p, err := parsePointer(pointer)
	if err != nil {
		return body
	}
	old, ok := lookup(body, p)
	if !ok {
		return body
	}
	return splice(body, spanOf(old), value)
}

// identify finds out the id on the wire, and sets it if the user gave one.
func (r *Rendered) identify(t *EventType, o RenderOptions) error {
	if t.Catalog.IDField != "" {
		if err := r.identifyBody(t.Catalog.IDField, o.ID); err != nil || r.WireID != "" {
			return err
		}
	}
	if r.WireID = o.ID; o.ID != "" {
		return nil
	}
	form := t.Catalog.IDForm
	for _, d := range t.Dynamic {
		if d.Pointer == t.Catalog.IDField {
			form = d.Generator
		}
	}
	if form == "" {
		form = defaultIDForm
	}
	if o.Static {
		r.WireID, _ = form.id(staticULID, nil)
	} else {
		r.WireID, _ = form.id(r.ULID, o.Source)
	}
	return nil
}

// identifyBody reads the id inside the body, after putting id there unless it
// is empty.
func (r *Rendered) identifyBody(pointer, id string) error {
	p, perr := parsePointer(pointer)
	if perr != nil {
		return perr
	}
	if id != "" {
		if !json.Valid(r.Body) {
			return ErrNotJSON
		}
		value := appendString(nil, id)
		if old, ok := lookup(r.Body, p); ok && old.Type == gjson.Number && isJSONNumber(id) {
			value = []byte(id)
		}
		body, err := set(r.Body, p, pointer, value)
		if err != nil {
			return err
		}
		r.Body = body
	}
	switch found, _ := lookup(r.Body, p); found.Type {
	case gjson.String:
		r.WireID = found.Str
	case gjson.Number:
		r.WireID = found.Raw
	}
	return nil
}

// Fill makes the late values of a rendered body: that of the endpoint if there
// is one, and those that change with each attempt. Call it with the rendered
// body, not with that of the attempt before.
func Fill(body []byte, late []Late, source *Source, endpointUID string) []byte {
	for _, l := range late {
		if l.PerAttempt {
			if value, ok := source.value(l.Generator); ok {
				body = replace(body, l.Pointer, value)
			}
		} else if endpointUID != "" {
			body = replace(body, l.Pointer, appendString(nil, endpointUID))
		}
	}
	return body
}
