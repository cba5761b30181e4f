package cmd

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/catalog"
)

// payloadOptions choose and change a sample, for every command that makes an
// event from the catalog.
type payloadOptions struct {
	edits     []catalog.Edit
	merge     string
	edit      bool
	generate  bool
	data      string
	example   string
	static    bool
	seed      *int64
	id        string
	timestamp time.Time
	flags     *pflag.FlagSet
}

func (o *payloadOptions) add(a *app, flags *pflag.FlagSet) {
	o.flags = flags
	flags.Var(newValues(&o.edits, "string", parseSet), "set", "`path=value`: change one value, keep every other byte; repeatable")
	flags.Var(newValues(&o.edits, "string", parseSet), "override", "`path=value`: the same as --set")
	flags.Var(newValues(&o.edits, "string", parseUnset), "unset", "`path`: take one value out; repeatable")
	flags.StringVar(&o.merge, "merge", "", "change the payload by a JSON Merge Patch: `DATA` is @file, - or the literal")
	flags.BoolVar(&o.edit, "edit", false, "change the payload in $VISUAL or $EDITOR, after all other changes")
	flags.StringVar(&o.data, "data", "", "send this payload as it is: `DATA` is @file, - or the literal")
	flags.StringVar(&o.example, "example", "", "which sample: `NAME`")
	flags.BoolVar(&o.static, "static", false, "the sample as it stands: no new ids and times")
	flags.Var(newValue(&o.seed, "", "int", parseSeed), "seed", "make the same ids for the same `N`")
	flags.StringVar(&o.id, "id", "", "the event's `ID` on the wire")
	flags.Var(newValue(&o.timestamp, "", "string", a.parseTime), "timestamp", "the `TIME` of the event and its signature (default: now)")
}

// parseSet reads path=value; the path ends at the first =.
func parseSet(s string) (catalog.Edit, error) {
	path, value, ok := strings.Cut(s, "=")
	if !ok || path == "" {
		return catalog.Edit{}, errors.New("must be path=value, as in data.amount=500")
	}
	return catalog.Edit{Path: path, Value: value}, nil
}

func parseUnset(s string) (catalog.Edit, error) {
	if s == "" {
		return catalog.Edit{}, errors.New("needs a path, as in data.amount")
	}
	return catalog.Edit{Path: s, Unset: true}, nil
}

func parseSeed(s string) (*int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return nil, errors.New("must be a whole number")
	}
	return &n, nil
}

// source makes ids and times: those of --seed and --timestamp where given.
func (o *payloadOptions) source(a *app) *catalog.Source {
	now := a.now
	if !o.timestamp.IsZero() {
		now = func() time.Time { return o.timestamp }
	}
	return catalog.NewSource(now, o.seed)
}

// render reads the data that the flags name.
func (o *payloadOptions) render(a *app) (catalog.RenderOptions, error) {
	r := catalog.RenderOptions{Source: o.source(a), Example: o.example, Edits: o.edits, Static: o.static, ID: o.id, Generate: o.generate}
	if o.generate && (o.flags.Changed("data") || o.flags.Changed("example")) {
		return r, usageError("a payload that is made from the schema takes neither --data nor --example")
	}
	if o.flags.Changed("data") && o.flags.Changed("example") {
		return r, usageError("--data and --example exclude each other: give one")
	}
	var err error
	if o.flags.Changed("data") {
		if r.Data, err = a.data(o.data); err != nil {
			return r, err
		}
		if r.Data == nil {
			r.Data = []byte{}
		}
	}
	if o.flags.Changed("merge") {
		if r.Merge, err = a.data(o.merge); err != nil {
			return r, err
		}
	}
	if o.edit {
		if a.noInput {
			return r, usageError("--edit asks, and --no-input never does: give one").withHint("--set path=value, --merge @patch.json or --data @payload.json")
		}
		r.Edit = a.editor()
	}
	return r, nil
}

// eventID is the id under which the store knows an event: the ULID that it has
// on the wire, too. A seed makes the same ids again, which one store cannot
// hold twice: then the store makes its own.
func (o *payloadOptions) eventID(ulid string) string {
	if o.seed != nil {
		return ""
	}
	return "evt_" + ulid
}
