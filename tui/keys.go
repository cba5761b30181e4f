package tui

import (
	tea "github.com/charmbracelet/bubbletea"
)

// place is where a key counts.
type place uint

const (
	inList place = 1 << iota
	inDetail
	inBody   // in a detail with a body; keys of inDetail count, too
	inSchema // in the schema's tab of a detail, the same way
	inHelp
	inCopy
	inOutput
	inCompare
	inExport
	inSending
	inTrigger // in what is to be sent, of the catalog; keys of inSending count, too
	inQuestion
	inLine
	inForm
	inHeld
	inEndpoints
	inCatalog
	inFilter

	inPanes = inList | inDetail
	inPages = inPanes | inEndpoints | inCatalog
	inAll   = inPages | inHelp | inCopy | inOutput | inCompare | inExport | inSending | inQuestion | inLine | inForm | inHeld | inFilter
)

// group is a heading of the help.
type group text

const (
	move   group = "MOVE"
	act    group = "ACT"
	findIt group = "FIND AND TAKE"
	held   group = "HELD"
	inside group = "BODY"
	versus group = "COMPARISON"
	toSend group = "BEFORE SENDING"
	ends   group = "ENDPOINTS"
	types  group = "CATALOG"
	whole  group = "PROGRAM"
)

// bind is keys for an action; the keys have the library's names.
type bind struct {
	action action
	where  place
	keys   []string
}

// entry is a line of the help, with the keys that it explains. hint is what
// the last line of the screen says of it, where hintIn says so.
type entry struct {
	group  group
	show   text
	help   text
	hint   text
	hintIn place
	binds  []bind
}

// keyTable is every key there is. Hints, help and the test against duplicates
// are made from it.
func keyTable() []entry {
	scroll := inPages | inHelp | inOutput | inCompare | inSending | inHeld
	return []entry{
		{move, "j k", "down, up", "j/k scroll", inHelp | inOutput, []bind{{goDown, scroll, []string{"j", "down"}}, {goUp, scroll, []string{"k", "up"}}}},
		{move, "ctrl+d ctrl+u", "half a page down, up", "", 0, []bind{{goHalfDown, scroll, []string{"ctrl+d"}}, {goHalfUp, scroll, []string{"ctrl+u"}}}},
		{move, "pgdn pgup", "a page down, up", "", 0, []bind{{goPageDown, scroll, []string{"pgdown"}}, {goPageUp, scroll, []string{"pgup"}}}},
		{move, "g G", "first; newest, follow", "", 0, []bind{{goFirst, scroll, []string{"g", "home"}}, {goLast, scroll, []string{"G", "end"}}}},
		{move, "enter", "open", "enter open", inList, []bind{{doOpen, inList, []string{"enter"}}}},
		{move, "tab", "list or detail", "", 0, []bind{{doPane, inPanes, []string{"tab", "shift+tab"}}}},
		{move, "[ ]", "previous, next tab", "[ ] tabs", inDetail, []bind{{doPreviousTab, inPanes, []string{"["}}, {doNextTab, inPanes, []string{"]"}}}},
		{move, "J K", "next, previous delivery", "J/K next", inDetail, []bind{{doNextDelivery, inDetail, []string{"J"}}, {doPreviousDelivery, inDetail, []string{"K"}}}},
		{move, "z", "zoom the pane", "", 0, []bind{{doZoom, inPanes, []string{"z"}}}},
		{move, "p", "preview on, off", "p preview", inList, []bind{{doPreview, inList, []string{"p"}}}},
		{move, "-", "next layout", "", 0, []bind{{doLayout, inPanes, []string{"-"}}}},
		{act, "r", "replay, signed afresh", "r replay", inPanes, []bind{{doReplay, inPanes, []string{"r"}}}},
		{act, "R", "replay with options", "", 0, []bind{{doReplayWith, inPanes, []string{"R"}}}},
		{act, "e", "edit in $EDITOR, then send", "e edit", inPanes, []bind{{doAmend, inPanes, []string{"e"}}}},
		{act, "t", "trigger an event", "t trigger", inList, []bind{{doTriggerView, inPages, []string{"t"}}}},
		{act, "A", "attempt now", "", 0, []bind{{doRetry, inPanes, []string{"A"}}}},
		{act, "X", "cancel what is scheduled", "", 0, []bind{{doCancel, inPanes, []string{"X"}}}},
		{act, "s", "show the secret for 10 s", "", 0, []bind{{doRevealKey, inDetail, []string{"s"}}}},
		{act, "D", "clear the store (asks)", "", 0, []bind{{doClear, inList, []string{"D"}}}},
		{act, "m M", "mark; only marked", "m mark", inList, []bind{{doMark, inPanes, []string{"m"}}, {doOnlyMarked, inPanes, []string{"M"}}}},
		{act, "c", "compare with the mark", "c compare", inList, []bind{{doCompare, inPanes, []string{"c"}}}},
		{act, "b", "hold before forwarding", "", 0, []bind{{doHeld, inPanes, []string{"b"}}}},
		{toSend, "enter", "send", "enter send", inSending, []bind{{doSend, inSending, []string{"enter"}}}},
		{toSend, "tab", "next, previous field", "tab field", inSending, []bind{{doNextOption, inSending, []string{"tab"}}, {doPreviousOption, inSending, []string{"shift+tab"}}}},
		{toSend, "space h l", "change the field", "space change", inSending, []bind{{doMoreOf, inSending, []string{" ", "l", "right"}}, {doLess, inSending, []string{"h", "left"}}}},
		{toSend, "e", "edit in $EDITOR", "e edit", inSending, []bind{{doAmendAgain, inSending, []string{"e"}}}},
		{toSend, "=", "set a value; backspace undoes", "= set", inSending, []bind{{doSet, inSending, []string{"="}}, {doEraseEdit, inSending, []string{"backspace"}}}},
		{toSend, "y", "copy the command", "y copy", inSending, []bind{{doCopyCommand, inSending, []string{"y"}}}},
		{toSend, "/ E b", "search, sample, break it", "/ search  b break", inTrigger, []bind{{doFindType, inTrigger, []string{"/"}}, {doSample, inTrigger, []string{"E"}}, {doBreak, inTrigger, []string{"b"}}}},
		{versus, "n N", "next, previous difference", "n/N difference", inCompare, []bind{{doNextDifference, inCompare, []string{"n"}}, {doPreviousDifference, inCompare, []string{"N"}}}},
		{versus, "[ ]", "by values, lines, bytes", "[ ] json/lines/bytes", inCompare, []bind{{doPreviousMode, inCompare, []string{"["}}, {doNextMode, inCompare, []string{"]"}}}},
		{versus, "i", "ignore ids and times", "i ignore ids, times", inCompare, []bind{{doIgnore, inCompare, []string{"i"}}}},
		{versus, "tab", "swap the sides", "tab swap", inCompare, []bind{{doSwap, inCompare, []string{"tab"}}}},
		{versus, "y", "copy the comparison", "y copy", inCompare, []bind{{doCopyComparison, inCompare, []string{"y"}}}},
		{versus, "x", "export the comparison", "x export", inCompare, []bind{{doExportComparison, inCompare, []string{"x"}}}},
		{held, "enter A", "release; release all", "enter release", inHeld, []bind{{doRelease, inHeld, []string{"enter", "r"}}, {doReleaseAll, inHeld, []string{"A"}}}},
		{held, "e", "edit in $EDITOR, release", "e edit", inHeld, []bind{{doEditHeld, inHeld, []string{"e"}}}},
		{held, "a", "answer by hand", "a answer", inHeld, []bind{{doAnswer, inHeld, []string{"a"}}}},
		{held, "d", "drop", "d drop", inHeld, []bind{{doDrop, inHeld, []string{"d"}}}},
		{held, "/", "what to hold", "/ filter", inHeld, []bind{{doHoldFilter, inHeld, []string{"/"}}}},
		{findIt, "x", "export", "", 0, []bind{{doExport, inPanes, []string{"x"}}}},
		{findIt, "/", "filter", "/ filter", inList, []bind{{doFilter, inList, []string{"/"}}}},
		{findIt, "f", "filter by this value", "", 0, []bind{{doFilterByThis, inPanes, []string{"f"}}}},
		{findIt, "/", "in this help: search", "/ search", inHelp, []bind{{doFindKey, inHelp, []string{"/"}}}},
		{findIt, "F", "follow on, off", "", 0, []bind{{doFollow, inList, []string{"F"}}}},
		{findIt, "y", "copy: b h u i c s p v", "y copy", inPanes, []bind{{doCopyMenu, inPanes, []string{"y"}}}},
		{findIt, "Y", "copy as curl", "", 0, []bind{{doCopyCurl, inPanes, []string{"Y"}}}},
		{findIt, "y c", "copy as curl", "c curl", inCopy, []bind{{doCopyCurl, inCopy, []string{"c"}}}},
		{findIt, "y b", "copy the body", "b body", inCopy, []bind{{doCopyBody, inCopy, []string{"b"}}}},
		{findIt, "y h", "copy the headers", "h headers", inCopy, []bind{{doCopyHeaders, inCopy, []string{"h"}}}},
		{findIt, "y u", "copy the URL", "u URL", inCopy, []bind{{doCopyURL, inCopy, []string{"u"}}}},
		{findIt, "y i", "copy the id", "i id", inCopy, []bind{{doCopyID, inCopy, []string{"i"}}}},
		{findIt, "y s", "copy the signature", "s signature", inCopy, []bind{{doCopySignature, inCopy, []string{"s"}}}},
		{findIt, "y p", "copy the path there", "p path", inCopy, []bind{{doCopyPath, inCopy, []string{"p"}}}},
		{findIt, "y v", "copy the value there", "v value", inCopy, []bind{{doCopyValue, inCopy, []string{"v"}}}},
		{findIt, "x c", "export as curl", "c curl", inExport, []bind{{doExportCurl, inExport, []string{"c"}}}},
		{findIt, "x r", "export as raw HTTP", "r raw HTTP", inExport, []bind{{doExportRaw, inExport, []string{"r"}}}},
		{findIt, "x j", "export as JSON", "j JSON", inExport, []bind{{doExportJSON, inExport, []string{"j"}}}},
		{findIt, "x b", "export the body", "b body", inExport, []bind{{doExportBody, inExport, []string{"b"}}}},
		{findIt, "x h", "export as HAR", "h HAR", inExport, []bind{{doExportHAR, inExport, []string{"h"}}}},
		{findIt, "x e", "export as a CloudEvent", "e CloudEvent", inExport, []bind{{doExportCloudEvent, inExport, []string{"e"}}}},
		{findIt, "x x", "another way, by command", "x other", inExport, []bind{{doExportAs, inExport, []string{"x"}}}},
		{findIt, "/ n N", "search; next, previous", "/ search", inDetail, []bind{{doLookFor, inDetail, []string{"/"}}, {doNextMatch, inDetail, []string{"n"}}, {doPreviousMatch, inDetail, []string{"N"}}}},
		{inside, "h l", "fold, unfold", "h/l fold", inBody, []bind{{doFold, inBody, []string{"h", "left"}}, {doUnfold, inBody, []string{"l", "right"}}}},
		{inside, "enter", "fold or unfold", "", 0, []bind{{doToggle, inBody, []string{"enter"}}}},
		{inside, "H L", "fold, unfold everything", "", 0, []bind{{doFoldAll, inBody, []string{"H"}}, {doUnfoldAll, inBody, []string{"L"}}}},
		{inside, "w", "wrap long lines", "w wrap", inBody, []bind{{doWrap, inBody, []string{"w"}}}},
		{inside, "v", "pretty, text, hex", "v text/hex", inBody, []bind{{doForm, inBody, []string{"v"}}}},
		{inside, "enter", "schema: show the place", "enter show", inSchema, []bind{{doJump, inSchema, []string{"enter"}}}},
		{inside, "a", "schema: take the payload over", "a learn", inSchema, []bind{{doLearn, inSchema, []string{"a"}}}},
		{inside, ".", "go on past a cut", "", 0, []bind{{doGoOn, inBody, []string{"."}}}},
		{inside, "o", "open in $PAGER", "o pager", inBody, []bind{{doPager, inBody, []string{"o"}}}},
		{ends, "enter", "its deliveries", "enter deliveries", inEndpoints, []bind{{doDeliveriesOf, inEndpoints, []string{"enter"}}}},
		{ends, "tab space", "event types; on, off", "tab events", inEndpoints, []bind{{doSwitches, inEndpoints, []string{"tab"}}, {doSwitch, inEndpoints, []string{" "}}}},
		{ends, "P", "disable, enable or resume", "P pause/resume", inEndpoints, []bind{{doPause, inEndpoints, []string{"P"}}}},
		{ends, "T", "send a test event", "T test", inEndpoints, []bind{{doTest, inEndpoints, []string{"T"}}}},
		{ends, "+ e", "add, edit", "+ new  e edit", inEndpoints, []bind{{doAdd, inEndpoints, []string{"+"}}, {doEdit, inEndpoints, []string{"e"}}}},
		{ends, "s", "show the secret for 10 s", "s secret", inEndpoints, []bind{{doReveal, inEndpoints, []string{"s"}}}},
		{ends, "ctrl+r", "rotate the secret (asks)", "", 0, []bind{{doRotate, inEndpoints, []string{"ctrl+r"}}}},
		{ends, "y", "copy the URL", "", 0, []bind{{doCopyEndpoint, inEndpoints, []string{"y"}}}},
		{ends, "d", "delete (asks)", "d delete", inEndpoints, []bind{{doDelete, inEndpoints, []string{"d"}}}},
		{ends, "/", "search", "/ search", inEndpoints, []bind{{doSearch, inEndpoints, []string{"/"}}}},
		{types, "enter", "trigger", "enter trigger", inCatalog, []bind{{doTrigger, inCatalog, []string{"enter"}}}},
		{types, "e", "edit in $EDITOR, then send", "e edit", inCatalog, []bind{{doEditType, inCatalog, []string{"e"}}}},
		{types, "=", "set a value, then send", "= set", inCatalog, []bind{{doTriggerWith, inCatalog, []string{"="}}}},
		{types, "b", "break it, then send", "b break", inCatalog, []bind{{doBreakType, inCatalog, []string{"b"}}}},
		{types, "E", "next example", "E example", inCatalog, []bind{{doNextExample, inCatalog, []string{"E"}}}},
		{types, "y", "copy the command", "", 0, []bind{{doCopyTrigger, inCatalog, []string{"y"}}}},
		{types, "v", "sample or schema", "v schema", inCatalog, []bind{{doSchema, inCatalog, []string{"v"}}}},
		{types, "/", "search", "/ search", inCatalog, []bind{{doSearch, inCatalog, []string{"/"}}}},
		{whole, "1 2 3", "views", "", 0, []bind{{doEndpoints, inPages, []string{"2"}}, {doDeliveries, inPages, []string{"1"}}, {doCatalog, inPages, []string{"3"}}}},
		{whole, ":", "run a command", "", 0, []bind{{doCommand, inPages, []string{":"}}}},
		{whole, "enter", "run the line", "enter run", inLine, []bind{{doRunLine, inLine, []string{"enter"}}}},
		{whole, "esc", "forget the line", "esc back", inLine, []bind{{doCancelLine, inLine, []string{"esc"}}}},
		{whole, "enter", "do what the form says", "enter save", inForm, []bind{{doSubmit, inForm, []string{"enter"}}}},
		{whole, "tab shift+tab", "next, previous field", "tab next", inForm, []bind{{doNextField, inForm, []string{"tab", "down"}}, {doPreviousField, inForm, []string{"shift+tab", "up"}}}},
		{whole, "esc", "forget the form", "esc back", inForm, []bind{{doCancelForm, inForm, []string{"esc"}}}},
		{whole, "y n", "answer a question", "y yes  n no", inQuestion, []bind{{doYes, inQuestion, []string{"y"}}, {doNo, inQuestion, []string{"n", "esc"}}}},
		{whole, "esc", "close, clear, back", "esc back", inDetail | inHelp | inCopy | inOutput | inCompare | inSending | inExport | inHeld | inEndpoints | inCatalog, []bind{{doBack, inPages | inHelp | inCopy | inOutput | inCompare | inSending | inExport | inHeld, []string{"esc"}}}},
		{whole, "?", "help", "? help", inPages, []bind{{doHelp, inPages | inHelp, []string{"?"}}}},
		{whole, "q", "back, quit", "q quit", inList, []bind{{doQuit, inPages | inHelp | inCopy | inOutput | inCompare | inSending | inExport | inHeld, []string{"q"}}}},
		{whole, "ctrl+c", "quit now", "", 0, []bind{{doInterrupt, inAll, []string{"ctrl+c"}}}},
		{whole, "ctrl+l", "redraw", "", 0, []bind{{doRedraw, inAll, []string{"ctrl+l"}}}},
		{whole, "ctrl+z", "suspend", "", 0, []bind{{doSuspend, inAll, []string{"ctrl+z"}}}},
		{whole, "enter", "keep the filter", "enter keep", inFilter, []bind{{doKeep, inFilter, []string{"enter"}}}},
		{whole, "tab", "complete the filter", "tab complete", inFilter, []bind{{doComplete, inFilter, []string{"tab"}}, {doCompleteBack, inFilter, []string{"shift+tab"}}}},
		{whole, "up down", "earlier filters", "up/down history", inFilter, []bind{{doOlder, inFilter, []string{"up", "ctrl+p"}}, {doNewer, inFilter, []string{"down", "ctrl+n"}}}},
		{whole, "ctrl+s", "keep this filter for tab", "ctrl+s save", inFilter, []bind{{doPreset, inFilter, []string{"ctrl+s"}}}},
		{whole, "esc", "undo the filter", "esc undo", inFilter, []bind{{doUndo, inFilter, []string{"esc"}}}},
	}
}

// keymap finds the action of a key in a place.
type keymap map[string][]bind

func newKeymap(table []entry) keymap {
	keys := keymap{}
	for _, e := range table {
		for _, b := range e.binds {
			for _, k := range b.keys {
				keys[k] = append(keys[k], b)
			}
		}
	}
	return keys
}

func (k keymap) find(key string, where place) action {
	for _, b := range k[key] {
		if b.where&where != 0 {
			return b.action
		}
	}
	return noAction
}

// pressed translates a key message. What is pasted is text, whatever it says.
func pressed(msg tea.KeyMsg) keyMsg {
	if msg.Type == tea.KeyRunes || msg.Type == tea.KeySpace {
		return keyMsg{runes: msg.Runes, pasted: msg.Paste, alt: msg.Alt}
	}
	return keyMsg{name: msg.String()}
}
