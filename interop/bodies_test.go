package interop

import "bytes"

// aBody is the body where only the headers matter.
const aBody = `{"id":"evt_1","type":"payment.succeeded","amount":12345678901234567890}`

type namedBody struct {
	name  string
	bytes []byte
}

// bodies are those that verifiers get wrong when they take them for text.
func bodies() []namedBody {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	return []namedBody{
		{"JSON", []byte(aBody)},
		{"empty", nil},
		{"every byte", every},
		{"not UTF-8", []byte("{\"name\":\"\xff\xfe\xc0\x80\"}")},
		{"NUL at the end", []byte("{}\x00")},
		{"1 MiB", bytes.Repeat([]byte("0123456789abcde\n"), 1<<16)},
		{"CRLF", []byte("{\r\n  \"a\": 1\r\n}\r\n")},
		{"raw U+2028", []byte("{\"text\":\"a\u2028b\u2029c\"}")},
		{"byte order mark", []byte("\ufeff{}")},
		{"separators of the signed texts", []byte("1.2:3;v1=4,v0:5")},
		{"percent signs", []byte("%d%s%!x(MISSING)%%")},
	}
}
