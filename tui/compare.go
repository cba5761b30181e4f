package tui

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// compareMode is how bodies are compared.
type compareMode int

const (
	byValue compareMode = iota
	byLine
	byByte
	compareModes
)

var compareNames = [compareModes]text{"json", "lines", "bytes"}

// comparison shows two deliveries against each other.
type comparison struct {
	a, b   *store.Delivery
	mode   compareMode
	ignore bool // ids and times
	pairs  []pair
	values int // how many differences there are
	asked  int
	top    int
	height int
	beside bool // the sides stand beside each other
	err    term.Text
}

// pair is a line of a comparison: what the first has, what the second has.
type pair struct {
	kind pairKind
	a, b term.Text
}

type pairKind int

const (
	pairSame    pairKind = iota
	pairChanged          // a and b; an empty one is not there
	pairHead
)

// comparedMsg brings a comparison.
type comparedMsg struct {
	asked  int
	a, b   *store.Delivery
	pairs  []pair
	values int
	err    error
}

// compare compares the current delivery with the one that was marked last.
func (m *model) compare() []command {
	r := m.current()
	if r == nil {
		return nil
	}
	partner := m.marks.partner(r.seq)
	i, found := m.list.find(partner)
	if partner == 0 || !found {
		m.say(dim, term.Safe("mark another delivery with m first, then c compares"))
		return nil
	}
	ids := [2]raw{m.list.rows[i].id, r.id}
	c := &m.comparison
	*c = comparison{asked: c.asked + 1, mode: c.mode, ignore: c.ignore}
	m.over = compareOverlay
	asked, src, ctx, th, mode, ignore := c.asked, m.src, m.ctx, m.th, c.mode, c.ignore
	return []command{{do: func() message { return readPair(ctx, src, th, ids, mode, ignore, asked) }}}
}

func readPair(ctx context.Context, src source, th *theme, ids [2]raw, mode compareMode, ignore bool, asked int) message {
	var ds [2]*store.Delivery
	for i, id := range ids {
		var err error
		if ds[i], err = src.Get(ctx, string(id)); err != nil {
			return comparedMsg{asked: asked, err: err}
		}
	}
	return judgePair(th, ds[0], ds[1], mode, ignore, asked)
}

// judgePair makes the lines of a comparison; it may take a while.
func judgePair(th *theme, a, b *store.Delivery, mode compareMode, ignore bool, asked int) message {
	msg := comparedMsg{asked: asked, a: a, b: b}
	c := store.Compare(a, b, store.CompareOptions{IgnoreVolatile: ignore})
	msg.values = len(c.Changes)
	switch mode {
	case byLine:
		msg.pairs = append(msg.pairs, pair{kind: pairHead, a: term.Safe("body, by lines")})
		msg.pairs = append(msg.pairs, folded(linePairs(bodyLines(th, a), bodyLines(th, b)))...)
	case byByte:
		msg.pairs = append(msg.pairs, pair{kind: pairHead, a: term.Safe("body, by bytes: " + offsetText(a.Request.Body, b.Request.Body))})
		msg.pairs = append(msg.pairs, folded(blockPairs(th, a.Request.Body, b.Request.Body))...)
	}
	msg.pairs = append(msg.pairs, changePairs(th, c, mode)...)
	return msg
}

// offsetText says where two bodies begin to differ.
func offsetText(a, b []byte) string {
	if bytes.Equal(a, b) {
		return fmt.Sprintf("equal, %d", len(a))
	}
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	return fmt.Sprintf("they differ from byte %d on, %d -> %d", at, len(a), len(b))
}

// changePairs are the differences of values; the other modes show the bodies
// themselves instead.
func changePairs(th *theme, c store.Comparison, mode compareMode) []pair {
	var pairs []pair
	for _, change := range c.Changes {
		if mode != byValue && change.Part == store.PartBody {
			continue
		}
		head := strings.TrimSpace(change.Part + " " + change.Path)
		pairs = append(pairs, pair{kind: pairHead, a: th.line(raw(head))}, pair{pairChanged, th.line(raw(change.Before)), th.line(raw(change.After))})
	}
	if c.Form != "" {
		pairs = append(pairs, pair{kind: pairHead, a: th.line(raw("body, the same JSON in other bytes: " + c.Form))})
	}
	return pairs
}

func (msg comparedMsg) apply(m *model) []command {
	c := &m.comparison
	if msg.asked != c.asked {
		return nil
	}
	if msg.err != nil {
		c.err = m.th.quote(msg.err.Error())
		return nil
	}
	c.a, c.b, c.pairs, c.values = msg.a, msg.b, msg.pairs, msg.values
	c.scroll(0)
	return nil
}

// doCompare does an action in the comparison.
func (m *model) doCompare(a action) []command {
	c := &m.comparison
	if c.a == nil {
		return nil
	}
	switch a {
	case doNextMode:
		c.mode = (c.mode + 1) % compareModes
	case doPreviousMode:
		c.mode = (c.mode + compareModes - 1) % compareModes
	case doIgnore:
		c.ignore = !c.ignore
	case doSwap:
		c.a, c.b = c.b, c.a
	case doNextDifference, doPreviousDifference:
		c.next(a == doNextDifference)
		return nil
	case doCopyComparison:
		return m.copyText("comparison", c.plain())
	case doExportComparison:
		return m.save(fmt.Sprintf("hooks-%d-%d.diff", c.a.Seq, c.b.Seq), c.plain())
	}
	c.asked, c.top = c.asked+1, 0
	x, y, asked, th, mode, ignore := c.a, c.b, c.asked, m.th, c.mode, c.ignore
	return []command{{do: func() message { return judgePair(th, x, y, mode, ignore, asked) }}}
}

// settle takes over the size of the screen.
func (c *comparison) settle(l layout) {
	c.height, c.beside = l.h-4, l.class == wide
	c.scroll(0)
}

func (c *comparison) scroll(n int) {
	c.top = min(max(c.top+n, 0), max(0, len(c.lines(c.beside))-max(1, c.height)))
}

// plain is the comparison as text, as hooks show --diff has it.
func (c *comparison) plain() []byte {
	var b strings.Builder
	for _, l := range c.lines(false) {
		b.WriteString(l.sign + l.text.String() + "\n")
	}
	return []byte(b.String())
}

// bodyLines are the lines of a request's body, indented if it is JSON.
func bodyLines(th *theme, d *store.Delivery) []term.Text {
	v := prepare(th, d.Request.Body, d.Request.Headers, pretty)
	if v.Form == term.FormHex {
		return blocksOf(th, d.Request.Body)
	}
	lines := make([]term.Text, len(v.Rows))
	for i, r := range v.Rows {
		lines[i] = term.Join(term.Text{}, term.Pad(term.Text{}, min(2*r.Depth, 60), ""), r.Text)
	}
	return lines
}

// blocksOf are the bytes of a body in lines of eight.
func blocksOf(th *theme, body []byte) []term.Text {
	v := term.HexView(body, 8)
	lines := make([]term.Text, len(v.Rows))
	for i, r := range v.Rows {
		lines[i] = th.fit(r.Text)
	}
	return lines
}

// blockPairs sets the bytes at the same offsets against each other.
func blockPairs(th *theme, a, b []byte) []pair {
	x, y := blocksOf(th, a), blocksOf(th, b)
	pairs := make([]pair, max(len(x), len(y)))
	for i := range pairs {
		if i < len(x) {
			pairs[i].a = x[i]
		}
		if i < len(y) {
			pairs[i].b = y[i]
		}
		if pairs[i].a != pairs[i].b {
			pairs[i].kind = pairChanged
		}
	}
	return pairs
}
