package cmd

import (
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/sign"
)

func TestParseRequestFraming(t *testing.T) {
	const body = `{"amount":100500}`
	tests := []struct {
		name, headers, rest string
		want, wrong         string
	}{
		{"no framing", "", body, body, ""},
		{"the length", "Content-Length: 17", body, body, ""},
		{"twice the same", "Content-Length: 17\nContent-Length: 17", body, body, ""},
		{"a line end of an editor", "Content-Length: 17", body + "\r\n", body, ""},
		{"nothing announced", "Content-Length: 0", "\n", "", ""},
		{"broken off", "Content-Length: 99", body, "", "breaks off after 17 of 99 bytes"},
		{"beyond any number", "Content-Length: 99999999999999999999", body, "", "breaks off"},
		{"more than announced", "Content-Length: 10", body, "", "7 bytes follow"},
		{"negative", "Content-Length: -1", body, "", "is not a length"},
		{"a word", "Content-Length: abc", body, "", "is not a length"},
		{"with a sign", "Content-Length: +17", body, "", "is not a length"},
		{"empty", "Content-Length:", body, "", "is not a length"},
		{"two lengths", "Content-Length: 17, 16", body, "", "is not a length"},
		{"chunks", "Transfer-Encoding: Chunked", "5\r\n{\"amo\r\nc;x=y\r\nunt\":100500}\r\n0\r\nX-Trailer: a\r\n\r\n", body, ""},
		{"chunks that break off", "Transfer-Encoding: chunked", "5\r\n{\"amo\r\nc\r\nunt", "", "breaks off"},
		{"no last chunk", "Transfer-Encoding: chunked", "5\r\n{\"amo\r\n", "", "breaks off"},
		{"decoded chunks", "Transfer-Encoding: chunked", body, "", "not in chunks"},
		{"both", "Transfer-Encoding: chunked\nContent-Length: 17", body, "", "contradict"},
		{"another coding", "Transfer-Encoding: gzip, chunked", body, "", "is not known"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			head := "POST /hook HTTP/1.1\nHost: example.com\n"
			if tt.headers != "" {
				head += tt.headers + "\n"
			}
			var m sign.Message
			err := parseRequest([]byte(head+"\n"+tt.rest), &m)
			switch {
			case tt.wrong == "" && err != nil:
				t.Fatal(err)
			case tt.wrong != "" && (err == nil || !strings.Contains(err.Error(), tt.wrong)):
				t.Fatalf("error %v, want one about %q", err, tt.wrong)
			case string(m.Body) != tt.want:
				t.Errorf("body %q, want %q", m.Body, tt.want)
			}
		})
	}
}
