package sign

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonRewrites print the body anew as the usual programs do.
func jsonRewrites() []rewrite {
	const parsed = reparsed
	out := relined()
	add := func(phrase, why string, apply func(*original) ([]byte, bool)) {
		out = append(out, rewrite{bodyChange(phrase, why, rawBytes), apply})
	}
	for _, named := range dialects() {
		add(named.phrase, parsed, func(o *original) ([]byte, bool) {
			tree, ok := o.parse()
			if !ok {
				return nil, false
			}
			return named.dialect.print(tree)
		})
	}
	add("Go's json.Marshal of a map", parsed, func(o *original) ([]byte, bool) { return goMap(o.body) })
	add("the body in canonical JSON (RFC 8785)", "the sender signs the canonical form", func(o *original) ([]byte, bool) {
		out, err := canonicalJSON(o.body)
		return out, err == nil
	})
	return out
}

// reparsed and relaid are why a body came in another form of JSON.
const (
	reparsed = "something parsed the body before it was verified"
	relaid   = "something laid the JSON out anew"
)

// rawBytes is what to do about all of them.
const rawBytes = "verify the raw bytes of the request, before any parser sees them"

// writer names the serialiser that writes the body just as it came, if there
// is one: it says who parsed the body.
func (o *original) writer() string {
	tree, ok := o.parse()
	if !ok {
		return ""
	}
	came := bytes.TrimRight(o.body, "\r\n") // which an editor adds to a capture
	for _, named := range dialects() {
		if out, ok := named.dialect.print(tree); ok && bytes.Equal(out, came) {
			return named.phrase
		}
	}
	return ""
}

// rewritten adds to a change of the body what made the one that came of the one
// that was signed: a parser and a serialiser, or curl.
func (o *original) rewritten(c change, signed []byte) change {
	if lostLines(o.body, signed) {
		if c.why != lost {
			c.why = "something removed its line ends on the way"
		}
		c.why += ", as curl -d @FILE does"
		c.fix = asTheyAre + "; curl --data-binary @FILE keeps them"
		return c
	}
	by := o.writer()
	if by == "" || c.why != reparsed && c.why != relaid {
		return c
	}
	c.why += " and wrote it again as " + by + " does"
	if places := rawBody(by); places != "" {
		c.fix += ": " + places
	}
	return c
}

// The serialisers that Reprinted knows, by the names that explanations have for
// them.
const (
	JavaScript = "JSON.stringify(JSON.parse(body))"
	Python     = "json.dumps(json.loads(body)) of Python"
)

// Reprinted is a body of JSON as a program sees it that parses it and prints it
// again with that serialiser, or false where it is none or cannot be printed so.
func Reprinted(body []byte, serialiser string) ([]byte, bool) {
	o := original{body: body}
	tree, ok := o.parse()
	if !ok {
		return nil, false
	}
	for _, named := range dialects() {
		if named.phrase == serialiser {
			return named.dialect.print(tree)
		}
	}
	return nil, false
}

type namedDialect struct {
	phrase  string
	dialect dialect
}

// dialects are the serialisers, the commonest first. Where two print a body
// alike, the first one is named.
func dialects() []namedDialect {
	js := dialect{item: ",", member: ":", number: javaScriptNumber, halves: true, integers: true}
	python := dialect{item: ", ", member: ": ", number: pythonNumber, ascii: true, delEscape: true, halves: true}
	php := dialect{item: ",", member: ":", number: phpNumber, ascii: true, slash: true, arrays: true}
	source := dialect{item: ",", member: ":", number: sourceNumber}
	with := func(d dialect, change func(*dialect)) dialect {
		change(&d)
		return d
	}
	indent := func(d dialect, text string) dialect {
		d.item, d.member, d.indent = ",", ": ", text
		return d
	}
	compact := func(d *dialect) { d.item, d.member = ",", ":" }
	unicode := func(d *dialect) { d.ascii, d.delEscape, d.halves = false, false, false }
	sorted := func(d *dialect) { d.sorted, d.integers = true, false }
	// PHP escapes line terminators even where it leaves the rest of Unicode.
	phpUnicode := func(d *dialect) { d.ascii, d.escaped = false, "\u2028\u2029" }
	noSlash := func(d *dialect) { d.slash = false }
	objects := func(d *dialect) { d.arrays = false }
	html := with(source, func(d *dialect) { d.escaped = "<>&\u2028\u2029" })

	return []namedDialect{
		{JavaScript, js},
		{Python, python},
		{"json.dumps(…, ensure_ascii=False) of Python", with(python, unicode)},
		{`json.dumps(…, separators=(",", ":")) of Python`, with(python, compact)},
		{`json.dumps(…, separators=(",", ":"), ensure_ascii=False) of Python`, with(with(python, compact), unicode)},
		{"json_encode(json_decode(body, true)) of PHP", php},
		{"json_encode(…, JSON_UNESCAPED_SLASHES) of PHP", with(php, noSlash)},
		{"json_encode(…, JSON_UNESCAPED_UNICODE) of PHP", with(php, phpUnicode)},
		{"json_encode(…, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE) of PHP", with(with(php, noSlash), phpUnicode)},
		{"json_encode(json_decode(body)) of PHP", with(php, objects)},
		{"json_encode(json_decode(body), JSON_UNESCAPED_SLASHES) of PHP", with(with(php, objects), noSlash)},
		{"Go's json.Marshal, which escapes <, > and &", html},
		{"JSON.generate(JSON.parse(body)) of Ruby", with(source, func(d *dialect) { d.number = rubyNumber })},
		{"Rails' to_json", with(html, func(d *dialect) { d.number = rubyNumber })},
		{"Jackson's writeValueAsString (Java)", with(source, func(d *dialect) { d.number, d.upper = javaNumber, true })},
		{"Gson's toJson (Java)", with(html, func(d *dialect) { d.escaped = "<>&='\u2028\u2029" })},
		{"System.Text.Json (.NET)", with(source, func(d *dialect) {
			d.escaped, d.quote, d.ascii, d.upper, d.delEscape = "<>&'+`", `\u0022`, true, true, true
		})},
		{"the body with its keys sorted", with(js, sorted)},
		{"json.dumps(…, sort_keys=True) of Python", with(python, sorted)},
		{`json.dumps(…, sort_keys=True, separators=(",", ":")) of Python`, with(with(python, compact), sorted)},
		{"JSON.stringify(…, null, 2)", indent(js, "  ")},
		{"JSON.stringify(…, null, 4)", indent(js, "    ")},
		{"JSON indented with tabs", indent(js, "\t")},
		{"json.dumps(…, indent=2) of Python", indent(python, "  ")},
		{"json.dumps(…, indent=4) of Python", indent(python, "    ")},
		{"json_encode(…, JSON_PRETTY_PRINT) of PHP", indent(php, "    ")},
		{"json_encode(…, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES) of PHP", indent(with(php, noSlash), "    ")},
	}
}

// spellingRewrites change how characters are written and nothing else: the
// white space and the numbers of the body stay.
func spellingRewrites() []rewrite {
	spell := func(phrase, why string, apply func([]byte) []byte) rewrite {
		return rewrite{bodyChange(phrase, why, rawBytes), func(o *original) ([]byte, bool) {
			if _, ok := o.parse(); !ok {
				return nil, false
			}
			return apply(o.body), true
		}}
	}
	return []rewrite{
		{bodyChange("the body without white space between its tokens", relaid, rawBytes), func(o *original) ([]byte, bool) {
			return compactJSON(o.body)
		}},
		spell(`the body with / for \/`, `something escaped the slashes`, unescapeSlashes),
		spell(`the body with \/ for /`, `something removed the escapes of slashes, as JSON.parse does`, escapeSlashes),
		spell(`the body with \u escapes for what is not ASCII`, `something decoded the \u escapes`, escapeUnicode),
		spell(`the body with UTF-8 for its \u escapes`, `something escaped what is not ASCII`, unescapeUnicode),
	}
}

// escapeSlashes works on JSON, where a slash stands in strings only.
func escapeSlashes(body []byte) []byte {
	var out []byte
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '\\':
			out = append(out, body[i], body[i+1])
			i++
		case '/':
			out = append(out, '\\', '/')
		default:
			out = append(out, body[i])
		}
	}
	return out
}

func unescapeSlashes(body []byte) []byte {
	var out []byte
	for i := 0; i < len(body); i++ {
		if body[i] == '\\' {
			if i++; body[i] != '/' {
				out = append(out, '\\')
			}
		}
		out = append(out, body[i])
	}
	return out
}

// escapeUnicode works on JSON, where nothing outside strings is beyond ASCII.
func escapeUnicode(body []byte) []byte {
	p := printer{d: &dialect{}}
	for i := 0; i < len(body); {
		r, size := utf8.DecodeRune(body[i:])
		switch high, low := utf16.EncodeRune(r); {
		case r < utf8.RuneSelf:
			p.out = append(p.out, body[i])
		case high != utf8.RuneError:
			p.hex(high)
			p.hex(low)
		default:
			p.hex(r)
		}
		i += size
	}
	return p.out
}

// unescapeUnicode leaves the escapes that must be: control characters, quotes
// and halves of pairs.
func unescapeUnicode(body []byte) []byte {
	out := make([]byte, 0, len(body))
	for i := 0; i < len(body); i++ {
		if body[i] != '\\' {
			out = append(out, body[i])
			continue
		}
		n := 2
		if body[i+1] == 'u' {
			if n = 6; i+12 <= len(body) && body[i+6] == '\\' && body[i+7] == 'u' {
				if text, whole := unquote(pad(body[i : i+12])); whole && utf8.RuneCount(text) == 1 {
					n = 12
				}
			}
		}
		text, whole := unquote(pad(body[i : i+n]))
		if n == 2 || !whole || text[0] < utf8.RuneSelf {
			text = body[i : i+n]
		}
		out = append(out, text...)
		i += n - 1
	}
	return out
}

// pad puts something in place of the quotes that unquote takes away.
func pad(text []byte) []byte { return append(append([]byte{'"'}, text...), '"') }
