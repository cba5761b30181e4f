package cmd

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/crash"
)

// What --validate does with a payload that breaks its schema.
const (
	validateWarn   = "warn"
	validateOff    = "off"
	validateReject = "reject"
)

func addValidate(flags *pflag.FlagSet, mode *string, usage string) {
	*mode = validateWarn
	flags.Var(newEnum(mode, validateWarn, validateOff, validateReject), "validate", usage)
}

// fewViolations are as many as a line names.
const fewViolations = 3

// violationsText names the first violations and counts the others.
func violationsText(found []catalog.Violation) string {
	var all []string
	for _, v := range found[:min(len(found), fewViolations)] {
		all = append(all, v.String())
	}
	text := strings.Join(all, "; ")
	if more := len(found) - fewViolations; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

// checkEvents holds the payloads that would be sent against their schemas,
// before anything is: an event that may not be sent holds back all of them. It
// renders with a source of its own, so that a seed makes the same ids whether
// anybody checks or not.
func (a *app) checkEvents(events []planned, o *triggerOptions, render catalog.RenderOptions) error {
	if o.validate == validateOff {
		return nil
	}
	render.Source = o.source(a)
	for _, e := range events {
		r, err := catalog.Render(e.eventType, render)
		if err != nil {
			return err
		}
		found, err := e.eventType.Check(r.Body)
		switch {
		case err != nil:
			a.warn("not validated: %s", err)
		case len(found) == 0:
		case o.validate == validateReject:
			return answerNo("the payload breaks the schema of %s: %s", e.eventType.Qualified(), violationsText(found)).
				withHint("nothing was sent; --validate warn sends it all the same")
		default:
			a.warn("the payload breaks the schema of %s: %s", e.eventType.Qualified(), violationsText(found))
		}
	}
	return nil
}

// checks holds what listen receives against the schemas of the catalogs. It may
// be used by several goroutines.
type checks struct {
	*app
	set *catalog.Set

	mu      sync.Mutex
	schemas map[*catalog.EventType]*catalog.Schema
}

// newChecks reads the catalogs, now and whenever one changes until ctx ends: one
// that is wrong at the start would silently check nothing.
func (a *app) newChecks(ctx context.Context) (*checks, error) {
	c := &checks{app: a, set: a.catalogs(), schemas: map[*catalog.EventType]*catalog.Schema{}}
	reports := c.set.Watch(ctx) // before the first reading, so that nothing is missed
	if err := c.set.Load(); err != nil {
		return nil, err
	}
	go func() {
		defer crash.Catch(ctx)
		a.catalogsChanged(reports, nil)
	}()
	return c, nil
}

// schema compiles the schema of a type once. A type without one, or with one
// that does not compile, has nil.
func (c *checks) schema(t *catalog.EventType) *catalog.Schema {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.schemas[t]; ok {
		return s
	}
	s, err := t.CompileSchema()
	if err != nil {
		c.warn("payloads of %s are not validated: %s", t.Qualified(), err)
	}
	c.schemas[t] = s
	return s
}

// received says what breaks the schema of an event that came, and what is new in
// it. Of what no catalog describes nothing is known; the built-in schemas hold
// what samples need, and what they do not list is no news.
func (c *checks) received(provider, eventType string, body []byte) (note string, broken bool) {
	t, err := c.set.Find(provider + ":" + eventType)
	if err != nil {
		return "", false
	}
	s := c.schema(t)
	if s == nil {
		return "", false
	}
	var notes []string
	found := s.Validate(body)
	if len(found) > 0 {
		notes = append(notes, "the payload breaks its schema: "+violationsText(found))
	}
	if news := c.news(t, s, body); len(news) > 0 {
		text := "new in the payload: " + strings.Join(news[:min(len(news), fewViolations)], ", ")
		if more := len(news) - fewViolations; more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		notes = append(notes, text)
	}
	return strings.Join(notes, "; "), len(found) > 0
}

func (c *checks) news(t *catalog.EventType, s *catalog.Schema, body []byte) []string {
	if t.Catalog.BuiltIn {
		return nil
	}
	return s.News(body)
}
