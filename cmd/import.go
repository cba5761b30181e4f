package cmd

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/listen"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// importSize is the largest file that is imported, in bytes.
const importSize = 256 << 20

func newImportCmd(a *app) *cobra.Command {
	format := "auto"
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "take requests from HAR, JSON lines, HTTP text, curl commands or .http files",
		Long: "Records the requests of a file (- is stdin) as deliveries that came and were forwarded nowhere, to be looked at, verified and replayed. " +
			"What hooks export --format jsonl wrote, and hooks show --as fixture, comes back whole; a delivery that is in the store already is left as it is.\n" +
			"A curl command is as people write it, as browsers copy it (bash or cmd), and as hooks writes it; what only a shell could say ($NAME, $(…), redirections) is refused. " +
			"Nothing is sent.",
		Example: `hooks import deliveries.jsonl
hooks import browser.har
hooks import request.http
echo "curl localhost:3000/hook --json '{}'" | hooks import -`,
		Args: argsBetween(1, 1),
		RunE: func(c *cobra.Command, args []string) error { return a.importFile(c.Context(), args[0], format) },
	}
	c.Flags().Var(newEnum(&format, "auto", "har", "jsonl", "raw", "curl", "http"), "format", "what FILE is: `FORMAT` is auto, har, jsonl, raw (a request as HTTP text), curl or http (.http)")
	return c
}

func (a *app) importFile(ctx context.Context, name, format string) error {
	text, err := a.fileUpTo(name, importSize) // Ctrl-C ends what waits for a pipe: not yet asked to be told of it
	if err != nil {
		return err
	}
	ctx, stop := a.interruptible(ctx)
	defer stop()
	list, err := a.readForm(name, format, text)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return usageError("%s holds no request", name)
	}
	st, err := a.openStore(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	n := 0
	for _, d := range list {
		fresh, err := a.keep(ctx, st, d)
		if err != nil {
			return interruptedOr(ctx, err)
		}
		if !fresh {
			continue
		}
		n++
		if err := a.printDelivery(ctx, d, nil); err != nil {
			return err
		}
	}
	if there := len(list) - n; there > 0 {
		a.note("%d of %d are in the store already, and left as they are", there, len(list))
	}
	if n > 0 {
		a.note("imported %d; hooks show @last looks at it, hooks replay @last --to localhost:3000 sends it", n)
	}
	return nil
}

// readForm reads a text in the format given, or the one that it looks like.
func (a *app) readForm(name, format string, text []byte) ([]*store.Delivery, error) {
	if format == "auto" {
		if format = guessForm(text); format == "" {
			return nil, usageError("%s is not in a form that can be imported", name).
				withHint("HAR, JSON lines of hooks export, a request as HTTP text, a curl command or an .http file; --format says which")
		}
	}
	switch format {
	case "har":
		list, skipped, err := store.ReadHAR(text)
		if skipped > 0 {
			a.note("left out %d entries that are not HTTP requests", skipped)
		}
		return list, err
	case "jsonl":
		return store.ReadArchive(text)
	case "curl":
		return store.ReadCurl(string(text), a.now(), a.file)
	case "http":
		return store.ReadHTTPFile(string(text), a.now(), a.file)
	}
	d, err := a.rawDelivery(text)
	if err != nil {
		return nil, requestFailure(name, err)
	}
	return []*store.Delivery{d}, nil
}

// guessForm tells the format by how a text begins, "" for none of them.
func guessForm(text []byte) string {
	begin := bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\ufeff")), " \t\r\n")
	first, _, _ := bytes.Cut(begin, []byte("\n"))
	matches := func(pattern string) bool { return regexp.MustCompile(pattern).Match(begin) }
	switch {
	case matches(`^\{\s*"log"\s*:`):
		return "har"
	case bytes.HasPrefix(begin, []byte("{")):
		return "jsonl"
	case matches(`^(#[^\n]*\n\s*)*(\$ )?(curl|curl\.exe)\s`), matches(`^(#[^#\n][^\n]*\n\s*)*(printf|echo|cat) [^\n]*`) && bytes.Contains(begin, []byte("| curl ")):
		return "curl"
	case regexp.MustCompile(`^[A-Z!#$%&'*+.^_|~-]+ /\S* HTTP/1\.[01]\r?$`).Match(first):
		return "raw"
	case matches(`^(###|//|# |@\w+\s*=|[A-Z]+ (https?://|\{\{)|https?://)`):
		return "http"
	}
	return ""
}

// rawDelivery is a request as HTTP text, that came now.
func (a *app) rawDelivery(text []byte) (*store.Delivery, error) {
	m := &sign.Message{}
	if err := parseRequest(text, m); err != nil {
		return nil, err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	d := &store.Delivery{Direction: store.In, Trigger: store.TriggerReceived, Status: store.Captured, ReceivedAt: a.now().UTC(), Event: &store.Event{},
		Request: store.Request{Method: m.Method, Target: strings.Fields(line)[1], Headers: m.Headers, Body: m.Body}}
	d.Request.ContentType, _ = m.Headers.Get("Content-Type")
	return d, nil
}

// keep records a delivery from outside, unless it is there. What was under way
// where it comes from is not under way here.
func (a *app) keep(ctx context.Context, st *store.Store, d *store.Delivery) (bool, error) {
	if d.ID != "" {
		if _, err := st.Get(ctx, d.ID); err == nil {
			return false, nil
		} else if !errors.Is(err, store.ErrNotFound) {
			var bad *store.BadRefError
			if errors.As(err, &bad) {
				return false, usageError("%q is not a delivery's id", cut(d.ID))
			}
			return false, err
		}
	}
	d.Seq, d.NextAttemptAt = 0, time.Time{}
	if d.Endpoint != "" {
		if _, err := st.Endpoint(ctx, d.Endpoint); err != nil {
			d.Endpoint = ""
		}
	}
	switch d.Status {
	case store.Pending, store.Delivering, store.Retrying, store.Queued, store.Paused:
		d.Status, d.StatusReason = store.Canceled, "imported"
	}
	if d.Verification == nil && d.Direction == store.In {
		a.recognise(d)
	}
	return true, st.Append(d).Wait(ctx)
}

// recognise says whose event a request carries, as far as that shows without a
// secret. Whether its signature is right is for hooks verify to say.
func (a *app) recognise(d *store.Delivery) {
	d.Verification = &store.Verification{Verdict: store.Unverified, Reason: sign.UnknownProvider, Detail: "imported: hooks verify --delivery ID judges it"}
	m := listen.MessageOf(d, d.Destination)
	p, why := a.providers().Recognise(m, func(*provider.Profile) sign.Keys { return sign.Keys{} }, d.ReceivedAt)
	if p == nil {
		a.debug("%s", why.String())
		return
	}
	d.Verification.Provider, d.Verification.Reason = p.ID, sign.NoSecret
	d.Event.Provider = p.ID
	if d.Event.Type == "" {
		d.Event.Type, d.Event.ExternalID = p.Scheme.Event(m)
	}
}
