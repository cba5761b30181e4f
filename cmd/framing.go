package cmd

import (
	"bytes"
	"fmt"
	"io"
	"net/http/httputil"
	"strconv"
	"strings"

	"github.com/hooks-cli/hooks/sign"
)

// framingError is a body that is not what its request's headers announce.
type framingError struct{ what, fix string }

func (e *framingError) Error() string { return e.what }

// framedBody is the body that the headers announce of what stands behind them
// (RFC 9112, section 6): a body that broke off must not be judged, and one in
// chunks is put together. Without a framing header all of it is the body.
func framedBody(headers sign.Headers, rest []byte) ([]byte, error) {
	codings, chunked := headerList(headers, "Transfer-Encoding"), false
	lengths := headerList(headers, "Content-Length")
	switch {
	case len(codings) == 1 && strings.EqualFold(codings[0], "chunked"):
		chunked = true
	case len(codings) > 0:
		return nil, &framingError{fmt.Sprintf("Transfer-Encoding %q is not known", cut(strings.Join(codings, ", "))), "leave that header out if the body is already decoded"}
	}
	switch {
	case chunked && len(lengths) > 0:
		return nil, &framingError{"it has Transfer-Encoding and Content-Length, which contradict each other", "leave out the one that the body does not follow"}
	case chunked:
		return joinChunks(rest)
	case len(lengths) > 0:
		return cutToLength(lengths, rest)
	}
	return rest, nil
}

// headerList is all values of a header, lists taken apart.
func headerList(headers sign.Headers, name string) []string {
	var all []string
	for _, h := range headers {
		if !strings.EqualFold(h.Name, name) {
			continue
		}
		for part := range strings.SplitSeq(h.Value, ",") {
			all = append(all, strings.Trim(part, " \t"))
		}
	}
	return all
}

func joinChunks(rest []byte) ([]byte, error) {
	body, err := io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(rest)))
	if err != nil {
		return nil, &framingError{fmt.Sprintf("its body breaks off or is not in chunks: %s", err), "leave Transfer-Encoding out if the body is already decoded"}
	}
	return body, nil
}

// cutToLength takes the announced bytes. What stands behind them can only be
// the line end that an editor put there.
func cutToLength(lengths []string, rest []byte) ([]byte, error) {
	for _, l := range lengths {
		if l != lengths[0] || l == "" || strings.Trim(l, "0123456789") != "" {
			return nil, &framingError{fmt.Sprintf("Content-Length %q is not a length", cut(strings.Join(lengths, ", "))), "give the number of the body's bytes, or leave the header out"}
		}
	}
	n, err := strconv.ParseInt(lengths[0], 10, 64)
	switch {
	case err != nil || n > int64(len(rest)):
		return nil, &framingError{fmt.Sprintf("its body breaks off after %d of %s bytes", len(rest), cut(lengths[0])), "save the whole body, or leave Content-Length out if it is whole"}
	case len(bytes.Trim(rest[n:], "\r\n")) > 0:
		return nil, &framingError{fmt.Sprintf("%d bytes follow the %d of its body", int64(len(rest))-n, n), "leave Content-Length out if all of it is the body"}
	}
	return rest[:n], nil
}
