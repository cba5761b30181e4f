package sign

import (
	"slices"
	"strings"
	"time"
)

// located is a value of a message and where it stands.
type located struct {
	place Place
	name  string // header, JSON path, field
	text  string
	alone bool // the value is all that stands there
}

func (l located) label() string { return (&field{place: l.place, name: l.name}).label() }

// collection is what in a message could play a role in its signature, the
// likeliest first.
type collection struct{ values, times, ids, nonces, events []located }

// Limits of what is collected: a message has a handful of each.
const (
	maxValues = 400
	maxKept   = 4
	maxNested = 5
)

// collect looks at headers, query, form and JSON.
func collect(m *Message) collection {
	var c collection
	for _, h := range m.Headers {
		if !boring(h.Name) {
			c.addHeader(h)
		}
	}
	for _, p := range parsePairs(queryOf(m)) {
		c.add(located{InQuery, p.key, p.value, true})
	}
	if len(m.Body) <= maxRewritten {
		if tree, ok := parseTree(m.Body); ok {
			c.addJSON(tree, nil)
		} else {
			for _, p := range formOf(m) {
				c.add(located{InForm, p.key, p.value, true})
			}
		}
	}
	c.times, c.ids, c.nonces = keep(c.times, timeRank), keep(c.ids, idRank), keep(c.nonces, idRank)
	return c
}

// boring headers carry nothing of a signature.
func boring(name string) bool {
	name = strings.ToLower(name)
	for _, prefix := range []string{"content-", "accept", "x-forwarded-", "cf-", "sec-", "access-control-"} {
		if strings.HasPrefix(name, prefix) && name != "content-digest" {
			return true
		}
	}
	switch name {
	case "host", "user-agent", "connection", "via", "x-real-ip", "cookie", "traceparent", "tracestate", "transfer-encoding", "cache-control", "pragma", "te":
		return true
	}
	return false
}

func (c *collection) addHeader(h Header) {
	value := trim(h.Value)
	c.add(located{InHeader, h.Name, value, true})
	for _, item := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(",;&", r) }) {
		_, text, ok := strings.Cut(item, "=")
		if !ok {
			text = item
		}
		if text = trim(text); text == value {
			continue
		}
		if _, _, ok := parseAny(text); ok {
			c.times = append(c.times, located{InHeader, h.Name, text, false})
		}
	}
}

// add files a value under all that it may be.
func (c *collection) add(l located) {
	if l.text == "" || len(c.values) >= maxValues || l.place == InHeader && !headerName(l.name) {
		return
	}
	c.values = append(c.values, l)
	name := strings.ToLower(l.name)
	short := len(l.text) <= 128 && !strings.ContainsAny(l.text, " \t\r\n")
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(name, w) })
	}
	if _, _, ok := parseAny(l.text); ok {
		c.times = append(c.times, l)
	}
	switch {
	case !short:
	case has("nonce", "token", "salt", "random"):
		c.nonces = append(c.nonces, l)
	case has("event-type", "eventtype", "event_type", "topic") || lastWord(name) == "event" || lastWord(name) == "type":
		c.events = append(c.events, l)
	case has("delivery", "request-id", "message-id", "idempotency", "uuid") || lastWord(name) == "id":
		c.ids = append(c.ids, l)
	}
}

func lastWord(name string) string {
	return name[strings.LastIndexAny(name, "-_. ")+1:]
}

func (c *collection) addJSON(n *node, at path) {
	if len(at) > maxNested || len(c.values) >= maxValues {
		return
	}
	switch n.kind {
	case '{':
		for i, name := range n.names {
			c.addJSON(&n.items[i], append(slices.Clone(at), name))
		}
	case '[':
		if len(n.items) > 0 {
			c.addJSON(&n.items[0], append(slices.Clone(at), "0"))
		}
	case '"', '0':
		if len(at) > 0 {
			c.add(located{InJSON, at.String(), n.text, true})
		}
	}
}

// String writes the path in the notation parsePath reads.
func (p path) String() string {
	names := make([]string, len(p))
	for i, name := range p {
		names[i] = strings.ReplaceAll(name, ".", `\.`)
	}
	return strings.Join(names, ".")
}

// keep sorts by rank and keeps a few.
func keep(values []located, rank func(located) int) []located {
	slices.SortStableFunc(values, func(a, b located) int { return rank(a) - rank(b) })
	return values[:min(len(values), maxKept)]
}

// timeRank prefers a time beside the signature, then headers that name it.
func timeRank(l located) int {
	name := strings.ToLower(l.name)
	switch {
	case l.place == InHeader && !l.alone:
		return 0
	case l.place == InHeader && (strings.Contains(name, "timestamp") || strings.Contains(name, "time")):
		return 1
	case strings.Contains(name, "timestamp"):
		return 2
	case l.place == InHeader:
		return 3
	}
	return 4 + strings.Count(name, ".")
}

func idRank(l located) int {
	if l.place == InHeader {
		return 0
	}
	return 1 + strings.Count(l.name, ".")
}

// parseAny reads a timestamp in any unit that a message may have it in.
func parseAny(text string) (time.Time, unit, bool) {
	for _, u := range []unit{unitRFC3339, "Mon, 02 Jan 2006 15:04:05 MST", "Mon 02 Jan 2006 15:04:05 MST"} {
		if t, ok := u.parse(text); ok {
			return t, u, true
		}
	}
	t, ok := unitAuto.parse(text)
	switch {
	case !ok || t.Year() < 2001 || t.Year() > 2100:
		return t, "", false
	case len(text) >= len("100000000000"):
		return t, unitMillis, true
	}
	return t, unitSeconds, true
}
