package cmd

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/provider"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// section is the README from a heading to the next one.
func section(t *testing.T, heading string) string {
	t.Helper()
	_, rest, ok := strings.Cut(readme(t), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("the README has no section %q", heading)
	}
	text, _, _ := strings.Cut(rest, "\n## ")
	return text
}

// tableRows returns the rows of a text's table, without its heading.
func tableRows(t *testing.T, text string) []string {
	t.Helper()
	var rows []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "| `") {
			rows = append(rows, line)
		}
	}
	if len(rows) == 0 {
		t.Fatal("there is no table")
	}
	return rows
}

func TestProviderTable(t *testing.T) {
	all, err := provider.Open().All()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, p := range all {
		want = append(want, fmt.Sprintf("| `%s` | %s | %s |", p.ID, p.Name, p.Evidence))
	}
	text, err := os.ReadFile("../docs/providers.md")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, tableRows(t, string(text))); diff != "" {
		t.Errorf("docs/providers.md differs (-program +document):\n%s", diff)
	}
	if count := fmt.Sprintf("%d are built in", len(all)); !strings.Contains(readme(t), count) {
		t.Errorf("the README does not say that %s", count)
	}
}

func TestREADMECatalogs(t *testing.T) {
	all, err := catalog.Open().Catalogs()
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, c := range all {
		counts[c.Name] += len(c.Types)
	}
	var want []string
	for _, name := range sortedKeys(counts) {
		want = append(want, fmt.Sprintf("| `%s` | %d |", name, counts[name]))
	}
	if diff := cmp.Diff(want, tableRows(t, section(t, "Send"))); diff != "" {
		t.Errorf("the table of catalogs differs (-program +README):\n%s", diff)
	}
}

// TestREADMETour runs the tour as it stands, but on ports that are free here
// instead of 3000 and 4400, and waiting for each listener to be there.
func TestREADMETour(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a shell")
	}
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	dir := t.TempDir()
	ports := strings.NewReplacer("4400", freeTCPPort(t), "3000", freeTCPPort(t))
	var script strings.Builder
	script.WriteString("set -m\ntrap 'kill -INT $(jobs -p) 2>/dev/null; wait' EXIT\n")
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(section(t, "A tour of five minutes"), -1)
	if len(blocks) < 4 {
		t.Fatalf("the tour has %d blocks", len(blocks))
	}
	for _, block := range blocks {
		for line := range strings.SplitSeq(strings.TrimSpace(block[1]), "\n") {
			tourLine(&script, line)
		}
	}
	script.WriteString("wait\n") // or the trap is the second signal, which ends at once
	ctx, cancel := context.WithTimeout(t.Context(), waitLimit)
	defer cancel()
	command := exec.CommandContext(ctx, shell, "-c", ports.Replace(script.String()))
	command.Dir = dir
	command.Env = tourEnv(t, dir, ports.Replace("HOOKS_ADDR=127.0.0.1:4400"))
	command.WaitDelay = time.Second
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"-> 502", "payment.succeeded", "-> 200", `"amount":500`, "X-Hub-Signature-256: sha256=", "\nvalid\n", "curl ",
		`[5,"succeeded","payment.succeeded"]`, "why: valid for JSON.stringify"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the tour does not print %q:\n%s", want, out)
		}
	}
	if t.Failed() || strings.Contains(string(out), "error:") {
		t.Errorf("the tour printed:\n%s", out)
	}
}

// tourLine adds a line of the tour: one that starts a listener waits until the
// port is open. What must fail is the first trigger, to which nobody answers
// yet, and the signature of a body that was written again.
func tourLine(script *strings.Builder, line string) {
	background := strings.HasSuffix(line, "&")
	first := !strings.Contains(script.String(), "trigger")
	if background {
		line = strings.TrimSuffix(line, "&") + "--ready-file ready &"
	}
	script.WriteString(line)
	switch {
	case background:
		script.WriteString("\nfor i in $(seq 400); do test -s ready && break; sleep 0.05; done; rm ready\n")
	case strings.Contains(line, "trigger") && first, strings.HasPrefix(line, "hooks verify parsed.json"):
		script.WriteString(" && exit 9\n")
	default:
		script.WriteString(" || exit 8\n")
	}
}

func tourEnv(t *testing.T, dir, addr string) []string {
	t.Helper()
	bin := filepath.Dir(selfAsHooks(t))
	return []string{"HOME=" + dir, "PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH"), addr, "GORACE=atexit_sleep_ms=0",
		"TZ=UTC", "TERM=dumb"}
}

func freeTCPPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}
