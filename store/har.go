package store

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hooks-cli/hooks/sign"
)

// HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/). Members of our own
// begin with an underscore, as the specification wants it: _hooks is the
// Delivery object, from which an import gets back what HAR has no place for,
// and _base64 are the bytes of what is no text.

type harEntry struct {
	Started  string        `json:"startedDateTime"`
	Time     float64       `json:"time"`
	Request  harRequest    `json:"request"`
	Response harResponse   `json:"response"`
	Cache    struct{}      `json:"cache"`
	Timings  harTimings    `json:"timings"`
	ServerIP string        `json:"serverIPAddress,omitempty"`
	Hooks    *deliveryJSON `json:"_hooks,omitempty"`
}

type harRequest struct {
	Method      string      `json:"method"`
	URL         string      `json:"url"`
	HTTPVersion string      `json:"httpVersion"`
	Cookies     []struct{}  `json:"cookies"`
	Headers     []harPair   `json:"headers"`
	Query       []harPair   `json:"queryString"`
	Post        *harContent `json:"postData,omitempty"`
	HeadersSize int         `json:"headersSize"`
	BodySize    int64       `json:"bodySize"`
}

type harResponse struct {
	Status      int        `json:"status"`
	StatusText  string     `json:"statusText"`
	HTTPVersion string     `json:"httpVersion"`
	Cookies     []struct{} `json:"cookies"`
	Headers     []harPair  `json:"headers"`
	Content     harContent `json:"content"`
	RedirectURL string     `json:"redirectURL"`
	HeadersSize int        `json:"headersSize"`
	BodySize    int64      `json:"bodySize"`
}

type harPair struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Base64 string `json:"_base64,omitempty"`
}

// harContent is the body of an answer, and of a request: there the coding is no
// member of HAR, but some programs write it all the same.
type harContent struct {
	Size     *int64    `json:"size,omitempty"`
	MimeType string    `json:"mimeType"`
	Text     *string   `json:"text,omitempty"`
	Encoding string    `json:"encoding,omitempty"`
	Own      string    `json:"_encoding,omitempty"`
	Params   []harPair `json:"params,omitempty"`
}

type harTimings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

// HARHead begins a HAR file; entries follow it, with commas between them, and
// then HARTail.
func HARHead(version string) ([]byte, error) {
	name, err := encodeJSON(map[string]string{"name": "hooks", "version": version})
	if err != nil {
		return nil, err
	}
	return append(append([]byte(`{"log":{"version":"1.2","creator":`), name...), `,"entries":[`...), nil
}

// HARTail ends a HAR file.
const HARTail = "\n]}}\n"

// HAREntry is d as one entry of a HAR file, on one line: its request, and the
// answer of its last attempt or what its sender was told.
func HAREntry(d *Delivery) ([]byte, error) {
	e := harEntry{Started: harTime(d.ReceivedAt), Request: harRequestOf(d), Response: harResponseOf(d), Hooks: deliveryToJSON(d)}
	archiveAttempts(e.Hooks, d.Attempts, false)
	if last := len(d.Attempts) - 1; last >= 0 {
		e.Time = float64(d.Attempts[last].Duration.Microseconds()) / 1000
		e.Timings.Wait, e.ServerIP = e.Time, d.Attempts[last].RemoteIP
	}
	return encodeJSON(&e)
}

func harTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

func harRequestOf(d *Delivery) harRequest {
	r := &d.Request
	h := harRequest{Method: r.Method, URL: exportURL(d), HTTPVersion: "HTTP/1.1", Cookies: []struct{}{}, Headers: harPairs(r.Headers),
		Query: harQuery(r.Target), HeadersSize: -1, BodySize: int64(len(r.Body))}
	if len(r.Body) > 0 {
		text, encoding := harText(r.Body)
		h.Post = &harContent{MimeType: r.ContentType, Text: &text, Own: encoding}
	}
	return h
}

func harResponseOf(d *Delivery) harResponse {
	none := int64(0)
	h := harResponse{HTTPVersion: "HTTP/1.1", Cookies: []struct{}{}, Headers: []harPair{}, HeadersSize: -1, Content: harContent{Size: &none}}
	last := len(d.Attempts) - 1
	switch {
	case last >= 0:
		a := &d.Attempts[last]
		kind, _ := a.ResponseHeaders.Get("Content-Type")
		text, encoding := harText(a.ResponseBody)
		h.Status, h.Headers, h.BodySize = a.StatusCode, harPairs(a.ResponseHeaders), a.ResponseSize
		h.Content = harContent{Size: &a.ResponseSize, MimeType: kind, Text: &text, Encoding: encoding}
		h.RedirectURL, _ = a.ResponseHeaders.Get("Location")
	case d.Answer != nil:
		h.Status = d.Answer.StatusCode
	}
	h.StatusText = http.StatusText(h.Status)
	return h
}

func harPairs(headers sign.Headers) []harPair {
	list := make([]harPair, len(headers))
	for i, line := range headers {
		list[i] = harPair{Name: line.Name, Value: line.Value}
		if !utf8.ValidString(line.Value) {
			list[i].Base64 = base64.StdEncoding.EncodeToString([]byte(line.Value))
		}
	}
	return list
}

func harQuery(target string) []harPair {
	list := []harPair{}
	_, query, _ := strings.Cut(target, "?")
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		if part != "" {
			list = append(list, harPair{Name: unescaped(name), Value: unescaped(value)})
		}
	}
	return list
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

func harText(body []byte) (text, encoding string) {
	if utf8.Valid(body) {
		return string(body), ""
	}
	return base64.StdEncoding.EncodeToString(body), "base64"
}
