package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
)

// The usual mistakes with signatures, each made on purpose for several senders
// and given to the program: it must call the mistake by its name, in one
// sentence, and say what to do about it.

// mistaken is a request on its way from a sender to a reader that one of them
// gets wrong.
type mistaken struct {
	t       *testing.T
	id      string
	spec    sign.Spec // as the sender understands the scheme
	secret  string    // the sender's
	url     string    // the sender's
	body    string    // that is signed
	arrives string    // the body that comes, if it is another one
	change  func(*sign.Message)

	reads  string   // the provider that the reader names; id if ""
	known  []string // arguments that name the reader's secrets
	config string   // the reader's hooks.yaml
	asURL  string   // the reader's
	late   time.Duration
}

// mistakeSecrets are of the form that each provider hands out.
var mistakeSecrets = map[string]string{
	"stripe": "whsec_dGhlIHNlY3JldCBvZiBhIHN0cmlwZSBlbmRwb2ludA", "github": "It's a Secret to Everybody", "shopify": "hush-9f2c41e07a0b7751",
	"standard": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "svix": "whsec_plJ3nmyCDGBKInavdOK15jsl", "slack": "8f742231b10e8888abcd99yyyzzz85a5",
	"square": "asdf1234-key-of-square", "twilio": "12345-auth-token", "hubspot-v3": "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy",
}

const mistakeURL = "https://example.com/hooks/in"

var mistakeTime = time.Unix(1700000000, 0)

func newMistake(t *testing.T, id string) *mistaken {
	t.Helper()
	p, err := provider.Open().Get(id)
	if err != nil {
		t.Fatal(err)
	}
	return &mistaken{t: t, id: id, spec: p.Scheme.Spec(), secret: mistakeSecrets[id], url: mistakeURL, asURL: mistakeURL,
		body: map[bool]string{true: "MessageSid=SM1&Body=hi", false: compactText}[id == "twilio"]}
}

// why runs the program on what arrives and returns the lines below the verdict.
func (m *mistaken) why() (why, fix string) {
	t := m.t
	t.Helper()
	scheme, err := sign.New(m.spec)
	if err != nil {
		t.Fatal(err)
	}
	sent, err := scheme.Sign(&sign.Message{Method: "POST", URL: m.url, Headers: sign.Headers{{Name: "Content-Type", Value: contentType(m.body)}}, Body: []byte(m.body)},
		sign.Keys{Secrets: []string{m.secret}}, sign.Values{Time: mistakeTime, ID: "msg_1", Nonce: "n0nce", Event: "order.paid"})
	if err != nil {
		t.Fatal(err)
	}
	if m.arrives != "" {
		sent.Body = []byte(m.arrives)
	}
	if m.change != nil {
		m.change(sent)
	}
	dir := t.TempDir()
	var request bytes.Buffer
	fmt.Fprintf(&request, "POST / HTTP/1.1\n")
	for _, h := range sent.Headers {
		fmt.Fprintf(&request, "%s: %s\n", h.Name, h.Value)
	}
	fmt.Fprintf(&request, "\n%s", sent.Body)
	for name, text := range map[string]string{"request": request.String(), "hooks.yaml": m.config} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	known := m.known
	if known == nil && m.config == "" {
		known = []string{"--secret", m.secret}
	}
	reads := m.reads
	if reads == "" {
		reads = m.id
	}
	args := slices.Concat([]string{"verify", "--explain-budget", "30s", "--request", "request", "--provider", reads, "--url", m.asURL, "--at", fmt.Sprint(mistakeTime.Add(m.late).Unix())}, known)
	command := exec.Command(selfAsHooks(t), args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "HOME="+dir, "XDG_CONFIG_HOME="+dir, "XDG_STATE_HOME="+dir, "GORACE=atexit_sleep_ms=0", "NO_COLOR=1")
	out, err := command.CombinedOutput()
	if command.ProcessState.ExitCode() != 1 {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	if strings.Contains(string(out), strings.TrimSpace(m.secret)) {
		t.Errorf("the secret is printed:\n%s", out)
	}
	line := func(name string) string {
		if found := regexp.MustCompile(`(?m)^  ` + name + `: (.*)$`).FindSubmatch(out); found != nil {
			return string(found[1])
		}
		t.Errorf("there is no %q:\n%s", name, out)
		return ""
	}
	return line("why"), line("fix")
}

func contentType(body string) string {
	if strings.HasPrefix(body, "{") {
		return "application/json"
	}
	return "application/x-www-form-urlencoded"
}

// serialise lets a real serialiser write the body anew.
func serialise(t *testing.T, body, program string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("no %s here", program)
	}
	command := exec.Command(path, args...)
	command.Stdin = strings.NewReader(body)
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v", program, err)
	}
	if string(out) == body || !json.Valid(out) {
		t.Fatalf("%s changes nothing, or too much: %s", program, out)
	}
	return string(out)
}

const (
	byNode   = `process.stdout.write(JSON.stringify(JSON.parse(require("fs").readFileSync(0, "utf8"))))`
	byPython = "import json,sys; sys.stdout.write(json.dumps(json.load(sys.stdin)))"
)

// The senders that each mistake is made for. JSON bodies are signed as they
// stand by the first; all are signed by the last.
var (
	jsonSigners = []string{"stripe", "github", "shopify", "standard", "svix", "slack", "square", "hubspot-v3"}
	timeSigners = []string{"standard", "svix", "slack", "hubspot-v3"} // of stripe a time in ms is in the future, which it allows
	urlSigners  = []string{"square", "hubspot-v3", "twilio"}
	textSecrets = []string{"github", "shopify", "slack", "square", "hubspot-v3", "twilio"}
	allSigners  = append(slices.Clone(jsonSigners), "twilio")
)

// What serialisers write of the same thing.
const (
	compactText = `{"id":"evt_1","name":"Zoë","path":"a/b","amount":10.5}`
	spacedText  = `{"id": "evt_1", "name": "Zo\u00eb", "path": "a/b", "amount": 10.5}` // Python
	slashedText = `{"id":"evt_1","name":"Zo\u00eb","path":"a\/b","amount":10.5}`       // PHP
	linesText   = "{\n\"a\": 1\n}\n"
)

const (
	rawBytes  = "verify the raw bytes of the request, before any parser sees them"
	asTheyAre = "send, store and verify the bytes of the body as they are"
)

func bodies(signed, arrives string) func(*mistaken) {
	return func(m *mistaken) { m.body, m.arrives = signed, arrives }
}

// alternative is the other of two forms.
func alternative(form, a, b string) string {
	if form == a {
		return b
	}
	return a
}

// unframed takes what stands around the signature away, or puts something there.
func unframed(m *mistaken) {
	m.change = func(sent *sign.Message) {
		for _, f := range m.spec.Fields {
			before, _, found := strings.Cut(f.Templates[0], "{sig}")
			for i := range sent.Headers {
				h := &sent.Headers[i]
				switch {
				case !found || h.Name != f.Name:
				case before == "":
					h.Value = "sha256=" + h.Value
				default:
					h.Value = strings.TrimPrefix(h.Value, before)
				}
			}
		}
	}
}

func TestMistakes(t *testing.T) {
	tests := []struct {
		name string
		of   []string
		make func(*mistaken)
		why  string // a pattern of the sentence
		fix  string // what to do begins so
	}{
		{"Node parsed the body", jsonSigners, func(m *mistaken) { bodies(spacedText, serialise(m.t, spacedText, "node", "-e", byNode))(m) },
			`^valid for json\.dumps\(json\.loads\(body\)\) of Python: something parsed the body .* as JSON\.stringify\(JSON\.parse\(body\)\) does$`, rawBytes},
		{"Python parsed the body", jsonSigners, func(m *mistaken) { bodies(compactText, serialise(m.t, compactText, "python3", "-c", byPython))(m) },
			`^valid for JSON\.stringify\(JSON\.parse\(body\)\): something parsed the body .* as json\.dumps\(json\.loads\(body\)\) of Python does$`, rawBytes},
		{"PHP parsed the body", jsonSigners, bodies(compactText, slashedText),
			`^valid for JSON\.stringify\(JSON\.parse\(body\)\): something parsed the body .* as json_encode\(json_decode\(body, true\)\) of PHP does$`, rawBytes},
		{"what PHP signed was parsed", jsonSigners, bodies(slashedText, compactText),
			`^valid for json_encode\(json_decode\(body, true\)\) of PHP: something parsed the body .* as JSON\.stringify\(JSON\.parse\(body\)\) does$`, rawBytes},
		{"a newline was added", jsonSigners, bodies(compactText, compactText+"\n"), `^valid for the body without its last newline: something added it`, asTheyAre},
		{"a newline was lost", jsonSigners, bodies(compactText+"\n", compactText), `^valid for the body with a newline behind it: something removed it`, asTheyAre},
		{"curl -d took the line ends", jsonSigners, bodies("{\n  \"a\": 1,\n  \"b\": [\n    2\n  ]\n}\n", "{  \"a\": 1,  \"b\": [    2  ]}"),
			`^valid for the body with its line ends: something removed its line ends on the way, as curl -d @FILE does$`, asTheyAre + "; curl --data-binary @FILE keeps them"},
		{"LF became CRLF", jsonSigners, bodies(linesText, strings.ReplaceAll(linesText, "\n", "\r\n")), `^valid for the body with LF for CRLF: something turned the line ends into CRLF`, asTheyAre},
		{"CRLF became LF", jsonSigners, bodies(strings.ReplaceAll(linesText, "\n", "\r\n"), linesText), `^valid for the body with CRLF for LF: something turned the line ends into LF`, asTheyAre},

		{"the secret of another", allSigners, func(m *mistaken) {
			m.config, m.known = "secrets:\n  raas: \""+m.secret+"\"\n", []string{"--secret", otherSecretOf(m.id)}
		}, `^valid with secrets\.raas of the settings: the sender signs with that secret$`, "use the secret that the sender uses"},
		{"a secret of text was decoded", textSecrets, func(m *mistaken) { m.spec.Key, m.secret = "base64", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
			`^valid with the secret decoded from base64: the sender reads the secret so, this scheme takes it as text$`, "read the secret as the sender does"},
		{"whsec_ was decoded", []string{"stripe"}, func(m *mistaken) { m.spec.Key = "whsec" },
			`^valid with the secret decoded from base64 behind its prefix: .* takes it as text$`, "read the secret as the sender does"},
		{"whsec_ was not decoded", []string{"standard", "svix"}, func(m *mistaken) { m.spec.Key = "literal" },
			`^valid with the secret as text: .* takes it as base64, with or without whsec_ in front$`, "read the secret as the sender does"},
		{"the secret with a newline", textSecrets, func(m *mistaken) { m.secret += "\n" },
			`^valid with the secret and a newline behind it: the sender reads its secret with the line end of a file$`, "remove the line end"},

		{"hex for base64, or the reverse", allSigners, func(m *mistaken) { m.spec.Enc = alternative(m.spec.Enc, "hex", "base64") },
			`^valid with the signature read as (hex|base64): the scheme has (hex|base64)$`, "encode the signature as "},
		{"the prefix missing, or one too many", []string{"github", "shopify", "standard", "svix", "slack", "square", "hubspot-v3", "twilio"}, unframed,
			`^valid if [\w-]+ is read as (sha256=)?\{sig\}: the scheme has .*\{sig\}$`, "send "},
		{"no frame at all", []string{"stripe"}, func(m *mistaken) {
			m.change = func(sent *sign.Message) {
				for i := range sent.Headers {
					if _, after, found := strings.Cut(sent.Headers[i].Value, ",v1="); found {
						sent.Headers[i].Value = after
					}
				}
			}
		}, `^Stripe-Signature has an item without =: nothing matches however it is read$`, "send Stripe-Signature as t={ts},v1={sig}"},

		{"milliseconds for seconds, or the reverse", timeSigners, func(m *mistaken) {
			ts := *m.spec.TS
			ts.Unit = alternative(ts.Unit, "s", "ms")
			m.spec.TS = &ts
		}, `^signature good, but the timestamp is in (milli)?seconds and the scheme has (milli)?seconds$`, "send the timestamp in "},
		{"stale", append([]string{"stripe"}, timeSigners...), func(m *mistaken) { m.late = time.Hour },
			`^signature good, but 3600 s old, 300 s are allowed$`, "send it afresh with a new timestamp"},

		{"the URL with its port", []string{"square", "hubspot-v3"}, func(m *mistaken) { m.url = "https://example.com:443/hooks/in" },
			`^valid for the URL https://example\.com:443/hooks/in, which is ours with its port: `, "register and verify the same URL, letter for letter: --url https://example.com:443/hooks/in"},
		{"the URL with a slash", urlSigners, func(m *mistaken) { m.url = mistakeURL + "/" },
			`^valid for the URL https://example\.com/hooks/in/, which is ours with a slash at its end: `, "register and verify the same URL"},
		{"the URL of the listener for the public one", urlSigners, func(m *mistaken) {
			m.asURL = "http://127.0.0.1:4400/hooks/in"
			m.change = func(sent *sign.Message) {
				sent.Headers = append(sent.Headers, sign.Header{Name: "X-Forwarded-Host", Value: "example.com"}, sign.Header{Name: "X-Forwarded-Proto", Value: "https"})
			}
		}, `^valid for the URL https://example\.com/hooks/in, .*X-Forwarded-Host`, "register and verify the same URL, letter for letter: --url https://example.com/hooks/in"},
		{"a URL that nobody can know", urlSigners, func(m *mistaken) { m.url = "https://elsewhere.example/x" },
			`or the sender knows another URL than https://example\.com/hooks/in$`, "compare the secret"},

		{"another provider", allSigners, func(m *mistaken) { m.reads = alternative(m.id, "shopify", "github") },
			`^valid as (stripe|github|shopify|standard|svix|slack|square|hubspot-v3|twilio): the message has that sender's form$`, "name that provider: --provider "},
	}
	for _, test := range tests {
		for _, id := range test.of {
			t.Run(test.name+"/"+id, func(t *testing.T) {
				t.Parallel()
				m := newMistake(t, id)
				test.make(m)
				why, fix := m.why()
				if !regexp.MustCompile(test.why).MatchString(why) || !strings.HasPrefix(fix, test.fix) {
					t.Errorf("why: %s\nfix: %s", why, fix)
				}
				if test.name == "another provider" && !strings.HasPrefix(why, "valid as "+id+":") {
					t.Errorf("why: %s", why)
				}
			})
		}
	}
}

// otherSecretOf is a secret of the provider's form that is not the sender's.
func otherSecretOf(id string) string {
	if strings.HasPrefix(mistakeSecrets[id], "whsec_") {
		return "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	}
	return "another-secret-77"
}
