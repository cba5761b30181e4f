package cmd

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/send"
)

// flagError words what pflag found wrong: the flag, the value, and what was
// expected or probably meant.
func (a *app) flagError(c *cobra.Command, err error) error {
	var missing *pflag.NotExistError
	var value *pflag.InvalidValueError
	var noValue *pflag.ValueRequiredError
	switch {
	case errors.As(err, &missing):
		return unknownFlag(c, missing)
	case errors.As(err, &value):
		return badValue(a.asGiven(value.GetFlag()), value.GetFlag(), value.GetValue(), value.Unwrap())
	case errors.As(err, &noValue):
		return usageError("--%s needs a value", noValue.GetFlag().Name).withHint("see %s --help", c.CommandPath())
	default:
		return usageError("%s", err).withHint("see %s --help", c.CommandPath())
	}
}

// asGiven is the name of a flag as the command line has it.
func (a *app) asGiven(f *pflag.Flag) string {
	long := "--" + f.Name
	if f.Shorthand == "" || slices.ContainsFunc(a.args, func(arg string) bool { return arg == long || strings.HasPrefix(arg, long+"=") }) {
		return long
	}
	return "-" + f.Shorthand
}

// badValue says which flag was given what, and what it takes.
func badValue(name string, f *pflag.Flag, value string, cause error) *failure {
	failure := usageError("%s %q: %s", name, quotable(f, value), cause)
	var target *send.TargetError
	var word unknown
	var line *lineError
	switch {
	case errors.As(cause, &target):
		return failure.withHint("%s", target.Hint)
	case errors.As(cause, &word):
		return failure.withHint("%s", orElse(didYouMean(word.Unknown()), seeFor(f)))
	case errors.As(cause, &line):
		return failure.withHint("each line of the file is 'X-Name: value'")
	case f.Value.Type() == headerKind:
		return failure.withHint("%s 'X-Name: value'", name)
	case f.Value.Type() == "bool":
		failure.message = fmt.Sprintf("%s %q: must be true or false", name, quotable(f, value))
	}
	return failure
}

// seeFor is where the values of a flag are explained that are more than a list.
func seeFor(f *pflag.Flag) string {
	switch f.Name {
	case "filter":
		return "hooks help filters lists the keys"
	case "handshake", "no-handshake":
		return "hooks help handshakes lists them"
	case "provider":
		return "hooks provider list shows them all"
	}
	return ""
}

// headerKind is the type of flags that take a header.
const headerKind = "header"

// quotable is what a message may repeat of a value: of a header its name, of a
// URL all but the password.
func quotable(f *pflag.Flag, value string) string {
	if f.Value.Type() != headerKind {
		return cut(send.MaskPassword(value))
	}
	if i := strings.IndexAny(value, " \t:;=,\r\n"); i >= 0 {
		return cut(value[:i]) + " …"
	}
	return cut(value)
}

func unknownFlag(c *cobra.Command, err *pflag.NotExistError) *failure {
	name := err.GetSpecifiedName()
	if err.GetSpecifiedShortnames() != "" {
		return usageError("unknown flag -%s", name).withHint("see %s --help", c.CommandPath())
	}
	var known []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			known = append(known, "--"+f.Name)
		}
	})
	return usageError("unknown flag --%s", cut(name)).
		withHint("%s", orElse(didYouMean("--"+name, known), "see "+c.CommandPath()+" --help"))
}

// quotedValueLimit is how much of a value a message repeats.
const quotedValueLimit = 200

func cut(s string) string {
	if len(s) > quotedValueLimit {
		return s[:quotedValueLimit] + "…"
	}
	return s
}

// value makes a flag of any type from a parser. The text given last is kept:
// it is what `config show` prints.
type value[T any] struct {
	p     *T
	text  string
	kind  string
	parse func(string) (T, error)
}

func newValue[T any](p *T, text, kind string, parse func(string) (T, error)) *value[T] {
	return &value[T]{p, text, kind, parse}
}

func (v *value[T]) String() string { return v.text }
func (v *value[T]) Type() string   { return v.kind }
func (v *value[T]) Set(s string) error {
	parsed, err := v.parse(s)
	if err != nil {
		return err
	}
	*v.p, v.text = parsed, s
	return nil
}

// values is the same for a flag that may be repeated.
type values[T any] struct {
	p     *[]T
	texts []string
	kind  string
	parse func(string) (T, error)
}

func newValues[T any](p *[]T, kind string, parse func(string) (T, error)) *values[T] {
	return &values[T]{p: p, kind: kind, parse: parse}
}

func (v *values[T]) repeats() bool  { return true }
func (v *values[T]) String() string { return strings.Join(v.texts, ",") }
func (v *values[T]) Type() string   { return v.kind }
func (v *values[T]) Set(s string) error {
	parsed, err := v.parse(s)
	if err != nil {
		return err
	}
	*v.p, v.texts = append(*v.p, parsed), append(v.texts, s)
	return nil
}

// unknownWord is a value outside a fixed list.
type unknownWord struct {
	word  string
	known []string
}

func (e *unknownWord) Error() string {
	return "must be one of " + strings.Join(e.known, ", ")
}
func (e *unknownWord) Unknown() (string, []string) { return e.word, e.known }

// oneOf takes one of a few words.
func oneOf(s string, words []string) (string, error) {
	if !slices.Contains(words, s) {
		return "", &unknownWord{s, words}
	}
	return s, nil
}

// enum is a flag with a few values, which the shell completes.
type enum struct {
	*value[string]
	words []string
}

func newEnum(p *string, words ...string) enum {
	return enum{newValue(p, *p, "string", func(s string) (string, error) {
		return oneOf(s, words)
	}), words}
}

// parseText takes any text but an empty one, which would silently mean the
// default.
func parseText(s string) (string, error) {
	if s == "" {
		return "", errors.New("is empty; leave it out to get the default")
	}
	return s, nil
}

// parseAny takes any text: who reads the flag judges it.
func parseAny(s string) (string, error) { return s, nil }

// parseURL takes the URL that a sender knows.
func parseURL(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", errors.New("must be http:// or https:// and a host, as in https://example.com/hooks")
	}
	return s, nil
}

// parseDuration reads a duration with a unit that is not negative.
func parseDuration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, errors.New("is not a duration; give a number and a unit, as in 500ms, 30s or 5m")
	}
	return d, nil
}

// durationBetween limits what parseDuration reads.
func durationBetween(least, most time.Duration) func(string) (time.Duration, error) {
	return func(s string) (time.Duration, error) {
		d, err := parseDuration(s)
		if err == nil && (d < least || d > most) {
			err = fmt.Errorf("must be between %s and %s", least, most)
		}
		return d, err
	}
}

// maxSchedule bounds the entries of a schedule, and maxDelay each of them.
const (
	maxSchedule = 100
	maxDelay    = 30 * 24 * time.Hour
)

// parseSchedule reads delays, each of which may be repeated: 1s,5s,10x1h.
func parseSchedule(s string) ([]time.Duration, error) {
	var all []time.Duration
	for part := range strings.SplitSeq(s, ",") {
		times, each, repeated := strings.Cut(part, "x")
		n := 1
		var err error
		if !repeated {
			each = part
		} else {
			n, err = parseCount(times)
		}
		d, bad := parseDuration(each)
		switch {
		case err != nil || bad != nil:
			return nil, errors.New("must be delays, as in 1s,5s,30s or 10x1h")
		case d <= 0 || d > maxDelay:
			return nil, errors.New("each delay must be above 0 and at most 720h")
		case len(all)+n > maxSchedule:
			return nil, fmt.Errorf("more than %d delays", maxSchedule)
		}
		all = append(all, slices.Repeat([]time.Duration{d}, n)...)
	}
	return all, nil
}

// parseSize reads a number of bytes: 1048576, 10MB, 10MiB, 512KiB.
func parseSize(s string) (int64, error) {
	digits := strings.TrimRight(s, "KMGTiBkb")
	scale, ok := map[string]float64{
		"": 1, "B": 1, "KB": 1e3, "kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
	}[s[len(digits):]]
	n, err := strconv.ParseFloat(digits, 64)
	if !ok || err != nil || math.IsNaN(n) || n < 0 || n*scale > math.MaxInt64/2 || strings.ContainsAny(digits, "eExX+_") {
		return 0, errors.New("is not a size; give bytes, or a number and a unit, as in 512KiB or 10MB")
	}
	return int64(n * scale), nil
}

// parseCount reads a whole number of at least one.
func parseCount(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, errors.New("must be a whole number of at least 1")
	}
	return n, nil
}

// wholeBetween reads a whole number within limits.
func wholeBetween(least, most int) func(string) (int, error) {
	return func(s string) (int, error) {
		n, err := strconv.Atoi(s)
		if err != nil || n < least || n > most {
			return 0, fmt.Errorf("must be a whole number from %d to %d", least, most)
		}
		return n, nil
	}
}

// parseRate reads a rate in events a second: 10/s, 600/m.
func parseRate(s string) (float64, error) {
	number, unit, ok := strings.Cut(s, "/")
	seconds := map[string]float64{"s": 1, "m": 60, "h": 3600}[unit]
	n, err := strconv.ParseFloat(number, 64)
	if !ok || seconds == 0 || err != nil || n <= 0 || n > 1e9 || math.IsNaN(n) {
		return 0, errors.New("is not a rate; give a number and a unit, as in 10/s or 600/m")
	}
	return n / seconds, nil
}

// parseStatus reads an HTTP status that can be answered.
func parseStatus(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 200 || n > 599 {
		return 0, errors.New("must be a status from 200 to 599")
	}
	return n, nil
}

// parseTime reads Unix seconds, RFC 3339, or how long ago.
func (a *app) parseTime(s string) (time.Time, error) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n >= 0 && n < 1e11 {
		return time.Unix(n, 0).UTC(), nil
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t.UTC(), nil
	}
	if d, err := time.ParseDuration(s); err == nil && d >= 0 {
		return a.now().Add(-d).UTC(), nil
	}
	return time.Time{}, errors.New("is not a time; give Unix seconds, RFC 3339 (2026-01-02T15:04:05Z) or how long ago (10m)")
}
