package sign

import (
	"slices"
	"strings"
)

// slot is a value of the message that may be the signature: where it stands,
// with what around it, and its bytes in one encoding.
type slot struct {
	located
	template string
	list     string // separator of several signatures
	enc      encoding
	raw      []byte
	ts       string // the timestamp, where it stands in the same header
}

// wireForm is a value taken apart: one signature and the template around it.
type wireForm struct{ sig, template, list, ts string }

// maxSlots bounds what a message can ask to be compared.
const maxSlots = 200

// slots are the values that decode to as many bytes as an algorithm makes,
// those whose name speaks of a signature first.
func (x *inferrer) findSlots() []slot {
	var out []slot
	for _, l := range x.found.values {
		for _, w := range x.wireForms(l) {
			for _, e := range likelyEncodings(w.sig) {
				raw, ok := e.decode(nil, w.sig)
				if ok && x.makes(len(raw)) && len(out) < maxSlots && !sameSlot(out, l, w, raw) {
					out = append(out, slot{located: l, template: w.template, list: w.list, enc: e, raw: raw, ts: w.ts})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b slot) int { return slotRank(a) - slotRank(b) })
	return out
}

// likelyEncodings puts base64url first where the padding is missing, which
// only its users leave out.
func likelyEncodings(text string) []encoding {
	if len(text)%4 != 0 {
		return []encoding{encHex, encBase64URL, encBase64}
	}
	return []encoding{encHex, encBase64, encBase64URL}
}

// sameSlot is true for base64 that reads alike in both alphabets.
func sameSlot(slots []slot, l located, w wireForm, raw []byte) bool {
	return slices.ContainsFunc(slots, func(s slot) bool {
		return s.place == l.place && s.name == l.name && s.template == w.template && string(s.raw) == string(raw)
	})
}

func (x *inferrer) makes(n int) bool {
	return slices.ContainsFunc(algorithms(), func(a algorithm) bool {
		return a.family != familyToken && (!a.asymmetric() || x.public != nil) && a.makes(n)
	})
}

func slotRank(s slot) int {
	switch {
	case signatureName(strings.ToLower(s.name)):
		return 0
	case s.place == InHeader:
		return 1
	}
	return 2
}

// wireForms are the ways in which signatures are written: pairs, a time before
// it, a tagged list, text before it, alone.
func (x *inferrer) wireForms(l located) []wireForm {
	value, out := l.text, []wireForm(nil)
	if l.place == InHeader {
		out = append(out, pairForms(value)...)
		out = append(out, listForms(value)...)
	}
	if id := x.o.Params[string(RoleKeyID)]; id != "" {
		if rest, ok := strings.CutPrefix(value, id+"|"); ok {
			out = append(out, wireForm{sig: rest, template: "{key_id}|{sig}", list: "&"})
		}
	}
	out = append(out, wireForm{sig: value, template: "{sig}"})
	for _, sep := range []string{"=", " ", ":", ",", "|", "."} {
		if i := strings.LastIndex(strings.TrimRight(value, "="), sep); i > 0 && i < 40 {
			out = append(out, prefixed(value, i+1))
		}
	}
	return out
}

func prefixed(value string, at int) wireForm {
	w := wireForm{sig: value[at:], template: value[:at] + "{sig}"}
	// sha256= and the like may name the algorithm, v1, a version in a list.
	if strings.HasSuffix(w.template, ",{sig}") {
		w.list = " "
	}
	return w
}

// pairForms reads t=…,v1=… and {ts},{sig}.
func pairForms(value string) []wireForm {
	var out []wireForm
	for _, sep := range []string{",", ";", "&"} {
		items := strings.Split(value, sep)
		if len(items) < 2 || len(items) > maxSignatures {
			continue
		}
		spaced := sep
		if strings.HasPrefix(items[1], " ") {
			spaced = sep + " "
		}
		if _, _, ok := parseAny(trim(items[0])); ok {
			out = append(out, wireForm{sig: trim(items[1]), template: "{ts}" + spaced + "{sig}", ts: trim(items[0])})
		}
		out = append(out, pairsOf(items, sep, spaced)...)
	}
	return out
}

func pairsOf(items []string, sep, spaced string) []wireForm {
	var out []wireForm
	timeKey, ts := "", ""
	for _, item := range items {
		key, text, ok := strings.Cut(trim(item), "=")
		if _, _, isTime := parseAny(text); ok && isTime && timeKey == "" {
			timeKey, ts = key, text
		}
	}
	for _, item := range items {
		key, text, ok := strings.Cut(trim(item), "=")
		switch {
		case !ok || key == "" || key == timeKey:
		case timeKey != "":
			out = append(out, wireForm{sig: text, template: timeKey + "={ts}" + spaced + key + "={sig}", ts: ts})
		default:
			out = append(out, wireForm{sig: text, template: key + "={sig}", list: sep})
		}
	}
	return out
}

// listForms reads v1,… v1,… and other lists of which the first item is taken.
func listForms(value string) []wireForm {
	var out []wireForm
	for _, item := range strings.Fields(value)[:min(1, len(strings.Fields(value)))] {
		if tag, sig, ok := strings.Cut(item, ","); ok && tag != "" && len(tag) <= 8 && !strings.Contains(tag, "=") {
			out = append(out, wireForm{sig: sig, template: tag + ",{sig}", list: " "})
		}
	}
	for _, sep := range []string{",", " "} {
		if first, _, ok := strings.Cut(value, sep); ok {
			out = append(out, wireForm{sig: trim(first), template: "{sig}", list: sep})
		}
	}
	return out
}
