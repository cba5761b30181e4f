package check

import (
	"bytes"
	"encoding/json"
	"net/textproto"
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

// unknownType is an event type that no consumer knows.
const unknownType = "hooks_check.unknown"

const (
	fixRaw     = "verify the bytes of the body as they came; JSON that was parsed and printed again has other bytes"
	fixHeaders = "look headers up without regard to case, and ignore those that you do not know"
	fixTypes   = "answer 2xx to types that you do not handle: the sender repeats what is refused, and disables the endpoint in the end"
)

// nameGenuine is the check that says why a genuine delivery is not acknowledged.
const nameGenuine = "genuine"

func accepts() []Check {
	return []Check{
		{Name: nameGenuine, always: true, Asks: "a genuine delivery is acknowledged", Fix: "give it the same secret (--secret REF), look at what it answers and logs, and compare with the verifier that hooks provider code prints", want: acknowledged, run: genuineOrWhy},
		{Name: "whitespace", Asks: "a body with white space in it is acknowledged", Fix: fixRaw, make: rewritten(indented), want: acknowledged},
		{Name: "escaped-unicode", Asks: "text in \\u escapes and beyond ASCII is acknowledged", Fix: fixRaw, make: rewritten(member(`"gr\u00fc\u00dfe ☃ \ud83d\ude00"`)), want: acknowledged},
		{Name: "extra-field", Asks: "a field that nobody knows is acknowledged", Fix: "ignore fields that you do not know: providers add them without notice", make: rewritten(member(`{"added":"later"}`)), want: acknowledged},
		{Name: "unknown-event", Asks: "a type that nobody knows is acknowledged", Fix: fixTypes, make: unknownEvent, want: acknowledged},
		{Name: "header-case", Asks: "header names in other capital and small letters are acknowledged", Fix: fixHeaders, make: otherCase, want: acknowledged},
		{Name: "unknown-header", Asks: "headers that proxies add are acknowledged", Fix: fixHeaders, make: proxied, want: acknowledged},
		{Name: "rotation-both", Asks: "a delivery signed with a new and the old secret is acknowledged", Fix: "try every signature in the header, and acknowledge if one is right", make: rotationBoth, want: acknowledged},
		{Name: "rotation-other", Asks: "a delivery signed with the other secret alone is acknowledged during a rotation", Fix: "verify with the new secret and with the old one until the old one has expired", make: rotationOther, want: acknowledged},
	}
}

func genuine(p *probe) (send.Outgoing, error) { return p.build(nil) }

// rewritten changes the body of an event before it is signed.
func rewritten(change func([]byte) ([]byte, error)) func(*probe) (send.Outgoing, error) {
	return func(p *probe) (send.Outgoing, error) {
		d, err := p.new()
		if err == nil {
			d.event.Body, err = change(d.event.Body)
		}
		if err != nil {
			return send.Outgoing{}, err
		}
		out, err := p.sign(d)
		if err != nil { // the event itself could be signed
			return out, skipped(p.Profile.ID + " cannot sign such a body: " + err.Error())
		}
		return out, nil
	}
}

func indented(body []byte) ([]byte, error) {
	var b bytes.Buffer
	if err := json.Indent(&b, body, "", "\t"); err != nil {
		return nil, skipped("the body is no JSON")
	}
	return b.Bytes(), nil
}

// member adds one at the end of the body.
func member(value string) func([]byte) ([]byte, error) {
	return func(body []byte) ([]byte, error) {
		text := bytes.TrimRight(body, " \t\r\n")
		if !json.Valid(text) || text[0] != '{' {
			return nil, skipped("the body is no JSON object")
		}
		text = text[:len(text)-1]
		comma := ","
		if len(bytes.TrimSpace(text)) == 1 {
			comma = ""
		}
		return slices.Concat(text, []byte(comma+`"hooks_check":`+value+"}")), nil
	}
}

func unknownEvent(p *probe) (send.Outgoing, error) {
	d, err := p.new()
	if err != nil {
		return send.Outgoing{}, err
	}
	known := d.event.Type
	d.event.Type = unknownType
	d.event.Headers = slices.Clone(d.event.Headers)
	for i := range d.event.Headers {
		if known != "" && d.event.Headers[i].Value == known {
			d.event.Headers[i].Value = unknownType
		}
	}
	if p.TypeField != "" {
		if d.event.Body, err = catalog.Apply(d.event.Body, catalog.Edit{Path: p.TypeField, Value: unknownType}); err != nil {
			return send.Outgoing{}, skipped("the body has no type at " + p.TypeField)
		}
	}
	return p.sign(d)
}

// otherCase writes names as HTTP/2 does, and as relays in Go do where they are
// written like that already.
func otherCase(p *probe) (send.Outgoing, error) {
	out, err := p.build(nil)
	out.Headers = slices.Clone(out.Headers)
	for i, line := range out.Headers {
		out.Headers[i].Name = strings.ToLower(line.Name)
		if line.Name == out.Headers[i].Name {
			out.Headers[i].Name = textproto.CanonicalMIMEHeaderKey(line.Name)
		}
	}
	return out, err
}

func proxied(p *probe) (send.Outgoing, error) {
	out, err := p.build(nil)
	out.Headers = append(out.Headers,
		sign.Header{Name: "Traceparent", Value: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
		sign.Header{Name: "X-Forwarded-For", Value: "192.0.2.1, 198.51.100.7"},
		sign.Header{Name: "Via", Value: "1.1 relay"})
	return out, err
}

// rotationBoth signs with a key that the consumer does not have and then with
// the one that it has, where the scheme carries several signatures.
func rotationBoth(p *probe) (send.Outgoing, error) {
	d, err := p.new()
	if err != nil {
		return send.Outgoing{}, err
	}
	if !p.Profile.Scheme.Rotates() {
		return send.Outgoing{}, skipped(p.Profile.ID + " carries one signature")
	}
	other, err := p.otherKey(0)
	if err != nil {
		return send.Outgoing{}, err
	}
	d.secrets = append([]string{other}, d.secrets...)
	return p.sign(d)
}

func rotationOther(p *probe) (send.Outgoing, error) {
	if len(p.Keys.Secrets) < 2 {
		return send.Outgoing{}, skipped("needs the second secret of the rotation: --secret REF --secret REF")
	}
	return p.build(func(d *delivery) { d.secrets = p.Keys.Secrets[1:2] })
}
