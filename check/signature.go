package check

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

// span is where the signature stands in a request.
type span struct {
	line       int // of the headers, or inBody
	start, end int // of the header's value, or of the body
}

// inBody is the line of a signature that is a part of the body.
const inBody = -1

// signed makes a request and finds its signature.
func (p *probe) signed(change func(*delivery)) (send.Outgoing, span, error) {
	d, err := p.new()
	if err != nil {
		return send.Outgoing{}, span{}, err
	}
	if change != nil {
		change(&d)
	}
	out, err := p.sign(d)
	if err != nil {
		return send.Outgoing{}, span{}, err
	}
	at, err := p.find(out, d)
	return out, at, err
}

// How many other keys show where a signature stands. With one alone its first or
// last character is the same by chance in every thirtieth run, stays behind, and
// makes another request of it. Of pairs there are fewer: RSA's take long to make.
const (
	otherSecrets = 8
	otherPairs   = 4
)

// find finds the signature of a request: what differs when other keys sign the
// same event.
func (p *probe) find(out send.Outgoing, d delivery) (at span, err error) {
	keys := otherSecrets
	if _, pair, err := p.Profile.Scheme.KeyAlgorithm(""); err == nil && pair {
		keys = otherPairs
	}
	for i := range keys {
		forged, err := p.forge(d, i)
		if err != nil {
			return span{}, err
		}
		switch found, ok := spanIn(out, forged); {
		case i == 0 && !ok:
			return span{}, skipped("the signature of " + p.Profile.ID + " is in no header and not in the body")
		case i == 0:
			at = found
		case ok && found.line == at.line:
			at.start, at.end = min(at.start, found.start), max(at.end, found.end)
		}
	}
	return at, nil
}

// spanIn is the first header that differs, or the part of the body.
func spanIn(out, forged send.Outgoing) (span, bool) {
	for i, line := range out.Headers {
		if i < len(forged.Headers) && forged.Headers[i].Name == line.Name && forged.Headers[i].Value != line.Value {
			return spanOf(i, line.Value, forged.Headers[i].Value), true
		}
	}
	if !bytes.Equal(out.Body, forged.Body) {
		return spanOf(inBody, string(out.Body), string(forged.Body)), true
	}
	return span{}, false
}

// signedHeader is signed for what can be done to a header alone.
func (p *probe) signedHeader() (send.Outgoing, span, error) {
	out, at, err := p.signed(nil)
	if err == nil && at.line == inBody {
		err = skipped("the signature of " + p.Profile.ID + " is in no header")
	}
	return out, at, err
}

func spanOf(line int, text, forged string) span {
	start, end := difference(text, forged)
	for end < len(text) && text[end] == '=' { // base64's padding belongs to it
		end++
	}
	return span{line, start, end}
}

// forge signs a delivery with the nth key that the consumer does not have.
func (p *probe) forge(d delivery, n int) (send.Outgoing, error) {
	key, err := p.otherKey(n)
	if err != nil {
		return send.Outgoing{}, err
	}
	d.secrets = []string{key}
	return p.sign(d)
}

// otherKey is the nth key that the consumer does not have.
func (p *probe) otherKey(n int) (string, error) {
	if p.Profile.Scheme.Unkeyed() {
		return "", skipped(p.Profile.ID + " signs without a secret")
	}
	for len(p.otherKeys) <= n {
		key := p.newSecret()
		if err := p.Profile.Scheme.CheckSecret(key); err != nil {
			return "", skipped("no other key of " + p.Profile.ID + " can be made: " + err.Error())
		}
		p.otherKeys = append(p.otherKeys, key)
	}
	return p.otherKeys[n], nil
}

// newSecret makes a secret in the provider's form, or in a form that most
// schemes take.
func (p *probe) newSecret() string {
	if key, err := p.Profile.NewKey("", p.random); err == nil {
		if key.Private != "" {
			return key.Private
		}
		return key.Secret
	}
	random := make([]byte, 32)
	_, _ = io.ReadFull(p.random, random) // which never fails
	return hex.EncodeToString(random)
}

// difference is the part of a that b has not.
func difference(a, b string) (start, end int) {
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	end = len(a)
	for n := len(b); end > start && n > start && a[end-1] == b[n-1]; n-- {
		end--
	}
	return start, end
}

func (s span) text(out send.Outgoing) string {
	if s.line == inBody {
		return string(out.Body[s.start:s.end])
	}
	return out.Headers[s.line].Value[s.start:s.end]
}

// with puts another text in place of the signature.
func (s span) with(out send.Outgoing, text string) send.Outgoing {
	if s.line == inBody {
		out.Body = slices.Concat(out.Body[:s.start], []byte(text), out.Body[s.end:])
		return out
	}
	value := out.Headers[s.line].Value
	return withValue(out, s.line, value[:s.start]+text+value[s.end:])
}

func withValue(out send.Outgoing, line int, value string) send.Outgoing {
	out.Headers = slices.Clone(out.Headers)
	out.Headers[line].Value = value
	return out
}

func without(out send.Outgoing, line int) send.Outgoing {
	out.Headers = slices.Delete(slices.Clone(out.Headers), line, line+1)
	return out
}

// label is the word of the algorithm or version before a signature: sha256=, v1,
var label = regexp.MustCompile(`([A-Za-z][A-Za-z0-9_-]*)([=,])[A-Za-z0-9+/_-]{0,4}$`)

// labelled finds the label in the value of the signature's header. A member of
// the body has none.
func (s span) labelled(out send.Outgoing) (value string, at []int) {
	if s.line == inBody {
		return "", nil
	}
	value = out.Headers[s.line].Value
	return value, label.FindStringSubmatchIndex(value[:s.start])
}

// relabelled says that another algorithm, which nobody knows, signed.
func (s span) relabelled(out send.Outgoing) (send.Outgoing, bool) {
	value, at := s.labelled(out)
	if at == nil {
		return out, false
	}
	return withValue(out, s.line, value[:at[2]]+"x0"+value[at[3]:]), true
}

// unlabelled leaves the name out that stands before the signature.
func (s span) unlabelled(out send.Outgoing) (send.Outgoing, bool) {
	value, at := s.labelled(out)
	if at == nil {
		return out, false
	}
	return withValue(out, s.line, value[:at[2]]+value[at[5]:]), true
}

// like encodes bytes as the signature is encoded.
func (s span) like(out send.Outgoing, sum []byte) string {
	if text := s.text(out); len(text) > 2*len(sum)-6 && strings.Trim(text, "0123456789abcdef") == "" {
		return hex.EncodeToString(sum)
	}
	return base64.StdEncoding.EncodeToString(sum)
}

// headerOf finds the line of a role that stands in a header of its own.
func headerOf(out send.Outgoing, fields []sign.OutlineField) (int, bool) {
	for _, f := range fields {
		if f.Place != sign.InHeader {
			continue
		}
		line := slices.IndexFunc(out.Headers, func(h sign.Header) bool {
			return slices.ContainsFunc(f.Names, func(name string) bool { return strings.EqualFold(name, h.Name) })
		})
		if line >= 0 {
			return line, true
		}
	}
	return 0, false
}
