package store

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/hooks-cli/hooks/sign"
)

// The request of a delivery as programs that send it. Each sends the recorded
// method, target, headers and bytes, and prints the answer. All that came from
// outside stands in literals of printable ASCII.

// wireHeaders are the lines that a client is to send, Host first.
func wireHeaders(d *Delivery, u *url.URL) sign.Headers {
	host, ok := d.Request.Headers.Get("Host")
	if !ok || host == "" {
		host = u.Host
	}
	headers := sign.Headers{{Name: "Host", Value: oneLine(host)}}
	for _, line := range d.Request.Headers {
		if !framing(strings.ToLower(line.Name)) {
			headers = append(headers, sign.Header{Name: oneLine(line.Name), Value: oneLine(line.Value)})
		}
	}
	return headers
}

// sentTo is the address that a program connects to, and the request target.
func sentTo(d *Delivery) (u *url.URL, target string, err error) {
	address := exportURL(d)
	u, err = url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, "", &FormError{Form: "request", Reason: fmt.Sprintf("its URL %.100q cannot be parsed", address), Fix: "hooks show ID --as raw"}
	}
	_, rest, _ := strings.Cut(address, "://")
	target = "/"
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		target = rest[i:]
	}
	return u, oneLine(target), nil
}

// Go is a program in Go that sends the request of d.
func Go(d *Delivery) (string, error) {
	u, target, err := sentTo(d)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, `package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	body := %s
	req, err := http.NewRequest(%s, %s, strings.NewReader(body))
	check(err)
	req.URL.Opaque = %s
`, strconv.QuoteToASCII(string(d.Request.Body)), strconv.QuoteToASCII(oneLine(d.Request.Method)), strconv.QuoteToASCII(u.Scheme+"://"+u.Host),
		strconv.QuoteToASCII(target))
	agent := false
	for _, line := range wireHeaders(d, u) {
		if line.Name == "Host" {
			fmt.Fprintf(&b, "\treq.Host = %s\n", strconv.QuoteToASCII(line.Value))
			continue
		}
		agent = agent || strings.EqualFold(line.Name, "User-Agent")
		fmt.Fprintf(&b, "\treq.Header.Add(%s, %s)\n", strconv.QuoteToASCII(line.Name), strconv.QuoteToASCII(line.Value))
	}
	if !agent {
		b.WriteString("\treq.Header[\"User-Agent\"] = nil\n")
	}
	b.WriteString(`	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	res, err := client.Do(req)
	check(err)
	defer res.Body.Close()
	fmt.Println(res.Status)
	_, err = io.Copy(os.Stdout, res.Body)
	check(err)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`)
	return b.String(), nil
}

// Node is a program for Node that sends the request of d.
func Node(d *Delivery) (string, error) {
	u, target, err := sentTo(d)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "const http = require(%s);\n\nconst body = Buffer.from(%s, 'latin1');\n", quoteJS(u.Scheme), quoteJS(string(d.Request.Body)))
	fmt.Fprintf(&b, "const request = http.request({\n  host: %s, port: %s, method: %s,\n  path: %s,\n  headers: [\n",
		quoteJS(u.Hostname()), quoteJS(portOf(u)), quoteJS(oneLine(d.Request.Method)), quoteJS(target))
	for _, line := range wireHeaders(d, u) {
		fmt.Fprintf(&b, "    %s, %s,\n", quoteJS(line.Name), quoteJS(line.Value))
	}
	b.WriteString(`    'Content-Length', body.length,
    'Connection', 'close',
  ],
}, (response) => {
  console.log(response.statusCode, response.statusMessage);
  response.pipe(process.stdout);
});
request.on('error', (error) => { console.error(error.message); process.exitCode = 1; });
request.end(body);
`)
	return b.String(), nil
}

// Python is a program for Python 3 that sends the request of d.
func Python(d *Delivery) (string, error) {
	u, target, err := sentTo(d)
	if err != nil {
		return "", err
	}
	class := "HTTPConnection"
	if u.Scheme == "https" {
		class = "HTTPSConnection"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "import http.client\n\nbody = %s\nconnection = http.client.%s(%s, %s)\n", quotePython(string(d.Request.Body)), class,
		quotePython(u.Hostname())[1:], portOf(u))
	fmt.Fprintf(&b, "connection.putrequest(%s, %s, skip_host=True, skip_accept_encoding=True)\n",
		quotePython(oneLine(d.Request.Method))[1:], quotePython(target)[1:])
	for _, line := range wireHeaders(d, u) {
		fmt.Fprintf(&b, "connection.putheader(%s, %s)\n", quotePython(line.Name), quotePython(line.Value))
	}
	b.WriteString(`connection.putheader("Content-Length", str(len(body)))
connection.endheaders(body)
response = connection.getresponse()
print(response.status, response.reason)
print(response.read().decode("utf-8", "replace"))
`)
	return b.String(), nil
}

// HTTPie is a command of HTTPie 3 that sends the request of d, for a POSIX shell.
// HTTPie itself escapes brackets and braces of the query, and sends Accept-Encoding
// and User-Agent of its library where the request had none.
func HTTPie(d *Delivery) (string, error) {
	u, _, err := sentTo(d)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	r := &d.Request
	asArgument := len(r.Body) <= maxArgument && printable(string(r.Body), "\n\t")
	if !asArgument {
		b.WriteString("printf " + printfQuote(string(r.Body)) + " | ")
	}
	b.WriteString("http --path-as-is")
	if asArgument {
		b.WriteString(" --ignore-stdin")
		if len(r.Body) > 0 {
			b.WriteString(" " + ShellQuote("--raw="+string(r.Body)))
		}
	}
	b.WriteString(" " + ShellQuote(oneLine(r.Method)) + " " + ShellQuote(oneLine(exportURL(d))))
	own := map[string]bool{"accept": true, "accept-encoding": true, "user-agent": true, "content-type": len(r.Body) > 0}
	for _, line := range wireHeaders(d, u) {
		delete(own, strings.ToLower(line.Name))
		item := line.Name + ": " + line.Value // the blank keeps := and :@ from being read; it is not sent
		if line.Value == "" {
			item = line.Name + ";"
		}
		b.WriteString(" " + ShellQuote(item))
	}
	for _, name := range []string{"Accept", "Accept-Encoding", "User-Agent", "Content-Type"} {
		if own[strings.ToLower(name)] {
			b.WriteString(" " + name + ":")
		}
	}
	return b.String(), nil
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// quoteJS is a literal whose characters are the bytes of s, one each.
func quoteJS(s string) string {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	quoted, err := json.Marshal(string(runes))
	if err != nil { // of a string there is none
		return `""`
	}
	var b strings.Builder
	for _, r := range string(quoted) {
		if r >= 0x7f {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// quotePython is a literal of bytes; without its b it is one of text.
func quotePython(s string) string {
	var b strings.Builder
	b.WriteString(`b"`)
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + `"`
}
