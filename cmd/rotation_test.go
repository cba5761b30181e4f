package cmd

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/provider"
)

// TestRotation: where a message carries the signatures of several keys, sign
// takes two of them, and verify finds it valid with either and says which of
// those that it knows it was. With neither it is invalid.
func TestRotation(t *testing.T) {
	all, err := provider.Open().All()
	if err != nil {
		t.Fatal(err)
	}
	rotating := 0
	for _, p := range all {
		if !p.Scheme.Rotates() || p.Scheme.Unkeyed() {
			continue
		}
		rotating++
		t.Run(p.ID, func(t *testing.T) {
			t.Parallel()
			keys, others := rotationKeys(t, p)
			dir := t.TempDir()
			run := func(args ...string) (string, int) {
				command := exec.Command(selfAsHooks(t), args...)
				command.Dir = dir
				command.Env = append(os.Environ(), "HOME="+dir, "XDG_CONFIG_HOME="+dir, "XDG_STATE_HOME="+dir, "GORACE=atexit_sleep_ms=0")
				var stderr bytes.Buffer
				command.Stderr = &stderr
				out, err := command.Output()
				if code := command.ProcessState.ExitCode(); code < 0 || code > 1 {
					t.Fatalf("%v: %v\n%s", args, err, stderr.Bytes())
				}
				return string(out), command.ProcessState.ExitCode()
			}
			body, contentType := `{"bt_signature":"","bt_payload":"x","a":1}`, "application/json"
			if p.ID == "braintree" || p.ID == "plivo-v3" {
				body, contentType = "bt_payload=abc", "application/x-www-form-urlencoded"
			}
			if err := os.WriteFile(filepath.Join(dir, "body"), []byte(body), 0o600); err != nil {
				t.Fatal(err)
			}
			common := []string{"body", "--provider", p.ID, "--url", "https://example.com/in", "--param", "key_id=ours"}
			headers, _ := run(append(append([]string{"sign"}, common...), "--body-out", "signed", "--id", "msg_1", "--nonce", "n0nce", "--secret", keys[0], "--secret", keys[1])...)
			headers += "Content-Type: " + contentType + "\n"
			if err := os.WriteFile(filepath.Join(dir, "headers"), []byte(headers), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(filepath.Join(dir, "signed")); err == nil {
				common[0] = "signed"
			}
			verify := append(append([]string{"verify"}, common...), "-H", "@headers", "--json", others.flag, others.wrong)
			for _, key := range others.either {
				out, code := run(append(verify, others.flag, key)...)
				var line struct {
					Key     *int
					Matched string
				}
				if err := json.Unmarshal([]byte(out), &line); err != nil {
					t.Fatal(err)
				}
				if code != 0 || line.Key == nil || *line.Key != 1 || !strings.HasSuffix(line.Matched, " 2 of 2") {
					t.Errorf("exit code %d: %s", code, out)
				}
			}
			if out, code := run(verify...); code != 1 {
				t.Errorf("with a third key: %s", out)
			}
		})
	}
	if rotating < 15 {
		t.Errorf("%d providers carry several signatures", rotating)
	}
}

// readerKeys are what a reader knows of two keys, and one that is neither.
type readerKeys struct {
	flag   string
	either [2]string
	wrong  string
}

// rotationKeys makes two keys of the provider's kind.
func rotationKeys(t *testing.T, p *provider.Profile) (keys [2]string, reader readerKeys) {
	t.Helper()
	made := make([]string, 3)
	public := make([]string, 3)
	asymmetric := strings.HasPrefix(p.Scheme.Spec().Alg[0], "ed25519")
	for i := range made {
		seed := bytes.Repeat([]byte{byte(i + 1)}, 64)
		text, err := p.SecretFormat.Generate(bytes.NewReader(seed))
		if asymmetric {
			private := ed25519.NewKeyFromSeed(seed[:ed25519.SeedSize])
			text = "whsk_" + base64.StdEncoding.EncodeToString(private.Seed())
			public[i] = "whpk_" + base64.StdEncoding.EncodeToString(private.Public().(ed25519.PublicKey))
		}
		if err != nil {
			t.Fatal(err)
		}
		made[i] = text
	}
	reader = readerKeys{"--secret", [2]string{made[0], made[1]}, made[2]}
	if asymmetric {
		reader = readerKeys{"--public-key", [2]string{public[0], public[1]}, public[2]}
	}
	return [2]string{made[0], made[1]}, reader
}
