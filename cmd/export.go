package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/store"
)

type exportOptions struct {
	query       store.Query
	format, out string
	withSecrets bool
}

func newExportCmd(a *app) *cobra.Command {
	o := exportOptions{format: "jsonl"}
	c := &cobra.Command{
		Use:   "export [ID...]",
		Short: "write deliveries for other programs: HAR, JSON lines, CloudEvents, curl, .http files",
		Long: "Exports the deliveries with these ids, or those that the filters choose, the oldest first. jsonl holds all of a delivery, bodies and answers included, and hooks import " +
			"reads it back; har is HAR 1.2, as browsers and proxies read it; cloudevents has an event on each line; curl a command for each request; http is a file of requests for the HTTP clients of editors, and hooks import reads it, too.\n" +
			"The values of Authorization, Cookie, tokens and the like are written as ***, unless --with-secrets is given. Bodies are written as they are.",
		Example: `hooks export --format har -o deliveries.har
hooks export 12 @failed --format curl
hooks export --event 'payment.*' --since 1h > payments.jsonl
hooks export --format http --status failed -o failed.http
hooks export --format cloudevents | jq .type`,
		Args: argsBetween(0, -1),
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.Var(newEnum(&o.format, "har", "jsonl", "cloudevents", "curl", "http"), "format", "`FORMAT` is jsonl, har, cloudevents, curl or http")
	flags.StringVarP(&o.out, "out", "o", "", "write to `FILE`, which must not be there yet (default: stdout)")
	flags.BoolVar(&o.withSecrets, "with-secrets", false, "write credentials as they are")
	a.addSelection(flags, &o.query)
	addTo(flags, &o.query)
	flags.Var(newValue(&o.query.Limit, "0", "int", parseLimit), "limit", "at most `N` deliveries; 0 is all")
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) > 0 && (choosesBy(flags) || flags.Changed("limit")) {
			return usageError("give ids, or filters").withHint("%s", firstExample(c))
		}
		return a.export(c.Context(), args, &o)
	}
	return c
}

func (a *app) export(ctx context.Context, refs []string, o *exportOptions) error {
	ctx, stop := a.interruptible(ctx)
	defer stop()
	st, err := a.readStore(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	ids, err := a.exported(ctx, st, refs, &o.query)
	if err != nil {
		return interruptedOr(ctx, err)
	}
	write := func(out func([]byte) error) error {
		w := exporter{format: o.format, version: versionOf(a.version).Version, out: out}
		for _, id := range ids {
			d, err := st.Get(ctx, id)
			if err != nil {
				return interruptedOr(ctx, err)
			}
			if !o.withSecrets {
				d = store.Masked(d)
			}
			if err := w.add(d); err != nil {
				return err
			}
		}
		return w.end()
	}
	if o.out == "" || o.out == "-" {
		if err := write(func(data []byte) error { return a.whileRead(a.write(data)) }); err != nil {
			return err
		}
	} else if err := writeNew(o.out, write); err != nil {
		return err
	}
	if len(ids) == 0 {
		a.sayNone(st.Dir(), true)
	} else if o.out != "" && o.out != "-" {
		a.note("wrote %d to %s", len(ids), o.out)
	}
	return nil
}

// exported are the ids of the deliveries that are named, which must all be there
// before anything is written, or of what a query chooses, oldest first. Notices
// were never on any wire: they are left out.
func (a *app) exported(ctx context.Context, st *store.Store, refs []string, q *store.Query) ([]string, error) {
	var ids []string
	for _, ref := range refs {
		d, err := a.find(ctx, st, ref)
		if err != nil {
			return nil, err
		}
		ids = append(ids, d.ID)
	}
	if len(refs) > 0 {
		return ids, nil
	}
	if err := findEndpoint(ctx, st, q); err != nil {
		return nil, err
	}
	q.NoNotices = true
	for d, err := range st.List(ctx, *q) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, d.ID)
	}
	slices.Reverse(ids) // with --limit, the newest are chosen
	return ids, nil
}

// writeNew writes a file that must not be there yet, its owner's alone, and
// takes it away again if it does not become complete.
func writeNew(path string, write func(out func([]byte) error) error) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	switch {
	case errors.Is(err, os.ErrExist):
		return environmentError("%s exists, and is left alone", path).withHint("give another name: -o FILE")
	case err != nil:
		return environmentError("cannot write %s: %s", path, cause(err))
	}
	err = write(func(data []byte) error {
		if _, err := f.Write(data); err != nil {
			return environmentError("cannot write %s: %s", path, cause(err))
		}
		return nil
	})
	if closed := f.Close(); err == nil && closed != nil {
		err = environmentError("cannot write %s: %s", path, cause(closed))
	}
	if err != nil {
		os.Remove(path)
	}
	return err
}

// exporter writes deliveries one after the other in a format.
type exporter struct {
	format, version string
	out             func([]byte) error
	n               int
}

func (e *exporter) add(d *store.Delivery) error {
	var text []byte
	var err error
	switch e.format {
	case "har":
		return e.harEntry(d)
	case "cloudevents":
		text, err = store.CloudEvent(d)
	case "curl":
		text = []byte(fmt.Sprintf("# %s\n%s", oneLine(fmt.Sprintf("#%d %s", d.Seq, eventText(d))), store.Curl(d, true)))
	case "http":
		if text, err = store.HTTPFile(d); e.n > 0 {
			text = append([]byte("\n"), text...)
		}
	default:
		text, err = store.Archive(d)
	}
	var form *store.FormError
	switch {
	case errors.As(err, &form):
		return usageError("#%d: %s", d.Seq, form).withHint("%s", form.Fix)
	case err != nil:
		return err
	}
	e.n++
	return e.out(append(bytes.TrimRight(text, "\n"), '\n'))
}

func (e *exporter) harEntry(d *store.Delivery) error {
	before := []byte(",\n")
	if e.n == 0 {
		head, err := store.HARHead(e.version)
		if err != nil {
			return err
		}
		before = append(head, '\n')
	}
	entry, err := store.HAREntry(d)
	if err != nil {
		return err
	}
	e.n++
	return e.out(append(before, entry...))
}

// end closes what the format opened.
func (e *exporter) end() error {
	if e.format != "har" {
		return nil
	}
	if e.n == 0 {
		head, err := store.HARHead(e.version)
		if err != nil {
			return err
		}
		return e.out([]byte(string(head) + store.HARTail))
	}
	return e.out([]byte(store.HARTail))
}

// requestForms are what show --as knows.
func requestForms() []string {
	return []string{"curl", "httpie", "http", "har", "raw", "fixture", "go", "node", "python"}
}

// asForm is the request of a delivery in one of requestForms.
func (a *app) asForm(form string, d *store.Delivery) ([]byte, error) {
	programs := map[string]func(*store.Delivery) (string, error){"go": store.Go, "node": store.Node, "python": store.Python, "httpie": store.HTTPie}
	switch form {
	case "curl":
		return []byte(store.Curl(d, true) + "\n"), nil // masked before, where it is to be
	case "raw":
		return store.RawRequest(d), nil
	case "http":
		return store.HTTPFile(d)
	case "fixture":
		text, err := store.Fixture(d)
		return append(text, '\n'), err
	case "har":
		var file bytes.Buffer
		w := exporter{format: "har", version: versionOf(a.version).Version, out: func(b []byte) error { _, err := file.Write(b); return err }}
		err := errors.Join(w.add(d), w.end())
		return file.Bytes(), err
	}
	text, err := programs[form](d)
	return []byte(strings.TrimRight(text, "\n") + "\n"), err
}
