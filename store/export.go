package store

import (
	"bytes"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// masked stands in the place of a secret value.
const masked = "***"

// maxArgument is the longest body that is written as an argument; Linux takes
// 128 KiB for one.
const maxArgument = 96 << 10

// SecretHeader tells whether the values of a header let somebody in: those
// that authenticate by themselves, and static tokens. Computed signatures are
// none: without them an export could not be verified.
func SecretHeader(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "authorization", "proxy-authorization", "cookie", "set-cookie":
		return true
	}
	for _, part := range []string{"api-key", "apikey", "api_key", "token", "secret", "password", "access-key"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// Curl is one shell command that sends the request of d again: the same
// method, target, headers and bytes, and none of the headers that curl adds by
// itself. It needs a POSIX shell, and printf where bytes are no text. Values
// of secret headers are *** unless reveal is set. It is meant for a delivery
// with its body loaded, as Get returns it.
func Curl(d *Delivery, reveal bool) string { return curl(d, reveal, "\n\t") }

// CurlLine is Curl on a single line, for messages: a body of several lines is
// piped.
func CurlLine(d *Delivery, reveal bool) string { return curl(d, reveal, "") }

// curl gives a body as an argument if it is printable but for the characters of
// others.
func curl(d *Delivery, reveal bool, others string) string {
	var b strings.Builder
	r := &d.Request
	asArgument := len(r.Body) <= maxArgument && printable(string(r.Body), others) && !hasRun(string(r.Body))
	if len(r.Body) > 0 && !asArgument {
		b.WriteString(PutOut(string(r.Body)) + " | ")
	}
	b.WriteString("curl --globoff --path-as-is")
	if r.Method == "HEAD" {
		b.WriteString(" --head") // curl would wait for the body that -X HEAD announces
	} else {
		b.WriteString(" -X " + ShellQuote(oneLine(r.Method)))
	}
	b.WriteString(" " + ShellQuote(oneLine(exportURL(d))))
	for _, header := range curlHeaders(d, reveal) {
		b.WriteString(" -H " + ShellQuote(header))
	}
	switch {
	case len(r.Body) == 0:
	case asArgument:
		b.WriteString(" --data-raw " + ShellQuote(string(r.Body)))
	default:
		b.WriteString(" --data-binary @-")
	}
	return b.String()
}

// curlHeaders are the arguments of -H. Name; is a header without a value, and
// Name: keeps curl from adding its own.
func curlHeaders(d *Delivery, reveal bool) []string {
	var list []string
	own := map[string]bool{"accept": true, "user-agent": true}
	if len(d.Request.Body) > 0 {
		own["content-type"], own["expect"] = true, true
	}
	for _, line := range d.Request.Headers {
		name := strings.ToLower(line.Name)
		if framing(name) || strings.HasPrefix(name, "@") { // curl would read a file of that name
			continue
		}
		delete(own, name)
		value := oneLine(line.Value)
		if SecretHeader(line.Name) && !reveal {
			value = masked
		}
		if value == "" {
			list = append(list, line.Name+";")
		} else {
			list = append(list, line.Name+": "+value)
		}
	}
	for _, name := range []string{"Accept", "User-Agent", "Content-Type", "Expect"} {
		if own[strings.ToLower(name)] {
			list = append(list, name+":")
		}
	}
	return list
}

// framing headers are those that the client makes for the connection.
func framing(name string) bool {
	switch name {
	case "host", "content-length", "transfer-encoding", "connection":
		return true
	}
	return false
}

// exportURL is where the request went, or came in.
func exportURL(d *Delivery) string {
	for i := len(d.Attempts) - 1; i >= 0; i-- {
		if url := d.Attempts[i].URL; url != "" {
			return url
		}
	}
	if d.Direction == Out && d.Destination != "" {
		return d.Destination
	}
	base := "http://" + requestHost(d)
	if u, err := url.Parse(d.Destination); err == nil && u.Host != "" {
		base = u.Scheme + "://" + u.Host
		if u.Path != "" && u.Path != "/" {
			return d.Destination
		}
	}
	if !strings.HasPrefix(d.Request.Target, "/") {
		return base + "/"
	}
	return base + d.Request.Target
}

func requestHost(d *Delivery) string {
	if host, ok := d.Request.Headers.Get("Host"); ok && host != "" {
		return host
	}
	if u, err := url.Parse(d.Destination); err == nil && u.Host != "" {
		return u.Host
	}
	return "127.0.0.1:4400"
}

// RawRequest is the request of d as HTTP/1.1 text, with the exact values of
// its headers and the exact body. A Host and a Content-Length are added where
// they are missing; Transfer-Encoding is left out, because the body is stored
// without it.
func RawRequest(d *Delivery) []byte {
	r := &d.Request
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", oneLine(r.Method), oneLine(r.Target))
	if _, ok := r.Headers.Get("Host"); !ok {
		fmt.Fprintf(&b, "Host: %s\r\n", requestHost(d))
	}
	for _, line := range r.Headers {
		switch strings.ToLower(line.Name) {
		case "transfer-encoding", "content-length":
		default:
			fmt.Fprintf(&b, "%s: %s\r\n", oneLine(line.Name), oneLine(line.Value))
		}
	}
	if _, announced := r.Headers.Get("Content-Length"); announced || len(r.Body) > 0 {
		b.WriteString("Content-Length: " + strconv.Itoa(len(r.Body)) + "\r\n")
	}
	b.WriteString("\r\n")
	b.Write(r.Body)
	return b.Bytes()
}

// oneLine keeps a value from being read as further lines. None that came over
// HTTP has a line break; one from an import may.
func oneLine(s string) string {
	return strings.NewReplacer("\r", " ", "\n", " ", "\x00", " ").Replace(s)
}

// printable tells whether text shows as it is; others are control characters
// that do no harm.
func printable(text, others string) bool {
	for i, r := range text {
		if r == utf8.RuneError && !strings.HasPrefix(text[i:], "\ufffd") {
			return false
		}
		if !unicode.IsPrint(r) && !strings.ContainsRune(others, r) {
			return false
		}
	}
	return true
}

// ShellQuote makes one argument of a POSIX shell. What is not printable goes
// through printf, so that nothing in the command acts on the terminal into
// which it is pasted; $'…' would do that, too, but not in every sh.
func ShellQuote(s string) string {
	if s != "" && !hasRun(s) && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=,") == "" {
		return s
	}
	if printable(s, "\n\t") && !hasRun(s) {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return `"$(` + PutOut(s) + `)"`
}

// printfQuote is the format that makes printf put out s, quoted for the shell.
func printfQuote(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case i == 0 && r == '-': // printf would take it for an option
			b.WriteString(`\055`)
		case r == '%':
			b.WriteString("%%")
		case r == '\\':
			b.WriteString(`\\`)
		case r == '\'':
			b.WriteString(`\047`)
		case r == '\n':
			b.WriteString(`\n`)
		case unicode.IsPrint(r) && (r != utf8.RuneError || size > 1):
			b.WriteString(s[i : i+size])
		default:
			for _, c := range []byte(s[i : i+size]) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		}
		i += size
	}
	b.WriteByte('\'')
	return b.String()
}
