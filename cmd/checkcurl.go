package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/check"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// longestCurl is how long a command may be, in bytes, to be shown.
const longestCurl = 16 << 10

// curl is the command that sends what a check sent, in the same way, without any
// secret: where a header carries the secret itself, *** stands in its place.
func (p *checkPrinter) curl(r check.Result) string {
	if r.Sent == nil || slices.Contains(r.Tokens, "") {
		return ""
	}
	out := *r.Sent
	out.Headers = append(sign.Headers{}, out.Headers...)
	p.subject.Edits.Apply(&out)
	for i, line := range out.Headers {
		if slices.ContainsFunc(r.Tokens, func(name string) bool { return strings.EqualFold(name, line.Name) }) {
			out.Headers[i].Value = "***"
		}
		for _, secret := range p.subject.Keys.Secrets {
			out.Headers[i].Value = strings.ReplaceAll(out.Headers[i].Value, secret, "***")
		}
	}
	curl := p.curlOnce(out)
	switch {
	case r.AtOnce:
		curl = fmt.Sprintf("for i in $(seq %d); do %s & done; wait", r.Times, curl)
	case r.Times > 1:
		curl = fmt.Sprintf("for i in $(seq %d); do %s; done", r.Times, curl)
	}
	if len(curl) > longestCurl {
		return ""
	}
	return curl
}

func (p *checkPrinter) curlOnce(out send.Outgoing) string {
	body := string(out.Body)
	if out.Pause > 0 {
		out.Body = nil // it is piped
	}
	curl := store.CurlLine(p.unsent(job{target: p.subject.Target, out: out, event: &store.Event{}, trigger: store.TriggerTest}), false)
	if out.HTTP10 {
		curl = strings.Replace(curl, "curl --globoff", "curl --http1.0 --globoff", 1)
	}
	if body == "" {
		curl += " -H 'Content-Length: 0'" // which curl leaves out by itself
	}
	if out.Pause > 0 {
		half := len(body) / 2
		curl = fmt.Sprintf("{ %s; sleep %g; %s; } | %s -H Expect: -H Transfer-Encoding: -H 'Content-Length: %d' -T -",
			store.PutOut(body[:half]), out.Pause.Seconds(), store.PutOut(body[half:]), curl, len(body))
	}
	return curl
}
