package tui

import (
	"context"
	"errors"
	"testing"
)

// A change of the catalogs is said on every page, and the page of the catalog
// shows it under the same cursor; what is wrong changes nothing.
func TestCatalogsChange(t *testing.T) {
	reports := make(chan error, 1)
	types := sampleTypes()
	reads := 0
	s := newScreen(t, 100, 30, func(o *Options) {
		o.CatalogsChanged = reports
		o.Actions.Endpoints = func(context.Context) ([]Endpoint, error) { return nil, nil }
		o.Actions.Command = func(context.Context, []string) (string, error) { return "", nil }
		o.Actions.EventTypes = func(context.Context) ([]EventType, error) {
			reads++
			return types, nil
		}
	}, samples()...)
	report := func(err error) {
		t.Helper()
		reports <- err
		for _, c := range s.awaitCatalogs() {
			s.send(c.do())
		}
	}
	report(nil)
	s.contains("read the catalogs again")
	if reads != 0 {
		t.Errorf("%d reads for a page that is not shown", reads)
	}
	s.press("3", "down")
	chosen := s.shelf.chosen().Ref
	types = append([]EventType{{Ref: "new:first", Name: "first", Catalog: "new"}}, types...)
	report(errors.New("catalog/acme.yaml:3:1: unknown field"))
	s.contains("catalog/acme.yaml:3:1: unknown field; the catalogs stay as they were")
	if reads != 1 {
		t.Errorf("%d reads after a broken change", reads)
	}
	report(nil)
	s.contains("first")
	if got := s.shelf.chosen().Ref; reads != 2 || got != chosen {
		t.Errorf("%d reads, the cursor is on %s, was on %s", reads, got, chosen)
	}
	s.press("1", "?")
	report(errors.New("catalog/acme.yaml:4:1: unknown field"))
	s.contains("catalog/acme.yaml:4:1")
	s.press("esc")
	report(nil)
	if s.press("3"); reads != 3 || s.shelf.chosen() == nil {
		t.Errorf("%d reads when the page is opened again", reads)
	}
}

// The wait ends with the channel, and with the program.
func TestAwaitCatalogsEnds(t *testing.T) {
	closed := make(chan error)
	close(closed)
	s := newScreen(t, 80, 24, func(o *Options) { o.CatalogsChanged = closed })
	for _, c := range s.awaitCatalogs() {
		if msg := c.do(); msg != nil {
			t.Errorf("a closed channel says %v", msg)
		}
	}
}
