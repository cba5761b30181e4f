package tui

import (
	"slices"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// hint is a key in the last line of the screen.
type hint struct {
	text     text
	action   action
	from, to int
}

// hints returns the keys that count here, as many as fit. Help stays.
func (m *model) hints(width int) []hint {
	where := m.where()
	var all []hint
	for _, e := range keyTable() {
		if e.hint != "" && e.hintIn&where != 0 && m.offered(e.binds[0].action) {
			all = append(all, hint{text: e.hint, action: e.binds[0].action})
		}
	}
	x, gap := 0, 2
	if m.margin() {
		x = 1
	} else {
		gap = 1
	}
	width -= x
	for used(all, gap) > width && len(all) > 1 {
		i := leastNeeded(all)
		all = append(all[:i], all[i+1:]...)
	}
	for i := range all {
		all[i].from, all[i].to = x, x+len(all[i].text)
		x = all[i].to + gap
	}
	return all
}

// leastNeeded is the hint to leave out where there is no room for all: what only
// few look for, else the last one that is not the help.
func leastNeeded(all []hint) int {
	last := 0
	for i, h := range all {
		switch h.action {
		case doPreview, doMark, doCompare:
			return i
		case doHelp:
		default:
			last = i
		}
	}
	return last
}

func used(all []hint, gap int) int {
	n := -gap
	for _, h := range all {
		n += len(h.text) + gap
	}
	return n
}

// offered reports whether an action can do something in this session.
func (m *model) offered(a action) bool {
	switch a {
	case doReplay:
		return m.o.Actions.Replay != nil
	case doExportCurl, doExportRaw, doExportJSON, doExportBody, doExportHAR, doExportCloudEvent:
		return m.o.Actions.Export != nil && slices.Contains(m.o.Exports, exportForms[a])
	case doPreset:
		return m.o.Memory.Write != nil
	case doExportAs, doCommand, doRetry, doCancel, doReplayWith, doExport, doTriggerView, doClear, doYes:
		return m.o.Actions.Command != nil
	case doSubmit, doNextField, doPreviousField, doCancelForm, doAdd, doEdit:
		return m.o.Actions.EndpointForm != nil && m.o.Actions.CheckForm != nil && m.offered(doEndpoints)
	case doHeld, doRelease, doReleaseAll, doEditHeld, doAnswer, doDrop, doHoldFilter:
		return m.o.Gate != nil
	case doEndpoints:
		return m.o.Actions.Endpoints != nil && m.o.Actions.EventTypes != nil && m.o.Actions.Command != nil
	case doDeliveriesOf, doSwitches, doSwitch, doPause, doTest, doReveal, doRotate, doDelete, doSearch, doTrigger, doNextExample, doSchema, doCopyTrigger, doCopyEndpoint:
		return m.offered(doEndpoints)
	case doAmend, doAmendAgain:
		return m.o.Editor != "" && m.o.Actions.Edits != nil && m.o.Actions.Command != nil
	case doSend:
		return m.o.Actions.Command != nil
	case doEditType:
		return m.offered(doAmend) && m.offered(doEndpoints)
	case doTriggerWith:
		return m.offered(doSet) && m.offered(doEndpoints)
	case doBreakType:
		return m.offered(doBreak) && m.offered(doEndpoints)
	case doRevealKey:
		return m.o.Actions.Secret != nil
	case doExportComparison:
		return m.o.Actions.Save != nil
	case doSet, doEraseEdit:
		return m.o.Actions.Revise != nil
	case doBreak:
		return len(m.o.Breaks) > 0
	case doPager:
		return m.o.Pager != ""
	case doLearn:
		return m.o.Actions.Command != nil && m.o.Actions.Schema != nil
	case doJump:
		return m.o.Actions.Schema != nil
	case doPreview, doLayout:
		return len(splits(m.w, m.h)) > 0
	}
	return true
}

func (m *model) drawHints(p *pen) {
	if m.line.kind != noLine && !m.note.text.Empty() { // what is wrong with the line
		if m.margin() {
			p.to(1)
		}
		p.text(m.note.role, term.Truncate(m.note.text, p.width-p.col, p.th.ellipsis))
		return
	}
	for _, h := range m.hints(p.width) {
		p.to(h.from)
		p.lit(dim, h.text)
	}
}

// drawStatus draws what the last key came to, or the selected delivery.
func (m *model) drawStatus(p *pen) {
	if m.margin() {
		p.to(1)
	}
	room := p.width - p.col
	switch {
	case m.asked != nil:
		m.asked.draw(p)
		return
	case m.line.kind != noLine:
		m.line.draw(p)
		return
	}
	if !m.note.text.Empty() {
		p.text(m.note.role, term.Truncate(m.note.text, room, p.th.ellipsis))
		return
	}
	r := m.current()
	if r == nil || m.over == heldOverlay || m.page != deliveriesPage {
		return
	}
	if m.focus == inDetail && m.detail.body() != nil {
		m.drawPlace(p)
		return
	}
	if r.verdict == store.Invalid {
		p.text(bad, term.Truncate(m.wrong(r), room, p.th.ellipsis))
		return
	}
	p.text(plain, term.Truncate(m.summary(r), room, p.th.ellipsis))
}

// wrong says what is wrong with a signature.
func (m *model) wrong(r *row) term.Text {
	what := term.Join(term.Safe(" "), term.Safe(string(m.th.cross)), m.th.line(or(r.event, "(unknown)")), term.Safe("from"), m.th.line(or(r.provider, "an unknown sender")))
	why := m.th.line(r.reason)
	if d := m.delivery(); d != nil && d.Verification != nil && d.Verification.Detail != "" {
		why = m.th.line(raw(d.Verification.Detail))
	}
	return term.Join(term.Safe(": "), what, why)
}

// summary is the selected delivery in a line.
func (m *model) summary(r *row) term.Text {
	status := m.th.line(r.status)
	if r.statusReason != "" {
		status = term.Join(term.Safe(" "), status, m.th.line(r.statusReason))
	}
	parts := []term.Text{
		term.Join(term.Text{}, term.Safe("#"), num(r.seq)), status,
		term.Join(term.Safe(" "), m.th.line(r.method), m.th.line(r.target)),
		size(r.size, true),
	}
	if r.answer != 0 {
		parts = append(parts, term.Join(term.Safe(" "), term.Safe("answered"), num(int64(r.answer))))
	}
	return term.Join(term.Safe("  "), append(parts, m.th.line(r.id))...)
}

// drawPlace says where in the body the cursor is.
func (m *model) drawPlace(p *pen) {
	t := &m.detail
	b := t.body()
	at := t.cursor[t.tab] - len(t.lines)
	right := term.Join(term.Text{}, term.Safe("line "), grouped(t.cursor[t.tab]+1), term.Safe(" of "), grouped(t.len()))
	columns := term.Width(right)
	if at >= 0 && at < len(b.lines) {
		p.text(plain, term.Truncate(p.th.fit(b.view.Path(b.lines[at].row)), p.width-p.col-columns-2, p.th.ellipsis))
	}
	p.to(max(p.col, p.width-columns-1))
	p.text(dim, right)
}
