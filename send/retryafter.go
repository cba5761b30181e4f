package send

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// retryAfter reads how long a receiver asks to wait (RFC 9110, section
// 10.2.3): whole seconds, or a date, which is compared with at. Fractions of a
// second, which some servers write, are rounded up. 0 is no wish; the note then
// says why there is none if there was a header.
func retryAfter(headers sign.Headers, at time.Time) (wait time.Duration, note string) {
	value, ok := headers.Get("Retry-After")
	if !ok {
		return 0, ""
	}
	value = strings.TrimSpace(value)
	if date, err := http.ParseTime(value); err == nil {
		if wait = date.Sub(at); wait <= 0 {
			return 0, "Retry-After is in the past and was ignored"
		}
		return min(wait, longestWait), ""
	}
	digits, negative := strings.CutPrefix(value, "-")
	seconds, err := strconv.ParseFloat(digits, 64) // an error beside infinity is a number out of range
	switch {
	case err != nil && !math.IsInf(seconds, 0) || strings.Trim(digits, "0123456789.") != "":
		return 0, "Retry-After is neither seconds nor a date and was ignored"
	case negative:
		return 0, "Retry-After is negative and was ignored"
	}
	seconds = min(math.Ceil(seconds), longestWait.Seconds())
	return time.Duration(seconds) * time.Second, ""
}
