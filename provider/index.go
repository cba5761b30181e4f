package provider

import (
	"bytes"
	"slices"
	"strings"

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

// candidates are the providers whose signature header m has.
func (x *index) candidates(m *sign.Message) []*Profile {
	out := make([]*Profile, 0, 32) // as many as the commonest names have
	add := func(profiles []*Profile) {
		for _, p := range profiles {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	var buffer [64]byte
	for _, h := range m.Headers {
		if strings.TrimSpace(h.Value) == "" {
			continue
		}
		name := appendLower(buffer[:0], h.Name)
		add(x.byHeader[string(name)])
		if len(x.numbered) > 0 {
			add(x.numbered[string(bytes.TrimRight(name, "0123456789"))])
		}
	}
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
