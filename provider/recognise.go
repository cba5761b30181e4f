package provider

import (
	"slices"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// index finds the providers that a message may come from by its header names.
type index struct {
	byHeader  map[string][]*Profile // by lower-cased name of a signature header
	numbered  map[string][]*Profile // by that of a numbered one, without the number
	elsewhere []*Profile            // the signature is in body, form or query
	headersOf map[string][]string   // signature headers by provider
}

// buildIndex reads all providers once. One whose file is wrong recognises
// nothing; All says what is wrong with it.
func (r *Registry) buildIndex() *index {
	r.mu.Lock()
	x := r.index
	r.mu.Unlock()
	if x != nil {
		return x
	}
	x = &index{byHeader: map[string][]*Profile{}, numbered: map[string][]*Profile{}, headersOf: map[string][]string{}}
	profiles, _ := r.All()
	for _, p := range profiles {
		for _, f := range p.Scheme.SignatureFields() {
			name := strings.ToLower(f.Name)
			stem, numbered := strings.CutSuffix(name, "#")
			switch {
			case f.Place != sign.InHeader:
				if !slices.Contains(x.elsewhere, p) {
					x.elsewhere = append(x.elsewhere, p)
				}
			case numbered:
				x.numbered[stem] = append(x.numbered[stem], p)
			default:
				x.byHeader[name] = append(x.byHeader[name], p)
				x.headersOf[p.ID] = append(x.headersOf[p.ID], name)
			}
		}
	}
	r.mu.Lock()
	r.index = x
	r.mu.Unlock()
	return x
}

// Recognise finds whose message m is, from its headers and shape, and where
// several providers look alike from the keys that keysFor knows. It returns
// nil when nobody's is certain enough, and why in words.
func (r *Registry) Recognise(m *sign.Message, keysFor func(*Profile) sign.Keys, now time.Time) (*Profile, string) {
	x := r.buildIndex()
	found := slices.DeleteFunc(x.candidates(m), func(p *Profile) bool { return x.yields(p, m) })
	found = best(m, found)
	if len(found) == 0 {
		return nil, "no header or field of a known signature"
	}
	how := ""
	if len(found) > 1 {
		if tried := trial(m, found, keysFor, now); len(tried) > 0 {
			found, how = tried, " and its key"
		}
	}
	if len(found) > 1 {
		slices.SortStableFunc(found, closest(m))
	}
	return found[0], "recognised by " + found[0].place(m) + how
}

// candidates are the providers whose signature header, or any that keep it
// elsewhere.
func (x *index) candidates(m *sign.Message) []*Profile {
	var out []*Profile
	add := func(profiles []*Profile) {
		for _, p := range profiles {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	var buffer [64]byte
	for _, h := range m.Headers {
		name := appendLower(buffer[:0], h.Name)
		add(x.byHeader[string(name)])
		if len(x.numbered) > 0 {
			add(x.numbered[strings.TrimRight(string(name), "0123456789")])
		}
	}
	add(x.elsewhere)
	return out
}

func appendLower(dst []byte, name string) []byte {
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

// best keeps the candidates that fit most closely. A header that is one
// sender's own makes a message that sender's, however garbled its value is;
// one that is everybody's must fit exactly, or stand beside another header.
func best(m *sign.Message, candidates []*Profile) []*Profile {
	var out []*Profile
	most := sign.Present
	for _, p := range candidates {
		fit := p.Scheme.Fit(m)
		if fit < most || fit < sign.Exact && everybodys(p.place(m)) && !p.Scheme.Accompanied(m) {
			continue
		}
		if fit > most {
			out, most = out[:0], fit
		}
		out = append(out, p)
	}
	return out
}

// everybodys are the names under which many senders sign.
func everybodys(header string) bool {
	switch strings.ToLower(header) {
	case "authorization", "signature", "x-signature", "x-webhook-signature", "x-hook-signature":
		return true
	}
	return false
}

// yields is true when the message carries the signature header of a provider
// that p leaves such messages to: nobody is lowered from SHA-256 to SHA-1.
func (x *index) yields(p *Profile, m *sign.Message) bool {
	for _, id := range p.YieldsTo {
		for _, name := range x.headersOf[id] {
			if value, ok := m.Headers.Get(name); ok && strings.TrimSpace(value) != "" {
				return true
			}
		}
	}
	return false
}

// trial keeps the candidates under one of whose keys the message is valid,
// however old it is. A MAC does not match by accident.
func trial(m *sign.Message, candidates []*Profile, keysFor func(*Profile) sign.Keys, now time.Time) []*Profile {
	var out []*Profile
	anyTime := time.Duration(0)
	for _, p := range candidates {
		if p.Scheme.Verify(m, keysFor(p), now, &anyTime).OK {
			out = append(out, p)
		}
	}
	return out
}

// closest orders by what the message shows beside its signature, then by how
// well the provider is known, then by name.
func closest(m *sign.Message) func(a, b *Profile) int {
	return func(a, b *Profile) int {
		ah, ab := a.Scheme.Shown(m)
		bh, bb := b.Scheme.Shown(m)
		switch {
		case ah != bh:
			return bh - ah
		case ab != bb:
			return bb - ab
		}
		if rank := slices.Index(evidences(), a.Evidence) - slices.Index(evidences(), b.Evidence); rank != 0 {
			return rank
		}
		return strings.Compare(a.ID, b.ID)
	}
}

// place names the place of the signature that m has.
func (p *Profile) place(m *sign.Message) string {
	fields := p.Scheme.SignatureFields()
	for _, f := range fields {
		if _, ok := m.Headers.Get(f.Name); ok && f.Place == sign.InHeader {
			return f.Name
		}
	}
	if fields[0].Place == sign.InHeader {
		return fields[0].Name
	}
	return string(fields[0].Place) + "." + fields[0].Name
}
