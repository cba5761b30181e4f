package tui

// doMore does an action that runs a command or belongs to a page.
func (m *model) doMore(a action) []command {
	if !m.offered(a) {
		return nil
	}
	switch a {
	case doDeliveries, doEndpoints, doCatalog:
		return m.turnTo(pageKind(a - doDeliveries))
	case doTriggerView:
		return m.readyType()
	case doCommand:
		m.line.open(commandLine, "")
	case doRunLine, doCancelLine:
		return m.endLine(a)
	case doSubmit, doNextField, doPreviousField, doCancelForm:
		return m.form.do(m, a)
	case doHeld, doRelease, doReleaseAll, doEditHeld, doAnswer, doDrop, doHoldFilter:
		return m.gate.do(m, a)
	case doYes, doNo:
		return m.answered(a == doYes)
	case doExport:
		m.over = exportOverlay
		return nil
	case doClear:
		m.askToClear()
		return nil
	case doRetry, doCancel:
		return m.doDelivery(a)
	case doReplayWith, doAmend:
		return m.again(a == doAmend)
	case doSend, doNextOption, doPreviousOption, doLess, doMoreOf, doSet, doEraseEdit, doAmendAgain, doBreak, doSample, doFindType, doCopyCommand:
		return m.doSending(a)
	}
	if m.over == noOverlay && m.page != deliveriesPage {
		return m.doPage(a)
	}
	return m.doElse(a)
}

// doElse does an action on filters, searches, marks, exports and bodies.
func (m *model) doElse(a action) []command {
	switch a {
	case doComplete, doCompleteBack:
		if m.complete(map[action]int{doComplete: 1, doCompleteBack: -1}[a]) {
			return m.typed()
		}
		return nil
	case doOlder, doNewer:
		return m.backIn(map[action]int{doOlder: 1, doNewer: -1}[a])
	case doPreset:
		return m.preset()
	case doExportAs, doExportCurl, doExportRaw, doExportJSON, doExportBody, doExportHAR, doExportCloudEvent:
		return m.export(a)
	case doLookFor:
		m.lookFor()
		return nil
	case doNextMatch, doPreviousMatch:
		m.nextMatch(map[action]int{doNextMatch: 1, doPreviousMatch: -1}[a], false)
		return nil
	case doFilterByThis:
		return m.filterByThis()
	case doFindKey:
		m.prompt("/ ", "", func(words string) error { m.helpWords, m.helpTop = words, 0; return nil })
		return nil
	case doRevealKey:
		return m.revealKey()
	case doPager:
		return m.openPager()
	case doMark, doOnlyMarked:
		return m.doMark(a)
	case doCompare:
		return m.compare()
	case doIgnore, doSwap, doNextMode, doPreviousMode, doNextDifference, doPreviousDifference, doCopyComparison, doExportComparison:
		return m.doCompare(a)
	case doJump, doLearn:
		return m.doSchemaTab(a)
	}
	return m.doBody(a)
}
