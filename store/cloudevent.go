package store

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// CloudEvent is the event of d in the JSON format of CloudEvents 1.0, on one
// line. A request that is a CloudEvent already, in either mode, keeps its
// attributes. The number of the delivery and the verdict on its signature are
// extensions.
func CloudEvent(d *Delivery) ([]byte, error) {
	kind := strings.ToLower(d.Request.ContentType)
	if strings.HasPrefix(kind, "application/cloudevents+json") && json.Valid(d.Request.Body) {
		var line bytes.Buffer
		err := json.Compact(&line, d.Request.Body)
		return EscapeJSON(line.Bytes()), err
	}
	v := map[string]any{
		"specversion": "1.0", "id": orText(d.Event.ExternalID, d.Event.ID), "type": orText(d.Event.Type, "unknown"),
		"source": "urn:hooks:" + orText(d.Event.Provider, "unknown"), "time": timeJSON(d.ReceivedAt), "hooksdelivery": d.ID,
	}
	if d.Verification != nil {
		v["hooksverdict"] = d.Verification.Verdict
	}
	for _, line := range d.Request.Headers {
		name := strings.ToLower(line.Name)
		if name, ok := strings.CutPrefix(name, "ce-"); ok && name != "" && utf8.ValidString(line.Value) {
			v[name] = unescapedPath(line.Value)
		}
	}
	addData(v, d.Request.ContentType, d.Request.Body)
	return encodeJSON(v)
}

// addData puts a body where its kind belongs (CloudEvents JSON format, 3.1).
func addData(v map[string]any, kind string, body []byte) {
	if kind != "" {
		v["datacontenttype"] = kind
	}
	media, _, _ := strings.Cut(strings.ToLower(kind), ";")
	media = strings.TrimSpace(media)
	isJSON := media == "" || media == "application/json" || media == "text/json" || strings.HasSuffix(media, "+json")
	switch {
	case len(body) == 0:
	case isJSON && json.Valid(body) && utf8.Valid(body):
		v["data"] = json.RawMessage(body)
	case !isJSON && utf8.Valid(body):
		v["data"] = string(body)
	default:
		v["data_base64"] = base64.StdEncoding.EncodeToString(body)
	}
}

// unescapedPath undoes the percent coding of attributes in headers (CloudEvents
// HTTP binding, 3.1.3.2).
func unescapedPath(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, ok := hexByte(s[i+1 : i+3]); ok {
				b.WriteByte(c)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	if !utf8.ValidString(b.String()) {
		return s
	}
	return b.String()
}

func orText(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// hexByte reads two hexadecimal digits.
func hexByte(s string) (byte, bool) {
	n, err := strconv.ParseUint(s, 16, 8)
	return byte(n), err == nil
}
