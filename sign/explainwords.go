package sign

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"
)

// good explains a message whose signature is right and that is refused all the
// same: a renamed header, a time outside its window.
func (x *explainer) good() Explanation {
	changes := x.repairs
	if c := x.refusal(); c.class != "" {
		changes = append(slices.Clone(changes), c)
	}
	e := x.explanation(changes)
	if len(x.repairs) == 0 {
		e.Summary = "signature good, but " + changes[0].why
	}
	return e
}

// refusal is why the message is refused though its signature is good, as a
// change.
func (x *explainer) refusal() change {
	v := x.verdict
	detail := strings.TrimPrefix(v.Detail, "signature good, but ")
	switch v.Reason {
	case "":
		return change{}
	case TimestampTooOld, TimestampTooNew, BadTimestamp:
		if _, unit, ok := parseAny(x.timestamp()); ok && unit != x.s.unit && x.s.unit != unitAuto {
			return change{ClassTimestamp, "in another unit", fmt.Sprintf("the timestamp is in %s and the scheme has %s", unit.words(), x.s.unit.words()),
				"send the timestamp in " + x.s.unit.words() + ", or set ts.unit: " + string(unit) + " in " + ProviderFile}
		}
		fix := "look at both clocks, or allow more with --tolerance"
		if v.Reason == TimestampTooOld {
			fix = "send it afresh with a new timestamp, " + fix
		}
		return change{ClassTimestamp, "at another time", detail, fix}
	}
	return change{reasonClass(v.Reason), "with other headers", detail, reasonFix(v.Reason)}
}

func (x *explainer) timestamp() string {
	if x.roles.ts == "" {
		x.readRoles()
	}
	return x.roles.ts
}

// words is the unit for people.
func (u unit) words() string {
	switch u {
	case unitSeconds:
		return "seconds"
	case unitMillis:
		return "milliseconds"
	case unitRFC3339:
		return "RFC 3339"
	case unitAuto:
		return "seconds or milliseconds"
	}
	return "the form " + string(u)
}

// explain puts a hit into words.
func (x *explainer) explain(h hit) Explanation {
	if h.changes != nil {
		e := x.explanation(h.changes)
		if e.URL = x.scrub(h.url); h.body != nil {
			e.FirstDifference = x.difference(h.body)
		}
		return e
	}
	differences := slices.Concat(h.signature.changes, x.cutOff(h), x.differences(h))
	if len(differences) == 0 {
		return x.good()
	}
	changes := slices.Concat(x.repairs, differences)
	e := x.explanation(changes)
	if h.variant[ofBody] > 0 {
		e.FirstDifference = x.difference(x.bodies[h.variant[ofBody]].body)
	}
	if h.variant[ofURL] > 0 {
		e.URL = x.scrub(x.urls[h.variant[ofURL]].url)
	}
	return e
}

// cutOff is the change of a signature whose end is missing.
func (x *explainer) cutOff(h hit) []change {
	size, came := x.algs[h.variant[ofAlgorithm]].size, len(h.signature.raw)
	whole := func(a algorithm) bool { return a.size == came }
	if came >= size || h.variant[ofAlgorithm] > 0 || slices.ContainsFunc(x.s.algs, whole) {
		return nil
	}
	return []change{{ClassEncoding, "but for its end", fmt.Sprintf("%d of the signature's %d bytes came", came, size), "send and store the whole signature"}}
}

// differences are the changes that the variant is made of.
func (x *explainer) differences(h hit) []change {
	all := []change{x.keys[h.key].change}
	if len(x.texts) > 0 {
		all = append(all, x.texts[h.text].change, x.times[h.variant[ofTime]].change, x.urls[h.variant[ofURL]].change, x.algs[h.variant[ofAlgorithm]].change)
	}
	if h.variant[ofBody] > 0 {
		all = append(all, x.source.rewritten(x.bodies[h.variant[ofBody]].change, x.bodies[h.variant[ofBody]].body))
	}
	return slices.DeleteFunc(all, func(c change) bool { return c.class == "" })
}

// unexplained says what is known when nothing matched.
func (x *explainer) unexplained() Explanation {
	e := Explanation{Tried: x.tried, Truncated: x.truncated || x.skipped}
	v := x.verdict
	missing := v.Reason == MissingHeader || v.Reason == MissingSignature || v.Reason == MissingTimestamp
	switch {
	case len(x.repairs) > 0:
		e.Class, e.Fix = ClassHeader, x.repairs[0].fix
		e.Summary = x.repairs[0].why + ", and the signature does not match either"
	case missing:
		e.Class, e.Summary, e.Fix = ClassHeader, v.Detail, "send what the scheme asks for, and look whether a proxy drops it"
		if others := x.signatureLike(); others != "" {
			e.Summary += ", but " + others + " looks like a signature"
			e.Fix = "choose the provider whose header this is, or find its form with provider infer"
		}
	case v.Reason == NoSecret:
		e.Class, e.Summary, e.Fix = ClassSecret, "no secret is known to judge the message with", "name the secret"
	case len(x.signatures) == 0:
		e.Class, e.Summary, e.Fix = ClassPrefix, v.Detail+": nothing there has the form of a signature", "look at how the sender writes "+x.s.sigs[0].label()
	case x.m.URL == "" && x.s.signsURL():
		e.Class, e.Summary, e.Fix = ClassURL, "the scheme signs the URL, and the URL is not known", "name the public URL (--url)"
	case (v.Reason == MalformedHeader || v.Reason == BadPrefix || v.Reason == NoSupportedVersion) && strings.Contains(v.Detail, x.s.sigs[0].name):
		form := x.s.sigs[0].label() + " as " + x.s.sigs[0].templates[0].String()
		e.Class, e.Summary, e.Fix = ClassPrefix, v.Detail+": nothing matches however it is read", "send "+form
	case v.Detail == cannotBuild:
		e.Class, e.Summary = ClassText, v.Detail+": a value that "+x.s.contents[0].String()+" is made of is not in it"
		e.Fix = "look at the body and its Content-Type: the scheme wants a form, or members that are not there"
	default:
		e.Summary = fmt.Sprintf("none of %d variants matches: it is another secret, or the body is not the one that was signed", x.tried)
		e.Fix = "compare the secret with the sender's, and verify the raw bytes of the request"
		if x.s.signsURL() {
			e.Summary += ", or the sender knows another URL than " + clipURL(x.m.URL)
			e.Fix += ", and name the public URL as the sender knows it (--url)"
		}
	}
	if x.truncated {
		e.Summary += "; the search ended before everything was tried"
	}
	x.finish(&e)
	return e
}

func (x *explainer) explanation(changes []change) Explanation {
	e := Explanation{Found: true, Class: changes[0].class, Tried: x.tried, Truncated: x.truncated || x.skipped}
	var phrases, whys, fixes []string
	for i, c := range changes {
		if i > 0 && !slices.Contains(e.Also, c.class) && c.class != e.Class {
			e.Also = append(e.Also, c.class)
		}
		phrases = append(phrases, c.phrase)
		if !slices.Contains(whys, c.why) {
			whys = append(whys, c.why)
		}
		if !slices.Contains(fixes, c.fix) {
			fixes = append(fixes, c.fix)
		}
	}
	e.Summary = "valid " + strings.Join(phrases, " and ") + ": " + strings.Join(whys, "; ")
	e.Fix = strings.Join(fixes, "; ")
	x.finish(&e)
	return e
}

// finish adds the skew and takes the secrets out of what quotes the message.
func (x *explainer) finish(e *Explanation) {
	v := x.verdict
	if v.Reason == TimestampTooOld || v.Reason == TimestampTooNew {
		e.Skew = v.Skew.Truncate(time.Millisecond).Seconds()
		if v.Key < 0 && e.Found {
			detail, _, _ := strings.Cut(v.Detail, ";")
			e.Summary += "; it is also " + detail
		}
	}
	e.Summary, e.Fix = x.scrub(e.Summary), x.scrub(e.Fix)
}

// leastScrubbed is how long a secret must be to be looked for in a text:
// shorter ones occur everywhere.
const leastScrubbed = 4

// scrub takes the secrets out of a sentence. One that is a plain word, as a
// test's secret often is, is only taken out of what is quoted: the sentence's own
// words are nobody's secret, and a hole in them would tell it.
func (x *explainer) scrub(text string) string {
	for _, secret := range x.shownNever() {
		if !isWord(secret) {
			text = strings.ReplaceAll(text, secret, "…")
			continue
		}
		parts := strings.Split(text, `"`)
		for i := 1; i < len(parts); i += 2 {
			parts[i] = strings.ReplaceAll(parts[i], secret, "…")
		}
		text = strings.Join(parts, `"`)
	}
	return text
}

// longestWord is longer than the words of our sentences.
const longestWord = 16

func isWord(secret string) bool {
	return len(secret) < longestWord && !strings.ContainsFunc(secret, func(r rune) bool { return (r < 'a' || 'z' < r) && (r < 'A' || 'Z' < r) && r != ' ' })
}

// shownNever are the secrets with and without what was copied around them.
func (x *explainer) shownNever() []string {
	secrets, _ := x.everySecret()
	var out []string
	for _, secret := range secrets {
		for _, text := range []string{secret, strings.TrimFunc(secret, spaceOrMark), behindPrefix(secret)} {
			if len(text) >= leastScrubbed && !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	return out
}

// Bytes of an excerpt before and behind the first difference.
const (
	excerptBefore = 12
	excerptBehind = 20
)

// difference says where the body that came and the one that was signed part.
func (x *explainer) difference(signed []byte) *Difference {
	received, at := x.m.Body, 0
	for at < len(received) && at < len(signed) && received[at] == signed[at] {
		at++
	}
	d := &Difference{Offset: at}
	if !x.showsSecret(received, at) && !x.showsSecret(signed, at) {
		d.Received, d.Signed = excerpt(received, at), excerpt(signed, at)
	}
	return d
}

func excerpt(body []byte, at int) string {
	return string(body[max(0, at-excerptBefore):min(len(body), at+excerptBehind)])
}

// showsSecret is true when any part of a secret in body lies in the excerpt.
func (x *explainer) showsSecret(body []byte, at int) bool {
	for _, secret := range x.shownNever() {
		near := body[max(0, at-excerptBefore-len(secret)):min(len(body), at+excerptBehind+len(secret))]
		if bytes.Contains(near, []byte(secret)) {
			return true
		}
	}
	return false
}
