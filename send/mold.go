package send

import (
	"bytes"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// mold makes the requests of a load, one after the other. Whatever a scheme
// does can be signed afresh in each; most change a few header values and no
// more, and those are cast from pieces that were cut once.
type mold struct {
	load     *Load
	id       []byte // of the event that is being made
	idAt     span   // where its number stands
	body     []byte
	bodyAt   span // where the number stands in the body; nothing without an id there
	offset   int64
	press    *sign.Press // nil where every request is made from scratch
	pieces   []piece
	composed request
}

// span is a range of bytes.
type span struct{ start, end int }

// piece is literal bytes of a request's head, or the value of a header that
// press makes.
type piece struct {
	lit    []byte
	header int // -1 for a literal
}

// numberSize is how many digits of an id tell the events of a load apart.
const numberSize = 9

// prepare cuts the pieces. The error is that of Sign, or of a request that
// cannot be sent.
func (m *mold) prepare(l *Load, at time.Time) error {
	m.load, m.id, m.body = l, []byte(l.Event.WireID), bytes.Clone(l.Event.Body)
	start, end := l.Signing.Profile.WireID.NewPart(l.Event.WireID)
	m.idAt = span{max(start, end-numberSize), end}
	sum := fnv.New64a() // of random bytes: two runs count from different numbers
	sum.Write(m.id)
	m.offset = int64(sum.Sum64() >> 2)
	m.placeID(at)
	m.number(0)
	out, err := m.outgoing(at)
	if err != nil {
		return err
	}
	if len(out.Body) <= inlineBody {
		m.cut(out, at)
	}
	return nil
}

// placeID puts the event's id where the body shows one, so that each event has
// its own there, too. A number stays a number.
func (m *mold) placeID(at time.Time) {
	scheme := m.load.Signing.Profile.Scheme
	start, end, isJSON := scheme.ShownID(&sign.Message{Body: m.body, Headers: m.load.Event.Headers})
	if end == 0 || !plainID(m.id) {
		return
	}
	text, number := string(m.id), m.idAt
	switch first := m.body[start]; {
	case isJSON && (first == '-' || '0' <= first && first <= '9'):
		text = strconv.FormatInt(at.UnixMicro(), 10)
		number = span{max(0, len(text)-numberSize), len(text)}
	case isJSON && first == '"':
		start, end = start+1, end-1
	case isJSON:
		return
	}
	m.body = append(append(append([]byte(nil), m.body[:start]...), text...), m.body[end:]...)
	m.bodyAt = span{start + number.start, start + number.end}
}

// plainID tells whether an id can stand in JSON and in a form as it is.
func plainID(id []byte) bool {
	return !bytes.ContainsFunc(id, func(r rune) bool {
		letter := 'a' <= r|0x20 && r|0x20 <= 'z'
		return !letter && !('0' <= r && r <= '9') && !strings.ContainsRune("-._~", r)
	})
}

// number makes the id that of event n.
func (m *mold) number(n int64) {
	n += m.offset
	for _, at := range []struct {
		text []byte
		span
	}{{m.id, m.idAt}, {m.body, m.bodyAt}} {
		left := n
		for i := at.end - 1; i >= at.start; i-- {
			at.text[i] = '0' + byte(left%10)
			left /= 10
		}
	}
}

// outgoing makes the request from scratch.
func (m *mold) outgoing(at time.Time) (Outgoing, error) {
	e, s := m.load.Event, m.load.Signing
	e.WireID, e.Body, s.At = string(m.id), m.body, at
	out, err := Build(m.load.Target, e, s, m.load.UserAgent)
	if err != nil {
		return out, err
	}
	if m.load.Edit != nil {
		m.load.Edit(&out)
	}
	return out, check(&out)
}

// cut makes the pieces, and keeps them if they make the same requests as from
// scratch.
func (m *mold) cut(out Outgoing, at time.Time) {
	plain := unsigned(m.load.Target, m.load.Event, m.load.Signing.Profile, m.load.UserAgent)
	url := m.load.Signing.URL
	if url == "" {
		url = m.load.Target.SignedURL(plain.RequestTarget)
	}
	press, ok := m.load.Signing.Profile.Scheme.Press(
		&sign.Message{Method: plain.Method, URL: url, Headers: plain.Headers}, m.load.Signing.Keys, m.load.Event.Type)
	if !ok {
		return
	}
	press.Sign(at, m.id, m.body)
	m.composed = compose(m.load.Target, &out)
	m.pieces = pieces(&m.composed, press)
	for n := range int64(2) {
		m.number(n)
		at = at.Add(time.Duration(n) * time.Second)
		slow, err := m.scratch(nil, at)
		m.press = press
		fast, _ := m.append(nil, at)
		m.press = nil
		if err != nil || !bytes.Equal(slow, fast) {
			return
		}
	}
	m.press = press
}

// pieces cuts the head of a request where the press wrote the same value: an
// edit of the user's stays.
func pieces(r *request, press *sign.Press) []piece {
	made := map[string]int{}
	for i, name := range press.Names() {
		if press.Varies(i) {
			made[strings.ToLower(name)] = i
		}
	}
	head := r.appendHead(nil)
	var all []piece
	done, at := 0, bytes.IndexByte(head, '\n')+1
	for _, line := range r.lines {
		start := at + len(line.Name) + len(": ")
		at += bytes.IndexByte(head[at:], '\n') + 1
		i, ok := made[strings.ToLower(line.Name)]
		if ok && string(press.AppendValue(nil, i)) == line.Value {
			all = append(all, piece{lit: head[done:start], header: -1}, piece{header: i})
			done = start + len(line.Value)
		}
	}
	return append(all, piece{lit: head[done:], header: -1})
}

// append writes the request of the event that number chose behind dst.
func (m *mold) append(dst []byte, at time.Time) ([]byte, error) {
	if m.press == nil {
		return m.scratch(dst, at)
	}
	m.press.Sign(at, m.id, m.body)
	for i := range m.pieces {
		if p := &m.pieces[i]; p.header < 0 {
			dst = append(dst, p.lit...)
		} else {
			dst = m.press.AppendValue(dst, p.header)
		}
	}
	return append(dst, m.body...), nil
}

func (m *mold) scratch(dst []byte, at time.Time) ([]byte, error) {
	out, err := m.outgoing(at)
	if err != nil {
		return dst, err
	}
	r := compose(m.load.Target, &out)
	return append(r.appendHead(dst), out.Body...), nil
}
