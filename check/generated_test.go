package check

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

// kinds are providers that sign in different ways, and the body that each of
// them wants; "" is any.
func kinds() map[string]string {
	return map[string]string{
		"github": "", "gitlab-token": "", "shopify": "", "docusign": "", // a header over the body
		"stripe": "", "slack": "", "paddle": "", // and a timestamp
		"standard": "", "svix": "", // and an id
		"square":  "",                             // and the URL
		"discord": "", "sendgrid": "", "wise": "", // Ed25519, ECDSA, RSA
		"vonage": "", "plaid": "", // tokens
		"mailgun": `{"signature":{},"event-data":{"event":"opened"}}`, // inside the body
		"adyen": `{"live":"false","notificationItems":[{"NotificationRequestItem":{"pspReference":"7914073381342284","merchantAccountCode":"Shop",` +
			`"merchantReference":"A-1","amount":{"value":1130,"currency":"EUR"},"eventCode":"AUTHORISATION","success":"true","additionalData":{}}}]}`,
	}
}

// language is one in which hooks provider code writes, and how a consumer in it
// is started.
type language struct {
	name, extension string
	command         []string
	prepare         func(t *testing.T, dir string, entries map[string]entry)
}

func languages() []language {
	return []language{
		{"node", ".js", []string{"node", "server.js"}, nil},
		{"python", ".py", []string{"python3", "server.py"}, nil},
		{"php", ".php", []string{"php", "-d", "display_errors=stderr", "-S", "127.0.0.1:0", "server.php"}, nil},
		{"ruby", ".rb", []string{"ruby", "server.rb"}, nil},
		{"go", ".go", []string{"go", "run", "."}, goTable},
	}
}

// entry is a provider in the config.json that the consumers read.
type entry struct {
	File   string   `json:"file"`
	Module string   `json:"module"`
	Class  string   `json:"class"`
	Keys   []string `json:"keys"`
	URL    bool     `json:"url"`

	source  string
	profile *provider.Profile
	secret  string
}

// TestGeneratedVerifiersAreRight: a consumer with the verifier that hooks
// provider code prints fails no check, in any language, of any kind of provider.
func TestGeneratedVerifiersAreRight(t *testing.T) {
	for _, l := range languages() {
		t.Run(l.name, func(t *testing.T) {
			if _, err := exec.LookPath(l.command[0]); err != nil {
				t.Skipf("%s is not here", l.command[0])
			}
			if testing.Short() && l.name != "node" {
				t.Skip("takes its time")
			}
			t.Parallel()
			entries := writeConsumers(t, l)
			url := l.start(t, entries)
			for _, id := range slices.Sorted(maps.Keys(entries)) {
				t.Run(id, func(t *testing.T) {
					t.Parallel()
					wantRight(t, entries[id], url)
				})
			}
		})
	}
}

// writeConsumers makes a folder with a server and the verifiers.
func writeConsumers(t *testing.T, l language) map[string]entry {
	t.Helper()
	entries := map[string]entry{}
	for id := range kinds() {
		p, err := provider.Open().Get(id)
		if err != nil {
			t.Fatal(err)
		}
		source, err := p.Verifier(l.name)
		if err != nil {
			t.Fatal(err)
		}
		e := newEntry(t, p)
		e.source, e.URL = string(source), regexp.MustCompile(`(?i)verify\([^)]*url[^)]*\)`).Match(source)
		e.Module = "verify_" + strings.ReplaceAll(id, "-", "_")
		e.File = e.Module + l.extension
		if name := regexp.MustCompile(`(?m)^(?:final class|module) (\w+)`).FindSubmatch(source); name != nil {
			e.Class = string(name[1])
		}
		if l.name == "python" && strings.Contains(e.source, "from cryptography") && exec.Command("python3", "-c", "import cryptography").Run() != nil {
			t.Logf("%s needs the package cryptography, which is not here", id)
			continue
		}
		entries[id] = e
	}
	return entries
}

// newEntry makes a key of the provider, for both sides.
func newEntry(t *testing.T, p *provider.Profile) entry {
	t.Helper()
	key, err := p.NewKey("", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	e := entry{profile: p, secret: key.Secret, Keys: []string{key.Secret}}
	if key.Private != "" {
		e.secret, e.Keys[0] = key.Private, key.Public
	}
	if p.ID == "plaid" { // which publishes key sets: a verifier is given the key
		if e.Keys[0], err = p.Scheme.PublicKey(key.Private); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

func (l language) start(t *testing.T, entries map[string]entry) string {
	t.Helper()
	dir := t.TempDir()
	server := "server" + l.extension
	if l.prepare != nil {
		l.prepare(t, dir, entries)
	} else {
		for _, e := range entries {
			writeFile(t, filepath.Join(dir, e.File), e.source)
		}
		writeFile(t, filepath.Join(dir, server), readFile(t, filepath.Join("testdata", "consumer", server)))
	}
	config, err := json.Marshal(entries)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "config.json"), string(config))
	if l.name == "go" { // go run leaves its child behind when it is ended
		if out, err := run(dir, "go", "build", "-o", "server", "."); err != nil {
			t.Fatalf("go build: %v\n%.2000s", err, out)
		}
		l.command = []string{"./server"}
	}
	return startConsumer(t, dir, l.command)
}

func run(dir, name string, args ...string) ([]byte, error) {
	c := exec.Command(name, args...)
	c.Dir, c.Env = dir, append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	return c.CombinedOutput()
}

// startConsumer returns the URL that a server says it listens at.
func startConsumer(t *testing.T, dir string, command []string) string {
	t.Helper()
	r, w := io.Pipe()
	c := exec.Command(command[0], command[1:]...)
	c.Dir, c.Stdout, c.Stderr = dir, w, w
	c.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { c.Wait(); w.Close(); close(ended) }()
	t.Cleanup(func() { c.Process.Kill(); <-ended })
	said := make(chan string, 1)
	go func() {
		var all strings.Builder
		address := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
		for buf := make([]byte, 4096); ; {
			n, err := r.Read(buf)
			all.Write(buf[:n])
			if url := address.FindString(all.String()); url != "" {
				said <- url
				io.Copy(io.Discard, r)
				return
			}
			if err != nil {
				said <- all.String()
				return
			}
		}
	}()
	url := <-said
	if !strings.HasPrefix(url, "http://") {
		t.Fatalf("%s says no address: %.2000s", command, url)
	}
	return url
}

// wantRight fails for every check that fails, and if too few were made.
func wantRight(t *testing.T, e entry, url string) {
	t.Helper()
	id := e.profile.ID
	target, err := send.ParseTarget(url + "/" + id)
	if err != nil {
		t.Fatal(err)
	}
	client := send.NewClient(send.Options{Now: time.Now, Timeout: 20 * time.Second})
	defer client.Close()
	lenient := *e.profile
	lenient.Timeout = time.Minute // the machine may be busy
	n := 0
	s := Subject{Target: target, Profile: &lenient, Keys: sign.Keys{Secrets: []string{e.secret}}, UserAgent: "hooks/test", Client: client, Now: time.Now,
		Event: func() (send.Event, error) {
			n++
			body := kinds()[id]
			if body == "" {
				body = fmt.Sprintf(`{"id":"evt_%d","type":"order.paid"}`, n)
			}
			return send.Event{Type: "order.paid", WireID: fmt.Sprintf("msg_%d", n), ContentType: "application/json", Body: []byte(body)}, nil
		}}
	var slow []string
	if id != "standard" { // one in each language is enough of what waits
		slow = []string{"slow-body", "not-early"}
	}
	checks, err := Select(All(), nil, slow)
	if err != nil {
		t.Fatal(err)
	}
	passed := map[string]bool{}
	if err := Run(t.Context(), s, checks, func(r Result) error {
		passed[r.Name] = r.Status == Pass
		if r.Status == Fail {
			t.Errorf("%s (%s): got %s, which means %s", r.Name, r.Asks, r.Got, r.Means)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"genuine", "wrong-secret", "altered-signature", "garbled-signature", "duplicate", "in-time"} {
		if !passed[name] {
			t.Errorf("%s did not pass", name)
		}
	}
}

// goTable makes a package of each verifier and a table of them.
func goTable(t *testing.T, dir string, entries map[string]entry) {
	var imports, table strings.Builder
	for id, e := range entries {
		name := e.Module
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(dir, name, "webhook.go"), e.source)
		keys, _ := json.Marshal(e.Keys)
		list := "[]string{" + strings.Trim(string(keys), "[]") + "}"
		args := list + ", r.Header, body"
		if e.URL {
			args = list + `, "http://"+r.Host+r.RequestURI, r.Header, body`
		}
		if strings.Contains(e.source, "now time.Time) bool") && regexp.MustCompile(`func Verify\([^)]*now time\.Time`).MatchString(e.source) {
			args += ", time.Now()"
		}
		fmt.Fprintf(&imports, "%s %q\n", name, "run/"+name)
		fmt.Fprintf(&table, "%q: func(r *http.Request, body []byte) bool { return %s.Verify(%s) },\n", id, name, args)
	}
	writeFile(t, filepath.Join(dir, "go.mod"), "module run\n\ngo 1.22\n")
	writeFile(t, filepath.Join(dir, "server.go"), readFile(t, filepath.Join("testdata", "consumer", "server.go.txt")))
	writeFile(t, filepath.Join(dir, "table.go"), "package main\n\nimport (\n\"net/http\"\n\"time\"\n"+imports.String()+
		")\n\nvar _ = time.Now\n\nvar verifiers = map[string]func(*http.Request, []byte) bool{\n"+table.String()+"}\n")
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
