package sign

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// textGuess is a text that may have been signed.
type textGuess struct {
	change
	content *Content
	rare    bool // not combined with other differences
}

// usualTexts are the texts that senders sign, by how many of them do.
func usualTexts() []string {
	return []string{
		"{body}", "{ts}.{body}", "{id}.{ts}.{body}", "{ts}{body}", "{ts}:{body}", "{body}{ts}", "{ts},{body}", "v0:{ts}:{body}",
		"{url}{body}", "{method}{url}{body}{ts}",
	}
}

// rareTexts are signed by one or two senders each, or are what a slip makes of
// a usual one.
func rareTexts() []string {
	return []string{
		"{id}{ts}{body}", "{ts}.{id}.{body}", "{id}.{body}", "{body}.{ts}", `{ts}\n{body}`, "{ts}|{body}", "v1:{ts}:{body}", "v1.{ts}.{body}",
		"{ts}.{nonce}.{body}", "{ts}{nonce}{body}", "{nonce}{body}", "{ts}.{body|jcs}", "{body|jcs}", "{ts}.{body|sha256hex}", "{body|sha256hex}",
		"{ts}{method}{path}{body}", "{method}{path}{ts}{body}", `{method}\n{path}\n{ts}\n{body}`, "{ts}{url}{body}", "{url}{ts}{body}",
		"{method}{url}{body}", "{url}{form_sorted}", "{url}{form_sorted_unique}", "{url}", "{base}{nonce}", "{ts}{nonce}", "{ts}{id}", "{ts}", "{id}",
		`{ts}\n{query_sorted}\n{body|sha256raw}`,
	}
}

// textGuesses are the scheme's own contents and then the others that the
// message has the values for.
func (x *explainer) textGuesses() []textGuess {
	var out []textGuess
	for _, c := range x.s.contents {
		out = append(out, textGuess{content: c})
	}
	if len(out) == 0 {
		return nil
	}
	usual := usualTexts()
	for i, text := range slices.Concat(usual, rareTexts()) {
		c, err := ParseContent(text)
		known := err != nil || slices.ContainsFunc(out, func(g textGuess) bool { return g.content.String() == c.String() })
		if known || !x.has(c) {
			continue
		}
		out = append(out, textGuess{rare: i >= len(usual), content: c, change: change{ClassText,
			fmt.Sprintf("for the text %s in place of %s", c, x.s.contents[0]), "the sender signs another text than this scheme says",
			"sign " + x.s.contents[0].String() + ", or choose the provider that signs " + c.String()}})
	}
	return out
}

// has is true when the message has every value that the content needs.
func (x *explainer) has(c *Content) bool {
	for _, role := range []Role{RoleTS, RoleID, RoleNonce} {
		if c.uses(string(role), true) && x.roles.get(role) == "" {
			return false
		}
	}
	if x.m.URL == "" && x.s.contentURL(c) {
		return false
	}
	form := c.uses("form_sorted", true) || c.uses("form_sorted_unique", true)
	return !form || len(x.m.Body) <= maxRewritten && len(formOf(x.m)) > 0
}

// readRoles reads what the message has in the scheme's places, whatever is
// wrong with the rest of it. Where the scheme has no place, it takes the
// first value that looks like a time or an id.
func (x *explainer) readRoles() {
	var r reading
	x.s.readSignatures(x.m, x.params, &r)
	x.roles = r.captures
	for role, fields := range map[Role][]*field{RoleTS: x.s.times, RoleID: x.s.ids, RoleNonce: x.s.nonces, RoleKeyID: x.s.keyIDs} {
		for _, f := range fields {
			if value := f.look(x.m).value; x.roles.get(role) == "" && value != "" && len(f.shapes) == 0 {
				f.capture(value, &x.roles)
			}
		}
	}
	found := collect(x.m)
	if x.roles.ts == "" && len(found.times) > 0 {
		x.roles.ts = found.times[0].text
	}
	if x.roles.id == "" && len(found.ids) > 0 {
		x.roles.id = found.ids[0].text
	}
	if x.roles.nonce == "" && len(found.nonces) > 0 {
		x.roles.nonce = found.nonces[0].text
	}
}

// bodyGuess is a body that may have been signed.
type bodyGuess struct {
	change
	body []byte
}

// bodyGuesses is the body that came, and notes the ways in which it may have
// been rewritten. Large bodies are not parsed.
func (x *explainer) bodyGuesses() []bodyGuess {
	kind, _ := x.m.Headers.Get("Content-Type")
	x.source = &original{body: x.m.Body, form: !strings.Contains(kind, "json")}
	if x.ways = rewrites(); len(x.m.Body) > maxRewritten {
		x.ways, x.skipped = lineRewrites(), true
	} else {
		x.ways = append(x.ways, x.source.formFields()...)
	}
	return []bodyGuess{{body: x.m.Body}}
}

// makeBodies goes on until there is a body i, each of which is another one.
func (x *explainer) makeBodies(i int) {
	for len(x.bodies) <= i && len(x.ways) > 0 && !x.truncated {
		way := x.ways[0]
		x.ways = x.ways[1:]
		body, ok := way.apply(x.source)
		if ok && !slices.ContainsFunc(x.bodies, func(g bodyGuess) bool { return bytes.Equal(g.body, body) }) {
			x.bodies = append(x.bodies, bodyGuess{way.change, body})
		}
	}
}

// timeGuess is the timestamp as it may stand in the signed text.
type timeGuess struct {
	change
	text string
}

func (x *explainer) timeGuesses() []timeGuess {
	out := []timeGuess{{text: x.roles.ts}}
	add := func(unit, text string) {
		if text != x.roles.ts {
			out = append(out, timeGuess{text: text, change: change{ClassTimestamp, "with the timestamp in " + unit,
				"the timestamp is sent in one unit and signed in another", "sign the timestamp as it is sent"}})
		}
	}
	at, ok := unitAuto.parse(x.roles.ts)
	if !ok {
		if at, ok = unitRFC3339.parse(x.roles.ts); !ok {
			return out
		}
	}
	add("seconds", strconv.FormatInt(at.Unix(), 10))
	add("milliseconds", strconv.FormatInt(at.UnixMilli(), 10))
	add("RFC 3339", unitRFC3339.format(at))
	add("RFC 3339 with milliseconds", at.UTC().Format("2006-01-02T15:04:05.000Z"))
	return out
}

// algorithmGuess is an algorithm, or a plain hash with the key written before
// or behind the text.
type algorithmGuess struct {
	change
	algorithm
	native         bool
	before, behind bool
}

func (x *explainer) algorithmGuesses() []algorithmGuess {
	var out []algorithmGuess
	for _, a := range x.s.algs {
		out = append(out, algorithmGuess{algorithm: a, native: true})
	}
	own := x.s.algs[0]
	if own.family != familyMAC && own.family != familyDigest {
		return out
	}
	add := func(a algorithm, what, why string, before, behind bool) {
		fix := "use " + own.name + ", or set alg: " + a.name + " in " + ProviderFile
		out = append(out, algorithmGuess{change{ClassAlgorithm, "with " + what, why, fix}, a, false, before, behind})
	}
	for _, a := range algorithms() {
		if a.family == familyMAC && !slices.ContainsFunc(x.s.algs, func(b algorithm) bool { return a.name == b.name }) {
			add(a, a.name, "the sender uses another algorithm than this scheme says", false, false)
		}
	}
	for _, a := range algorithms() {
		if a.family == familyMAC && own.family == familyMAC {
			plain := a
			plain.name, plain.family = a.word(), familyDigest
			const why = "the sender hashes and makes no HMAC"
			add(plain, "a plain "+plain.name+" of the text", why+": nothing secret is in the signature", false, false)
			add(plain, "a plain "+plain.name+" of secret and text", why, true, false)
			add(plain, "a plain "+plain.name+" of text and secret", why, false, true)
		}
	}
	return out
}
