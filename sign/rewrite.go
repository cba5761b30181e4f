package sign

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"io"
	"net/url"
	"unicode/utf16"
	"unicode/utf8"
)

// rewrite is a way in which a body gets changed between signing and verifying.
// Applied to the body that came it gives the one that may have been signed;
// false means that it does not apply.
type rewrite struct {
	change
	apply func(*original) ([]byte, bool)
}

// original is the body that came, with what several rewrites need of it.
type original struct {
	body   []byte
	form   bool // the body is or may be a form
	parsed bool
	tree   *node
}

func (o *original) parse() (*node, bool) {
	if !o.parsed {
		o.parsed = true
		if tree, ok := parseTree(bytes.TrimPrefix(o.body, byteOrderMark())); ok {
			o.tree = tree
		}
	}
	return o.tree, o.tree != nil
}

func byteOrderMark() []byte { return []byte("\ufeff") }

// maxRewritten bounds the bodies that are parsed and printed anew, and what a
// compressed body may unfold to: reading 1 MB of JSON takes some 15 ms.
const maxRewritten = 1 << 20

// rewrites are the usual ways, the likeliest first.
func rewrites() []rewrite {
	out := lineRewrites()
	out = append(out, jsonRewrites()...)
	out = append(out, spellingRewrites()...)
	return append(out, wrappingRewrites()...)
}

func bodyChange(phrase, why, fix string) change {
	return change{class: ClassBody, phrase: "for " + phrase, why: why, fix: fix}
}

// lost is why the end of a body is missing, and asTheyAre what to do about that
// and its like.
const (
	lost      = "something removed it on the way"
	asTheyAre = "send, store and verify the bytes of the body as they are"
)

func lineRewrites() []rewrite {
	line := func(phrase, why string, apply func(b []byte) []byte) rewrite {
		c := bodyChange(phrase, why, asTheyAre)
		return rewrite{c, func(o *original) ([]byte, bool) { return apply(o.body), true }}
	}
	const added = "something added it on the way, as an editor or echo does"
	lf, crlf := []byte("\n"), []byte("\r\n")
	return []rewrite{
		line("the body with a newline behind it", lost, func(b []byte) []byte { return append(bytes.Clone(b), '\n') }),
		line("the body without its last newline", added, func(b []byte) []byte {
			return bytes.TrimSuffix(bytes.TrimSuffix(b, lf), []byte("\r"))
		}),
		line("the body with CRLF behind it", lost, func(b []byte) []byte { return append(bytes.Clone(b), crlf...) }),
		line("the body with LF for CRLF", "something turned the line ends into CRLF", func(b []byte) []byte { return bytes.ReplaceAll(b, crlf, lf) }),
		line("the body with CRLF for LF", "something turned the line ends into LF", func(b []byte) []byte {
			return bytes.ReplaceAll(bytes.ReplaceAll(b, crlf, lf), lf, crlf)
		}),
		line("the body without its byte order mark", added, func(b []byte) []byte { return bytes.TrimPrefix(b, byteOrderMark()) }),
		line("the body with a byte order mark before it", lost, func(b []byte) []byte { return append(byteOrderMark(), b...) }),
		line("the body without the white space around it", "something added white space around it", bytes.TrimSpace),
		line("an empty body", "something read the body before it was signed", func([]byte) []byte { return nil }),
	}
}

// wrappingRewrites undo what packs a body into something else.
func wrappingRewrites() []rewrite {
	wrap := func(phrase, why string, apply func(*original) ([]byte, bool)) rewrite {
		return rewrite{bodyChange(phrase, why, "verify the bytes that were signed, before they are packed or after they are unpacked"), apply}
	}
	return []rewrite{
		wrap("the body unpacked with gzip", "the sender signs before it compresses", unpacked(func(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) })),
		wrap("the body unpacked with deflate", "the sender signs before it compresses", unpacked(zlib.NewReader)),
		wrap("the body decoded from base64", "a gateway encoded the body", func(o *original) ([]byte, bool) {
			out, err := decodeBase64(nil, base64.RawStdEncoding, string(bytes.TrimSpace(o.body)))
			return out, err == nil && len(out) > 0
		}),
		wrap("the JSON inside the JSON string", "the body was encoded as JSON twice", func(o *original) ([]byte, bool) {
			tree, ok := o.parse()
			if !ok || tree.kind != '"' {
				return nil, false
			}
			return []byte(tree.text), true
		}),
		wrap("the body as a JSON string", "the sender encodes its JSON twice", func(o *original) ([]byte, bool) {
			plain := dialect{number: sourceNumber}
			return plain.print(&node{kind: '"', text: string(o.body)})
		}),
		wrap("the body decoded as a form", "something decoded the form before it was signed", func(o *original) ([]byte, bool) {
			text, err := url.QueryUnescape(string(o.body))
			return []byte(text), err == nil && o.form
		}),
		wrap("the body with its keys sorted as a form", "something parsed the form and wrote it again", func(o *original) ([]byte, bool) {
			return []byte(sortQuery(string(o.body))), o.form && len(o.body) > 0
		}),
		wrap("the body read as Latin-1", "something took UTF-8 for Latin-1 and encoded it again", fromLatin1),
		wrap("the body in UTF-16", "the sender signs its string in memory, as Node's utf16le or .NET's Unicode do", toUTF16),
	}
}

func unpacked[R io.ReadCloser](open func(io.Reader) (R, error)) func(*original) ([]byte, bool) {
	return func(o *original) ([]byte, bool) {
		r, err := open(bytes.NewReader(o.body))
		if err != nil {
			return nil, false
		}
		defer r.Close()
		out, err := io.ReadAll(io.LimitReader(r, maxRewritten+1))
		return out, err == nil && len(out) <= maxRewritten
	}
}

// fromLatin1 undoes an encoding to UTF-8 of text that was UTF-8 already.
func fromLatin1(o *original) ([]byte, bool) {
	var out []byte
	for _, r := range string(o.body) {
		if r > 0xff {
			return nil, false
		}
		out = append(out, byte(r))
	}
	return out, utf8.Valid(o.body)
}

func toUTF16(o *original) ([]byte, bool) {
	if !utf8.Valid(o.body) {
		return nil, false
	}
	var out []byte
	for _, unit := range utf16.Encode([]rune(string(o.body))) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out, true
}

// formFields are the fields of a form, each of which may be what was signed.
func (o *original) formFields() []rewrite {
	const most = 12
	var out []rewrite
	if !o.form || !bytes.ContainsRune(o.body, '=') {
		return nil
	}
	for _, p := range parsePairs(string(o.body)) {
		if len(out) == most {
			break
		}
		c := bodyChange("the form field "+clip(p.key)+" alone", "the sender signs this field, not the whole form",
			"name {form.FIELD} in content of "+ProviderFile)
		out = append(out, rewrite{c, func(*original) ([]byte, bool) { return []byte(p.value), true }})
	}
	return out
}
