package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/tui"
)

// endpointForm is `hooks endpoint add`, or `hooks endpoint edit` of the one
// with this id, as a form.
func (a *app) endpointForm(ctx context.Context, st *store.Store, id string) (tui.Form, error) {
	if id == "" {
		return newEndpointForm(), nil
	}
	ep, err := liveEndpoint(ctx, st, id)
	if err != nil {
		return tui.Form{}, err
	}
	return editEndpointForm(ep), nil
}

// flagField is a field that stands for one flag. A value of nothing says none.
func flagField(name, value, none, hint string) tui.FormField {
	return tui.FormField{Name: name, Label: name, Value: value, Hint: hint, Words: func(v string) []string { return []string{"--" + name, orElse(v, none)} }}
}

// given leaves a field out that has nothing in it.
func given(f tui.FormField) tui.FormField {
	words := f.Words
	f.Words = func(v string) []string {
		if v == "" {
			return nil
		}
		return words(v)
	}
	return f
}

// each says the flag once for every word of a field.
func each(flag, v string) []string {
	var words []string
	for _, word := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' }) {
		words = append(words, "--"+flag, word)
	}
	return words
}

const (
	hintURL      = "3000, localhost:3000/path or https://example.com/hooks"
	hintEvents   = "types it takes, comma-separated: payment.*,!payment.failed"
	hintChannels = "channels, comma-separated; none: gets everything"
)

func newEndpointForm() tui.Form {
	secret := given(flagField("secret", "", "", "env:NAME, file:PATH, keyring:NAME or the secret itself; empty: a new one is made"))
	secret.Secret = true
	channels := tui.FormField{Name: "channels", Label: "channels", Hint: hintChannels, Words: func(v string) []string { return each("channel", v) }}
	provider := flagField("provider", everybody, everybody, "whose events, signed and retried as it does: a name of hooks provider list, or any")
	return tui.Form{Title: "new endpoint", Words: []string{"endpoint", "add"}, Fields: append([]tui.FormField{
		{Name: "url", Label: "url", Hint: hintURL, Words: func(v string) []string { return []string{v} }},
		provider, given(flagField("name", "", "", "a name to be used instead of its id")),
		given(flagField("event", "", "", hintEvents)), channels, secret,
	}, knobFields(&store.Endpoint{Concurrency: store.DefaultConcurrency})...)}
}

func editEndpointForm(ep *store.Endpoint) tui.Form {
	events := ep.EventTypes
	for _, muted := range ep.MutedTypes {
		events = append(slices.Clone(events), "!"+muted)
	}
	before := strings.Join(ep.Channels, ",")
	return tui.Form{Title: "edit " + callIt(ep), Words: []string{"endpoint", "edit", ep.ID}, Fields: append([]tui.FormField{
		flagField("url", urlText(ep), "", hintURL), flagField("name", ep.Name, "", "empty takes the name away"),
		{Name: "event", Label: "event", Value: strings.Join(events, ","), Hint: hintEvents, Words: func(v string) []string { return eventWords(ep, v) }},
		{Name: "channels", Label: "channels", Value: before, Hint: hintChannels, Words: func(v string) []string {
			return append([]string{"--clear-channels"}, each("add-channel", v)...)
		}},
	}, knobFields(ep)...)}
}

// eventWords replace the subscription; what was switched off and is not listed
// any more is switched on.
func eventWords(ep *store.Endpoint, v string) []string {
	words := []string{"--event", orElse(v, "all")}
	listed := strings.Split(v, ",")
	for _, muted := range ep.MutedTypes {
		if !slices.Contains(listed, "!"+muted) {
			words = append(words, "--on", muted)
		}
	}
	return words
}

// knobFields are what an endpoint can say in place of its provider.
func knobFields(ep *store.Endpoint) []tui.FormField {
	timeout, retry, pause, throttle := "", "", "", ""
	if ep.Timeout > 0 {
		timeout = shortDuration(ep.Timeout)
	}
	if ep.Retries != nil {
		retry = scheduleText(ep.Retries)
	}
	if ep.PauseAfter != nil {
		pause = fmt.Sprint(*ep.PauseAfter)
	}
	if ep.Throttle > 0 {
		throttle = fmt.Sprintf("%g/s", ep.Throttle)
	}
	return []tui.FormField{
		flagField("timeout", timeout, byDefault, "limit of an attempt, as in 10s; empty: the provider's"),
		flagField("retry", retry, byDefault, "after a failure again, as in 1m,5m or 10x1h, or none; empty: the provider's"),
		flagField("pause-after", pause, byDefault, "failures in a row, 0 for never; empty: the provider's"),
		flagField("concurrency", fmt.Sprint(ep.Concurrency), fmt.Sprint(store.DefaultConcurrency), "attempts at the same time; 1 keeps the order"),
		flagField("throttle", throttle, "none", "at most so many attempts, as in 5/s; empty: no limit"),
		headersField(ep), flagField("description", ep.Description, "", "what it is for"),
	}
}

// checkForm judges the words of such a form with the parsers and the checks of
// the commands themselves. It writes nothing.
func (a *app) checkForm(ctx context.Context, st *store.Store, begin []string, fields map[string][]string) tui.Problems {
	b, done, err := a.silent()
	if err != nil {
		return tui.Problems{"": err.Error()}
	}
	defer done()
	if begin[1] == "add" {
		return b.checkAdd(fields)
	}
	return b.checkEdit(ctx, st, begin[2], fields)
}

func (a *app) checkAdd(fields map[string][]string) tui.Problems {
	var o endpointAddOptions
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	o.add(flags)
	url := append(fields["url"], "")[0]
	problems := a.parseFields(flags, fields, "url")
	if _, err := endpointURL(url); url == "" {
		problems["url"] = "is needed: " + hintURL
	} else if err != nil {
		problems["url"] = said(err)
	}
	if len(problems) > 0 {
		return problems
	}
	_, p, rules, err := a.describedEndpoint(flags, url, &o)
	if err != nil || lookedUp(o.ref) {
		return blame(problems, err)
	}
	if _, err := a.secretFor(flags, p, rules, &o); err != nil {
		problems["secret"] = said(err)
	}
	return problems
}

// lookedUp tells whether finding a secret takes more than the environment:
// that is left to the command, for a form is judged at every key.
func lookedUp(ref string) bool {
	return ref == "-" || strings.HasPrefix(ref, "file:") || strings.HasPrefix(ref, "keyring:")
}

func (a *app) checkEdit(ctx context.Context, st *store.Store, id string, fields map[string][]string) tui.Problems {
	var o endpointEditOptions
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	o.add(flags)
	problems := a.parseFields(flags, fields)
	if _, err := endpointURL(o.url); flags.Changed("url") && err != nil {
		problems["url"] = said(err)
	}
	if len(problems) > 0 {
		return problems
	}
	ep, err := liveEndpoint(ctx, st, id)
	if err != nil {
		return blame(problems, err)
	}
	p, rules, err := a.endpointRules(ep)
	if err != nil {
		return blame(problems, err)
	}
	change, err := o.prepare(a, flags, ep, p, rules)
	if err == nil {
		err = change(ep)
	}
	return blame(problems, err)
}

// parseFields has each field's words parsed, but for those of the fields that
// are arguments, and says of each what is wrong with it.
func (a *app) parseFields(flags *pflag.FlagSet, fields map[string][]string, arguments ...string) tui.Problems {
	problems := tui.Problems{}
	for _, name := range sortedKeys(fields) {
		if slices.Contains(arguments, name) {
			continue
		}
		if err := flags.Parse(fields[name]); err != nil {
			var value *pflag.InvalidValueError
			if errors.As(err, &value) {
				err = value.Unwrap()
			}
			problems[name] = said(err)
		}
	}
	return problems
}

// blame puts an error to the field that it speaks of, else to the whole.
func blame(problems tui.Problems, err error) tui.Problems {
	if err == nil {
		return problems
	}
	text := said(err)
	for _, of := range [...]struct{ word, name string }{{"event type", "event"}, {"provider", "provider"}, {"channel", "channels"}, {"URL", "url"}, {"http", "url"}} {
		if strings.Contains(text, of.word) {
			return tui.Problems{of.name: text}
		}
	}
	return tui.Problems{"": text}
}

// said is an error in a line, with what to do about it.
func said(err error) string {
	f := asFailure(err)
	if f.hint == "" {
		return f.message
	}
	return f.message + "; " + f.hint
}
