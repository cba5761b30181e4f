package check

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

const (
	// slowBody is how long the second half of a body is held back.
	slowBody = 700 * time.Millisecond
	// largeText is how much is added to a large event, in bytes.
	largeText = 1 << 20
)

const (
	fixParse  = "catch what the parser throws, and answer 400"
	fixValues = "check the type and the range of a value before it is used, and answer 4xx or ignore it"
	fixServer = "let the server's own HTTP implementation read the request; do not count on one packet a request"
)

// brokenOff is no JSON.
const brokenOff = `{"id":"evt_1","type":`

func robustness() []Check {
	return []Check{
		{Name: "large-body", Asks: "an event of 1 MiB is answered", Fix: "raise the limit of the body reader, or answer 413", make: rewritten(member(`"` + strings.Repeat("x", largeText) + `"`)), want: survives},
		{Name: "big-numbers", Asks: "numbers beyond 64 bits are answered", Fix: fixValues, make: rewritten(member(`[12345678901234567890123,1e400,-0,0.1e-7]`)), want: survives},
		{Name: "empty-values", Asks: "empty arrays, objects, texts and null are answered", Fix: fixValues, make: rewritten(member(`[[],{},"",null]`)), want: survives},
		{Name: "deep-nesting", Asks: "an array of 2000 levels is answered", Fix: fixParse, make: rewritten(member(strings.Repeat("[", 2000) + strings.Repeat("]", 2000))), want: survives},
		{Name: "bare-object", Asks: "a signed {} is answered", Fix: fixValues, make: body("{}"), want: survives},
		{Name: "not-an-object", Asks: "a signed null is answered", Fix: fixValues, make: body("null"), want: survives},
		{Name: "malformed-json", Asks: "signed JSON that breaks off is answered", Fix: fixParse, make: body(brokenOff), want: survives},
		{Name: "empty-body", Asks: "a signed request without a body is answered", Fix: fixParse, make: body(""), want: survives},
		{Name: "not-utf8", Asks: "a signed body that is not UTF-8 is answered", Fix: fixParse, make: body("{\"id\":\"\xff\xfe\x80\"}"), want: survives},
		{Name: "long-header", Asks: "a signature of 7000 characters is answered", Fix: fixShape, make: header(func(s string) string { return strings.Repeat("A", 7000) }), want: survives},
		{Name: "odd-header", Asks: "a signature header with bytes beyond ASCII is answered", Fix: fixShape, make: header(func(s string) string { return "\xff\xfe" + s }), want: survives},
		{Name: "odd-timestamp", Asks: "a timestamp that is no number is answered", Fix: "answer 400 to a timestamp that does not parse", make: oddTimestamp, want: survives},
		{Name: "expect-continue", Asks: "Expect: 100-continue is acknowledged", Fix: fixServer, make: expecting, want: acknowledged},
		{Name: "http-1.0", Asks: "HTTP/1.0 is acknowledged", Fix: fixServer, make: oldHTTP, want: acknowledged},
		{Name: "slow-body", Asks: "a body that comes in two pieces is acknowledged", Fix: fixServer, make: slow, want: acknowledged},
	}
}

// body signs another body.
func body(text string) func(*probe) (send.Outgoing, error) {
	return rewritten(func([]byte) ([]byte, error) { return []byte(text), nil })
}

// header puts another text in place of a signature that stands in a header.
func header(by func(string) string) func(*probe) (send.Outgoing, error) {
	return func(p *probe) (send.Outgoing, error) {
		out, at, err := p.signedHeader()
		if err != nil {
			return out, err
		}
		return at.with(out, by(at.text(out))), nil
	}
}

func oddTimestamp(p *probe) (send.Outgoing, error) {
	out, err := p.build(nil)
	if err != nil {
		return out, err
	}
	line, found := headerOf(out, p.Profile.Scheme.Outline().Times)
	if !found {
		return out, skipped(p.Profile.ID + " has no timestamp in a header")
	}
	value := out.Headers[line].Value
	odd := bytes.Map(func(c rune) rune {
		if '0' <= c && c <= '9' {
			return 'x'
		}
		return c
	}, []byte(value))
	return withValue(out, line, string(odd)), nil
}

func expecting(p *probe) (send.Outgoing, error) {
	out, err := p.build(nil)
	out.Headers = append(slices.Clone(out.Headers), sign.Header{Name: "Expect", Value: "100-continue"})
	return out, err
}

func oldHTTP(p *probe) (send.Outgoing, error) {
	out, err := p.build(nil)
	out.HTTP10 = true
	return out, err
}

func slow(p *probe) (send.Outgoing, error) {
	out, err := p.build(nil)
	if len(out.Body) < 2 {
		return out, skipped("the event has no body")
	}
	out.Pause = slowBody
	return out, err
}
