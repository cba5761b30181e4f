package sign

import (
	"bytes"
	"hash"
	"slices"
	"time"
)

// Press signs message after message that differ in time, id and body alone, as
// a load generator sends them. The keys are ready and the texts are cut to
// pieces beforehand, so that a signature costs the hash and no allocation. It
// writes what Sign writes. One goroutine uses it at a time.
type Press struct {
	unit    unit
	enc     encoding
	keys    []hash.Hash
	content []inset
	names   []string
	values  [][]inset

	ts, sum []byte
	id      []byte // the nonce, too
	sigs    [][]byte
}

// inset is literal bytes, or what takes their place in each message.
type inset struct {
	lit  []byte
	what byte // of the marks below, 0 for a literal
	sig  int  // which signature
}

// What a mark stands for. Marks are put where values would be, and found again
// in what the writer made of them; no value of a header holds a NUL.
const (
	markTime byte = iota + 1
	markID
	markBody
	markSig
)

func mark(what byte, n int) string { return string([]byte{0, what, byte(n)}) }

// markSize is the length of a mark.
const markSize = 3

// Press returns a Press for messages like m, and whether the scheme can be
// pressed: HMAC over body, time, id and what never changes, in headers. Sign
// does the others. The keys must be such as Sign accepts.
func (s *Scheme) Press(m *Message, k Keys, event string) (*Press, bool) {
	if !s.pressable() || len(k.Secrets) == 0 {
		return nil, false
	}
	w := &writer{s: s, params: s.params(k.Params), values: Values{Event: event}}
	w.out = &Message{Method: m.Method, URL: m.URL, Headers: s.withoutNumbered(m.Headers), Body: []byte(mark(markBody, 0))}
	w.roles = captures{event: event, id: mark(markID, 0), nonce: mark(markID, 0), alg: s.algs[0].word(), keyID: w.params[string(RoleKeyID)]}
	if s.spec.TS != nil {
		w.roles.ts = mark(markTime, 0)
	}
	if slices.ContainsFunc(s.needs(), w.lacks) || w.fillHeaders() != nil {
		return nil, false
	}
	p := &Press{unit: s.unit, enc: s.enc}
	var content bytes.Buffer
	if s.contents[0].write(&content, w.rendering("")) != rendered {
		return nil, false
	}
	p.content = insets(content.Bytes())
	var marks []string
	for i, secret := range k.Secrets[:min(len(k.Secrets), s.room())] {
		key, err := s.secretKey(secret)
		if err != nil {
			return nil, false
		}
		p.keys = append(p.keys, s.algs[0].hasher(key))
		marks = append(marks, mark(markSig, i))
	}
	if w.place(marks) != nil {
		return nil, false
	}
	w.addExtra()
	for _, h := range w.out.Headers {
		p.names = append(p.names, h.Name)
		p.values = append(p.values, insets([]byte(h.Value)))
	}
	p.sigs = make([][]byte, len(p.keys))
	return p, true
}

// pressable tells whether nothing but headers changes from message to message,
// and they in a way that insets can say.
func (s *Scheme) pressable() bool {
	if _, plain := s.coded.(template); !plain || s.algs[0].family != familyMAC {
		return false
	}
	for _, f := range s.order {
		if f.place == InHeader {
			continue
		}
		written := slices.ContainsFunc([]Role{RoleTS, RoleNonce, RoleKeyID}, f.templates[0].has)
		if written || len(f.shapes) > 0 || f.templates[0].has(RoleID) && s.signed[RoleID] {
			return false
		}
	}
	still := []string{"", "body", "ts", "id", "nonce", "method", "url", "base", "path", "param"}
	return !slices.ContainsFunc(s.contents[0].segments, func(g segment) bool {
		return slices.ContainsFunc(g.pieces, func(p piece) bool {
			return p.coded || len(p.filters) > 0 || !slices.Contains(still, p.source)
		})
	})
}

// insets cuts a text at its marks.
func insets(text []byte) []inset {
	var out []inset
	for len(text) > 0 {
		at := bytes.IndexByte(text, 0)
		if at < 0 {
			at = len(text)
		}
		if at > 0 {
			out = append(out, inset{lit: bytes.Clone(text[:at])})
		}
		if text = text[at:]; len(text) >= markSize {
			out = append(out, inset{what: text[1], sig: int(text[2])})
			text = text[markSize:]
		}
	}
	return out
}

// Names are the headers of a message, in order.
func (p *Press) Names() []string { return p.names }

// Varies tells whether the value of header i is another in each message.
func (p *Press) Varies(i int) bool {
	return slices.ContainsFunc(p.values[i], func(s inset) bool { return s.what != 0 })
}

// Sign makes the signatures of the next message. id is its id and its nonce;
// both slices are the caller's again after the last AppendValue.
func (p *Press) Sign(at time.Time, id, body []byte) {
	p.ts, p.id = p.unit.append(p.ts[:0], at), id
	for i, h := range p.keys {
		h.Reset()
		for _, s := range p.content {
			h.Write(p.of(s, body))
		}
		p.sum = h.Sum(p.sum[:0])
		p.sigs[i] = p.enc.append(p.sigs[i][:0], p.sum)
	}
}

func (p *Press) of(s inset, body []byte) []byte {
	switch s.what {
	case markTime:
		return p.ts
	case markID:
		return p.id
	case markBody:
		return body
	case markSig:
		return p.sigs[s.sig]
	}
	return s.lit
}

// AppendValue appends the value of header i of the message that was signed.
func (p *Press) AppendValue(dst []byte, i int) []byte {
	for _, s := range p.values[i] {
		dst = append(dst, p.of(s, nil)...)
	}
	return dst
}
