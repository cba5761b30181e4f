package store

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// ReadHAR reads the requests of a HAR file, of browsers and proxies as well as
// of HAREntry, whose deliveries come back with all but the bodies of earlier
// attempts. skipped counts the entries that are no HTTP request. An error is a
// *FormError, and then nothing is returned.
func ReadHAR(text []byte) (list []*Delivery, skipped int, err error) {
	var file struct {
		Log *struct {
			Entries []json.RawMessage `json:"entries"`
		} `json:"log"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, 0, &FormError{Form: "har", Reason: err.Error()}
	}
	if file.Log == nil || file.Log.Entries == nil {
		return nil, 0, &FormError{Form: "har", Reason: "it has no log.entries"}
	}
	for i, raw := range file.Log.Entries {
		d, err := readHAREntry(raw)
		if errors.Is(err, errNoHTTP) {
			skipped++
			continue
		}
		if err != nil {
			return nil, 0, &FormError{Form: "har", Place: fmt.Sprintf("entry %d", i+1), Reason: err.Error()}
		}
		list = append(list, d)
	}
	return list, skipped, nil
}

var errNoHTTP = errors.New("no HTTP request")

func readHAREntry(raw []byte) (*Delivery, error) {
	var own struct {
		Hooks *Delivery `json:"_hooks"`
	}
	var e harEntry
	if err := json.Unmarshal(raw, &own); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		return nil, err
	}
	body, err := e.Request.Post.bytes()
	if err != nil {
		return nil, fmt.Errorf("postData: %w", err)
	}
	answer, err := e.Response.Content.bytes()
	if err != nil {
		return nil, fmt.Errorf("content: %w", err)
	}
	d := own.Hooks
	if d == nil {
		if d, err = harDelivery(&e); err != nil {
			return nil, err
		}
	}
	d.Request.Body = body
	if last := len(d.Attempts) - 1; last >= 0 {
		d.Attempts[last].ResponseBody = answer
	}
	return d, completeRequest(&d.Request)
}

// harDelivery makes a delivery of what another program recorded. What it was
// answered stands as the one attempt.
func harDelivery(e *harEntry) (*Delivery, error) {
	d, err := requested(e.Request.Method, e.Request.URL)
	if err != nil {
		return nil, err
	}
	if d.ReceivedAt, err = time.Parse(time.RFC3339, e.Started); err != nil {
		return nil, fmt.Errorf("startedDateTime: %w", err)
	}
	d.ReceivedAt = d.ReceivedAt.UTC()
	host := d.Request.Headers
	if d.Request.Headers, err = harHeaders(e.Request.Headers); err != nil {
		return nil, err
	}
	if _, named := d.Request.Headers.Get("Host"); !named {
		d.Request.Headers = append(host, d.Request.Headers...)
	}
	if e.Response.Status > 0 {
		d.Answer = &Answer{e.Response.Status}
	}
	d.Request.ContentType, _ = d.Request.Headers.Get("Content-Type")
	return d, nil
}

// harHeaders leaves out the pseudo headers of HTTP/2, which are no lines.
func harHeaders(pairs []harPair) (sign.Headers, error) {
	var headers sign.Headers
	for _, p := range pairs {
		if strings.HasPrefix(p.Name, ":") {
			continue
		}
		value := p.Value
		if p.Base64 != "" {
			coded, err := base64.StdEncoding.DecodeString(p.Base64)
			if err != nil {
				return nil, fmt.Errorf("header %.60q: %w", p.Name, err)
			}
			value = string(coded)
		}
		headers = append(headers, sign.Header{Name: p.Name, Value: value})
	}
	return headers, nil
}

// bytes is a body: its text, its bytes in base64, or the fields of a form.
func (c *harContent) bytes() ([]byte, error) {
	switch {
	case c == nil:
		return nil, nil
	case c.Text != nil && (c.Encoding == "base64" || c.Own == "base64"):
		return base64.StdEncoding.DecodeString(*c.Text)
	case c.Text != nil && *c.Text != "":
		return []byte(*c.Text), nil
	}
	var fields []string
	for _, p := range c.Params {
		fields = append(fields, url.QueryEscape(p.Name)+"="+url.QueryEscape(p.Value))
	}
	return []byte(strings.Join(fields, "&")), nil
}

// requested begins a delivery from outside: a request to an absolute URL, which
// nobody has judged. Its destination is where it went, without the path.
func requested(method, address string) (*Delivery, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%w: %.100q", errNoHTTP, address)
	}
	_, rest, _ := strings.Cut(address, "://")
	target := "/"
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		target, _, _ = strings.Cut(rest[i:], "#")
		if !strings.HasPrefix(target, "/") {
			target = "/" + target
		}
	}
	return &Delivery{Direction: In, Trigger: TriggerReceived, Status: Captured, Destination: u.Scheme + "://" + u.Host, Event: &Event{},
		Request: Request{Method: method, Target: target, Headers: sign.Headers{{Name: "Host", Value: u.Host}}}}, nil
}
