package store

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// The form of .http files, as editors send them: requests between lines of ###,
// comments, variables of the file (@name = value, {{name}}), bodies from files.

// otherForms is what to do with a request that an .http file cannot hold.
const otherForms = "the forms curl, go, node and python hold any bytes"

// HTTPFile is the request of d as an .http file. An error is a *FormError: a
// request that such a file cannot hold.
func HTTPFile(d *Delivery) ([]byte, error) {
	r := &d.Request
	body := string(r.Body)
	odd := func(reason string) error {
		return &FormError{Form: "http", Reason: "the body " + reason, Fix: otherForms}
	}
	switch {
	case !printable(body, "\r\n\t"):
		return nil, odd("is no text")
	case strings.HasPrefix(body, "< ") || strings.HasPrefix(body, "###") || strings.Contains(body, "\n###") || strings.Contains(body, "{{"):
		return nil, odd("holds what an .http file takes for its own")
	case strings.Contains(exportURL(d), "{{") || slices.ContainsFunc(r.Headers, func(h sign.Header) bool { return strings.Contains(h.Value, "{{") }):
		return nil, &FormError{Form: "http", Reason: "its URL or a header holds {{, which an .http file takes for a variable", Fix: otherForms}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "### %s\n%s %s HTTP/1.1\n", printableLine(orText(d.Event.Type, "request")), oneLine(r.Method), printableLine(exportURL(d)))
	for _, line := range r.Headers {
		if name := strings.ToLower(line.Name); !framing(name) {
			fmt.Fprintf(&b, "%s: %s\n", line.Name, printableLine(line.Value))
		}
	}
	if len(body) > 0 {
		fmt.Fprintf(&b, "Content-Length: %d\n\n%s\n", len(body), body)
	}
	return b.Bytes(), nil
}

// printableLine is a text on one line; what could act on a terminal is a
// question mark.
func printableLine(s string) string {
	return strings.Map(func(r rune) rune {
		if !printable(string(r), "") {
			return '?'
		}
		return r
	}, s)
}

// ReadHTTPFile reads the requests of an .http file. read gives the contents of a
// file that a request takes its body from. at is when the requests came. An
// error is a *FormError, and then nothing is returned.
func ReadHTTPFile(text string, at time.Time, read func(name string) ([]byte, error)) ([]*Delivery, error) {
	f := httpFile{read: read, variables: map[string]string{}}
	text = strings.TrimPrefix(text, "\ufeff")
	var list []*Delivery
	for n, part := range requestParts(text) {
		d, err := f.request(part)
		if err != nil {
			return nil, &FormError{Form: "http", Place: fmt.Sprintf("request %d", n+1), Reason: err.Error()}
		}
		if d != nil {
			d.ReceivedAt = at.UTC()
			list = append(list, d)
		}
	}
	return list, nil
}

// requestParts cuts a file at the lines that begin with ###.
func requestParts(text string) []string {
	parts := []string{""}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "###") {
			parts = append(parts, "")
			continue
		}
		parts[len(parts)-1] += line
	}
	return parts
}

type httpFile struct {
	read      func(string) ([]byte, error)
	variables map[string]string
}

// request reads one part; nil is a part without a request.
func (f *httpFile) request(text string) (*Delivery, error) {
	head, rest, err := f.head(text)
	if err != nil || head == "" {
		return nil, err
	}
	method, address, ok := strings.Cut(head, " ")
	if !ok || strings.Contains(method, "://") {
		method, address = "GET", head
	}
	address = strings.TrimSpace(address)
	if i := strings.LastIndex(address, " HTTP/"); i > 0 {
		address = strings.TrimSpace(address[:i])
	}
	d, err := requested(method, address)
	if err != nil {
		return nil, err
	}
	if rest, err = f.headers(&d.Request, rest); err != nil {
		return nil, err
	}
	if d.Request.Body, err = f.body(&d.Request, rest); err != nil {
		return nil, err
	}
	d.Request.ContentType, _ = d.Request.Headers.Get("Content-Type")
	return d, completeRequest(&d.Request)
}

// head skips what stands before a request line and returns it with the lines
// that carry on its query.
func (f *httpFile) head(text string) (line, rest string, err error) {
	for text != "" {
		next, after, _ := strings.Cut(text, "\n")
		next = strings.TrimSpace(next)
		switch {
		case next == "" || strings.HasPrefix(next, "#") || strings.HasPrefix(next, "//"):
			if line != "" && next == "" {
				return line, text, nil
			}
		case line != "":
			if next[0] != '?' && next[0] != '&' {
				return line, text, nil
			}
			line += next
		case strings.HasPrefix(next, "@") && strings.Contains(next, "="):
			name, value, _ := strings.Cut(next[1:], "=")
			if f.variables[strings.TrimSpace(name)], err = f.filled(strings.TrimSpace(value)); err != nil {
				return "", "", err
			}
		default:
			if line, err = f.filled(next); err != nil {
				return "", "", err
			}
		}
		text = after
	}
	return line, "", nil
}

// headers reads the header lines. A Host among them takes the place of the one
// that the address says.
func (f *httpFile) headers(r *Request, text string) (rest string, err error) {
	own := len(r.Headers)
	for text != "" {
		line, after, _ := strings.Cut(text, "\n")
		text = after
		line = strings.TrimRight(line, "\r")
		if strings.TrimSpace(line) == "" {
			return text, nil
		}
		if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "//") {
			continue
		}
		if line, err = f.filled(line); err != nil {
			return "", err
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.TrimSpace(name) == "" {
			return "", fmt.Errorf("%.60q is no header", line)
		}
		if name = strings.TrimSpace(name); strings.EqualFold(name, "Host") {
			r.Headers, own = r.Headers[own:], 0
		}
		r.Headers = append(r.Headers, sign.Header{Name: name, Value: strings.TrimSpace(value)})
	}
	return "", nil
}

// body is what stands behind the empty line: as long as the headers announce,
// else without the empty lines at its end.
func (f *httpFile) body(r *Request, text string) ([]byte, error) {
	if name, ok := strings.CutPrefix(text, "< "); ok {
		return f.read(strings.TrimSpace(name))
	}
	if length, ok := r.Headers.Get("Content-Length"); ok {
		var n int
		if _, err := fmt.Sscanf(length, "%d", &n); err != nil || n < 0 || n > len(text) {
			return nil, fmt.Errorf("Content-Length %.20q is not that of its body", length)
		}
		return []byte(text[:n]), nil
	}
	if i := strings.Index(text, "\n> {%"); i >= 0 { // what an editor does with the answer
		text = text[:i]
	}
	text, err := f.filled(strings.TrimRight(text, "\r\n"))
	return []byte(text), err
}

// filled puts the variables of the file in their places.
func (f *httpFile) filled(text string) (string, error) {
	var missing error
	text = regexp.MustCompile(`\{\{\s*([^{}]+?)\s*\}\}`).ReplaceAllStringFunc(text, func(place string) string {
		name := strings.TrimSpace(strings.Trim(place, "{}"))
		value, ok := f.variables[name]
		if !ok && missing == nil {
			missing = errors.New("nothing in the file says what {{" + name + "}} is")
		}
		return value
	})
	return text, missing
}
