package cmd

import (
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
)

// calls runs commands of one program in this process, in a folder of its own
// and without any variable set.
type calls struct {
	t   *testing.T
	dir string
}

func newCalls(t *testing.T) calls { return calls{t, t.TempDir()} }

func (c calls) path(name string) string { return filepath.Join(c.dir, name) }

func (c calls) put(name, text string) string {
	c.t.Helper()
	if err := os.WriteFile(c.path(name), []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
	return c.path(name)
}

// run returns the exit code and what came on stdout and stderr.
func (c calls) run(args ...string) (code int, out, errs string) {
	c.t.Helper()
	var streams [2]*os.File
	for i, name := range []string{"stdout", "stderr"} {
		f, err := os.Create(c.path(name))
		if err != nil {
			c.t.Fatal(err)
		}
		defer f.Close()
		streams[i] = f
	}
	in, err := os.Open(os.DevNull)
	if err != nil {
		c.t.Fatal(err)
	}
	defer in.Close()
	lookup := func(name string) (string, bool) { return c.path("home"), name == "HOME" }
	code = run(&env{args: args, dir: c.dir, stdin: in, stdout: streams[0], stderr: streams[1], lookup: lookup, now: time.Now,
		random: rand.Reader, signals: interrupts})
	text := func(name string) string {
		b, err := os.ReadFile(c.path(name))
		if err != nil {
			c.t.Fatal(err)
		}
		return string(b)
	}
	return code, text("stdout"), text("stderr")
}

// bodyFor is a body that the provider could have sent.
func bodyFor(p *provider.Profile) string {
	if p.Scheme.Spec().Code == "aws-sns" {
		return `{"Type":"Notification","MessageId":"","TopicArn":"arn:aws:sns:us-east-1:1:t","Message":"x"}`
	}
	if slices.ContainsFunc(p.Scheme.Spec().Fields, func(f sign.Field) bool { return f.Place == sign.InForm }) {
		return "bt_payload=abc&z=1&a=2"
	}
	return `{"id":"evt_1","type":"a.b","event_name":"a.b","signature":{"token":"x","timestamp":1,"signature":"x"},` +
		`"event":{"event_time":"1","event_type":"x"},"webhookTimestamp":1,"passcode":"x","value":[{"clientState":"x"}],` +
		`"notificationItems":[{"NotificationRequestItem":{"pspReference":"1","additionalData":{"hmacSignature":""}}}]}`
}

// TestNewSecretSigns: for every provider, what `secret new` prints is what
// `sign` signs with and `verify` verifies with, as it was printed. No store is
// made on the way.
func TestNewSecretSigns(t *testing.T) {
	all, err := provider.Open().All()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		if p.ID == "content-digest" {
			continue // has no key
		}
		t.Run(p.ID, func(t *testing.T) {
			c := newCalls(t)
			code, out, errs := c.run("secret", "new", "--provider", p.ID, "--json")
			var key newKeyLine
			if err := json.Unmarshal([]byte(out), &key); code != 0 || err != nil {
				t.Fatalf("secret new = %d, %v: %s", code, err, errs)
			}
			secret := key.Secret + key.PrivateKey
			common := []string{"--provider", p.ID, "--url", "https://example.com/hook?data.id=A1&b=2&a=1", "--param", "key_id=ours",
				"--param", "webhook_id=4JH86294D6297924G"}
			body := c.put("body", bodyFor(p))
			code, out, errs = c.run(append([]string{"sign", body, "--json", "--secret", secret, "--event", "a.b", "--id", "msg_1"}, common...)...)
			if code != 0 {
				t.Fatalf("sign = %d: %s", code, errs)
			}
			verify := append(append([]string{"verify", c.signed(out)}, common...), c.headers(out)...)
			for name, ref := range map[string]string{"--secret": secret, "--public-key": key.PublicKey} {
				if ref == "" {
					continue
				}
				if code, out, errs := c.run(append(verify, name, ref)...); code != 0 || out != "valid\n" {
					t.Errorf("verify %s = %d: %s%s", name, code, out, errs)
				}
			}
			if _, err := os.Stat(c.path("home")); err == nil {
				t.Error("something was written to the home folder")
			}
		})
	}
}

// signed is the file with the body as sign left it.
func (c calls) signed(line string) string {
	c.t.Helper()
	var signed signedLine
	if err := json.Unmarshal([]byte(line), &signed); err != nil {
		c.t.Fatal(err)
	}
	if signed.Body != nil {
		return c.put("body", *signed.Body)
	}
	return c.path("body")
}

func (c calls) headers(line string) (flags []string) {
	c.t.Helper()
	var signed signedLine
	if err := json.Unmarshal([]byte(line), &signed); err != nil {
		c.t.Fatal(err)
	}
	for name, value := range signed.Headers {
		flags = append(flags, "-H", name+": "+value)
	}
	return flags
}

// TestNewSecretLines: what is printed plainly can be used as it is, too.
func TestNewSecretLines(t *testing.T) {
	c := newCalls(t)
	code, out, _ := c.run("secret", "new")
	if code != 0 || strings.Count(out, "\n") != 1 || !strings.HasPrefix(out, "whsec_") {
		t.Errorf("secret new = %d %q", code, out)
	}
	for _, id := range []string{"discord", "standard-v1a", "sendgrid", "wise", "plaid"} {
		_, both, _ := c.run("secret", "new", "--provider", id)
		file := c.put(id, both)
		code, public, errs := c.run("secret", "new", "--provider", id, "--out", c.path(id+".key"))
		if _, err := sign.ParsePublicKey(public); code != 0 || err != nil || strings.Contains(public, "PRIVATE") {
			t.Errorf("%s --out = %d %q %s, %v", id, code, public, errs, err)
		}
		if info, err := os.Stat(c.path(id + ".key")); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: the file has mode %v, %v", id, info.Mode(), err)
		}
		p, err := provider.Open().Get(id)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{file, c.path(id + ".key")} {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			private, _, _ := strings.Cut(strings.TrimSuffix(string(text), "\n"), "\nwhpk_")
			if id == "discord" {
				private, _, _ = strings.Cut(private, "\n")
			}
			if err := p.Scheme.CheckSecret(private); err != nil {
				t.Errorf("%s: %s: %v", id, name, err)
			}
		}
	}
}
