package cmd

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
	"github.com/hooks-cli/hooks/tui"
)

// pageSchema holds a recorded payload against the catalogs, for the terminal UI.
// The files are read anew each time: their author changes them meanwhile.
func (a *app) pageSchema(_ context.Context, d *store.Delivery) (tui.Schema, error) {
	b := a.offScreen()
	if d.Event == nil || d.Event.Type == "" {
		return tui.Schema{None: "the event's type is not known, so there is nothing to compare with", Next: [][]string{
			{"show", d.ID, "--explain"}, {"provider", "list"},
		}}, nil
	}
	t, err := b.catalogs().Find(typeRef(d.Event.Provider, d.Event.Type))
	if err != nil {
		return undescribed(d, err)
	}
	page := tui.Schema{Type: t.Qualified(), Source: "built in"}
	if !t.Catalog.BuiltIn {
		page.Source = t.Catalog.File
	}
	s, err := t.CompileSchema()
	if err != nil {
		return page, err
	}
	body := readable(d)
	switch {
	case s == nil:
		page.None, page.Next = "the event type has no schema", describing(d, t.Catalog.Name)
	case !looksLikeJSON(body) && !strings.Contains(d.Request.ContentType, "json"):
		page.None = "the body is " + orElse(d.Request.ContentType, "no JSON") + ", and schemas describe JSON"
	default:
		page.Faults, page.News = faults(s.Validate(body)), s.News(body)
	}
	return page, nil
}

// typeRef is how the catalogs call an event type.
func typeRef(provider, name string) string {
	if provider == "" {
		return name
	}
	return provider + ":" + name
}

// undescribed says that no catalog has the type of d, and what to do.
func undescribed(d *store.Delivery, err error) (tui.Schema, error) {
	var unknown *catalog.UnknownError
	var many *catalog.AmbiguousError
	name, from := d.Event.Type, d.Event.Provider
	switch {
	case errors.As(err, &many):
		return tui.Schema{None: "several catalogs have a type of this name: " + strings.Join(many.Choices, ", ")}, nil
	case !errors.As(err, &unknown):
		return tui.Schema{}, err
	case unknown.Kind == catalog.UnknownCatalog:
		return tui.Schema{None: "no catalog has the event types of " + from, Next: describing(d, from)}, nil
	}
	none := "no type of this name: " + typeRef(from, name)
	if near := nearest(unknown.Unknown()); len(near) > 0 {
		none += " (there is " + strings.Join(near, ", ") + ")"
	}
	return tui.Schema{None: none, Next: describing(d, orElse(from, "mine"))}, nil
}

// describing are the commands that describe the type of d in a catalog of the
// project.
func describing(d *store.Delivery, into string) [][]string {
	return [][]string{
		{"catalog", "learn", "--event", d.Event.Type, "--into", into, "--yes"},
		{"catalog", "import", "--format", "deliveries", strconv.FormatInt(d.Seq, 10), "--into", into, "--yes"},
	}
}

// readable is the body of d without its Content-Encoding.
func readable(d *store.Delivery) []byte {
	encoding, _ := d.Request.Headers.Get("Content-Encoding")
	body, _ := term.Decode(d.Request.Body, encoding)
	return body
}

func looksLikeJSON(body []byte) bool {
	text := strings.TrimLeft(string(body[:min(len(body), 64)]), " \t\r\n")
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
}

// faults are violations as the terminal UI shows them.
func faults(found []catalog.Violation) []tui.Fault {
	var all []tui.Fault
	for _, v := range found {
		f := tui.Fault{Pointer: v.Pointer, Expected: v.Expected, Got: v.Got, Line: v.Line}
		switch {
		case v.Got == "nothing":
			f.Kind = tui.Missing
		case namesTypes(v.Expected):
			f.Kind = tui.OtherType
		}
		all = append(all, f)
	}
	return all
}

// namesTypes tells whether what was expected is a type alone.
func namesTypes(expected string) bool {
	words := []string{"null", "true or false", "a number", "a whole number", "a string", "a list", "an object"}
	rest := strings.ReplaceAll(expected, "true or false", "true/false")
	for part := range strings.SplitSeq(strings.ReplaceAll(rest, " or ", ", "), ", ") {
		if !slices.Contains(words, strings.ReplaceAll(part, "true/false", "true or false")) {
			return false
		}
	}
	return true
}
