package contract

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// sight is what was seen of one delivery, one answer, one command.
type sight struct {
	line       string // in a few words
	status     int    // 0 without an answer; of a command its exit code
	headers    sign.Headers
	body       []byte
	stderr     string
	duration   time.Duration
	errorKind  string
	err        string
	outcome    string
	verdict    string
	event, id  string
	delivery   string
	request    *store.Request
	startedAt  time.Time
	calls      int
	truncated  bool
	noResponse bool
}

// delivered is what a delivery shows: its last attempt, or of a received one
// what its sender was told.
func delivered(d *store.Delivery) *sight {
	s := &sight{outcome: d.Status, event: d.Event.Type, id: d.Event.ExternalID, delivery: d.ID, request: &d.Request, startedAt: d.ReceivedAt, calls: len(d.Attempts)}
	if d.Verification != nil {
		s.verdict = d.Verification.Verdict
	}
	if d.Answer != nil {
		s.status = d.Answer.StatusCode
	}
	if len(d.Attempts) > 0 {
		at := d.Attempts[len(d.Attempts)-1]
		s.status, s.headers, s.body, s.duration = at.StatusCode, at.ResponseHeaders, at.ResponseBody, at.Duration
		s.errorKind, s.err, s.truncated, s.startedAt = at.ErrorKind, at.Error, at.ResponseTruncated, d.Attempts[0].StartedAt
	}
	s.noResponse = s.status == 0
	came := strconv.Itoa(s.status)
	if s.noResponse {
		came = "no answer"
	}
	if s.err != "" {
		came += ": " + s.err
	}
	s.line = fmt.Sprintf("%s %s  %s  -> %s", cmp.Or(d.Event.Type, "(unknown)"), d.Event.ExternalID, cmp.Or(d.Destination, d.Request.Target), came)
	if s.calls > 1 {
		s.line += fmt.Sprintf(", %d attempts", s.calls)
	}
	if s.duration > 0 {
		s.line += fmt.Sprintf(" in %s", short(s.duration))
	}
	return s
}

// answered is what an exchange shows.
func answered(method string, x *send.Exchange) *sight {
	s := &sight{status: x.StatusCode, headers: x.Headers, body: x.Body, duration: x.Duration, errorKind: x.Kind, truncated: x.Size > int64(len(x.Body))}
	s.noResponse = s.status == 0
	came := strconv.Itoa(x.StatusCode)
	if x.Err != nil {
		s.err, came = x.Err.Error(), x.Err.Error()
	}
	s.line = fmt.Sprintf("%s %s  -> %s in %s", method, x.URL, came, short(x.Duration))
	return s
}

func short(d time.Duration) string {
	if d < time.Millisecond {
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(time.Millisecond).String()
}

// value is what an expectation is about, whether it is there, and why not.
func (s *sight) value(e *expectation) (v any, there bool, why string) {
	switch e.what {
	case "status", "exit":
		if s.noResponse {
			return nil, false, cmp.Or(s.err, "no answer")
		}
		return number(s.status), true, ""
	case "headers":
		return header(s.headers, e.path)
	case "request_headers":
		return header(s.request.Headers, e.path)
	case "body":
		if s.truncated {
			return nil, false, "the body is larger than what is kept of it"
		}
		return inJSON(s.body, e.path)
	case "request":
		return inJSON(s.request.Body, e.path)
	case "text":
		return string(s.body), !s.noResponse, s.err
	case "stdout":
		return strings.TrimRight(string(s.body), "\r\n"), true, ""
	case "stderr":
		return strings.TrimRight(s.stderr, "\r\n"), true, ""
	case "duration":
		return millis(s.duration), true, ""
	case "error":
		return s.errorKind, s.errorKind != "", "no error"
	case "outcome":
		return s.outcome, true, ""
	case "verdict":
		return s.verdict, s.verdict != "", "it was sent, and is not verified here"
	}
	return s.event, true, ""
}

func number(n int) json.Number { return json.Number(strconv.Itoa(n)) }

func header(headers sign.Headers, name string) (any, bool, string) {
	values := headers.Values(name)
	return strings.Join(values, ", "), len(values) > 0, ""
}

func inJSON(body []byte, path string) (v any, there bool, why string) {
	text, there, err := catalog.Value(body, path)
	switch {
	case errors.Is(err, catalog.ErrNotJSON) && len(body) == 0:
		return nil, false, "the body is empty"
	case errors.Is(err, catalog.ErrNotJSON):
		return nil, false, "the body is no JSON: " + shorten(string(body))
	case err != nil:
		return nil, false, err.Error()
	case !there:
		return nil, false, "is not there: " + compact(body)
	}
	v, _ = decode(text)
	return v, true, ""
}

// source is a value that a step saves.
func (s *sight) source(text string) (variable, error) {
	first, path, _ := strings.Cut(text, ".")
	switch first {
	case "delivery":
		return textVariable(s.delivery), nil
	case "id":
		return textVariable(s.id), nil
	case "event":
		return textVariable(s.event), nil
	case "status", "exit":
		return variable{strconv.Itoa(s.status), []byte(strconv.Itoa(s.status))}, nil
	case "text", "stdout":
		return textVariable(strings.TrimRight(string(s.body), "\r\n")), nil
	case "stderr":
		return textVariable(strings.TrimRight(s.stderr, "\r\n")), nil
	case "headers", "request_headers":
		headers := s.headers
		if first == "request_headers" {
			headers = s.request.Headers
		}
		value, there := headers.Get(path)
		if !there {
			return variable{}, fmt.Errorf("there is no header %s", path)
		}
		return textVariable(value), nil
	}
	body := s.body
	if first == "request" {
		body = s.request.Body
	}
	return inBody(body, path)
}

func inBody(body []byte, path string) (variable, error) {
	if path == "" {
		if json.Valid(body) {
			return jsonVariable(body), nil
		}
		return textVariable(string(body)), nil
	}
	text, there, err := catalog.Value(body, path)
	if err != nil {
		return variable{}, err
	}
	if !there {
		return variable{}, fmt.Errorf("%s is not there: %s", path, compact(body))
	}
	return jsonVariable(text), nil
}

// together judges what is about all deliveries of a step.
func (e *expectation) together(all []*sight, vars variables) *Failure {
	var got any
	switch e.what {
	case "deliveries":
		got = number(len(all))
	case "calls":
		n := 0
		for _, s := range all {
			n += s.calls
		}
		got = number(n)
	case "order":
		ordered := slices.Clone(all)
		slices.SortStableFunc(ordered, func(a, b *sight) int { return a.startedAt.Compare(b.startedAt) })
		types := []any{}
		for _, s := range ordered {
			types = append(types, s.event)
		}
		got = types
	}
	want, ok := e.matcher.judge(got, true, vars)
	if ok {
		return nil
	}
	return &Failure{What: e.what, Want: want, Got: show(got), Line: e.line}
}
