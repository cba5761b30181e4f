package provider

import (
	"bytes"
	"encoding/json"
	testflag "flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

var (
	mutations = testflag.Int("mutations", 2000, "changes to a signed message that each provider has to refuse")
	genuine   = testflag.Int("genuine", 300, "random messages that each provider has to accept")
)

// random is the source of one provider's messages: the same at every run.
func random(p *Profile) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(p.ID))
	return rand.New(rand.NewPCG(h.Sum64(), 1))
}

func text(r *rand.Rand, alphabet string, least, most int) string {
	b := make([]byte, least+r.IntN(most-least+1))
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

// anything is a message with a random body, of the kind that p can sign, and
// random values beside it.
func anything(p *Profile, r *rand.Rand) (*sign.Message, sign.Values) {
	m, v := unsigned(p, aBody)
	v.ID, v.Nonce, v.Event = text(r, letters, 1, 40), text(r, letters, 1, 40), text(r, letters, 1, 20)
	v.Time = time.Unix(1e9+r.Int64N(1e9), r.Int64N(1000)*1e6)
	switch kind := bodyKind(p); {
	case kind == "form":
		m.Headers[0].Value = "application/x-www-form-urlencoded"
		m.Body = []byte("bt_payload=" + text(r, letters, 1, 80) + "&z=" + text(r, letters, 0, 9) + "&a=" + text(r, letters, 0, 9))
	case p.Scheme.Spec().Code == "aws-sns":
		m.Body = bytes.Replace(m.Body, []byte(`\n`), []byte(text(r, letters+` .:{}`, 0, 80)), 1)
	case kind == "json":
		m.Body = []byte(`{"x":"` + text(r, letters+` .:{}[],é`, 0, 80) + `",` + aBody[1:])
		m.Body = bytes.ToValidUTF8(m.Body, []byte("?"))
	default:
		m.Body = make([]byte, r.IntN(300))
		for i := range m.Body {
			m.Body[i] = byte(r.Uint32())
		}
	}
	return m, v
}

// bodyKind is what a body has to be for p to find its values in it.
func bodyKind(p *Profile) string {
	spec := p.Scheme.Spec()
	if slices.Contains([]string{"mandrill", "plivo-v3", "twilio"}, p.ID) {
		return "form"
	}
	for _, f := range spec.Fields {
		signs := strings.Contains(f.Templates[0], "{sig}") || strings.Contains(f.Templates[0], "{ts}")
		switch {
		case f.Place == sign.InForm && signs:
			return "form"
		case f.Place == sign.InJSON && signs:
			return "json"
		}
	}
	if strings.Contains(strings.Join(spec.Content, ""), "jcs") || spec.JWT != nil && spec.JWT.Body {
		return "json"
	}
	return ""
}

// someKeys are keys of p's kind, made of random bytes. RSA keys take too long to
// be made afresh.
func someKeys(t testing.TB, p *Profile, r *rand.Rand) sign.Keys {
	t.Helper()
	k := keysOf(t, p, 1)
	if strings.HasPrefix(k.Secrets[0], "-----") {
		return k
	}
	raw := make([]byte, 64)
	for i := range raw {
		raw[i] = byte(r.Uint32())
	}
	secret, err := p.SecretFormat.Generate(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	k.Secrets = []string{secret}
	return k
}

// TestGenuine: whatever a provider signs is valid, and shows what was said.
func TestGenuine(t *testing.T) {
	rsaKeys()
	for _, p := range everyProvider(t) {
		t.Run(p.ID, func(t *testing.T) {
			t.Parallel()
			r, n := random(p), *genuine
			if strings.HasPrefix(keysOf(t, p, 1).Secrets[0], "-----") {
				n /= 10
			}
			for range n {
				m, values := anything(p, r)
				k := someKeys(t, p, r)
				out, err := p.Scheme.Sign(m, k, values)
				if err != nil {
					t.Fatalf("Sign: %v\n%q", err, m.Body)
				}
				if v := p.Scheme.Verify(out, k, values.Time, nil); !v.OK {
					t.Fatalf("refused: %s %s\n%q\n%q", v.Reason, v.Detail, out.Headers, out.Body)
				}
			}
		})
	}
}

// TestMutations changes signed messages at random. One that is still valid must
// say the same in all that the signature covers, and carry the very signature
// that was made.
func TestMutations(t *testing.T) {
	rsaKeys()
	for _, p := range everyProvider(t) {
		t.Run(p.ID, func(t *testing.T) {
			t.Parallel()
			r, refused := random(p), 0
			var was *original
			for n := range *mutations {
				if n%100 == 0 {
					was = newOriginal(t, p, r)
				}
				m := was.mutated(r)
				v := p.Scheme.Verify(m, was.keys, was.values.Time, nil)
				if !v.OK {
					refused++
					continue
				}
				if what := was.lost(m, v); what != "" {
					t.Fatalf("valid although %s\nmade %s %q %q\n%q\nnow  %s %q %q\n%q", what,
						was.Method, was.URL, was.Headers, was.Body, m.Method, m.URL, m.Headers, m.Body)
				}
			}
			if refused < *mutations/10 {
				t.Errorf("only %d of %d changed messages were refused", refused, *mutations)
			}
		})
	}
}

// original is a signed message that is going to be changed.
type original struct {
	*sign.Message
	p      *Profile
	keys   sign.Keys
	values sign.Values
	when   time.Time // as the verdict has it
	names  []string  // the headers that can carry the signature
	runs   []string  // the long words of the signature
}

var longWord = regexp.MustCompile(`[A-Za-z0-9+/_-]{20,}`)

func newOriginal(t testing.TB, p *Profile, r *rand.Rand) *original {
	t.Helper()
	m, values := anything(p, r)
	o := &original{p: p, keys: someKeys(t, p, r), values: values}
	var err error
	if o.Message, err = p.Scheme.Sign(m, o.keys, values); err != nil {
		t.Fatal(err)
	}
	v := p.Scheme.Verify(o.Message, o.keys, values.Time, nil)
	if !v.OK {
		t.Fatalf("refused: %s %s", v.Reason, v.Detail)
	}
	o.when = v.Time
	for _, f := range p.Scheme.SignatureFields() {
		if f.Place != sign.InHeader {
			continue
		}
		o.names = append(o.names, f.Name)
		for _, h := range o.Headers {
			if strings.EqualFold(h.Name, strings.Replace(f.Name, "#", "1", 1)) {
				o.runs = append(o.runs, longWord.FindAllString(h.Value, -1)...)
			}
		}
	}
	if len(o.names) > 0 && len(o.runs) == 0 {
		t.Fatalf("no signature found in %q", o.Headers)
	}
	return o
}

// lost says what of the original a message has no longer that is valid all the
// same, "" if nothing that counts.
func (o *original) lost(m *sign.Message, v sign.Verdict) string {
	covers := func(part string) bool { return slices.Contains(v.Covers, part) }
	content := strings.Join(o.p.Scheme.Spec().Content, " ")
	switch {
	case covers(sign.CoversBody) && !o.sameBody(m, strings.Contains(content, "jcs")):
		return "the body is another one"
	case covers(sign.CoversParts) && !bytes.Equal(m.Body, o.Body):
		return "a part of the body is another one"
	case covers(sign.CoversTimestamp) && !v.Time.Equal(o.when):
		return "the time is another one"
	case covers(sign.CoversURL) && m.URL != o.URL:
		return "the URL is another one"
	case strings.Contains(content, "{method}") && m.Method != o.Method:
		return "the method is another one"
	}
	if _, id := o.p.Scheme.Event(o.Message); covers(sign.CoversID) {
		if _, now := o.p.Scheme.Event(m); now != id {
			return "the id is another one"
		}
	}
	if len(o.names) > 0 && !o.carried(m) {
		return "the signature is another one"
	}
	return ""
}

func (o *original) sameBody(m *sign.Message, canonical bool) bool {
	if !canonical {
		return bytes.Equal(m.Body, o.Body)
	}
	var a, b any
	return json.Unmarshal(o.Body, &a) == nil && json.Unmarshal(m.Body, &b) == nil && reflect.DeepEqual(a, b)
}

// carried is true when every word of the signature still stands in one of the
// headers that can carry it. Hex may be in either case.
func (o *original) carried(m *sign.Message) bool {
	var all strings.Builder
	for _, h := range m.Headers {
		all.WriteString(h.Value + "\n")
	}
	has := all.String()
	found := func(word string) bool { return strings.Contains(has, word) }
	if o.p.Scheme.Spec().Enc == "hex" {
		found = func(word string) bool { return strings.Contains(strings.ToLower(has), strings.ToLower(word)) }
	}
	if len(o.names) > 1 { // one of several is enough
		return slices.ContainsFunc(o.runs, found)
	}
	return !slices.ContainsFunc(o.runs, func(word string) bool { return !found(word) })
}

// mutated is a copy with one to three random changes. Where the signature covers
// only parts of the body, or nothing of it, the body is changed where that must
// be noticed, or not at all.
func (o *original) mutated(r *rand.Rand) *sign.Message {
	m := &sign.Message{Method: o.Method, URL: o.URL, Headers: slices.Clone(o.Headers), Body: bytes.Clone(o.Body)}
	for range 1 + r.IntN(3) {
		switch kind := r.IntN(10); {
		case kind < 6 && len(m.Headers) > 0:
			mutateHeaders(m, r)
		case kind < 8:
			o.mutateBody(m, r)
		case kind == 8 && o.signsWholeURL():
			m.URL = string(mutateBytes([]byte(m.URL), r))
		default:
			m.Method = []string{"GET", "PUT", "post", ""}[r.IntN(4)]
		}
	}
	return m
}

// signsWholeURL is true when every byte of the URL is in the signed text.
func (o *original) signsWholeURL() bool {
	content := o.p.Scheme.Spec().Content
	return len(content) == 1 && strings.Contains(content[0], "{url}")
}

func (o *original) mutateBody(m *sign.Message, r *rand.Rand) {
	covers := o.p.Scheme.Covers()
	switch {
	case slices.Contains(covers, sign.CoversBody):
		m.Body = mutateBytes(m.Body, r)
	case len(signedMembers(o.p)) > 0:
		mutateMember(m, signedMembers(o.p), r)
	case bodyKind(o.p) == "form" && slices.Contains(covers, sign.CoversParts):
		if at := bytes.Index(m.Body, []byte("bt_payload=")); at >= 0 {
			at += len("bt_payload=")
			end := at + len(longest(m.Body[at:]))
			m.Body = slices.Concat(m.Body[:at], []byte(text(r, letters, 1, 20)), m.Body[end:])
		}
	}
}

// signedMembers are those that decide where not the whole of a JSON body is
// signed.
func signedMembers(p *Profile) []string {
	return map[string][]string{
		"adyen":        {"pspReference", "hmacSignature"},
		"dropbox-sign": {"event_time", "event_type", "event_hash"},
		"mailgun":      {"timestamp", "token", "signature"},
		"aws-sns":      {"Message", "TopicArn", "Type", "MessageId", "Timestamp", "Signature", "SignatureVersion"},
		"figma":        {"passcode"},
		"ms-graph":     {"clientState"},
	}[p.ID]
}

// mutateMember changes the value of one of the members that are named.
func mutateMember(m *sign.Message, names []string, r *rand.Rand) {
	member := regexp.MustCompile(`"` + names[r.IntN(len(names))] + `":\s*("(?:[^"\\]|\\.)+"|[0-9]+)`)
	at := member.FindSubmatchIndex(m.Body)
	if at == nil {
		return
	}
	first, last := at[2], at[3]
	if m.Body[first] == '"' {
		first, last = first+1, last-1
	}
	was := string(m.Body[first:last])
	now := []string{text(r, "123456789", 1, 12), "1" + was, was + "1", was[:len(was)/2] + "7" + was[len(was)/2:]}[r.IntN(4)]
	m.Body = slices.Concat(m.Body[:first], []byte(now), m.Body[last:])
}

// longest is what b begins with, up to the end of a form's field.
func longest(b []byte) []byte {
	value, _, _ := bytes.Cut(b, []byte("&"))
	return value
}

// mutateBytes flips a bit, cuts, repeats, inserts or removes.
func mutateBytes(b []byte, r *rand.Rand) []byte {
	if len(b) == 0 {
		return []byte{byte(r.Uint32())}
	}
	at := r.IntN(len(b))
	switch r.IntN(9) {
	case 0:
		return b[:at]
	case 1:
		return b[at:]
	case 2:
		return nil
	case 3:
		return slices.Concat(b[:at], []byte{byte(r.Uint32())}, b[at:])
	case 4:
		return slices.Concat(b, []byte{" \n\t\x00="[r.IntN(5)]})
	case 5:
		return slices.Concat(b[:at], b[at+1:])
	case 6:
		return slices.Concat(b, b)
	case 7:
		other := r.IntN(len(b))
		b[at], b[other] = b[other], b[at]
		return b
	}
	b[at] ^= 1 << r.IntN(8)
	return b
}

// mutateHeaders changes a header, or the list of them.
func mutateHeaders(m *sign.Message, r *rand.Rand) {
	at, other := r.IntN(len(m.Headers)), r.IntN(len(m.Headers))
	h := &m.Headers[at]
	switch r.IntN(14) {
	case 0:
		m.Headers = slices.Delete(m.Headers, at, at+1)
	case 1:
		m.Headers = append(m.Headers, *h)
	case 2:
		m.Headers = append(m.Headers, sign.Header{Name: h.Name, Value: string(mutateBytes([]byte(h.Value), r))})
	case 3:
		m.Headers = slices.Insert(m.Headers, 0, sign.Header{Name: strings.ToUpper(h.Name), Value: m.Headers[other].Value})
	case 4:
		h.Value, m.Headers[other].Value = m.Headers[other].Value, h.Value
	case 5:
		h.Value = ""
	case 6:
		h.Value = strings.ToUpper(h.Value)
	case 7:
		h.Value = strings.ToLower(h.Value)
	case 8:
		h.Value += []string{" ", "\t", ",", ";", "==", ",v1=", " v1,", ",t=1"}[r.IntN(8)]
	case 9:
		h.Value = digits.ReplaceAllStringFunc(h.Value, func(string) string { return fmt.Sprint(r.Int64N(2e9)) })
	case 10:
		h.Value += m.Headers[other].Value
	case 11:
		h.Name = strings.ReplaceAll(h.Name, "-", "_")
	default:
		h.Value = string(mutateBytes([]byte(h.Value), r))
	}
}

var digits = regexp.MustCompile(`[0-9]{10,19}`)
