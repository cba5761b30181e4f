package listen

import (
	"errors"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/sign"
)

// received lists the header lines of a request, sorted by name: the order
// between names is lost in net/http, the values of one name keep theirs. What
// net/http takes out of the header is put back.
func received(r *http.Request) sign.Headers {
	var space [64]string
	names := space[:0]
	lines := 3
	for name, values := range r.Header {
		names = append(names, name)
		lines += len(values)
	}
	slices.Sort(names)
	headers := make(sign.Headers, 0, lines)
	if r.Host != "" {
		headers = append(headers, sign.Header{Name: "Host", Value: r.Host})
	}
	for _, coding := range r.TransferEncoding {
		headers = append(headers, sign.Header{Name: "Transfer-Encoding", Value: coding})
	}
	if len(r.Trailer) > 0 {
		headers = append(headers, sign.Header{Name: "Trailer", Value: strings.Join(slices.Sorted(maps.Keys(r.Trailer)), ", ")})
	}
	for _, name := range names {
		for _, value := range r.Header[name] {
			headers = append(headers, sign.Header{Name: name, Value: value})
		}
	}
	return headers
}

// originForm is the part of a request-target that is passed on: all of it, but for
// the scheme and authority of an absolute form, which name no place that we
// would go to.
func originForm(target string) string {
	_, rest, absolute := strings.Cut(target, "://")
	if !absolute || target[0] == '/' {
		return target
	}
	i := strings.IndexAny(rest, "/?")
	switch {
	case i < 0:
		return "/"
	case rest[i] == '?':
		return "/" + rest[i:]
	}
	return rest[i:]
}

// isNetwork tells whether the operating system reported the error.
func isNetwork(err error) bool { return errors.As(err, new(net.Error)) }
