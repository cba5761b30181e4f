package store

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/hooks-cli/hooks/sign"
)

// The Delivery object as users and scripts see it. Fields are never renamed.
// What is not text is marked instead of replaced silently: a header value that
// is not UTF-8 has a third element with its bytes in base64, and beside such a
// target stands target_base64.

type deliveryJSON struct {
	Type          string            `json:"type"`
	ID            string            `json:"id"`
	Seq           int64             `json:"seq"`
	Direction     Direction         `json:"direction"`
	Trigger       string            `json:"trigger"`
	Event         eventJSON         `json:"event"`
	ReceivedAt    *timeJSON         `json:"received_at"`
	Request       requestJSON       `json:"request"`
	Verification  *verificationJSON `json:"verification"`
	Endpoint      *string           `json:"endpoint"`
	Destination   *string           `json:"destination"`
	Status        string            `json:"status"`
	StatusReason  string            `json:"status_reason,omitempty"`
	ReplayOf      string            `json:"replay_of,omitempty"`
	NextAttemptAt *timeJSON         `json:"next_attempt_at"`
	Failures      int               `json:"failures,omitempty"`
	Conflicts     int               `json:"conflicts,omitempty"`
	Attempts      []attemptJSON     `json:"attempts"`
	Answer        *answerJSON       `json:"answer"`
}

type eventJSON struct {
	ID         string   `json:"id"`
	ExternalID string   `json:"external_id"`
	Type       string   `json:"type"`
	Provider   string   `json:"provider"`
	Channels   []string `json:"channels"`
	Test       bool     `json:"test"`
	Handshake  string   `json:"handshake,omitempty"`
}

type requestJSON struct {
	Method       string     `json:"method"`
	Target       string     `json:"target"`
	TargetBase64 string     `json:"target_base64,omitempty"`
	Headers      [][]string `json:"headers"`
	BodySize     int64      `json:"body_size"`
	BodySHA256   string     `json:"body_sha256"`
	ContentType  string     `json:"content_type"`
	RemoteAddr   string     `json:"remote_addr"`
	Body         *string    `json:"body,omitempty"`        // of an archive, where it is text
	BodyBase64   string     `json:"body_base64,omitempty"` // of an archive, where it is not
}

type verificationJSON struct {
	Verdict     string   `json:"verdict"`
	Provider    string   `json:"provider"`
	Reason      string   `json:"reason"`
	Detail      string   `json:"detail"`
	Covers      []string `json:"covers"`
	DuplicateOf *string  `json:"duplicate_of"`
}

type attemptJSON struct {
	Number            int          `json:"number"`
	Trigger           string       `json:"trigger,omitempty"`
	URL               string       `json:"url"`
	StartedAt         *timeJSON    `json:"started_at"`
	Duration          durationJSON `json:"duration_ms"`
	StatusCode        int          `json:"status_code"`
	ErrorKind         string       `json:"error_kind"`
	Error             string       `json:"error"`
	ResponseSize      int64        `json:"response_size"`
	ResponseTruncated bool         `json:"response_truncated"`
	Outcome           string       `json:"outcome,omitempty"`
	VirtualAt         *timeJSON    `json:"virtual_at,omitempty"`

	// Of an archive alone.
	RequestHeaders     [][]string `json:"request_headers,omitempty"`
	RequestBody        *string    `json:"request_body,omitempty"`
	RequestBodyBase64  string     `json:"request_body_base64,omitempty"`
	ResponseHeaders    [][]string `json:"response_headers,omitempty"`
	ResponseBody       *string    `json:"response_body,omitempty"`
	ResponseBodyBase64 string     `json:"response_body_base64,omitempty"`
	RemoteIP           string     `json:"remote_ip,omitempty"`
}

type answerJSON struct {
	StatusCode int `json:"status_code"`
}

// headerToJSON is [name, value], or [name, value, base64 of value].
func headerToJSON(h sign.Header) []string {
	if utf8.ValidString(h.Value) {
		return []string{h.Name, h.Value}
	}
	return []string{h.Name, h.Value, base64.StdEncoding.EncodeToString([]byte(h.Value))}
}

// timeJSON is RFC 3339 in UTC with microseconds.
type timeJSON time.Time

func (t timeJSON) MarshalJSON() ([]byte, error) {
	return []byte(time.Time(t).UTC().Format(`"2006-01-02T15:04:05.000000Z"`)), nil
}

func (t *timeJSON) UnmarshalJSON(b []byte) error {
	var parsed time.Time
	if err := parsed.UnmarshalJSON(b); err != nil {
		return err
	}
	*t = timeJSON(parsed.UTC())
	return nil
}

// durationJSON is a number of milliseconds with up to three decimals.
type durationJSON time.Duration

func (d durationJSON) MarshalJSON() ([]byte, error) {
	ms := float64(time.Duration(d).Round(time.Microsecond)) / float64(time.Millisecond)
	return strconv.AppendFloat(nil, ms, 'f', -1, 64), nil
}

func (d *durationJSON) UnmarshalJSON(b []byte) error {
	var ms float64
	if err := json.Unmarshal(b, &ms); err != nil {
		return err
	}
	const limit = 1 << 43 // 278 years, what a time.Duration holds
	if !(ms > -limit && ms < limit) {
		return fmt.Errorf("duration of %g ms is out of range", ms)
	}
	*d = durationJSON(time.Duration(ms * float64(time.Millisecond)).Round(time.Microsecond))
	return nil
}

func timeOrNull(t time.Time) *timeJSON {
	if t.IsZero() {
		return nil
	}
	return (*timeJSON)(&t)
}

func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// MarshalJSON writes the Delivery object on one line. Bodies are not in it.
// Characters that could act on a terminal or hide text are escaped besides
// those that JSON demands.
func (d *Delivery) MarshalJSON() ([]byte, error) {
	return encodeJSON(deliveryToJSON(d))
}

func deliveryToJSON(d *Delivery) *deliveryJSON {
	v := deliveryJSON{
		Type: "delivery", ID: d.ID, Seq: d.Seq, Direction: d.Direction, Trigger: d.Trigger,
		ReceivedAt: timeOrNull(d.ReceivedAt), Request: requestToJSON(&d.Request),
		Endpoint: textOrNull(d.Endpoint), Destination: textOrNull(d.Destination),
		Status: d.Status, StatusReason: d.StatusReason, ReplayOf: d.ReplayOf,
		NextAttemptAt: timeOrNull(d.Due()), Attempts: attemptsToJSON(d.Attempts),
		Failures: d.Failures, Conflicts: d.Conflicts,
		Event: eventJSON{Channels: []string{}},
	}
	if e := d.Event; e != nil {
		v.Event = eventJSON{e.ID, e.ExternalID, e.Type, e.Provider, orEmpty(e.Channels), e.Test, e.Handshake}
	}
	if c := d.Verification; c != nil {
		v.Verification = &verificationJSON{
			c.Verdict, c.Provider, c.Reason, c.Detail, orEmpty(c.Covers), textOrNull(c.DuplicateOf),
		}
	}
	if d.Answer != nil {
		v.Answer = &answerJSON{d.Answer.StatusCode}
	}
	return &v
}

// encodeJSON writes v on one line, in which hidden characters are escaped.
func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return EscapeJSON(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func requestToJSON(r *Request) requestJSON {
	v := requestJSON{
		Method: r.Method, Target: r.Target, BodySize: r.BodySize,
		BodySHA256: r.BodySHA256, ContentType: r.ContentType, RemoteAddr: r.RemoteAddr,
	}
	v.Headers = headersToJSON(r.Headers)
	if !utf8.ValidString(r.Target) {
		v.TargetBase64 = base64.StdEncoding.EncodeToString([]byte(r.Target))
	}
	return v
}

func headersToJSON(headers sign.Headers) [][]string {
	list := make([][]string, len(headers))
	for i, line := range headers {
		list[i] = headerToJSON(line)
	}
	return list
}

func attemptsToJSON(attempts []Attempt) []attemptJSON {
	list := make([]attemptJSON, len(attempts))
	for i, a := range attempts {
		list[i] = attemptJSON{
			Number: a.Number, Trigger: a.Trigger, URL: a.URL, StartedAt: timeOrNull(a.StartedAt), Duration: durationJSON(a.Duration),
			StatusCode: a.StatusCode, ErrorKind: a.ErrorKind, Error: a.Error, ResponseSize: a.ResponseSize,
			ResponseTruncated: a.ResponseTruncated, Outcome: a.Outcome, VirtualAt: timeOrNull(a.VirtualAt),
		}
	}
	return list
}

// hidden tells which characters show as nothing or change what is around them:
// DEL and the C1 controls, the line separators, marks and overrides of the
// direction of writing, invisible operators, the byte order mark, tags.
func hidden(r rune) bool {
	switch {
	case r >= 0x7f && r <= 0x9f, r == 0x061c, r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e,
		r >= 0x2060 && r <= 0x206f, r == 0xfeff, r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f:
		return true
	}
	return false
}

// EscapeJSON returns JSON text with its hidden characters as \uXXXX, so that it
// may be shown on a terminal. They occur only inside strings, and package json
// has escaped what is below a space.
func EscapeJSON(b []byte) []byte {
	if bytes.IndexFunc(b, hidden) < 0 {
		return b
	}
	escaped := make([]byte, 0, len(b)+32)
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if hidden(r) {
			for _, unit := range utf16.Encode([]rune{r}) {
				escaped = fmt.Appendf(escaped, `\u%04x`, unit)
			}
		} else {
			escaped = append(escaped, b[:size]...)
		}
		b = b[size:]
	}
	return escaped
}
