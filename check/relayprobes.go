package check

import (
	"bytes"
	"strings"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

// trickyJSON is what JSON that was parsed and printed again no longer is: white
// space, number texts, escapes, the order of keys, one given twice, and a line end
// behind it.
const trickyJSON = "{\n  \"z\" : 1.0, \"a\":[1e2, -0, 9007199254740993 ],\r\n\t\"text\": \"gr\\u00fc\\u00dfe \\/ <b>&\u2028\", \"2\":null,\"1\": \"\", \"twice\":1,\"twice\":2 }\n"

// zipped is {"a":1} as gzip writes it without compressing: whoever decodes it, or
// compresses it anew, gives other bytes.
const zipped = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01\x07\x00\xf8\xff{\"a\":1}\xaf\xac\x1b\x56\x07\x00\x00\x00"

// trickyTarget has escapes that need not be, slashes in a row, and a query whose
// order and spelling say nothing to HTTP, but much to a signed URL.
const trickyTarget = "/hooks-doctor/MARK/a%2Fb//c%20d/%7Ee/%c3%a9;v=1?z=1&a=%2F+b&a=2&empty=&bare"

const (
	longValue = 2000    // of a header, in bytes
	largeBody = 1 << 20 // in bytes
)

func headerLine(name, value string) sign.Header { return sign.Header{Name: name, Value: value} }

// oddHeaders are lines that relays drop, join, or write otherwise.
func oddHeaders() sign.Headers {
	return sign.Headers{
		headerLine("Content-Type", "application/json; charset=utf-8"),
		headerLine("User-Agent", "hooks-doctor"),
		headerLine("Authorization", "Bearer hooks-doctor"),
		headerLine("X-hOOKS-mixed-Case", "mixed"),
		headerLine("X_Hooks_Underscore", "underscore"),
		headerLine("X-Hooks-Empty", ""),
		headerLine("X-Hooks-Inner", "two  blanks, a \"quote\"; and=more"),
		headerLine("X-Hooks-Twice", "first"),
		headerLine("X-Hooks-Twice", "second"),
		headerLine("X-Hooks-Bytes", "gr\xc3\xbc\xc3\x9fe"),
		headerLine("X-Hooks-Long", strings.Repeat("x", longValue)),
	}
}

// probes are the requests in the order in which they are sent.
func (r *Relay) probes() []probeRequest {
	json := sign.Headers{headerLine("Content-Type", "application/json"), headerLine("User-Agent", "hooks-doctor")}
	return []probeRequest{
		{"body", send.Outgoing{Headers: json, Body: []byte(trickyJSON)}, r.judgeJSON},
		{"binary", send.Outgoing{Headers: sign.Headers{headerLine("Content-Type", "application/octet-stream")}, Body: everyByte()}, sameBody("binary", "a body that is no text")},
		{"compressed", send.Outgoing{Headers: append(json[:2:2], headerLine("Content-Encoding", "gzip")), Body: []byte(zipped)}, judgeCompressed},
		{"large", send.Outgoing{Headers: json, Body: []byte(`{"x":"` + strings.Repeat("x", largeBody) + `"}`)}, sameBody("large", "a body of 1 MiB")},
		{"target", send.Outgoing{RequestTarget: trickyTarget, Headers: json, Body: []byte("{}")}, judgeTarget},
		{"headers", send.Outgoing{Headers: oddHeaders(), Body: []byte("{}")}, judgeHeaders},
	}
}

// everyByte has each byte once, and no line end behind it.
func everyByte() []byte {
	var b bytes.Buffer
	for i := range 256 {
		b.WriteByte(byte(255 - i))
	}
	return b.Bytes()
}
