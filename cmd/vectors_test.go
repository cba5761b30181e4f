package cmd

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// verifyCall is a vector of the providers' test data as a call of the command.
type verifyCall struct {
	name           string
	args           []string
	body           []byte
	expect, reason string
}

// TestVerifyVectors gives every vector to the command as a user would, and
// wants its verdict and its reason.
func TestVerifyVectors(t *testing.T) {
	for _, v := range append(textVectors(t), lineVectors(t)...) {
		code, stdout, stderr := v.run(t)
		// A secret that is no key for the scheme never gets as far as a verdict.
		refused := code == 2 && len(stdout) == 0 && bytes.Contains(stderr, []byte(`"code":"secret"`))
		if must := v.reason == "empty_secret" || v.reason == "bad_secret"; must != refused && (must || v.expect == "valid") {
			t.Errorf("%s: exit code %d, the secret is refused %t, want %t", v.name, code, refused, must)
		}
		if refused {
			continue
		}
		var line verdictLine
		if err := json.Unmarshal(stdout, &line); err != nil {
			t.Errorf("%s: %v, %s", v.name, err, stderr)
			continue
		}
		wantCode := map[string]int{"valid": 0, "invalid": 1}[v.expect]
		if line.Verdict != v.expect || line.Reason != v.reason || code != wantCode {
			t.Errorf("%s: exit code %d, %s %q (%s), want %s %q", v.name, code, line.Verdict, line.Reason, line.Detail, v.expect, v.reason)
		}
	}
}

// run runs the command with the body on its stdin.
func (v verifyCall) run(t *testing.T) (code int, stdout, stderr []byte) {
	t.Helper()
	dir := t.TempDir()
	var files [3]*os.File
	for i, name := range []string{"stdin", "stdout", "stderr"} {
		if name == "stdin" {
			if err := os.WriteFile(filepath.Join(dir, name), v.body, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files[i] = f
	}
	e := &env{
		version: "test", dir: dir, stdin: files[0], stdout: files[1], stderr: files[2],
		args: append([]string{"--json", "verify", "--explain-budget", "0"}, v.args...),
		lookup: func(name string) (string, bool) {
			home := map[string]string{"HOME": dir, "XDG_CONFIG_HOME": dir, "XDG_STATE_HOME": dir}
			value, ok := home[name]
			return value, ok
		},
		now: func() time.Time { return time.Unix(1, 0) }, // each vector has its own clock
	}
	code = run(e)
	for i, out := range []*[]byte{&stdout, &stderr} {
		text, err := os.ReadFile(files[i+1].Name())
		if err != nil {
			t.Fatal(err)
		}
		*out = text
	}
	return code, stdout, stderr
}

const vectorFolder = "../provider/testdata/"

// textVectors reads the files that testdata/README.md of the providers
// describes.
func textVectors(t *testing.T) (out []verifyCall) {
	t.Helper()
	files, err := filepath.Glob(vectorFolder + "vectors/*/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		head, body, _ := bytes.Cut(text, []byte("\n\n"))
		v := verifyCall{name: file, body: body}
		tolerance := []string{"--tolerance", "0"} // without a clock the window is not judged
		for line := range strings.SplitSeq(string(head), "\n") {
			name, value, _ := strings.Cut(line, ":")
			value = strings.ReplaceAll(strings.TrimPrefix(value, " "), `\n`, "\n")
			switch name {
			case "provider", "secret", "param", "method", "url":
				v.args = append(v.args, "--"+name+"="+value)
			case "public_key":
				v.args = append(v.args, "--public-key="+value)
			case "header":
				v.args = append(v.args, headerFlag(value))
			case "now":
				v.args, tolerance = append(v.args, "--at="+value), tolerance[:0]
			case "tolerance":
				tolerance = []string{"--tolerance", value}
			case "expect":
				v.expect = value
			case "reason":
				v.reason = value
			}
		}
		v.args = append(v.args, tolerance...)
		out = append(out, v)
	}
	return out
}

// lineVectors reads the messages that another implementation computed.
func lineVectors(t *testing.T) (out []verifyCall) {
	t.Helper()
	text, err := os.ReadFile(vectorFolder + "independent.jsonl")
	if err != nil || len(text) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	for line := range bytes.Lines(text) {
		var o struct {
			ID, Provider, Method, URL, Body, Expect, Reason string
			Secrets                                         []string
			PublicKeys                                      []string `json:"public_keys"`
			Params                                          map[string]string
			Headers                                         [][2]string
			BodyBase64                                      []byte `json:"body_base64"`
			Now                                             json.Number
		}
		if err := json.Unmarshal(line, &o); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		v := verifyCall{name: o.ID, expect: o.Expect, reason: o.Reason, body: append([]byte(o.Body), o.BodyBase64...)}
		v.args = []string{"--provider", o.Provider, "--method", o.Method, "--url", o.URL, "--at", o.Now.String()}
		for _, secret := range o.Secrets {
			v.args = append(v.args, "--secret="+secret)
		}
		for _, key := range o.PublicKeys {
			v.args = append(v.args, "--public-key="+key)
		}
		for name, value := range o.Params {
			v.args = append(v.args, "--param="+name+"="+value)
		}
		for _, h := range o.Headers {
			v.args = append(v.args, headerFlag(h[0]+": "+h[1]))
		}
		out = append(out, v)
	}
	return out
}

// headerFlag writes a header as curl takes it: an empty one ends in a semicolon.
func headerFlag(line string) string {
	if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(value) == "" {
		line = name + ";"
	}
	return "--add-header=" + line
}
