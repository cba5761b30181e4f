package cmd

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

type showOptions struct {
	body, responseBody, raw, headers, explain, reveal, why bool
	as, diff                                               string
	ignore                                                 bool
	attempt                                                int // 0 is all
}

func newShowCmd(a *app) *cobra.Command {
	var o showOptions
	c := &cobra.Command{
		Use:   "show ID",
		Short: "everything about one delivery",
		Long: "ID is a delivery's id, a unique prefix of it, its number (12 or #12), @last or @failed; with --why an event's id, too. " +
			"--body, --response-body and --raw write the exact bytes, and --json the whole record; everything else masks the values of Authorization, Cookie and the like.",
		Example: "hooks show @last\nhooks show 12 --body > body.json\nhooks show 12 --attempt 1 --headers\nhooks show @failed --as curl\nhooks show 12 --diff 13 --ignore-ids",
		Args:    argsBetween(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := exclusive(c, "body", "response-body", "raw", "headers", "as", "explain", "why", "diff"); err != nil {
				return err
			}
			if err := exclusive(c, "attempt", "explain"); err != nil {
				return err
			}
			if err := exclusive(c, "attempt", "why"); err != nil {
				return err
			}
			if o.diff != "" {
				return a.showDiff(c.Context(), args[0], o.diff, o.ignore, o.reveal)
			}
			if o.ignore {
				return usageError("--ignore-ids goes with --diff").withHint("hooks show %s --diff @last --ignore-ids", args[0])
			}
			if o.explain {
				return a.explain(c, args[0])
			}
			if o.why {
				return a.showWhy(c.Context(), args[0])
			}
			return a.show(c.Context(), args[0], o)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.BoolVar(&o.body, "body", false, "write the request's body")
	flags.BoolVar(&o.responseBody, "response-body", false, "write the body of the last answer")
	flags.BoolVar(&o.raw, "raw", false, "write the request as HTTP/1.1")
	flags.BoolVar(&o.headers, "headers", false, "print the request's headers, one a line")
	flags.Var(newEnum(&o.as, requestForms()...), "as",
		"print the request in `FORM`, masked: curl, httpie (commands), go, node, python (programs), http (an .http file), har, raw (HTTP/1.1), fixture (JSON that hooks import reads)")
	flags.Var(newValue(&o.attempt, "", "int", parseCount), "attempt", "as of the attempt `N`: its request, its answer (default: the last request, all attempts)")
	flags.BoolVar(&o.explain, "explain", false, "verify it once more: what is signed, and where it is not valid, what would have matched")
	flags.BoolVar(&o.why, "why", false, "say for every endpoint why the event was or was not sent to it")
	flags.StringVar(&o.diff, "diff", "", "say what differs in the delivery `ID`: outcome, headers, body, answer; exits 1 if something does")
	flags.BoolVar(&o.ignore, "ignore-ids", false, "with --diff: leave out ids, times and signatures")
	flags.BoolVar(&o.reveal, "reveal", false, "do not mask credentials")
	return c
}

func (a *app) show(ctx context.Context, ref string, o showOptions) error {
	st, err := a.readStore(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	d, err := a.find(ctx, st, ref)
	if err != nil {
		return err
	}
	if o.attempt > 0 {
		if d, err = asOf(d, o.attempt); err != nil {
			return err
		}
	}
	switch {
	case o.body:
		return a.writeBody(d.Request.Body)
	case o.responseBody:
		last := lastAttempt(d)
		if last == nil || last.StatusCode == 0 {
			return answerNo("delivery #%d has no answer", d.Seq)
		}
		if last.ResponseTruncated {
			a.warn("the record holds the first %d of %d bytes", len(last.ResponseBody), last.ResponseSize)
		}
		return a.writeBody(last.ResponseBody)
	case o.raw:
		return a.writeRequest(store.RawRequest(d))
	case o.as != "":
		return a.showAs(o.as, d, o.reveal)
	case o.headers:
		return a.printHeaders(d.Request.Headers, o.reveal)
	case a.json:
		return a.printJSON(d)
	case a.quiet:
		return a.println(d.ID)
	default:
		return a.page([]byte(a.describe(d, original(ctx, st, d), o.reveal)))
	}
}

// asOf is a delivery as if the attempt n had been the only one.
func asOf(d *store.Delivery, n int) (*store.Delivery, error) {
	i := slices.IndexFunc(d.Attempts, func(a store.Attempt) bool { return a.Number == n })
	if i < 0 {
		return nil, answerNo("delivery #%d has %s, and none with the number %d", d.Seq, counted(len(d.Attempts), "attempt"), n)
	}
	one, at := *d, d.Attempts[i]
	one.Attempts = []store.Attempt{at}
	if at.RequestHeaders != nil {
		one.Request.Headers = at.RequestHeaders
	}
	if at.RequestBody != nil {
		one.Request.Body, one.Request.BodySize = at.RequestBody, int64(len(at.RequestBody))
		one.Request.BodySHA256 = fmt.Sprintf("%x", sha256.Sum256(at.RequestBody))
	}
	if u, err := url.Parse(at.URL); err == nil && d.Direction == store.In {
		one.Request.Target = u.RequestURI() // where it was forwarded to
	}
	return &one, nil
}

// explain verifies a recorded delivery once more, as of when it came, with the
// secrets that are known, and says why it is not valid.
func (a *app) explain(c *cobra.Command, ref string) error {
	st, err := a.readStore(c.Context())
	if err != nil {
		return err
	}
	d, err := a.find(c.Context(), st, ref)
	st.Close()
	if err != nil {
		return err
	}
	o := verifyOptions{schemeOptions: schemeOptions{provider: orElse(d.Event.Provider, autoProvider)},
		delivery: ref, at: d.ReceivedAt, budget: sign.DefaultBudget, coverage: true}
	if secrets := a.settings.entries["secret"]; len(secrets) > 0 {
		o.secretRefs = secrets[0].values
	}
	return a.verify(c, nil, &o)
}

// writeBody writes exact bytes to a pipe or a file; a terminal gets them
// escaped, and is told where that differs.
func (a *app) writeBody(body []byte) error {
	if !isTerminal(a.stdout) {
		return a.write(body)
	}
	safe := term.SafeBody(string(body)).String()
	if safe != string(body) {
		a.note("escaped for the terminal; redirect the output to get the exact bytes")
	}
	return a.page([]byte(strings.TrimSuffix(safe, "\n") + "\n"))
}

// writeRequest is writeBody for a request as HTTP text: the line ends of its
// head are line ends on a terminal, too.
func (a *app) writeRequest(text []byte) error {
	if isTerminal(a.stdout) {
		head, body, _ := strings.Cut(string(text), "\r\n\r\n")
		text = []byte(strings.ReplaceAll(head, "\r\n", "\n") + "\n\n" + body)
	}
	return a.writeBody(text)
}

func (a *app) printHeaders(headers sign.Headers, reveal bool) error {
	for _, line := range maskHeaders(headers, reveal) {
		if err := a.println(term.Safe(line.Name + ": " + line.Value).String()); err != nil {
			return err
		}
	}
	return nil
}

// maskHeaders hides the values of headers that let somebody in.
func maskHeaders(headers sign.Headers, reveal bool) sign.Headers {
	if reveal {
		return headers
	}
	return store.MaskHeaders(headers)
}

// showAs prints the request in a form. Forms that are text are safe to print.
func (a *app) showAs(form string, d *store.Delivery, reveal bool) error {
	if !reveal {
		d = store.Masked(d)
	}
	text, err := a.asForm(form, d)
	switch {
	case err != nil:
		return err
	case form == "raw":
		return a.writeRequest(text)
	}
	return a.write(text)
}

// describe is a delivery for people: what it is, the verdict, the request,
// each attempt and the last answer. first is the one that it repeats.
func (a *app) describe(d, first *store.Delivery, reveal bool) string {
	var t description
	t.row("delivery", "#%d  %s", d.Seq, d.ID)
	t.row("event", "%s", strings.TrimSpace(orElse(d.Event.Type, "(unknown)")+"  "+d.Event.ExternalID))
	t.row("provider", "%s", orElse(d.Event.Provider, "-"))
	t.row("handshake", "%s", d.Event.Handshake)
	if d.Direction == store.In {
		t.row("received", "%s from %s", a.clock(d.ReceivedAt), d.Request.RemoteAddr)
	} else if d.IsNotice() {
		t.row("noticed", "%s", a.clock(d.ReceivedAt))
	} else {
		t.row("sent", "%s (%s)", a.clock(d.ReceivedAt), d.Trigger)
	}
	t.row("replay of", "%s", d.ReplayOf)
	t.verification(d.Verification)
	t.row("duplicate of", "%s", repeats(d, first))
	t.row("status", "%s", strings.TrimSpace(statusText(d)+" "+d.StatusReason))
	if due := d.Due(); !due.IsZero() {
		t.row("next attempt", "%s", a.clock(due))
	}
	t.row("endpoint", "%s", d.Endpoint)
	t.row("destination", "%s", d.Destination)
	if d.Answer != nil {
		t.row("answered", "%d", d.Answer.StatusCode)
	}
	fmt.Fprintf(&t, "\nREQUEST  %s\n", term.Safe(d.Request.Method+" "+d.Request.Target+"  "+sizeText(d.Request.BodySize)))
	t.headers(maskHeaders(d.Request.Headers, reveal))
	encoding, _ := d.Request.Headers.Get("Content-Encoding")
	t.body(d.Request.Body, encoding)
	for i := range d.Attempts {
		t.attempt(&d.Attempts[i], a.clock(d.Attempts[i].StartedAt), reveal, i == len(d.Attempts)-1)
	}
	return t.String()
}

func (t *description) verification(v *store.Verification) {
	if v == nil {
		return
	}
	t.row("signature", "%s", strings.TrimSpace(v.Verdict+" "+v.Reason))
	t.row("", "%s", v.Detail)
	t.row("covers", "%s", strings.Join(v.Covers, ", "))
}

// attempt describes an exchange; the answer is shown in full for the last one.
func (t *description) attempt(at *store.Attempt, when string, reveal, last bool) {
	fmt.Fprintf(t, "\nATTEMPT %d  %s\n", at.Number, term.Safe(fmt.Sprintf("%s  %s  %s in %s  %s",
		when, at.URL, orElse(attemptStatus(at), "-"), duration(at.Duration), at.RemoteIP)))
	if !at.VirtualAt.IsZero() {
		fmt.Fprintf(t, "  in the time of its schedule %s\n", at.VirtualAt.UTC().Format(time.RFC3339))
	}
	if at.Error != "" {
		fmt.Fprintf(t, "  %s\n", term.Safe(at.Error))
	}
	if !last || at.StatusCode == 0 {
		return
	}
	t.headers(maskHeaders(at.ResponseHeaders, reveal))
	encoding, _ := at.ResponseHeaders.Get("Content-Encoding")
	t.body(at.ResponseBody, encoding)
	if at.ResponseTruncated {
		fmt.Fprintf(t, "  … the record holds %s of %s\n", sizeText(int64(len(at.ResponseBody))), sizeText(at.ResponseSize))
	}
}
