package catalog

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Bounds of what is learned: an object with more names than that is a map, whose
// names are data.
const (
	maxLearnedNames = 200
	maxLearned      = 1 << 20 // bytes of one payload
)

// Learn drafts an event type from payloads that were received: a schema that
// allows all of them, and the first as an example, redacted. Payloads that are
// not JSON, or larger than 1 MiB, are left out; nil is left of none.
func Learn(name string, bodies [][]byte) *EventType {
	var all []*node
	var example []byte
	for _, body := range bodies {
		if len(body) > maxLearned {
			continue
		}
		errs := &problems{data: body}
		if n := readJSON(body, errs); n != nil && len(errs.errs) == 0 {
			if example == nil {
				example = redact(body)
			}
			all = append(all, n)
		}
	}
	if len(all) == 0 {
		return nil
	}
	schema := learned(all)
	fields := schema.get("properties") // a map has none
	if field := saysName(all, name); field != "" && fields != nil {
		fields.set(field, constNode(name))
	}
	return &EventType{Name: name, Schema: schema.appendJSON(nil),
		Examples: []Example{{Name: "default", Summary: "recorded, redacted", Payload: example}}}
}

// LearnedTypeField is the JSON Pointer of the field in which every payload says
// its type, "" if there is none. names and bodies are in the same order.
func LearnedTypeField(names []string, bodies [][]byte) string {
	for _, field := range typeFields() {
		all := len(bodies) > 0
		for i, body := range bodies {
			n := readWhole(body).get(field)
			all = all && n != nil && n.kind == stringKind && n.text == names[i]
		}
		if all {
			return "/" + field
		}
	}
	return ""
}

// saysName is the field in which every payload says that name, "" if there is none.
func saysName(all []*node, name string) string {
	for _, field := range typeFields() {
		says := func(n *node) bool { v := n.get(field); return v != nil && v.kind == stringKind && v.text == name }
		if !slices.ContainsFunc(all, func(n *node) bool { return !says(n) }) {
			return field
		}
	}
	return ""
}

func constNode(s string) *node {
	return &node{kind: objectKind, members: []member{{key: "const", value: textNode(s)}}}
}

// set replaces a member, if it is there.
func (n *node) set(key string, value *node) {
	for i := range n.members {
		if n.members[i].key == key {
			n.members[i].value = value
		}
	}
}

// learned is a schema for all of the values.
func learned(all []*node) *node {
	o := object{}
	kinds := kindsOf(all)
	switch len(kinds) {
	case 0:
		return o.node()
	case 1:
		o.text("type", kinds[0])
	default:
		o.texts("type", kinds)
	}
	var texts, objects, items []*node
	for _, n := range all {
		switch n.kind {
		case stringKind:
			texts = append(texts, n)
		case objectKind:
			objects = append(objects, n)
		case listKind:
			items = append(items, n.items...)
		}
	}
	if format := commonFormat(texts); format != "" {
		o.text("format", format)
	}
	if len(objects) > 0 {
		learnedObject(&o, objects)
	}
	if len(items) > 0 {
		o.add("items", learned(items))
	}
	return o.node()
}

// kindsOf are the types of JSON Schema that the values have, null last.
func kindsOf(all []*node) []string {
	var kinds []string
	for _, n := range all {
		name := ""
		switch n.kind {
		case nullKind:
			name = "null"
		case boolKind:
			name = "boolean"
		case stringKind:
			name = "string"
		case listKind:
			name = "array"
		case objectKind:
			name = "object"
		case numberKind:
			name = "number"
			if isWhole(n.text) {
				name = "integer"
			}
		}
		if !slices.Contains(kinds, name) {
			kinds = append(kinds, name)
		}
	}
	if slices.Contains(kinds, "number") {
		kinds = slices.DeleteFunc(kinds, func(s string) bool { return s == "integer" })
	}
	slices.SortStableFunc(kinds, func(a, b string) int {
		return cmp.Compare(strconv.FormatBool(a == "null"), strconv.FormatBool(b == "null"))
	})
	return kinds
}

// commonFormat is the format that all texts have.
func commonFormat(texts []*node) string {
	for _, format := range []string{"uuid", "date-time", "date", "email", "ipv4", "uri"} {
		valid := formatOf(format)
		if len(texts) > 0 && !slices.ContainsFunc(texts, func(n *node) bool { return !valid(n.text) }) {
			return format
		}
	}
	return ""
}

func learnedObject(o *object, objects []*node) {
	values := map[string][]*node{}
	var names []string
	for _, n := range objects {
		for _, m := range n.members {
			if values[m.key] == nil {
				names = append(names, m.key)
			}
			values[m.key] = append(values[m.key], m.value)
		}
	}
	if len(names) > maxLearnedNames {
		var all []*node
		for _, name := range names {
			all = append(all, values[name]...)
		}
		o.add("additionalProperties", learned(all))
		return
	}
	properties := object{}
	var required []string
	for _, name := range names {
		properties.add(name, learned(values[name]))
		if len(values[name]) == len(objects) {
			required = append(required, name)
		}
	}
	o.add("properties", properties.node())
	o.texts("required", required)
}

// redact replaces what looks like an e-mail address, a token or the number of a
// card, and whatever stands under a name that says so. It is a help, no promise:
// names of people look like any other text.
func redact(body []byte) []byte {
	errs := &problems{data: body}
	n := readJSON(body, errs)
	if n == nil || len(errs.errs) > 0 {
		return body
	}
	return redacted(n, "").appendJSON(nil)
}

func redacted(n *node, key string) *node {
	c := *n
	c.raw = nil
	switch n.kind {
	case objectKind:
		c.members = nil
		for _, m := range n.members {
			m.value = redacted(m.value, m.key)
			c.members = append(c.members, m)
		}
	case listKind:
		c.items = nil
		for _, item := range n.items {
			c.items = append(c.items, redacted(item, key))
		}
	case stringKind:
		c.text = redactedText(n.text, key)
	case numberKind:
		switch {
		case isCard(n.text):
			c.text = testCard
		case isSecretName(key):
			c.text = "0"
		}
	}
	return &c
}

// testCard is a number that card networks keep for tests.
const testCard = "4242424242424242"

func redactedText(s, key string) string {
	switch {
	case s == "":
		return s
	case isEmail(s):
		return "user@example.com"
	case isCard(strings.NewReplacer(" ", "", "-", "").Replace(s)):
		return testCard
	case isSecretName(key), looksSecret(s):
		return "redacted"
	}
	return s
}

func isSecretName(key string) bool {
	name := strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(key))
	for _, word := range []string{"secret", "password", "passwd", "token", "apikey", "authorization", "accesskey", "privatekey", "signature", "cvc", "cvv", "iban", "ssn"} {
		if strings.HasSuffix(name, word) {
			return true
		}
	}
	return false
}

// looksSecret tells what looks like a key: a prefix that senders of keys use, or a
// long run of letters of both cases and digits. An id with a ULID is shorter.
func looksSecret(s string) bool {
	for _, prefix := range []string{"sk_", "rk_", "pk_", "whsec_", "ghp_", "gho_", "github_pat_", "xox", "eyJ", "AKIA", "Bearer ", "Basic "} {
		if strings.HasPrefix(s, prefix) && len(s) >= len(prefix)+12 {
			return true
		}
	}
	if len(s) < 36 || isUUID(s) {
		return false
	}
	var lower, upper, digit bool
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z':
			lower = true
		case c >= 'A' && c <= 'Z':
			upper = true
		case c >= '0' && c <= '9':
			digit = true
		case !strings.Contains("+/=_-", s[i:i+1]):
			return false
		}
	}
	return lower && upper && digit
}

// isCard tells 13 to 19 digits whose last one is right (ISO/IEC 7812-1, Luhn).
func isCard(s string) bool {
	if len(s) < 13 || len(s) > 19 || !isDigits(s) || s[0] < '2' || s[0] > '6' {
		return false
	}
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
