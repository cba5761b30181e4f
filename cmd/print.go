package cmd

// What goes where:
//   - Data goes to stdout, everything else to stderr.
//   - With --json stdout holds NDJSON and nothing else: one object a line,
//     written with one call, so that a reader sees whole lines at once.
//   - With --quiet stdout holds ids and values, and notes are not printed.
//   - Whatever came from outside passes term.Safe before a person sees it.
//   - On a terminal rows are short and times local; on a pipe nothing is cut
//     and times are RFC 3339 in UTC.
//   - Long texts on a terminal go through the user's pager.
//   - Colours never carry meaning alone.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/hooks-cli/hooks/listen"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// errQuiet ends a command that only prints when its reader went away: nobody is
// left to tell.
var errQuiet = &failure{exit: exitDone}

// println writes one line of data.
func (a *app) println(line string) error { return a.write([]byte(line + "\n")) }

// pathLine is what the commands print with --json whose answer is a path.
type pathLine struct {
	Type string `json:"type"`
	Path string `json:"path"`
}

// printPath writes a path: exact for programs, escaped for people.
func (a *app) printPath(path string) error {
	if a.json {
		return a.printJSON(pathLine{"path", path})
	}
	if a.terminal {
		path = term.Safe(path).String()
	}
	return a.println(path)
}

// write writes data as it is. A reader that went away (| head) fails nothing: what
// the command does is done, and its answer stands.
func (a *app) write(data []byte) error {
	if a.unread.Load() {
		return nil
	}
	_, err := a.stdout.Write(data)
	if errors.Is(err, syscall.EPIPE) {
		a.unread.Store(true)
		return nil
	}
	if err != nil {
		return environmentError("cannot write to stdout: %s", cause(err))
	}
	return nil
}

// whileRead ends a command that only prints when nobody reads on; err is of what
// it printed last.
func (a *app) whileRead(err error) error {
	if err == nil && a.unread.Load() {
		return errQuiet
	}
	return err
}

// printJSON writes v as one line, with hidden characters escaped.
func (a *app) printJSON(v any) error {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	return a.write(store.EscapeJSON(line.Bytes()))
}

// note says on stderr what happened or what to do next.
func (a *app) note(format string, args ...any) {
	if !a.quiet {
		fmt.Fprintln(a.stderr, oneLine(fmt.Sprintf(format, args...)))
	}
}

// warn says on stderr what the user should know even when quiet.
func (a *app) warn(format string, args ...any) {
	fmt.Fprintln(a.stderr, painted(a.colourErr, term.Yellow, "warning:"), oneLine(fmt.Sprintf(format, args...)))
}

// warnOnce warns of what several parts of a command come across.
func (a *app) warnOnce(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	a.warning.Lock()
	defer a.warning.Unlock()
	if slices.Contains(a.warned, text) {
		return
	}
	a.warned = append(a.warned, text)
	a.warn("%s", text)
}

// debug says on stderr what only --verbose asks for.
func (a *app) debug(format string, args ...any) {
	if a.verbose {
		fmt.Fprintln(a.stderr, oneLine(fmt.Sprintf(format, args...)))
	}
}

// animates tells whether a line on stderr may be written over: somebody looks at
// a terminal that can do that.
func (a *app) animates() bool {
	return !a.quiet && !a.inCI() && isTerminal(a.stderr) && a.getenv("TERM") != "dumb"
}

// columns is the width of the terminal, 0 where stdout is none and nothing is cut.
func (a *app) columns() int {
	if !a.terminal {
		return 0
	}
	if n, ok := a.wishedColumns(); ok {
		return n
	}
	columns, _ := size(a.stdout)
	return columns
}

// clock prints a time as the stream wants it.
func (a *app) clock(t time.Time) string {
	if a.terminal {
		return t.Local().Format("15:04:05")
	}
	return t.UTC().Format(time.RFC3339)
}

// shownEvent is how much of an event's name a line on a terminal has room for.
const shownEvent = 48

// deliveryLine is the line that listen and log print for a delivery: time,
// verdict, event, provider, size, what became of it, its number, and whether its
// id came before.
func (a *app) deliveryLine(d *store.Delivery) string {
	verdict, style := verdictWord(d)
	number := fmt.Sprintf("#%d", d.Seq)
	if isDuplicate(d) {
		number += "  duplicate"
	}
	event := term.Safe(eventText(d))
	if a.terminal {
		event = term.Truncate(event, shownEvent, "…")
	}
	paint := func(s term.Style, word string) string { return painted(a.colourOut, s, word) }
	return strings.Join([]string{
		a.clock(d.ReceivedAt),
		paint(style, fmt.Sprintf("%-10s", verdict)),
		event.String(),
		term.Safe(orElse(d.Event.Provider, "-")).String(),
		sizeText(d.Request.BodySize),
		paint(stateStyle(d.Status), outcomeText(d)),
		number,
	}, "  ")
}

// eventText is what came: a type, or the handshake that it was.
func eventText(d *store.Delivery) string {
	if d.Event.Handshake != "" {
		return d.Event.Handshake + " handshake"
	}
	return orElse(d.Event.Type, "(unknown)")
}

// verdictWord is what a list says about the signature.
func verdictWord(d *store.Delivery) (string, term.Style) {
	switch {
	case d.IsNotice():
		return "notice", term.Yellow
	case d.Direction == store.Out:
		return "sent", term.Cyan
	case d.Verification == nil:
		return "-", term.Yellow
	case d.Verification.Verdict == store.Valid:
		return "valid", term.Green
	case d.Verification.Verdict == store.Invalid:
		return "invalid", term.Red
	default:
		return "unverified", term.Yellow
	}
}

// outcomeText says what became of a delivery.
func outcomeText(d *store.Delivery) string {
	last := lastAttempt(d)
	switch {
	case d.IsNotice():
		return term.Safe(strings.TrimSpace(d.Event.ExternalID + " " + d.StatusReason)).String()
	case d.Status == store.Rejected:
		return "rejected" + answered(d) + reasonText(d)
	case last == nil:
		return d.Status + answered(d)
	case last.StatusCode == 0:
		return "-> " + orElse(last.ErrorKind, "no answer") + answered(d)
	default:
		text := fmt.Sprintf("-> %d in %s", last.StatusCode, duration(last.Duration))
		if last.ErrorKind != "" {
			text += " (" + last.ErrorKind + ")"
		}
		return text
	}
}

func answered(d *store.Delivery) string {
	if d.Answer == nil {
		return ""
	}
	return fmt.Sprintf(", answered %d", d.Answer.StatusCode)
}

func reasonText(d *store.Delivery) string {
	switch d.StatusReason {
	case listen.ReasonSchema:
		return ": the payload breaks its schema"
	case listen.ReasonEvent:
		return ": event header and body differ"
	case listen.ReasonRate:
		return ": requests come too fast"
	case listen.ReasonSize:
		return ": the body is larger than --max-body"
	case listen.ReasonMethod:
		return ": CONNECT and TRACE are not taken"
	case listen.ReasonLoop:
		return ": it would be forwarded to this listener"
	}
	if d.Verification == nil || d.Verification.Reason == "" || d.Event.Handshake != "" { // which is not refused for that
		return ""
	}
	return ": " + d.Verification.Reason
}

func lastAttempt(d *store.Delivery) *store.Attempt {
	if len(d.Attempts) == 0 {
		return nil
	}
	return &d.Attempts[len(d.Attempts)-1]
}

// failureLine is the second line of a delivery that failed: the error, or the
// beginning of the target's answer. It is empty where there is nothing to add.
func failureLine(d *store.Delivery) string {
	last := lastAttempt(d)
	switch {
	case last == nil || d.Status == store.Succeeded:
		return ""
	case last.Error != "":
		return "  " + snippet(last.Error)
	case len(last.ResponseBody) > 0:
		return "  " + snippet(strings.TrimRight(string(last.ResponseBody), "\r\n"))
	default:
		return ""
	}
}

// doubtLine is why a received delivery is not known to be genuine. Handshakes
// have none: most are not signed.
func doubtLine(d *store.Delivery) string {
	if v := d.Verification; v == nil || v.Verdict == store.Valid || v.Detail == "" || d.Event.Handshake != "" && d.Status == store.Captured {
		return ""
	}
	return "  " + snippet(d.Verification.Detail)
}

// snippet is the beginning of a foreign text, on one line.
func snippet(s string) string {
	if len(s) > 2*quotedValueLimit { // escaping makes it no shorter
		s = s[:2*quotedValueLimit]
	}
	return term.Truncate(term.Safe(s), quotedValueLimit, "…").String()
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
