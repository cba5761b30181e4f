package store

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// Archive is d on one line of JSON: the Delivery object, and in it the bodies
// of the request and of the answers. What is text stands as text, the rest in
// base64. It is meant for a delivery with its bodies loaded, as Get returns it.
func Archive(d *Delivery) ([]byte, error) {
	v := deliveryToJSON(d)
	v.Request.Body, v.Request.BodyBase64 = bodyToJSON(d.Request.Body)
	archiveAttempts(v, d.Attempts, true)
	return encodeJSON(v)
}

// archiveAttempts adds to the attempts what the Delivery object leaves out.
func archiveAttempts(v *deliveryJSON, attempts []Attempt, bodies bool) {
	for i := range attempts {
		a, to := &attempts[i], &v.Attempts[i]
		to.RequestHeaders, to.ResponseHeaders = headersToJSON(a.RequestHeaders), headersToJSON(a.ResponseHeaders)
		to.RemoteIP = a.RemoteIP
		if bodies {
			to.RequestBody, to.RequestBodyBase64 = bodyToJSON(a.RequestBody)
			to.ResponseBody, to.ResponseBodyBase64 = bodyToJSON(a.ResponseBody)
		}
	}
}

func bodyToJSON(body []byte) (text *string, coded string) {
	switch {
	case len(body) == 0:
		return nil, ""
	case utf8.Valid(body):
		s := string(body)
		return &s, ""
	}
	return nil, base64.StdEncoding.EncodeToString(body)
}

// Fixture is the request of d and the event that it carries, as indented JSON
// that ReadArchive takes: what a test keeps beside its code. What became of the
// delivery is left out.
func Fixture(d *Delivery) ([]byte, error) {
	bare := *d
	bare.Status, bare.StatusReason, bare.Destination, bare.Endpoint = Captured, "", "", ""
	bare.Attempts, bare.Answer, bare.Failures, bare.Conflicts, bare.ReplayOf = nil, nil, 0, 0, ""
	bare.Direction, bare.Trigger = In, TriggerReceived
	line, err := Archive(&bare)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := json.Indent(&text, line, "", "  "); err != nil {
		return nil, err
	}
	return text.Bytes(), nil
}

// FormError is a text that is not what it was taken for.
type FormError struct {
	Form   string // har, jsonl, curl, http
	Place  string // which entry, line or word, "" for all of it
	Reason string
	Fix    string // what to do about it, "" if there is nothing to say
}

func (e *FormError) Error() string {
	if e.Place == "" {
		return e.Form + ": " + e.Reason
	}
	return e.Form + ", " + e.Place + ": " + e.Reason
}

// ReadArchive reads what Archive and Fixture write, any number of them one
// after the other. Ids and times are those of the text; sizes and sums are made
// anew. An error is a *FormError, and then nothing is returned.
func ReadArchive(text []byte) ([]*Delivery, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	var list []*Delivery
	for n := 1; ; n++ {
		d := new(Delivery)
		err := dec.Decode(d)
		if err == io.EOF {
			return list, nil
		}
		fail := &FormError{Form: "jsonl", Place: fmt.Sprintf("object %d", n)}
		if err != nil {
			fail.Reason = err.Error()
			if n == 1 {
				fail.Fix = "hooks export --format jsonl writes what can be read; hooks send --data @FILE sends a body of your own"
			}
			return nil, fail
		}
		if err := completeRequest(&d.Request); err != nil {
			fail.Reason, fail.Fix = err.Error(), "hooks export --format jsonl writes bodies, too; hooks log --json does not"
			return nil, fail
		}
		list = append(list, d)
	}
}

// completeRequest makes anew what follows from the body.
func completeRequest(r *Request) error {
	switch {
	case r.Method == "" || r.Target == "":
		return errors.New("the request has no method or no target")
	case r.Body == nil && r.BodySize > 0:
		return fmt.Errorf("the request's body of %d bytes is missing", r.BodySize)
	}
	r.BodySize, r.BodySHA256 = int64(len(r.Body)), hexSHA256(r.Body)
	return nil
}
