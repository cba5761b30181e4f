package cmd

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// endpointFlags are the settings that an endpoint is added with and that edit
// changes. The word default stands for the provider's own rule.
type endpointFlags struct {
	name, description string
	timeout           time.Duration
	throttle          float64
	concurrency       int
	retries           []time.Duration
	conflictInterval  *time.Duration
	pauseAfter        *int
	onDisabled        string
	onPaused          string
	headers           []sign.Header
	insecure          bool
	strict            bool
}

const (
	maxDescription = 500
	maxConcurrency = 1000
	byDefault      = "default"
)

func (o *endpointFlags) add(flags *pflag.FlagSet) {
	flags.Var(newValue(&o.name, "", "string", parseEndpointName), "name", "a `NAME` for it, to be used instead of its id")
	flags.Var(newValue(&o.description, "", "string", parseDescription), "description", "what it is for: `TEXT` of up to 500 characters")
	flags.VarP(newValues(&o.headers, headerKind, parseEndpointHeader), "add-header", "H", "a header of every request: `'Name: value'`; repeatable")
	flags.Var(newValue(&o.timeout, "", "duration", parseOrDefault(0, durationBetween(time.Millisecond, maxTimeout))), "timeout", "limit of an attempt: `DUR` or default")
	flags.Var(newValue(&o.throttle, "", "string", parseThrottle), "throttle", "at most so many attempts: `N/s` or none")
	flags.Var(newValue(&o.concurrency, "", "int", wholeBetween(1, maxConcurrency)), "concurrency", "`N` attempts at the same time (default 4); 1 keeps the order")
	flags.Var(newValue(&o.retries, "", "string", parseOrDefault(nil, parseRetries)), "retry", "after a failure try again: `SCHEDULE`, as in 1m,5m or 10x1h, none or default")
	flags.Var(newValue(&o.conflictInterval, "", "string", parseOrDefault(nil, parseInterval)), "conflict-interval", "409 means again after `DUR`; 0 makes it a failure like any other; or default")
	flags.Var(newValue(&o.pauseAfter, "", "string", parseOrDefault(nil, parsePauseAfter)), "pause-after", "pause after `N` failures in a row; 0 is never; or default")
	flags.Var(newEnum(&o.onDisabled, "queue", "drop", byDefault), "on-disabled", "new events while disabled: `WORD` is queue, drop or default")
	flags.Var(newEnum(&o.onPaused, "hold", "drop", byDefault), "on-paused", "new events while paused: `WORD` is hold, drop or default")
	flags.BoolVar(&o.insecure, "insecure", false, "accept any certificate of the endpoint")
	flags.BoolVar(&o.strict, "strict", false, "refuse what otherwise only warns: http to this machine, ids that are not UUIDs")
}

// apply sets what was given.
func (o *endpointFlags) apply(flags *pflag.FlagSet, e *store.Endpoint) {
	for name, set := range map[string]func(){
		"name":              func() { e.Name = o.name },
		"description":       func() { e.Description = o.description },
		"add-header":        func() { e.Headers = withHeaders(e.Headers, o.headers) },
		"timeout":           func() { e.Timeout = o.timeout },
		"throttle":          func() { e.Throttle = o.throttle },
		"concurrency":       func() { e.Concurrency = o.concurrency },
		"retry":             func() { e.Retries = o.retries },
		"conflict-interval": func() { e.ConflictInterval = o.conflictInterval },
		"pause-after":       func() { e.PauseAfter = o.pauseAfter },
		"on-disabled":       func() { e.OnDisabled = orOwn(o.onDisabled) },
		"on-paused":         func() { e.OnPaused = orOwn(o.onPaused) },
		"insecure":          func() { e.Insecure = o.insecure },
	} {
		if flags.Changed(name) {
			set()
		}
	}
}

// orOwn is an endpoint's word, "" for the provider's.
func orOwn(word string) string {
	if word == byDefault {
		return ""
	}
	return word
}

// withHeaders replaces the lines of the names that are given.
func withHeaders(headers sign.Headers, given []sign.Header) sign.Headers {
	kept := slices.DeleteFunc(slices.Clone(headers), func(h sign.Header) bool {
		return slices.ContainsFunc(given, func(g sign.Header) bool { return strings.EqualFold(g.Name, h.Name) })
	})
	return append(kept, given...)
}

// parseOrDefault reads a value, or the word for the provider's.
func parseOrDefault[T any](otherwise T, parse func(string) (T, error)) func(string) (T, error) {
	return func(s string) (T, error) {
		if s == byDefault {
			return otherwise, nil
		}
		return parse(s)
	}
}

// parseEndpointName keeps names apart from ids, and fit for a command line. An
// empty one takes the name away.
func parseEndpointName(s string) (string, error) {
	if s != "" && (strings.HasPrefix(s, "ep_") || !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`).MatchString(s)) {
		return "", errors.New("must be up to 64 letters, digits, dots, hyphens and underscores, and not begin like an id")
	}
	return s, nil
}

func parseDescription(s string) (string, error) {
	switch {
	case len([]rune(s)) > maxDescription:
		return "", errors.New("is longer than 500 characters")
	case strings.ContainsFunc(s, unicode.IsControl) || strings.ContainsRune(s, unicode.ReplacementChar):
		return "", errors.New("must be text without control characters")
	}
	return s, nil
}

// ownHeaders are made by the program for every request (RFC 9110, section 7.6.1,
// and RFC 9112, section 6).
var ownHeaders = [...]string{"Host", "Connection", "Content-Length", "Transfer-Encoding", "Te", "Trailer", "Upgrade", "Keep-Alive", "Proxy-Connection", "Expect"}

func parseEndpointHeader(s string) (sign.Header, error) {
	h, err := parseHeader(s)
	switch {
	case err != nil:
		return h, err
	case h.Value == "" && !strings.HasSuffix(s, ";"):
		return h, errors.New("has no value; 'Name;' is sent empty")
	case slices.ContainsFunc(ownHeaders[:], func(name string) bool { return strings.EqualFold(name, h.Name) }):
		return h, errors.New("is a header that hooks makes for every request")
	}
	return h, nil
}

func parseThrottle(s string) (float64, error) {
	if s == "none" {
		return 0, nil
	}
	return parseRate(s)
}

func parseRetries(s string) ([]time.Duration, error) {
	if s == "none" {
		return []time.Duration{}, nil
	}
	return parseSchedule(s)
}

func parseInterval(s string) (*time.Duration, error) {
	d, err := durationBetween(0, maxDelay)(s)
	return &d, err
}

func parsePauseAfter(s string) (*int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return nil, errors.New("must be a whole number, 0 for never")
	}
	return &n, nil
}
