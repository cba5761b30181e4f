package sign

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// unit is how a timestamp is written: s, ms, auto, rfc3339 or a layout.
type unit string

const (
	unitSeconds unit = "s"
	unitMillis  unit = "ms"
	unitAuto    unit = "auto"
	unitRFC3339 unit = "rfc3339"
)

// autoMillis is the number from which on auto reads milliseconds: as seconds
// it would be the year 5138.
const autoMillis = 100_000_000_000

// maxDigits keeps a number of seconds or milliseconds inside an int64.
const maxDigits = 18

func parseUnit(name string) (unit, error) {
	switch u := unit(name); u {
	case unitSeconds, unitMillis, unitAuto, unitRFC3339:
		return u, nil
	}
	// A layout has to carry at least the year to be one.
	if strings.Contains(name, "2006") || strings.Contains(name, "06") {
		return unit(name), nil
	}
	return "", &UnknownError{What: "unit", Word: name, Known: []string{"s", "ms", "rfc3339", "auto"}}
}

// parse reads a timestamp. Numbers are decimal digits only: no sign, no
// leading zero, no fraction, no exponent.
func (u unit) parse(text string) (time.Time, bool) {
	switch u {
	case unitSeconds, unitMillis, unitAuto:
		return u.number(text)
	case unitRFC3339:
		t, err := time.Parse(time.RFC3339Nano, text)
		return t, err == nil
	}
	t, err := time.Parse(string(u), text)
	return t, err == nil
}

func (u unit) number(text string) (time.Time, bool) {
	if text == "" || len(text) > maxDigits || text[0] == '0' && len(text) > 1 {
		return time.Time{}, false
	}
	for i := range len(text) {
		if text[i] < '0' || '9' < text[i] {
			return time.Time{}, false
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	if u == unitMillis || u == unitAuto && n >= autoMillis {
		return time.UnixMilli(n), true
	}
	return time.Unix(n, 0), true
}

// format writes a timestamp for sending. Senders whose unit is read as auto
// write milliseconds in their code, whatever their documentation says.
func (u unit) format(t time.Time) string { return string(u.append(nil, t)) }

// append writes it behind dst.
func (u unit) append(dst []byte, t time.Time) []byte {
	switch u {
	case unitSeconds:
		return strconv.AppendInt(dst, t.Unix(), 10)
	case unitMillis, unitAuto:
		return strconv.AppendInt(dst, t.UnixMilli(), 10)
	case unitRFC3339:
		return t.UTC().AppendFormat(dst, "2006-01-02T15:04:05Z")
	}
	return t.UTC().AppendFormat(dst, string(u))
}

// judge puts the timestamp into the verdict and says whether it is inside the
// window. Without a window the text is not even parsed: it is signed as it
// stands.
func (s *Scheme) judge(v *Verdict, text string, now time.Time, override *time.Duration) fault {
	if s.spec.TS == nil || text == "" {
		return fault{}
	}
	tolerance := s.spec.TS.Tolerance
	if override != nil {
		tolerance = *override
	}
	t, ok := s.unit.parse(text)
	if ok {
		// Sub saturates, and the least duration has no negative: a timestamp three
		// centuries ahead would be inside every window.
		v.Time, v.Skew = t, max(now.Sub(t), -math.MaxInt64)
	}
	switch {
	case tolerance == 0:
		return fault{}
	case !ok:
		return fault{BadTimestamp, fmt.Sprintf("%q is no timestamp in the unit %s", clip(text), s.unit)}
	case v.Skew > tolerance:
		return fault{TimestampTooOld, fmt.Sprintf("%s old, %s are allowed", seconds(v.Skew), seconds(tolerance))}
	case -v.Skew > tolerance && !s.spec.TS.PastOnly:
		return fault{TimestampTooNew, fmt.Sprintf("%s ahead, %s are allowed%s", seconds(-v.Skew), seconds(tolerance), s.unit.doubt(text))}
	}
	return fault{}
}

// doubt points out a number of seconds that can only be milliseconds.
func (u unit) doubt(text string) string {
	if _, ok := unitMillis.number(text); ok && u == unitSeconds && len(text) >= len("100000000000") {
		return "; it looks like milliseconds, the scheme has seconds"
	}
	return ""
}

func seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Truncate(time.Millisecond).Seconds(), 'f', -1, 64) + " s"
}

// clip keeps a detail short, whatever the message holds.
func clip(text string) string {
	const most = 40
	if len(text) > most {
		return text[:most] + "…"
	}
	return text
}
