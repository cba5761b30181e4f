package tui

import (
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// doBody does an action on a body.
func (m *model) doBody(a action) []command {
	t := &m.detail
	switch a {
	case doFold:
		t.fold(func(b *bodyPane, i int) int { return b.fold(i, true) }, false)
	case doUnfold:
		t.fold(func(b *bodyPane, i int) int { return b.fold(i, false) }, true)
	case doToggle:
		t.fold((*bodyPane).toggle, !t.headers)
	case doFoldAll:
		t.fold(func(b *bodyPane, i int) int { return b.foldAll(i, true) }, false)
	case doUnfoldAll:
		t.fold(func(b *bodyPane, i int) int { return b.foldAll(i, false) }, true)
	case doWrap:
		if b := t.body(); b != nil {
			b.wrap, b.stale = !b.wrap, true
		}
	case doGoOn:
		return m.goOn()
	case doForm:
		if b := t.body(); b != nil {
			return m.reform(t.tab, (b.form+1)%forms)
		}
	}
	return nil
}

// reform prepares a body of the detail in a form.
func (m *model) reform(at tab, f form) []command { return m.part(at, f, 0) }

// part prepares a body of the detail from a byte on.
func (m *model) part(at tab, f form, from int) []command {
	d, asked, th := m.detail.d, m.detail.asked, m.th
	body, headers := m.bodyAt(d, at)
	return []command{{do: func() message {
		return formMsg{asked: asked, tab: at, form: f, from: from, view: prepareFrom(th, body, headers, f, from)}
	}}}
}

// goOn shows the next part of a body that was cut, and after the last one the
// first again.
func (m *model) goOn() []command {
	t := &m.detail
	b := t.body()
	switch {
	case b == nil:
		return nil
	case b.view.Shown > 0:
		from := b.from + b.view.Shown
		t.cursor[t.tab] = 0
		m.say(plain, term.Join(term.Safe(" "), term.Safe("from byte"), grouped(from), term.Safe("on")))
		return m.part(t.tab, b.form, from)
	case b.from > 0:
		m.say(plain, term.Safe("that was the end: from the beginning"))
		return m.part(t.tab, b.form, 0)
	}
	m.say(dim, term.Safe("nothing was cut"))
	return nil
}

// bodyAt is the body that a tab shows.
func (m *model) bodyAt(d *store.Delivery, at tab) ([]byte, sign.Headers) {
	if at != response {
		return d.Request.Body, d.Request.Headers
	}
	if a := nthAttempt(d, m.detail.attempt); a != nil {
		return a.ResponseBody, a.ResponseHeaders
	}
	return nil, nil
}
