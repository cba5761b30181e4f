package sign

import (
	"bytes"
	"strings"
)

// rawBody is where the frameworks of whoever wrote a body anew have the bytes
// that came. by names the serialiser, as a dialect does; "" is nobody known.
func rawBody(by string) string {
	for _, known := range [...]struct{ word, places string }{
		{"Python", "request.get_data() in Flask, request.body in Django, await request.body() in FastAPI"},
		{"PHP", "file_get_contents('php://input'), $request->getContent() in Laravel and Symfony"},
		{"Go's", "io.ReadAll(r.Body) before json.Unmarshal"},
		{"Ruby", "request.body.read in Rack, request.raw_post in Rails"},
		{"Rails", "request.raw_post"},
		{"Java)", "@RequestBody byte[] in Spring"},
		{".NET", "Request.Body behind EnableBuffering() in ASP.NET"},
		{"JSON.stringify", "express.raw({type: '*/*'}) in Express, await request.text() in Next.js, fastify-raw-body in Fastify"},
	} {
		if strings.Contains(by, known.word) {
			return known.places
		}
	}
	return ""
}

// unlined is a body without its line ends, as curl -d @FILE sends it.
func unlined(body []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if r == '\r' || r == '\n' {
			return -1
		}
		return r
	}, body)
}

// lostLines is true when what came is a whole body but for all line ends. A
// body has to have some for that.
func lostLines(came, whole []byte) bool {
	return len(came) < len(whole) && bytes.IndexByte(came, '\n') < 0 && bytes.Equal(unlined(whole), came)
}

// indented tells at a glance whether JSON on one line can have stood on several.
func indented(body []byte) bool {
	return len(body) > 1 && (body[0] == '{' || body[0] == '[') && (body[1] == ' ' || body[1] == '\t') && bytes.IndexByte(body, '\n') < 0
}

// relined are the ways back from a body of JSON that lost its line ends: only
// laid out as it was, it loses them so.
func relined() []rewrite {
	var out []rewrite
	for _, end := range []string{"\n", ""} {
		phrase := "the body with its line ends"
		if end == "" {
			phrase += ", but for the last"
		}
		out = append(out, rewrite{bodyChange(phrase, relaid, rawBytes), func(o *original) ([]byte, bool) {
			if !indented(o.body) {
				return nil, false
			}
			tree, ok := o.parse()
			if !ok {
				return nil, false
			}
			for _, named := range dialects() {
				if named.dialect.indent == "" {
					continue
				}
				if text, ok := named.dialect.print(tree); ok && lostLines(o.body, text) {
					return append(text, end...), true
				}
			}
			return nil, false
		}})
	}
	return out
}
