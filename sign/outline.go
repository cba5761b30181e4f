package sign

// Outline is a scheme taken apart: what somebody has to know who writes a
// reader of it in another language. It is a copy.
type Outline struct {
	Constants  []OutlineField
	KeyIDs     []OutlineField
	Signatures []OutlineField
	Times      []OutlineField
	IDs        []OutlineField // where the content signs the id
	Nonces     []OutlineField // where the content signs the nonce
	Contents   [][]OutlineSegment
	Checks     int // places that must equal a rendered text
}

// OutlineField is one place of a value.
type OutlineField struct {
	Place    Place
	Names    []string // with aliases, in the order in which they are tried
	Path     []string // of a place in JSON
	Numbered bool     // the name goes on with a number from 1 to 100
	Required bool     // the content cannot be built without it

	// Templates are in the order in which they are tried.
	Templates [][]OutlinePart

	// Pairs are the keys of key=value items by role, and Sep what stands
	// between the items; without pairs, Sep stands behind a leading timestamp.
	// Both are empty where the templates say everything.
	Pairs map[Role]string
	Sep   string
}

// OutlinePart is text or a role, never both.
type OutlinePart struct {
	Text string
	Role Role
}

// OutlineSegment is a run of pieces. An optional one vanishes when a value in
// it is empty.
type OutlineSegment struct {
	Optional bool
	Pieces   []OutlinePiece
}

// OutlinePiece is text or a placeholder of a content.
type OutlinePiece struct {
	Text    string
	Source  string   // body, ts, json, …; "" for text
	Arg     string   // NAME of {header.NAME}
	Path    []string // of {json.PATH}
	Filters []string
}

// Outline takes the scheme apart.
func (s *Scheme) Outline() Outline {
	o := Outline{
		Constants: s.outlined(s.consts, ""), KeyIDs: s.outlined(s.keyIDs, ""),
		Signatures: s.outlined(s.sigs, ""), Times: s.outlined(s.times, ""), Checks: len(s.checks),
	}
	if s.signed[RoleID] {
		o.IDs = s.outlined(s.ids, RoleID)
	}
	if s.signed[RoleNonce] {
		o.Nonces = s.outlined(s.nonces, RoleNonce)
	}
	for _, c := range s.contents {
		o.Contents = append(o.Contents, c.Outline())
	}
	return o
}

func (s *Scheme) outlined(fields []*field, role Role) []OutlineField {
	var out []OutlineField
	for _, f := range fields {
		of := OutlineField{
			Place: f.place, Names: append([]string(nil), f.names...), Path: append([]string(nil), f.path...),
			Numbered: f.numbered, Required: s.needed[role],
		}
		for _, t := range f.reading {
			of.Templates = append(of.Templates, t.outline())
		}
		of.timed(f.shapes)
		out = append(out, of)
	}
	return out
}

// timed adds how a timestamp and signatures share the place.
func (of *OutlineField) timed(shapes []shape) {
	if len(shapes) == 0 {
		return
	}
	switch sh := shapes[0]; sh.kind {
	case positionalShape:
		of.Sep = sh.sep
	case pairsShape:
		of.Sep, of.Pairs = sh.sep, map[Role]string{}
		for _, it := range sh.items {
			of.Pairs[it.role] = it.key
		}
	}
}

func (t Template) outline() []OutlinePart {
	var out []OutlinePart
	for _, p := range t.parts {
		out = append(out, OutlinePart{p.lit, p.role})
	}
	return out
}

// Outline takes a content apart.
func (c *Content) Outline() []OutlineSegment {
	var out []OutlineSegment
	for _, s := range c.segments {
		segment := OutlineSegment{Optional: s.optional}
		for _, p := range s.pieces {
			piece := OutlinePiece{Text: string(p.lit), Source: p.source, Arg: p.arg, Path: append([]string(nil), p.path...)}
			for _, f := range p.filters {
				piece.Filters = append(piece.Filters, f.String())
			}
			segment.Pieces = append(segment.Pieces, piece)
		}
		out = append(out, segment)
	}
	return out
}
