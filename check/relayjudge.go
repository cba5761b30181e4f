package check

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

const (
	fixRelayBody    = "signatures cover the bytes of the body: turn off parsing, logging and rewriting of bodies in the relay, or let it hand on the raw bytes"
	fixRelayHeaders = "allow the provider's headers in the relay: its list of headers that pass, or its limit on their size"
	fixRelayTarget  = "let the relay hand on the request line as it came (nginx: proxy_pass without a path), or give listen --url for schemes that sign it"
)

// judgeJSON compares a body that a parser would not give back, and what depends
// on it.
func (r *Relay) judgeJSON(sent send.Outgoing, got *arrived) []Finding {
	body := Finding{Name: "body", Status: Pass, Says: "JSON arrived byte for byte"}
	if !bytes.Equal(sent.Body, got.body) {
		body.Status, body.Says, body.Fix = Fail, howBodiesDiffer(sent.Body, got.body), fixRelayBody
	}
	return []Finding{body, r.judgeHost(got), judgeMethod(got)}
}

// howBodiesDiffer says what became of a body.
func howBodiesDiffer(sent, got []byte) string {
	at := 0
	for at < len(sent) && at < len(got) && sent[at] == got[at] {
		at++
	}
	switch {
	case len(got) == 0:
		return "the body was lost"
	case bytes.Equal(bytes.TrimSpace(sent), bytes.TrimSpace(got)):
		return "white space around the body was changed"
	case at == len(got):
		return fmt.Sprintf("the body was cut: %d of %d bytes arrived", len(got), len(sent))
	case json.Valid(sent) && json.Valid(got):
		return fmt.Sprintf("JSON was parsed and printed again: %s became %s at byte %d", around(sent, at), around(got, at), at+1)
	case json.Valid(sent) && bytes.Contains(got, []byte("%")):
		return "the body was made a form"
	}
	return fmt.Sprintf("the body was changed: %s became %s at byte %d", around(sent, at), around(got, at), at+1)
}

// around is what stands at a place of a body.
func around(body []byte, at int) string {
	const shown = 12
	return strconv.QuoteToASCII(string(body[at:min(at+shown, len(body))]))
}

// sameBody wants every byte.
func sameBody(name, what string) func(send.Outgoing, *arrived) []Finding {
	return func(sent send.Outgoing, got *arrived) []Finding {
		if bytes.Equal(sent.Body, got.body) {
			return []Finding{{Name: name, Status: Pass, Says: what + " arrived byte for byte"}}
		}
		return []Finding{{name, Fail, howBodiesDiffer(sent.Body, got.body), fixRelayBody}}
	}
}

func judgeCompressed(sent send.Outgoing, got *arrived) []Finding {
	coding, _ := got.headers.Get("Content-Encoding")
	f := Finding{Name: "compressed", Status: Pass, Says: "a compressed body arrived byte for byte"}
	switch {
	case bytes.Equal(sent.Body, got.body) && coding == "gzip":
		return []Finding{f}
	case bytes.Equal(sent.Body, got.body):
		f.Says = "Content-Encoding: gzip became " + strconv.QuoteToASCII(coding) + ", the body stayed compressed"
	case bytes.HasPrefix(got.body, []byte("{")):
		f.Says = "the body was decompressed"
	case bytes.HasPrefix(got.body, []byte("\x1f\x8b")):
		f.Says = "the body was compressed anew"
	default:
		f.Says = howBodiesDiffer(sent.Body, got.body)
	}
	f.Status, f.Fix = Fail, "what was signed are the compressed bytes: turn off decompression and compression of requests in the relay"
	return []Finding{f}
}

// judgeHost looks at what schemes need that sign the URL.
func (r *Relay) judgeHost(got *arrived) Finding {
	host, _ := got.headers.Get("Host")
	if strings.EqualFold(host, r.Target.Authority()) {
		return Finding{Name: "host", Status: Pass, Says: "Host is the public one"}
	}
	return Finding{"host", Warn, fmt.Sprintf("Host %s became %s", r.Target.Authority(), host),
		"schemes that sign the URL need the public one: hooks listen --url " + r.Target.SignedURL("")}
}

func judgeMethod(got *arrived) Finding {
	if got.method == "POST" {
		return Finding{Name: "method", Status: Pass, Says: "POST stayed POST"}
	}
	return Finding{"method", Fail, "POST became " + got.method, "a redirect does that: give the URL to which it leads"}
}

// judgeTarget compares path and query.
func judgeTarget(sent send.Outgoing, got *arrived) []Finding {
	if got.target == sent.RequestTarget {
		return []Finding{{Name: "target", Status: Pass, Says: "path and query arrived byte for byte"}}
	}
	wantPath, wantQuery, _ := strings.Cut(sent.RequestTarget, "?")
	path, query, _ := strings.Cut(got.target, "?")
	var says []string
	if path != wantPath {
		says = append(says, howPathsDiffer(wantPath, path))
	}
	if query != wantQuery {
		says = append(says, howQueriesDiffer(wantQuery, query))
	}
	return []Finding{{"target", Fail, strings.Join(says, "; "), fixRelayTarget}}
}

func howPathsDiffer(sent, got string) string {
	decoded, _ := url.PathUnescape(sent)
	again, err := url.PathUnescape(got)
	merged := strings.ReplaceAll(sent, "//", "/")
	switch {
	case got == merged:
		return "slashes in a row were merged in the path"
	case err == nil && again == decoded:
		return "escapes of the path were decoded, or written otherwise: " + got
	case err == nil && strings.ReplaceAll(again, "//", "/") == strings.ReplaceAll(decoded, "//", "/"):
		return "the path was decoded and its slashes merged: " + got
	case strings.HasSuffix(got, sent):
		return "the path got a prefix: " + strings.TrimSuffix(got, sent)
	case strings.HasSuffix(sent, got):
		return "the path lost its beginning: " + strings.TrimSuffix(sent, got)
	}
	return "the path became " + got
}

func howQueriesDiffer(sent, got string) string {
	before, after := strings.Split(sent, "&"), strings.Split(got, "&")
	slices.Sort(before)
	slices.Sort(after)
	switch {
	case got == "":
		return "the query was lost"
	case slices.Equal(before, after):
		return "the query was put into another order"
	}
	return "the query was written otherwise: " + got
}

// judgeHeaders looks for every line that was sent.
func judgeHeaders(sent send.Outgoing, got *arrived) []Finding {
	var lost, changed, spelled []string
	for i, h := range sent.Headers {
		if slices.ContainsFunc(sent.Headers[:i], func(before sign.Header) bool { return before.Name == h.Name }) {
			continue
		}
		arrived := named(got.headers, h.Name)
		want := named(sent.Headers, h.Name)
		switch {
		case len(arrived) == 0:
			lost = append(lost, h.Name)
		case len(want) > 1 && !slices.Equal(valuesOf(want), valuesOf(arrived)):
			changed = append(changed, fmt.Sprintf("%d lines of %s became %d", len(want), h.Name, len(arrived)))
		case arrived[0].Value != h.Value:
			changed = append(changed, fmt.Sprintf("%s: %s became %s", h.Name, clipped(h.Value), clipped(arrived[0].Value)))
		case arrived[0].Name != h.Name:
			spelled = append(spelled, h.Name+" became "+arrived[0].Name)
		}
	}
	return []Finding{
		lostHeaders(lost), listed("header-values", changed, "header values arrived as they were sent", Warn, "what is signed of headers must arrive unchanged: turn off the rewriting of headers in the relay"),
		listed("header-case", spelled, "header names kept their spelling", Warn, "look headers up without regard to case"), addedHeaders(sent, got),
	}
}

// lostHeaders fails where one is lost that signatures need; the odd ones among
// the probe's are needed by few.
func lostHeaders(lost []string) Finding {
	f := listed("headers", lost, "every header arrived", Warn, fixRelayHeaders)
	if f.Status == Warn {
		f.Says = "lost: " + f.Says
	}
	if slices.ContainsFunc(lost, func(name string) bool {
		return !slices.Contains([]string{"X_Hooks_Underscore", "X-Hooks-Empty", "X-Hooks-Bytes"}, name)
	}) {
		f.Status = Fail
	}
	return f
}

// addedHeaders lists what the relay says of itself.
func addedHeaders(sent send.Outgoing, got *arrived) Finding {
	var added []string
	for _, h := range got.headers {
		framing := slices.ContainsFunc([]string{"Host", "Content-Length", "Transfer-Encoding", "Connection"}, func(name string) bool { return strings.EqualFold(name, h.Name) })
		if len(named(sent.Headers, h.Name)) == 0 && !framing && !slices.Contains(added, h.Name) {
			added = append(added, h.Name)
		}
	}
	if len(added) == 0 {
		return Finding{Name: "added", Status: Pass, Says: "no header was added"}
	}
	return Finding{Name: "added", Status: Pass, Says: "headers were added: " + strings.Join(added, ", ")}
}

func listed(name string, found []string, otherwise, status, fix string) Finding {
	if len(found) == 0 {
		return Finding{Name: name, Status: Pass, Says: otherwise}
	}
	return Finding{name, status, strings.Join(found, "; "), fix}
}

func named(headers sign.Headers, name string) (lines sign.Headers) {
	for _, h := range headers {
		if strings.EqualFold(h.Name, name) {
			lines = append(lines, h)
		}
	}
	return lines
}

func valuesOf(headers sign.Headers) (values []string) {
	for _, h := range headers {
		values = append(values, h.Value)
	}
	return values
}

func clipped(value string) string {
	const shown = 40
	return strconv.QuoteToASCII(value[:min(shown, len(value))])
}
