package store

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/hooks-cli/hooks/sign"
)

// Change is one difference between two deliveries, or two JSON texts.
type Change struct {
	// Part is what differs: one of the parts below.
	Part string `json:"part"`
	// Path is the place: a name of the Delivery object, a header's name in lower
	// case, or a path of the body as in --set ("" is the whole body).
	Path string `json:"path"`
	// Kind is added, removed or changed, as seen from the first of the two.
	Kind string `json:"kind"`
	// Before and After are JSON texts in a JSON body, else plain values.
	Before string `json:"before"`
	After  string `json:"after"`
}

// The parts of a Change.
const (
	PartDelivery = "delivery"
	PartHeader   = "header"
	PartBody     = "body"
	PartResponse = "response"
)

// The kinds of a Change.
const (
	ChangeAdded   = "added"
	ChangeRemoved = "removed"
	ChangeChanged = "changed"
)

// CompareOptions choose what counts as a difference.
type CompareOptions struct {
	// IgnoreVolatile leaves out what two events never share: ids, times and the
	// signatures made of them. Values of credentials are *** unless Reveal is set;
	// they are compared all the same.
	IgnoreVolatile, Reveal bool
}

// A Comparison is what differs between two deliveries.
type Comparison struct {
	Changes []Change `json:"changes"`
	// SameBytes tells whether the request bodies are equal byte for byte. Form is
	// how their texts differ where they hold the same JSON, else "".
	SameBytes bool   `json:"same_bytes"`
	Form      string `json:"form,omitempty"`
}

// Compare says what differs between two deliveries, whose bodies are loaded:
// what became of them, request headers, request body and last answer.
func Compare(a, b *Delivery, o CompareOptions) Comparison {
	c := Comparison{SameBytes: bytes.Equal(a.Request.Body, b.Request.Body)}
	c.Changes = append(compareFacts(a, b, o), compareHeaders(a.Request.Headers, b.Request.Headers, o)...)
	body := compareBodies(PartBody, a.Request.Body, b.Request.Body, o)
	c.Changes = append(c.Changes, body...)
	c.Changes = append(c.Changes, compareBodies(PartResponse, answerOf(a), answerOf(b), o)...)
	if !c.SameBytes && len(compareBodies(PartBody, a.Request.Body, b.Request.Body, CompareOptions{})) == 0 {
		c.Form = bodyForm(a.Request.Body) + " -> " + bodyForm(b.Request.Body)
	}
	return c
}

func answerOf(d *Delivery) []byte {
	if n := len(d.Attempts); n > 0 {
		return d.Attempts[n-1].ResponseBody
	}
	return nil
}

// compareFacts compares what the columns of a list say.
func compareFacts(a, b *Delivery, o CompareOptions) []Change {
	was, is := facts(a), facts(b)
	var changes []Change
	for i, f := range was {
		if o.IgnoreVolatile && f.volatile {
			continue
		}
		changes = appendChange(changes, PartDelivery, f.name, f.value, is[i].value)
	}
	return changes
}

type fact struct {
	name, value string
	volatile    bool
}

func facts(d *Delivery) []fact {
	e, v, code, failed := d.Event, d.Verification, "", ""
	if e == nil {
		e = &Event{}
	}
	if v == nil {
		v = &Verification{}
	}
	if n := len(d.Attempts); n > 0 {
		if code, failed = strconv.Itoa(d.Attempts[n-1].StatusCode), d.Attempts[n-1].ErrorKind; code == "0" {
			code = ""
		}
	}
	return []fact{
		{name: "direction", value: string(d.Direction)}, {name: "event.type", value: e.Type}, {name: "event.provider", value: e.Provider},
		{"event.external_id", e.ExternalID, true}, {name: "request.method", value: d.Request.Method}, {name: "request.target", value: d.Request.Target},
		{name: "verification.verdict", value: v.Verdict}, {name: "verification.reason", value: v.Reason},
		{name: "status", value: d.Status}, {name: "destination", value: d.Destination},
		{name: "attempts", value: strconv.Itoa(len(d.Attempts))}, {name: "status_code", value: code}, {name: "error_kind", value: failed},
	}
}

func appendChange(changes []Change, part, path, before, after string) []Change {
	kind := ChangeChanged
	switch {
	case before == after:
		return changes
	case before == "":
		kind = ChangeAdded
	case after == "":
		kind = ChangeRemoved
	}
	return append(changes, Change{part, path, kind, before, after})
}

// compareHeaders compares the values of each name in their order.
func compareHeaders(a, b sign.Headers, o CompareOptions) []Change {
	var names []string
	was, is := map[string][]string{}, map[string][]string{}
	for i, side := range []sign.Headers{a, b} {
		into := []map[string][]string{was, is}[i]
		for _, h := range side {
			name := strings.ToLower(h.Name)
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
			into[name] = append(into[name], h.Value)
		}
	}
	var changes []Change
	for _, name := range names {
		if o.IgnoreVolatile && (name == "date" || name == "content-length" || volatileHeader(name)) {
			continue
		}
		before, there := was[name]
		after, still := is[name]
		if there && still && slices.Equal(before, after) || o.IgnoreVolatile && sameKinds(before, after) {
			continue
		}
		c := Change{PartHeader, name, ChangeChanged, strings.Join(before, ", "), strings.Join(after, ", ")}
		switch {
		case !there:
			c.Kind = ChangeAdded
		case !still:
			c.Kind = ChangeRemoved
		}
		if SecretHeader(name) && !o.Reveal {
			c.Before, c.After = maskedValue(c.Before), maskedValue(c.After)
		}
		changes = append(changes, c)
	}
	return changes
}

func maskedValue(value string) string {
	if value == "" {
		return ""
	}
	return masked
}

// compareBodies compares bodies as JSON where both are, else as bytes.
func compareBodies(part string, a, b []byte, o CompareOptions) []Change {
	if bytes.Equal(a, b) {
		return nil
	}
	changes, ok := CompareJSON(a, b)
	if !ok {
		return appendChange(nil, part, "", excerptOf(a), excerptOf(b))
	}
	kept := changes[:0]
	for _, c := range changes {
		if o.IgnoreVolatile && sameKind(c.Before, c.After) {
			continue
		}
		c.Part = part
		kept = append(kept, c)
	}
	return kept
}

// excerptOf names a body that is no JSON.
func excerptOf(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	text := string(b[:min(len(b), 60)])
	if len(b) > 60 {
		text += "…"
	}
	return strconv.Itoa(len(b)) + " bytes: " + text
}

// bodyForm says how a JSON text is laid out.
func bodyForm(b []byte) string {
	form := "compact"
	if at := bytes.IndexByte(bytes.TrimRight(b, "\r\n"), '\n'); at >= 0 {
		form = "indented"
		rest := b[at+1:]
		switch n := len(rest) - len(bytes.TrimLeft(rest, " ")); {
		case bytes.HasPrefix(rest, []byte("\t")):
			form = "indented by tabs"
		case n > 0:
			form = "indented by " + strconv.Itoa(n) + " spaces"
		}
	} else if bytes.Contains(b, []byte(`": `)) || bytes.Contains(b, []byte(`, "`)) {
		form = "on one line with spaces"
	}
	if bytes.HasSuffix(b, []byte("\n")) {
		form += ", a newline at the end"
	}
	return form + ", " + strconv.Itoa(len(b)) + " bytes"
}
