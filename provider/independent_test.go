package provider

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// loadIndependent reads testdata/independent.jsonl, and fails when it is empty.
func loadIndependent(t testing.TB) (out []vector) {
	t.Helper()
	text, err := os.ReadFile("testdata/independent.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		out = append(out, parseIndependent(t, line))
	}
	if len(out) == 0 {
		t.Fatal("no vectors in testdata/independent.jsonl")
	}
	return out
}

func parseIndependent(t testing.TB, line []byte) vector {
	t.Helper()
	var o struct {
		ID, Provider, Method, URL, Body string
		Secrets                         []string
		PublicKeys                      []string `json:"public_keys"`
		Params                          map[string]string
		Headers                         [][2]string
		BodyBase64                      []byte `json:"body_base64"`
		Now                             int64
		Expect, Reason                  string
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	v := vector{file: o.ID, provider: o.Provider, now: time.Unix(o.Now, 0), valid: o.Expect == "valid", reason: o.Reason}
	v.keys = sign.Keys{Secrets: o.Secrets, Params: o.Params}
	for _, key := range o.PublicKeys {
		v.set(t, "public_key", key)
	}
	v.message = sign.Message{Method: o.Method, URL: o.URL, Body: append([]byte(o.Body), o.BodyBase64...)}
	for _, h := range o.Headers {
		v.message.Headers = append(v.message.Headers, sign.Header{Name: h[0], Value: h[1]})
	}
	if v.provider == "" || v.valid == (v.reason != "") {
		t.Fatalf("%s needs a provider, and a reason unless it is valid", o.ID)
	}
	return v
}
