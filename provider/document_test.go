package provider

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/sign"
)

const minimal = "id: mine\nalg: hmac-sha256\nenc: hex\ncontent: \"{body}\"\nheaders: { X-Sig: \"{sig}\" }\n"

// in writes files into a folder and opens it before the built-in providers.
func in(t *testing.T, files map[string]string) *Registry {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Open(dir)
}

func TestMistakes(t *testing.T) {
	tests := []struct {
		name, text string
		line, col  int
		want       string
		word       string // what Unknown names
	}{
		{"unknown field", minimal + "tolerence: 5m\n", 6, 1, `unknown field "tolerence"`, "tolerence"},
		{"field set twice", minimal + "enc: hex\n", 6, 1, "enc is set twice", ""},
		{"header set twice", "id: mine\nheaders:\n  A: \"{sig}\"\n  A: \"{sig}\"\n", 4, 3, "A is set twice", ""},
		{"second document", minimal + "---\nid: other\n", 6, 1, "a provider file is one document, this is a second", ""},
		{"empty", "", 0, 0, "the file is empty", ""},
		{"a list", "- id: mine\n", 1, 1, "want a mapping of names to values", ""},
		{"not YAML", "id: [mine\n", 2, 1, "did not find expected ',' or ']'", ""},
		{"another id", strings.Replace(minimal, "mine", "yours", 1), 1, 5, "id is yours, the file's name says mine", ""},
		{"no id", strings.Replace(minimal, "id: mine\n", "", 1), 0, 0, "id is missing", ""},
		{"unknown algorithm", strings.Replace(minimal, "hmac-sha256", "hmac-sha265", 1), 2, 6, `alg: unknown algorithm "hmac-sha265"`, "hmac-sha265"},
		{"unknown placeholder", strings.Replace(minimal, "{body}", "{bdoy}", 1), 4, 10, `content: content "{bdoy}": unknown placeholder "bdoy"`, "bdoy"},
		{"unknown role", strings.Replace(minimal, "{sig}", "{sgi}", 1), 5, 19, `headers.X-Sig: template "{sgi}": unknown placeholder "sgi"`, "sgi"},
		{"no signature", strings.Replace(minimal, "{sig}", "x", 1), 5, 10, "headers: no place has {sig}", ""},
		{"no content", strings.Replace(minimal, "content: \"{body}\"\n", "", 1), 0, 0, "content: is missing", ""},
		{"a number for text", strings.Replace(minimal, "\"{sig}\"", "1", 1), 5, 19, "want text; put quotes around a number, a date or yes and no", ""},
		{"a duration without unit", minimal + "timeout: 30\n", 6, 10, "want a duration such as 300s or 5m", ""},
		{"a negative duration", minimal + "timeout: -1s\n", 6, 10, "want a duration such as 300s or 5m", ""},
		{"a negative number", minimal + "max_endpoints: -1\n", 6, 16, "want a whole number from 0", ""},
		{"yes for true", minimal + "strict: yes\n", 6, 9, "want true or false", ""},
		{"unknown choice", minimal + "on_paused: wait\n", 6, 12, `unknown on_paused "wait"`, "wait"},
		{"unknown handshake", minimal + "handshake: [slak]\n", 6, 13, `unknown handshake "slak"`, "slak"},
		{"retries that are none", minimal + "retries: [5m, 0x1h]\n", 6, 15, "want a delay such as 5m, or 10x1h for ten of them", ""},
		{"too many retries", minimal + "retries: [900x1s, 101x1s]\n", 6, 10, "more than 1000 retries", ""},
		{"jitter without %", minimal + "jitter: 0.2\n", 6, 9, "want a percentage such as 20%", ""},
		{"an acknowledgement that is none", minimal + "ack: [2xx, 6xx]\n", 6, 12, "want a status such as 200 or a class such as 2xx", ""},
		{"a secret format with two runs", minimal + "secret_format: \"{hex:16}{hex:16}\"\n", 6, 16, `secret_format "{hex:16}{hex:16}" needs one {base64:N}, {base64url:N}, {hex:N} or {alnum:N}`, ""},
		{"a secret format that is weak", minimal + "secret_format: \"{hex:8}\"\n", 6, 16, `secret_format "{hex:8}" needs 16 to 256 random bytes`, ""},
		{"unknown field of ts", minimal + "ts: { units: s }\n", 6, 7, `unknown field "units"`, "units"},
		{"unknown evidence", minimal + "evidence: rumour\n", 6, 11, `unknown evidence "rumour"`, "rumour"},
		{"unknown assumption", minimal + "assumed: [heders.X]\n", 6, 11, `unknown field "heders"`, "heders"},
		{"unknown verifier", minimal + "code: magic\n", 6, 7, `unknown verifier "magic"`, "magic"},
		{"unknown setting of a code", "id: mine\ncode: jwt\njwt: { header: A, alg: HS256 }\n", 3, 19, `unknown field "alg"`, "alg"},
		{"none among a token's algorithms", "id: mine\ncode: jwt\njwt: { header: A, algs: [HS256, none], key: literal }\n", 3, 33, `jwt.algs: unknown algorithm "none"`, "none"},
		{"a claim about nothing known", "id: mine\ncode: jwt\njwt:\n  header: A\n  algs: HS256\n  claims: { sum: \"{bdoy}\" }\n", 6, 18, `unknown placeholder "bdoy"`, "bdoy"},
		{"unknown reading of a token's key", "id: mine\ncode: jwt\njwt: { header: A, algs: HS256, key: whsec }\n", 3, 37, `unknown key "whsec"`, "whsec"},
		{"a setting of the wrong kind", "id: mine\ncode: jwt\njwt: { header: A, algs: HS256, max_age: 300 }\n", 3, 41, "want a duration such as 300s or 5m", ""},
		{"settings without their code", minimal + "jwt: { header: A, algs: HS256 }\n", 6, 6, "jwt: are the settings of code: jwt", ""},
		{"an algorithm that settings decide", "id: mine\ncode: jwt\nalg: hmac-sha256\njwt: { header: A, algs: HS256 }\n", 3, 6, "alg: is decided by the code jwt and its settings", ""},
		{"an unknown component", "id: mine\ncode: http-signatures\nhttp-signatures: { require: [\"@staus\"] }\n", 3, 30, `unknown component "@staus"`, "@staus"},
		{"an anchor", minimal + "name: &a x\n", 6, 7, "an anchor has no place in a provider file", ""},
		{"an alias", "id: mine\nheaders: &h { A: \"{sig}\" }\njson: *h\n", 2, 10, "an anchor has no place in a provider file", ""},
		{"like nobody", "id: mine\nlike: standart\n", 2, 7, `like standart: unknown provider "standart"`, "standart"},
		{"like in two steps", "id: mine\nlike: svix-v1a\n", 0, 0, "like goes one step only", ""},
		{"a signature inside what it signs", "id: mine\nalg: hmac-sha256\nenc: hex\ncontent: \"{body}\"\njson: { s: \"{sig}\" }\n", 4, 10,
			"content: signs the {body} that carries the signature: cut it out with {body|without:PATH}", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := in(t, map[string]string{"mine.yaml": test.text}).Get("mine")
			var wrong *FileError
			if !errors.As(err, &wrong) {
				t.Fatalf("Get = %v, want a FileError", err)
			}
			if test.line > 0 && (wrong.Line != test.line || wrong.Column != test.col || filepath.Base(wrong.File) != "mine.yaml") {
				t.Errorf("Get = %v, want line %d, column %d", err, test.line, test.col)
			}
			if !strings.Contains(wrong.Err.Error(), test.want) {
				t.Errorf("Get = %v, want %q", wrong.Err, test.want)
			}
			var unknown interface{ Unknown() (string, []string) }
			word := ""
			if errors.As(err, &unknown) {
				word, _ = unknown.Unknown()
			}
			if word != test.word {
				t.Errorf("Unknown = %q, want %q", word, test.word)
			}
		})
	}
}

func TestUnknownProvider(t *testing.T) {
	for _, id := range []string{"strpie", "", "auto", "any", "hmac", "../stripe", "Stripe", "stripe.yaml", strings.Repeat("a", 65)} {
		_, err := Open().Get(id)
		var unknown *UnknownError
		if !errors.As(err, &unknown) {
			t.Fatalf("Get(%q) = %v, want an UnknownError", id, err)
		}
		if word, known := unknown.Unknown(); word != id || !slices.Contains(known, "stripe") {
			t.Errorf("Unknown = %q, %v", word, known)
		}
	}
}

// TestNearerFile: a file in a folder replaces the built-in one of its name
// entirely, adds others, and spoils nobody else when it is wrong.
func TestNearerFile(t *testing.T) {
	r := in(t, map[string]string{
		"github.yaml": strings.Replace(minimal, "mine", "github", 1),
		"mine.yaml":   "id: mine\nlike: standard\nkey: literal\n",
		"broken.yaml": "id: broken\n",
		"Loud.yaml":   minimal,
		"notes.txt":   "not a provider",
	})
	p, err := r.Get("github")
	if err != nil {
		t.Fatal(err)
	}
	if name := p.Scheme.SignatureFields()[0].Name; name != "X-Sig" || p.Evidence != EvidenceAssumed {
		t.Errorf("github signs in %s, %s", name, p.Evidence)
	}
	if p, err = r.Get("mine"); err != nil {
		t.Fatal(err)
	}
	if got := p.Scheme.Spec(); got.List != " " || got.Enc != "base64" || got.Key != "literal" || p.DisableAfter != 120*time.Hour || p.Catalog != "mine" {
		t.Errorf("mine is not like standard where it says nothing: %+v", got)
	}
	all, err := r.All()
	if err == nil || !strings.Contains(err.Error(), "broken.yaml: alg: needs 1 to 8 algorithms") || !strings.Contains(err.Error(), "Loud.yaml") {
		t.Errorf("All = %v", err)
	}
	if len(all) != len(Open().IDs())+1 {
		t.Errorf("All = %d providers beside the mistake", len(all))
	}
}

// TestBuiltIn holds the built-in files to what every one must say, and to the
// names they use of each other.
func TestBuiltIn(t *testing.T) {
	r := Open()
	all, err := r.All()
	if err != nil || len(all) < 18 {
		t.Fatalf("All = %d providers, %v", len(all), err)
	}
	for _, p := range all {
		if p.Name == p.ID || p.Source == "" && p.Evidence != EvidenceAssumed {
			t.Errorf("%s says too little: %q %q", p.ID, p.Name, p.Source)
		}
		if page, err := url.Parse(p.Docs); p.Docs != "" && (err != nil || page.Scheme != "https" || page.Host == "") {
			t.Errorf("%s: docs %q is no page", p.ID, p.Docs)
		}
		for _, path := range p.Assumed {
			if name, rest, ok := strings.Cut(path, "."); ok && !assumable(p, name, rest) {
				t.Errorf("%s assumes %s, and does not set it", p.ID, path)
			}
		}
		for _, id := range slices.Concat(p.YieldsTo, p.Fallback) {
			if !slices.Contains(r.IDs(), id) {
				t.Errorf("%s names %s, which does not exist", p.ID, id)
			}
		}
		if text, err := builtIn.ReadFile(p.ID + extension); err != nil || !strings.HasPrefix(string(text), "# ") {
			t.Errorf("%s does not begin with what is odd about it: %v", p.ID, err)
		}
	}
}

// assumable is true when a provider sets the member of a field that it calls
// assumed.
func assumable(p *Profile, name, rest string) bool {
	if code := p.Scheme.Spec().Code; code != "" && code == name {
		return true
	}
	if name == "ts" {
		return p.Scheme.Spec().TS != nil
	}
	return slices.ContainsFunc(p.Scheme.Spec().Fields, func(f sign.Field) bool { return string(f.Place) == name && f.Name == rest })
}

func TestCovers(t *testing.T) {
	want := map[string]string{
		"standard": "body timestamp id", "stripe": "body timestamp id", "github": "body", "slack": "body timestamp id",
		"square": "body id url", "raas": "body id", "revkeen-v1": "body timestamp", "meta": "body", "interledger-rafiki": "body timestamp id",
		"mailgun": "timestamp", "mercadopago": "timestamp id url", "adyen": "parts", "gitlab-token": "", "linear": "body timestamp", "braintree": "parts",
	}
	got, limits := map[string]string{}, map[string][]string{}
	for _, p := range everyProvider(t) {
		if _, ok := want[p.ID]; ok {
			got[p.ID], limits[p.ID] = strings.Join(p.Scheme.Covers(), " "), nil
			for _, l := range p.Scheme.Coverage().Limits {
				limits[p.ID] = append(limits[p.ID], l.Label)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Covers (-want +got):\n%s", diff)
	}
	wantLimits := map[string][]string{
		"standard": nil, "github": {"replay not limited", "id not covered", "event not covered"}, "gitlab-token": {"token only"},
		"mailgun": {"body not covered", "age not judged", "id not covered"}, "adyen": {"parts of the body only", "replay not limited", "id not covered"},
		"square": {"replay not limited", "URL bound"},
	}
	for id, want := range wantLimits {
		if diff := cmp.Diff(want, limits[id]); diff != "" {
			t.Errorf("%s: Limits (-want +got):\n%s", id, diff)
		}
	}
}

func TestSecretFormat(t *testing.T) {
	f, err := ParseSecretFormat("rk_wh_{base64url:24}")
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Generate(strings.NewReader(strings.Repeat("\xff", 24)))
	if want := "rk_wh_" + strings.Repeat("_", 32); err != nil || got != want {
		t.Errorf("Generate = %q, %v, want %q", got, err, want)
	}
	if _, err := f.Generate(strings.NewReader("short")); err == nil {
		t.Error("Generate makes a secret of too few random bytes")
	}
	for _, p := range everyProvider(t) {
		secret, err := p.SecretFormat.Generate(strings.NewReader(strings.Repeat("0", 64)))
		if key := p.Scheme.Spec(); err == nil && key.Pub != "pem" && !strings.HasPrefix(key.Alg[0], "rsa") {
			err = p.Scheme.CheckSecret(secret)
		}
		if err != nil {
			t.Errorf("%s: its own secret %q: %v", p.ID, secret, err)
		}
	}
}

func TestAcknowledges(t *testing.T) {
	any2xx, only200 := &Behaviour{Ack: []string{"2xx"}}, &Behaviour{Ack: []string{"200"}}
	for status, want := range map[int][2]bool{200: {true, true}, 204: {true, false}, 199: {}, 300: {}, 0: {}, 2000: {}} {
		if got := [2]bool{any2xx.Acknowledges(status), only200.Acknowledges(status)}; got != want {
			t.Errorf("Acknowledges(%d) = %v, want %v", status, got, want)
		}
	}
}

// FuzzDocument checks that whatever is in a file is refused in words or makes a
// provider that can be used.
func FuzzDocument(f *testing.F) {
	for _, id := range Open().IDs() {
		text, err := builtIn.ReadFile(id + extension)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(strings.Replace(string(text), "id: "+id, "id: mine", 1))
	}
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := parseDocument("mine.yaml", []byte(text))
		if err != nil {
			return
		}
		p, err := build("mine", doc)
		if err != nil {
			return
		}
		m := &sign.Message{Method: "POST", URL: "http://localhost/", Body: []byte(aBody)}
		if v := p.Scheme.Verify(m, sign.Keys{}, sentAt, nil); v.OK {
			t.Errorf("a message without a signature is valid without a key")
		}
		p.Scheme.Event(m)
		p.Scheme.Fit(m)
	})
}
