package send

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Target is where requests go. Scheme, host and port come from what the user
// typed and from nowhere else: a received request adds path and query bytes,
// never an authority.
type Target struct {
	// Scheme is http or https; a Unix socket is spoken to in http.
	Scheme string
	// Host is a name or an address without brackets, "localhost" for a Unix
	// socket.
	Host string
	Port int
	// Socket is the path of a Unix socket, "" otherwise.
	Socket string
	// Path and Query are the target's own, byte for byte as they were typed.
	// Both may be empty: the request's path is kept then.
	Path, Query string
	// Bare tells that only a path was given. On puts it on another host.
	Bare bool

	authority string // host and port as they stand in a URL and in Host
	user      *url.Userinfo
}

// String is the target as a URL, its password masked.
func (t Target) String() string { return t.origin() + t.own() }

// Unmasked is the target as a URL that ParseTarget reads as the same target,
// with its password. It is for keeping; messages and records take String.
func (t Target) Unmasked() string {
	if t.user == nil {
		return t.String()
	}
	return t.Scheme + "://" + t.user.String() + "@" + t.authority + t.own()
}

// URL is the absolute URL of a request whose request-target is given, its
// password masked. It is for records and messages; nobody dials it.
func (t Target) URL(requestTarget string) string { return t.origin() + requestTarget }

// SignedURL is URL without userinfo: what a scheme that covers the URL signs.
func (t Target) SignedURL(requestTarget string) string {
	return t.Scheme + "://" + t.authority + requestTarget
}

// RequestTarget joins the target's own path and query with those that were
// received: a path of its own replaces the received one, its own query goes
// before the received query. Every byte is kept.
func (t Target) RequestTarget(received string) string {
	if t.Path == "" && t.Query == "" {
		return received
	}
	path, query, hasQuery := strings.Cut(received, "?")
	if t.Path != "" {
		path = t.Path
	}
	switch {
	case t.Query == "" && hasQuery:
		return path + "?" + query
	case t.Query == "":
		return path
	case hasQuery:
		return path + "?" + t.Query + "&" + query
	default:
		return path + "?" + t.Query
	}
}

// Authority is the value of the Host header: host and port as typed.
func (t Target) Authority() string { return t.authority }

// HasPath tells whether the target's path replaces the received one.
func (t Target) HasPath() bool { return t.Path != "" }

// Loopback tells whether the target can only be on this machine.
func (t Target) Loopback() bool {
	if t.Socket != "" || t.isLocalhost() {
		return true
	}
	address, err := netip.ParseAddr(t.Host)
	return err == nil && (address.Unmap().IsLoopback() || address.IsUnspecified())
}

// Metadata tells whether the target is the link-local address at which clouds
// hand out credentials: a request there is hardly ever meant.
func (t Target) Metadata() bool {
	address, err := netip.ParseAddr(t.Host)
	if err != nil {
		return false
	}
	address = address.Unmap()
	return address == netip.AddrFrom4([4]byte{169, 254, 169, 254}) ||
		address == netip.MustParseAddr("fd00:ec2::254")
}

// On puts a bare path on the host of base; any other target stays as it is.
func (t Target) On(base Target) Target {
	if !t.Bare {
		return t
	}
	base.Path, base.Query = t.Path, t.Query
	return base
}

// isLocalhost tells whether the host is a name of this machine: localhost,
// localhost. and everything below it (RFC 6761, section 6.3).
func (t Target) isLocalhost() bool {
	name := strings.ToLower(strings.TrimSuffix(t.Host, "."))
	return name == "localhost" || strings.HasSuffix(name, ".localhost")
}

// addresses lists what to dial, in order of preference. The two loopback
// addresses stand for localhost whatever the resolver says: many hosts files
// have no ::1 for it.
func (t Target) addresses() (network string, list []string) {
	if t.Socket != "" {
		return "unix", []string{t.Socket}
	}
	port := strconv.Itoa(t.Port)
	if t.isLocalhost() {
		return "tcp", []string{net.JoinHostPort("127.0.0.1", port), net.JoinHostPort("::1", port)}
	}
	return "tcp", []string{net.JoinHostPort(t.Host, port)}
}

// key tells apart what needs its own connections.
func (t Target) key() string {
	if t.Socket != "" {
		return "unix:" + t.Socket
	}
	return t.Scheme + "://" + t.authority
}

func (t Target) origin() string {
	if t.Socket != "" {
		return "unix:" + t.Socket
	}
	masked := ""
	if t.user != nil {
		masked = t.user.Username() + ":***@"
	}
	return t.Scheme + "://" + masked + t.authority
}

func (t Target) own() string {
	if t.Query == "" {
		return t.Path
	}
	return t.Path + "?" + t.Query
}

// MaskPassword hides what may be the password in a text that was given as a
// target, right or wrong: an error may repeat the rest. Everything up to the
// last @ may be a password that was not escaped, unless what follows the colon
// is a port.
func MaskPassword(text string) string {
	start := 0
	if i := strings.Index(text, "://"); i >= 0 {
		start = i + len("://")
	}
	at := strings.LastIndexByte(text, '@')
	if at < start {
		return text
	}
	user, password, found := strings.Cut(text[start:at], ":")
	port, _, isPath := strings.Cut(password, "/")
	if !found || isPath && port != "" && strings.Trim(port, "0123456789") == "" {
		return text
	}
	return text[:start] + user + ":***" + text[at:]
}
