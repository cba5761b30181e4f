package store

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// UnmarshalJSON reads what MarshalJSON writes. Members that it does not know
// are ignored; a type other than "delivery" is an error.
func (d *Delivery) UnmarshalJSON(b []byte) error {
	var v deliveryJSON
	if err := json.Unmarshal(b, &v); err != nil {
		return fmt.Errorf("read delivery: %w", err)
	}
	if v.Type != "delivery" {
		return fmt.Errorf("read delivery: its type is %.60q, not \"delivery\"", v.Type)
	}
	request, err := requestFromJSON(&v.Request)
	if err != nil {
		return fmt.Errorf("read delivery: %w", err)
	}
	attempts, err := attemptsFromJSON(v.Attempts)
	if err != nil {
		return fmt.Errorf("read delivery: %w", err)
	}
	*d = Delivery{
		ID: v.ID, Seq: v.Seq, Direction: v.Direction, Trigger: v.Trigger,
		ReceivedAt: timeFrom(v.ReceivedAt), Request: request,
		Endpoint: textFrom(v.Endpoint), Destination: textFrom(v.Destination),
		Status: v.Status, StatusReason: v.StatusReason, ReplayOf: v.ReplayOf,
		NextAttemptAt: timeFrom(v.NextAttemptAt), Attempts: attempts,
		Failures: v.Failures, Conflicts: v.Conflicts,
		Event: &Event{
			ID: v.Event.ID, ExternalID: v.Event.ExternalID, Type: v.Event.Type, Provider: v.Event.Provider,
			Channels: nilIfEmpty(v.Event.Channels), Test: v.Event.Test, Handshake: v.Event.Handshake,
		},
	}
	if c := v.Verification; c != nil {
		d.Verification = &Verification{
			c.Verdict, c.Provider, c.Reason, c.Detail, nilIfEmpty(c.Covers), textFrom(c.DuplicateOf),
		}
	}
	if v.Answer != nil {
		d.Answer = &Answer{v.Answer.StatusCode}
	}
	return nil
}

func requestFromJSON(v *requestJSON) (Request, error) {
	r := Request{
		Method: v.Method, Target: v.Target, BodySize: v.BodySize, BodySHA256: v.BodySHA256, ContentType: v.ContentType,
		RemoteAddr: v.RemoteAddr,
	}
	if v.TargetBase64 != "" {
		target, err := base64.StdEncoding.DecodeString(v.TargetBase64)
		if err != nil {
			return r, fmt.Errorf("target_base64: %w", err)
		}
		r.Target = string(target)
	}
	var err error
	if r.Headers, err = headersFromJSON(v.Headers); err != nil {
		return r, err
	}
	r.Body, err = bodyFromJSON("body", v.Body, v.BodyBase64)
	return r, err
}

func headersFromJSON(list [][]string) (sign.Headers, error) {
	var headers sign.Headers
	for _, line := range list {
		h, err := headerFromJSON(line)
		if err != nil {
			return nil, err
		}
		headers = append(headers, h)
	}
	return headers, nil
}

// bodyFromJSON is a body that stands as text or, coded, beside it.
func bodyFromJSON(name string, text *string, coded string) ([]byte, error) {
	switch {
	case text != nil && coded != "":
		return nil, fmt.Errorf("%s and %s_base64 exclude each other", name, name)
	case text != nil:
		return []byte(*text), nil
	case coded == "":
		return nil, nil
	}
	body, err := base64.StdEncoding.DecodeString(coded)
	if err != nil {
		return nil, fmt.Errorf("%s_base64: %w", name, err)
	}
	return body, nil
}

func headerFromJSON(line []string) (sign.Header, error) {
	switch len(line) {
	case 2:
		return sign.Header{Name: line[0], Value: line[1]}, nil
	case 3:
		value, err := base64.StdEncoding.DecodeString(line[2])
		if err != nil {
			return sign.Header{}, fmt.Errorf("header %.60q: %w", line[0], err)
		}
		return sign.Header{Name: line[0], Value: string(value)}, nil
	}
	return sign.Header{}, fmt.Errorf("a header has %d elements, not 2 or 3", len(line))
}

func attemptsFromJSON(list []attemptJSON) ([]Attempt, error) {
	var attempts []Attempt
	for i := range list {
		a, err := attemptFromJSON(&list[i])
		if err != nil {
			return nil, fmt.Errorf("attempt %d: %w", list[i].Number, err)
		}
		attempts = append(attempts, a)
	}
	return attempts, nil
}

func attemptFromJSON(v *attemptJSON) (Attempt, error) {
	a := Attempt{
		Number: v.Number, Trigger: v.Trigger, URL: v.URL, StartedAt: timeFrom(v.StartedAt),
		Duration: time.Duration(v.Duration), StatusCode: v.StatusCode, ErrorKind: v.ErrorKind, Error: v.Error,
		ResponseSize: v.ResponseSize, ResponseTruncated: v.ResponseTruncated,
		Outcome: v.Outcome, VirtualAt: timeFrom(v.VirtualAt), RemoteIP: v.RemoteIP,
	}
	var err [4]error
	a.RequestHeaders, err[0] = headersFromJSON(v.RequestHeaders)
	a.ResponseHeaders, err[1] = headersFromJSON(v.ResponseHeaders)
	a.RequestBody, err[2] = bodyFromJSON("request_body", v.RequestBody, v.RequestBodyBase64)
	a.ResponseBody, err[3] = bodyFromJSON("response_body", v.ResponseBody, v.ResponseBodyBase64)
	return a, errors.Join(err[:]...)
}

func timeFrom(t *timeJSON) time.Time {
	if t == nil {
		return time.Time{}
	}
	return time.Time(*t)
}

func textFrom(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func nilIfEmpty(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}
