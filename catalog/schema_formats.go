package catalog

import (
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// formatOf returns how texts of a format are recognised (JSON Schema 2020-12,
// validation, section 7.3), or nil for a format that asserts nothing here.
func formatOf(name string) func(string) bool {
	switch name {
	case "date-time":
		return isDateTime
	case "date":
		return isDate
	case "time":
		return func(s string) bool { return isDateTime("2000-01-01T" + s) }
	case "duration":
		return isDuration
	case "email", "idn-email":
		return isEmail
	case "hostname":
		return func(s string) bool { return isHostname(s) && isASCII(s) }
	case "idn-hostname":
		return isHostname
	case "ipv4":
		return func(s string) bool { a, err := netip.ParseAddr(s); return err == nil && a.Is4() }
	case "ipv6":
		return func(s string) bool {
			a, err := netip.ParseAddr(s)
			return err == nil && a.Is6() && a.Zone() == ""
		}
	case "uri":
		return func(s string) bool { return isIRI(s) && isASCII(s) }
	case "uri-reference":
		return func(s string) bool { _, ok := parseURI(s); return ok && isASCII(s) }
	case "iri":
		return isIRI
	case "iri-reference":
		return func(s string) bool { _, ok := parseURI(s); return ok }
	case "uri-template":
		return isURITemplate
	case "uuid":
		return isUUID
	case "json-pointer":
		return isPointer
	case "relative-json-pointer":
		return isRelativePointer
	case "regex":
		return func(s string) bool { _, err := regexp.Compile(s); return err == nil }
	}
	return nil
}

// isDateTime is RFC 3339, section 5.6, leap seconds included.
func isDateTime(s string) bool {
	if len(s) < 20 || s[10] != 'T' && s[10] != 't' || strings.Contains(s, ",") || !isASCII(s) {
		return false
	}
	s = strings.ToUpper(s) // of the same length: it is ASCII
	leap := s[17:19] == "60"
	if leap {
		s = s[:17] + "59" + s[19:]
	}
	if i := len(s) - 6; s[len(s)-1] != 'Z' && (s[i+1:i+3] > "23" || s[i+4:] > "59") {
		return false
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.Format("2006-01-02T15:04:05") != s[:19] {
		return false
	}
	t = t.UTC()
	return !leap || t.Hour() == 23 && t.Minute() == 59
}

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// isDuration is ISO 8601 as RFC 3339, appendix A, has it.
func isDuration(s string) bool {
	rest, ok := strings.CutPrefix(s, "P")
	if !ok || rest == "" || strings.HasSuffix(rest, "T") {
		return false
	}
	if weeks, ok := strings.CutSuffix(rest, "W"); ok {
		return isDigits(weeks)
	}
	date, clock, _ := strings.Cut(rest, "T")
	return hasUnits(date, "YMD") && hasUnits(clock, "HMS")
}

// hasUnits tells whether s is numbers with units, the units in their order and
// without a gap between them.
func hasUnits(s, units string) bool {
	first := true
	for s != "" {
		i := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
		if i <= 0 {
			return false
		}
		at := strings.IndexByte(units, s[i])
		if at < 0 || !first && at > 0 {
			return false
		}
		units, s, first = units[at+1:], s[i+1:], false
	}
	return true
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// isEmail tells whether s is a Mailbox of RFC 5321, section 4.1.2; letters beyond
// ASCII may stand in it as RFC 6531 has it.
func isEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at > 64 || !isLocalPart(s[:at]) {
		return false
	}
	domain := s[at+1:]
	if literal, ok := strings.CutPrefix(domain, "["); ok {
		address, closed := strings.CutSuffix(literal, "]")
		_, err := netip.ParseAddr(strings.TrimPrefix(address, "IPv6:"))
		return closed && err == nil
	}
	return isHostname(domain)
}

// isLocalPart tells whether s is a Dot-string or a Quoted-string.
func isLocalPart(s string) bool {
	if quoted, ok := strings.CutPrefix(s, `"`); ok {
		inner, closed := strings.CutSuffix(quoted, `"`)
		inner = strings.NewReplacer(`\\`, "", `\"`, "").Replace(inner)
		return closed && !strings.ContainsFunc(inner, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r == 0x7f })
	}
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" || strings.ContainsFunc(atom, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`()<>[]:;@\,"`, r) }) {
			return false
		}
	}
	return true
}

func isASCII(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 }) }

// isHostname looks at lengths and characters; which letters of other scripts
// may stand together, it does not judge.
func isHostname(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if r < 0x80 && r != '-' && !isLetterOrDigit(byte(r)) {
				return false
			}
		}
	}
	return true
}

func isIRI(s string) bool {
	u, ok := parseURI(s)
	return ok && u.IsAbs()
}

func parseURI(s string) (*url.URL, bool) {
	if strings.ContainsAny(s, " \t\r\n\\<>\"{}|^`") {
		return nil, false
	}
	u, err := url.Parse(s)
	if err != nil || strings.Contains(u.Host, ":") && strings.Count(u.Host, ":") > 1 && !strings.HasPrefix(u.Host, "[") {
		return nil, false
	}
	return u, true
}

// isURITemplate looks at the braces alone (RFC 6570).
func isURITemplate(s string) bool {
	open := false
	for _, r := range s {
		switch {
		case r == '{' && !open:
			open = true
		case r == '}' && open:
			open = false
		case r == '{' || r == '}':
			return false
		}
	}
	return !open
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (s[i] == '-') || !dash && !strings.Contains("0123456789abcdefABCDEF", s[i:i+1]) {
			return false
		}
	}
	return true
}

func isPointer(s string) bool {
	if s == "" {
		return true
	}
	_, err := parsePointer(s)
	return err == nil
}

func isRelativePointer(s string) bool {
	i := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if i < 0 {
		i = len(s)
	}
	if i == 0 || i > 1 && s[0] == '0' {
		return false
	}
	_, err := strconv.Atoi(s[:i])
	return err == nil && (s[i:] == "#" || isPointer(s[i:]))
}
