package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/sign"
)

// runCurl runs an exported command in sh with this test binary as curl.
func runCurl(t *testing.T, command string) curlCall {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip(err)
	}
	bin := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(bin, "curl")); err != nil {
		t.Skip(err)
	}
	cmd := exec.Command("sh", "-c", command)
	cmd.Env = []string{"HOOKS_TEST_CHILD=curl", "GORACE=atexit_sleep_ms=0", "PATH=" + bin + ":" + os.Getenv("PATH")}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("sh -c %q: %v\n%s", command, err, &stderr)
	}
	var call curlCall
	if err := json.Unmarshal(out, &call); err != nil {
		t.Fatalf("%q puts out %q", command, out)
	}
	return call
}

// body is what curl would send.
func (c curlCall) body() string {
	for i, arg := range c.Args {
		switch string(arg) {
		case "--data-raw":
			return string(c.Args[i+1])
		case "--data-binary":
			return string(c.Stdin)
		}
	}
	return ""
}

var oddBodies = []string{
	"", "{}", `{"a":"it's \"$HOME\" \\ ${x} $(id) ` + "`id`" + ` %s 100%"}`, "@/etc/passwd", "-", "a\nb\n", "\n", "tab\t",
	"caf\xe9", "\x00\x01\xff", "\x1b[31mred", "'", "''\x00'", "\\n%d\x00", "é\u2028\u202e", "\r\n", strings.Repeat("x", maxArgument+1),
	strings.Repeat("a", longRun) + "é%\n'" + strings.Repeat("[", longRun) + strings.Repeat("9", longRun) + "\x00", "-" + strings.Repeat("-", longRun),
	"\xef\xbf\xbd", "\xef\xbf\xbd\x00", "\x1b1234", "\x0012", "-\x00", "-0",
}

func TestCurlKeepsBytes(t *testing.T) {
	for _, body := range oddBodies {
		d := received("x", []byte(body))
		d.Request.Headers = sign.Headers{{Name: "X-Odd", Value: "caf\xe9 'q' \x1b"}, {Name: "X-Empty"}, {Name: "X-Text", Value: "$HOME"}}
		call := runCurl(t, Curl(d, false))
		if got := call.body(); got != body {
			t.Errorf("body %.40q arrives as %.40q", body, got)
		}
		line := CurlLine(d, false)
		if got := runCurl(t, line).body(); got != body || !printable(line, "") {
			t.Errorf("on one line: body %.40q arrives as %.40q: %.200q", body, got, line)
		}
		args := string(bytes.Join(call.Args, []byte("\n")))
		for _, want := range []string{"X-Odd: caf\xe9 'q' \x1b", "X-Empty;", "X-Text: $HOME", "http://127.0.0.1:4400/hook?x=1"} {
			if !strings.Contains(args, want) {
				t.Errorf("%q is missing in %.500q", want, args)
			}
		}
	}
}

func TestCurlShowsOnlyPrintable(t *testing.T) {
	for _, body := range oddBodies {
		d := received("x", []byte(body))
		d.Request.Headers = sign.Headers{{Name: "X-Odd", Value: "\x1b]0;x\x07\xff\u202e"}}
		if command := Curl(d, false); !printable(command, "\n\t") || !utf8.ValidString(command) {
			t.Errorf("the command for %.40q is not printable: %.200q", body, command)
		}
	}
}

func TestCurlAgainstAServer(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip(err)
	}
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip(err)
	}
	type request struct {
		Method, Target, Body string
		Headers              http.Header
	}
	got := make(chan request, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- request{r.Method, r.RequestURI, string(body), r.Header}
	}))
	defer server.Close()
	d := received("x", []byte("\x00caf\xe9\n"))
	d.Request.Method, d.Request.Target = "PUT", "/a/../b%2Fc?x[1]={2}&y"
	d.Request.Headers = sign.Headers{{Name: "X-A", Value: "1"}, {Name: "X-A", Value: "2"}, {Name: "X-Empty"}, {Name: "Host", Value: "elsewhere"}}
	d.Destination = server.URL
	if out, err := exec.Command("sh", "-c", Curl(d, false)+" --silent --max-time 10").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := request{"PUT", d.Request.Target, string(d.Request.Body), http.Header{
		"X-A": {"1", "2"}, "X-Empty": {""}, "Content-Length": {"6"},
	}}
	if diff := cmp.Diff(want, <-got); diff != "" {
		t.Errorf("what curl sends (-want +got):\n%s", diff)
	}
}

func TestMasking(t *testing.T) {
	secret := []string{
		"Authorization", "proxy-authorization", "Cookie", "Set-Cookie", "X-Api-Key", "X-API-Key", "Api-Key", "X-Gitlab-Token",
		"X-Hook-Secret", "X-Telegram-Bot-Api-Secret-Token", "X-Auth-Password",
	}
	shown := []string{"X-Hub-Signature-256", "Stripe-Signature", "Webhook-Id", "Webhook-Signature", "Content-Type", "X-Request-Id"}
	d := received("x", nil)
	d.Request.Headers = nil
	for _, name := range append(secret, shown...) {
		d.Request.Headers = append(d.Request.Headers, sign.Header{Name: name, Value: "canary-" + name})
	}
	hidden, revealed := Curl(d, false), Curl(d, true)
	for _, name := range secret {
		if strings.Contains(hidden, "canary-"+name) || !strings.Contains(revealed, "canary-"+name) {
			t.Errorf("%s is shown, or not revealed", name)
		}
	}
	for _, name := range shown {
		if !strings.Contains(hidden, "canary-"+name) {
			t.Errorf("%s is masked", name)
		}
	}
}

func TestRawRequest(t *testing.T) {
	d := received("x", []byte("{\"a\": 1}\x00"))
	d.Request.Headers = append(d.Request.Headers, sign.Header{Name: "Transfer-Encoding", Value: "chunked"})
	want := "POST /hook?x=1 HTTP/1.1\r\nHost: 127.0.0.1:4400\r\nContent-Type: application/json\r\nX-Odd: caf\xe9\r\n" +
		"Content-Length: 9\r\n\r\n{\"a\": 1}\x00"
	if got := string(RawRequest(d)); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	d.Request.Headers = sign.Headers{{Name: "Host", Value: "example.com"}, {Name: "X", Value: "a\r\nInjected: b"}}
	d.Request.Body = nil
	if got, want := string(RawRequest(d)), "POST /hook?x=1 HTTP/1.1\r\nHost: example.com\r\nX: a  Injected: b\r\n\r\n"; got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// FuzzShellQuote: what the shell reads is what was quoted.
func FuzzShellQuote(f *testing.F) {
	if _, err := exec.LookPath("sh"); err != nil {
		f.Skip(err)
	}
	for _, body := range oddBodies {
		f.Add(body[:min(len(body), 100)])
	}
	f.Fuzz(func(t *testing.T, text string) {
		pipe := exec.Command("sh", "-c", "printf "+printfQuote(text))
		if got, err := pipe.Output(); err != nil || string(got) != text {
			t.Fatalf("%q arrives from printf as %q, %v", text, got, err)
		}
		argument := oneLine(text)
		if strings.HasSuffix(argument, "\n") {
			return
		}
		command := "printf %s " + ShellQuote(argument)
		if got, err := exec.Command("sh", "-c", command).Output(); err != nil || string(got) != argument {
			t.Fatalf("%q arrives as %q, %v (%s)", argument, got, err, fmt.Sprintf("%.200q", command))
		}
	})
}
