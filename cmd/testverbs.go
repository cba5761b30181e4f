package cmd

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/contract"
)

// testVerbs are the commands that steps of a contract test call, and their flags
// as options of a step.
func (a *app) testVerbs() []contract.Verb {
	var verbs []contract.Verb
	for _, c := range []*cobra.Command{newTriggerCmd(a), newSendCmd(a), newReplayCmd(a), newWaitCmd(a), newListenCmd(a)} {
		v := contract.Verb{Name: c.Name()}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if o, ok := testOption(c.Name(), f); ok {
				v.Options = append(v.Options, o)
			}
		})
		if v.Name == contract.Trigger {
			v.Check = a.isEvent
		}
		verbs = append(verbs, v)
	}
	return verbs
}

// untestable are flags that mean nothing in a step: what prints instead of
// sending, what asks, what a step has another key for.
func untestable(verb string) []string {
	always := []string{"help", "dry-run", "as", "edit", "override", "secret-file", "no-deliver", "watch"}
	switch verb {
	case contract.Trigger:
		return append(always, "handshake")
	case contract.Send:
		return append(always, "data")
	case contract.Wait:
		return append(always, "event")
	case contract.Listen:
		return append(always, "addr", "ready-file", "tui", "print-secret")
	}
	return always
}

// testOption is a flag as an option, false where it is none.
func testOption(verb string, f *pflag.Flag) (contract.Option, bool) {
	if f.Hidden || slices.Contains(untestable(verb), f.Name) {
		return contract.Option{}, false
	}
	_, usage := pflag.UnquoteUsage(f)
	o := contract.Option{Key: strings.ReplaceAll(f.Name, "-", "_"), Flag: f.Name, Kind: contract.Text, Doc: usage}
	if r, ok := f.Value.(interface{ repeats() bool }); ok && r.repeats() {
		o.Many = true
	}
	switch {
	case f.Value.Type() == "bool":
		o.Kind = contract.Switch
	case f.Value.Type() == headerKind:
		o.Kind = contract.Header
		if f.Name == "add-header" {
			o.Key = "headers"
		}
	case f.Name == "set" || f.Name == "param":
		o.Kind = contract.Pairs
	case slices.Contains([]string{"merge", "data", "respond-body"}, f.Name):
		o.Kind = contract.Data
	}
	if o.Kind == contract.Text || o.Kind == contract.Pairs || o.Kind == contract.Header {
		o.Check = f.Value.Set
	}
	return o, true
}

// isEvent says what is wrong with an event type.
func (a *app) isEvent(ref, provider string) error {
	t, err := a.findType(ref, provider)
	if err == nil && t.Archived {
		return errors.New("the event type is archived and no longer sent")
	}
	return err
}
