package provider

import (
	"bytes"
	"crypto"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// vector is one file of testdata/vectors; testdata/README.md has the form.
type vector struct {
	file, provider    string
	message           sign.Message
	keys              sign.Keys
	private           string
	now               time.Time
	tolerance         *time.Duration
	valid             bool
	reason, event, id string
}

// loadVectors reads all cases, and fails when there are none.
func loadVectors(t testing.TB) []vector {
	t.Helper()
	files, err := filepath.Glob("testdata/vectors/*/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors in testdata/vectors: %v", err)
	}
	var out []vector
	for _, file := range files {
		out = append(out, loadVector(t, file))
	}
	return out
}

func loadVector(t testing.TB, file string) vector {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, body, ok := bytes.Cut(text, []byte("\n\n"))
	if !ok {
		t.Fatalf("%s has no empty line before the body", file)
	}
	anyTime := time.Duration(0)
	v := vector{file: file, tolerance: &anyTime, message: sign.Message{Body: body}}
	for line := range strings.SplitSeq(string(head), "\n") {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			t.Fatalf("%s: %q is not name: value", file, line)
		}
		v.set(t, name, strings.ReplaceAll(strings.TrimPrefix(value, " "), `\n`, "\n"))
	}
	if v.provider == "" || v.valid == (v.reason != "") {
		t.Fatalf("%s needs a provider, and a reason unless it is valid", file)
	}
	return v
}

func (v *vector) set(t testing.TB, name, value string) {
	t.Helper()
	switch name {
	case "provider":
		v.provider = value
	case "secret":
		v.keys.Secrets = append(v.keys.Secrets, value)
	case "public_key":
		key, err := sign.ParsePublicKey(value)
		if err != nil {
			t.Fatalf("%s: %v", v.file, err)
		}
		v.keys.Public = append(v.keys.Public, crypto.PublicKey(key))
	case "private_key":
		v.private = value
	case "param":
		key, val, _ := strings.Cut(value, "=")
		v.keys.Params = map[string]string{key: val}
	case "method":
		v.message.Method = value
	case "url":
		v.message.URL = value
	case "header":
		key, val, _ := strings.Cut(value, ": ")
		v.message.Headers = append(v.message.Headers, sign.Header{Name: strings.TrimSuffix(key, ":"), Value: val})
	case "now":
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			t.Fatalf("%s: now: %v", v.file, err)
		}
		if v.now = time.Unix(seconds, 0); *v.tolerance == 0 {
			v.tolerance = nil
		}
	case "tolerance":
		d, err := time.ParseDuration(value)
		if err != nil {
			t.Fatalf("%s: tolerance: %v", v.file, err)
		}
		v.tolerance = &d
	case "expect":
		v.valid = value == "valid"
	case "reason":
		v.reason = value
	case "event":
		v.event = value
	case "id":
		v.id = value
	case "origin", "source", "why":
	default:
		t.Fatalf("%s: unknown line %q", v.file, name)
	}
}

func TestVectors(t *testing.T) {
	registry := Open()
	for _, v := range append(loadVectors(t), loadIndependent(t)...) {
		t.Run(strings.TrimSuffix(filepath.Base(v.file), ".txt"), func(t *testing.T) {
			p, err := registry.Get(v.provider)
			if err != nil {
				t.Fatal(err)
			}
			_, got := registry.Verify(p, &v.message, v.keys, v.now, v.tolerance)
			if got.OK != v.valid || got.Reason != v.reason {
				t.Errorf("%s: Verify = %t %q (%s), want %t %q", v.file, got.OK, got.Reason, got.Detail, v.valid, v.reason)
			}
			event, id := p.Scheme.Event(&v.message)
			if v.event != "" && event != v.event || v.id != "" && id != v.id {
				t.Errorf("%s: Event = %q %q, want %q %q", v.file, event, id, v.event, v.id)
			}
		})
	}
}

// TestVectorsSignedAgain signs every valid message afresh, with its own time and
// id: the signature that somebody else made must come out.
func TestVectorsSignedAgain(t *testing.T) {
	registry := Open()
	signed := map[string]bool{}
	for _, v := range append(loadVectors(t), loadIndependent(t)...) {
		p, err := registry.Get(v.provider)
		if err != nil {
			t.Fatal(err)
		}
		verdict := p.Scheme.Verify(&v.message, v.keys, v.now, v.tolerance)
		k := v.keys
		if v.private != "" {
			k.Secrets = []string{v.private}
		}
		if !verdict.OK || verdict.Content > 0 || len(k.Secrets) == 0 || !repeatable(p) {
			continue
		}
		if v.private == "" {
			k.Secrets = k.Secrets[verdict.Key : verdict.Key+1]
		}
		out, err := p.Scheme.Sign(&v.message, k, sign.Values{Time: verdict.Time})
		var missing *sign.MissingValueError
		if errors.As(err, &missing) {
			continue // a value that verifying does without
		}
		if err != nil {
			t.Errorf("%s: %v", v.file, err)
			continue
		}
		theirs := ""
		for _, h := range v.message.Headers {
			theirs += strings.ToLower(h.Value) + "\n"
		}
		ours, _ := out.Headers.Get(strings.Replace(p.Scheme.SignatureFields()[0].Name, "#", "1", 1))
		words := longWord.FindAllString(ours, -1)
		for _, word := range words {
			if !strings.Contains(theirs, strings.ToLower(word)) {
				t.Errorf("%s: signed as %s, theirs is %s", v.file, ours, theirs)
			}
		}
		signed[p.ID] = signed[p.ID] || len(words) > 0
	}
	if len(signed) < 120 {
		t.Errorf("only messages of %d providers were signed again", len(signed))
	}
}

// repeatable is true for a scheme whose signature is a function of key, text and
// a time that can be written again as it was.
func repeatable(p *Profile) bool {
	spec := p.Scheme.Spec()
	again := spec.TS == nil || spec.TS.Unit == "s" || spec.TS.Unit == "ms"
	random := strings.HasPrefix(spec.Alg[0], "ecdsa") || strings.HasPrefix(spec.Alg[0], "rsa")
	field := p.Scheme.SignatureFields()[0]
	return spec.Code == "" && again && !random && len(spec.Alg) == 1 && field.Place == sign.InHeader
}

// TestVectorsBothWays holds every built-in provider to good and bad vectors, but
// for those that sign exactly as another one; and all of them to a good and two
// bad ones that were not computed by this program.
func TestVectorsBothWays(t *testing.T) {
	good, bad := count(loadVectors(t))
	ownGood, ownBad := count(loadIndependent(t))
	for _, p := range everyProvider(t) {
		if !p.isTwin() && (good[p.ID] == 0 || bad[p.ID] == 0) {
			t.Errorf("%s: has %d valid vectors, %d invalid ones", p.ID, good[p.ID], bad[p.ID])
		}
		if ownGood[p.ID] < 1 || ownBad[p.ID] < 2 {
			t.Errorf("%s: has %d valid independent vectors, %d invalid ones", p.ID, ownGood[p.ID], ownBad[p.ID])
		}
	}
}

func count(vectors []vector) (good, bad map[string]int) {
	good, bad = map[string]int{}, map[string]int{}
	for _, v := range vectors {
		if v.valid {
			good[v.provider]++
		} else {
			bad[v.provider]++
		}
	}
	return good, bad
}
