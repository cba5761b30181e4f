package send

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// TargetError says why a text is no target. Its message does not repeat the
// text: whoever prints it knows where the text came from.
type TargetError struct {
	Text   string
	Reason string
	Hint   string // what to type instead
}

func (e *TargetError) Error() string { return e.Reason }

// targetForms is the hint for whoever typed something else.
const targetForms = "use 3000, :3000, localhost:3000/path, /path, http://…, https://… or unix:/path.sock"

// maxSocketPath is the length of sun_path on the strictest system, less its
// closing zero.
const maxSocketPath = 103

// ParseTarget reads a target: a port (3000, :3000, 3000/hook), a host with or without
// port and path (localhost:3000/hook), a path on localhost (/hook), an
// absolute http or https URL, or a Unix socket (unix:/path.sock). The error
// is a *TargetError.
func ParseTarget(text string) (Target, error) {
	t, reason, hint := parseTarget(text)
	if reason == "" {
		return t, nil
	}
	if hint == "" {
		hint = targetForms
	}
	return Target{}, &TargetError{Text: text, Reason: reason, Hint: hint}
}

func parseTarget(text string) (t Target, reason, hint string) {
	if text == "" {
		return t, "the target is empty", ""
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f }); i >= 0 {
		return t, "a target holds no spaces and no control characters", ""
	}
	if path, ok := strings.CutPrefix(text, "unix:"); ok {
		return parseSocket(path)
	}
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok {
		return parseShort(text)
	}
	scheme = strings.ToLower(scheme)
	if scheme != "http" && scheme != "https" {
		return t, "only http, https and unix targets are possible", ""
	}
	return parseAuthority(Target{Scheme: scheme}, rest)
}

func parseSocket(path string) (t Target, reason, hint string) {
	if path == "" {
		return t, "the socket's path is missing", "as in unix:/run/app.sock"
	}
	if len(path) > maxSocketPath {
		return t, "the path of a unix socket has at most " + strconv.Itoa(maxSocketPath) + " bytes", "use a shorter path or a symbolic link"
	}
	return Target{Scheme: "http", Host: "localhost", Socket: path, authority: "localhost"}, "", ""
}

// parseShort reads the forms without a scheme.
func parseShort(text string) (t Target, reason, hint string) {
	switch {
	case strings.HasPrefix(text, "//"):
		return t, "the host is missing", ""
	case text[0] == '/':
		t, reason, hint = parseAuthority(Target{Scheme: "http"}, "localhost"+text)
		t.Bare = true
		return t, reason, hint
	case text[0] == ':' && strings.Count(text, ":") > 1:
		return t, "an IPv6 address stands in brackets", "as in [::1]:3000"
	case text[0] == ':':
		text = "localhost" + text
	case strings.Trim(authorityOf(text), "0123456789") == "":
		text = "localhost:" + text
	}
	return parseAuthority(Target{Scheme: "http"}, text)
}

// authorityOf is what stands before the path and the query.
func authorityOf(text string) string {
	if end := strings.IndexAny(text, "/?"); end >= 0 {
		return text[:end]
	}
	return text
}

// parseAuthority reads [user[:password]@]host[:port][/path][?query].
func parseAuthority(t Target, rest string) (_ Target, reason, hint string) {
	if strings.Contains(rest, "#") {
		return t, "a target has no fragment", "leave out # and what follows it"
	}
	authority := authorityOf(rest)
	own := rest[len(authority):]
	t.Path, t.Query, _ = strings.Cut(own, "?")
	if t.Path == "" && t.Query != "" {
		t.Path = "/"
	}
	if t.Path == "/" && t.Query == "" {
		t.Path = "" // http://host/ is the same place as http://host
	}
	if _, err := url.PathUnescape(t.Path); err != nil {
		return t, "the path holds a broken percent escape", "write a percent sign as %25"
	}
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		user, err := url.Parse("http://" + authority[:i] + "@h")
		if err != nil {
			return t, "the user name or password holds characters that need a percent escape", "write @ as %40 and / as %2F"
		}
		t.user, authority = user.User, authority[i+1:]
	}
	return parseHostPort(t, authority)
}

func parseHostPort(t Target, authority string) (_ Target, reason, hint string) {
	host, port, hasPort := authority, "", false
	if i := strings.LastIndexByte(authority, ':'); i >= 0 && !strings.HasSuffix(authority, "]") {
		host, port, hasPort = authority[:i], authority[i+1:], true
	}
	t.authority = authority
	t.Port = map[string]int{"http": 80, "https": 443}[t.Scheme]
	if hasPort {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 || port[0] == '+' {
			return t, "the port must be a number from 1 to 65535", ""
		}
		t.Port = int(n)
	}
	if zone := strings.IndexByte(authority, '%'); zone >= 0 {
		// A zone means something on this machine only (RFC 6874, section 4).
		t.authority = authority[:zone] + authority[strings.IndexByte(authority+"]", ']'):]
	}
	t.Host, reason, hint = parseHost(host)
	return t, reason, hint
}

func parseHost(host string) (name, reason, hint string) {
	inner, bracketed := strings.CutPrefix(host, "[")
	switch {
	case host == "":
		return "", "the host is missing", ""
	case bracketed:
		inner, closed := strings.CutSuffix(inner, "]")
		address, err := netip.ParseAddr(inner)
		if !closed || err != nil || !address.Is6() {
			return "", "what stands in brackets is no IPv6 address", "as in [::1]:3000"
		}
		return inner, "", ""
	case strings.Contains(host, ":"):
		return "", "an IPv6 address stands in brackets", "as in [::1]:3000"
	case host[0] == '-':
		return "", "no host name begins with a hyphen", ""
	case !isHostName(host):
		return "", "the host holds characters that no host name has", "write other alphabets in their xn-- form"
	case looksNumeric(host):
		if _, err := netip.ParseAddr(host); err != nil {
			return "", "an IPv4 address has four numbers from 0 to 255", "as in 127.0.0.1"
		}
	}
	return host, "", ""
}

func isHostName(host string) bool {
	for _, c := range []byte(host) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && !('0' <= c && c <= '9') && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return len(host) <= 253
}

// looksNumeric tells whether some resolver would read the name as an address:
// 127.1, 2130706433 and 0x7f000001 are 127.0.0.1 to one and a name to look up
// to another. What ends in a number is no name (WHATWG URL, section 3.5).
func looksNumeric(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last == "" {
		return true
	}
	digits := "0123456789"
	if hex, ok := strings.CutPrefix(last, "0x"); ok {
		last, digits = hex, digits+"abcdef"
	}
	return strings.Trim(last, digits) == ""
}
