package cmd

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
)

// aLoad is a finished load of a target that answers well, or not always.
func aLoad(t *testing.T, rate float64, status func(n int) int) *loadReport {
	t.Helper()
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		n++
		w.WriteHeader(status(n))
	}))
	defer server.Close()
	target, err := send.ParseTarget(server.URL + "/<script>document.title='broken'</script>")
	if err != nil {
		target, err = send.ParseTarget(server.URL)
	}
	if err != nil {
		t.Fatal(err)
	}
	p, err := provider.Open().Get("standard")
	if err != nil {
		t.Fatal(err)
	}
	client := send.NewClient(send.Options{Now: time.Now})
	defer client.Close()
	l := &send.Load{Client: client, Target: target, Signing: send.Signing{Profile: p}, Rate: rate, Duration: 600 * time.Millisecond, Connections: 1,
		Event: send.Event{WireID: "msg_01ARZ3NDEKTSV4RRFFQ69G5FAV", Body: []byte(`{}`)}}
	l.Signing.Keys.Secrets = []string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
	result, err := l.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &loadReport{load: l, to: target.String(), result: result}
}

// TestLoadPageInBrowser opens the page as a reader does and looks at what is
// drawn: lines with points inside the picture, in colours, and no text of the
// target that was run.
func TestLoadPageInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	browser := findBrowser(t)
	r := aLoad(t, 200, func(n int) int { return []int{200, 200, 500}[n%3] })
	r.to += "/</title><script>document.title='broken'</script>"
	r.result.Errors["timeout"], r.result.Examples["timeout"] = 1, "<img src=x onerror=\"document.title='broken'\">"
	file := filepath.Join(t.TempDir(), "load.html")
	if err := os.WriteFile(file, r.page(), 0o600); err != nil {
		t.Fatal(err)
	}
	dom := dump(t, browser, "file://"+file)
	if !strings.Contains(dom, "<title>Load of http://127.0.0.1:") || strings.Contains(dom, "<title>broken") || strings.Contains(dom, "<img") {
		t.Errorf("a text of the target was taken for HTML")
	}
	lines := regexp.MustCompile(`<path class="line ([a-z0-9]+)" d="([^"]+)">`).FindAllStringSubmatch(dom, -1)
	if len(lines) != 5 {
		t.Fatalf("%d lines are drawn, want 5", len(lines))
	}
	for _, line := range lines {
		points := regexp.MustCompile(`[ML](-?[0-9.]+) (-?[0-9.]+)`).FindAllStringSubmatch(line[2], -1)
		if len(points) != len(r.result.Rows) || len(points) < 4 {
			t.Errorf("%s has %d points of %d rows", line[1], len(points), len(r.result.Rows))
		}
		for _, point := range points {
			x, _ := strconv.ParseFloat(point[1], 64)
			y, _ := strconv.ParseFloat(point[2], 64)
			if x < chartLeft || x > chartWidth || y < 0 || y > chartHeight-chartBottom {
				t.Errorf("%s goes out of the picture at %s", line[1], point[0])
			}
		}
	}
	lookAt(t, browser, "file://"+file)
}

// lookAt takes a picture of a page, which must have the colours of its lines
// in it: a style that the policy refused would leave it black.
func lookAt(t *testing.T, browser, url string) {
	t.Helper()
	picture := filepath.Join(t.TempDir(), "page.png")
	run := exec.CommandContext(t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
		"--user-data-dir="+t.TempDir(), "--window-size=1000,1400", "--screenshot="+picture, url)
	if err := run.Run(); err != nil {
		t.Skipf("the browser does not run here: %v", err)
	}
	for name, colour := range map[string][3]byte{"p50": {0x0b, 0x62, 0xc4}, "p99": {0xa3, 0x6a, 0x00}, "max": {0xc0, 0x39, 0x2b}} {
		if n := pixels(t, picture, colour); n < 50 {
			t.Errorf("%d pixels in the colour of %s", n, name)
		}
	}
	if keep := os.Getenv("HOOKS_KEEP_PICTURE"); keep != "" {
		text, err := os.ReadFile(picture)
		if err == nil {
			err = os.WriteFile(keep, text, 0o600)
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// TestLoadReportAddsUp: the text, the object and the figures are of one mind,
// and the bars are all of the latencies.
func TestLoadReportAddsUp(t *testing.T) {
	r := aLoad(t, 0, func(n int) int { return []int{200, 204, 500}[min(n/100, 2)] })
	line, err := json.Marshal(r.object())
	if err != nil {
		t.Fatal(err)
	}
	var o loadJSON
	if err := json.Unmarshal(line, &o); err != nil {
		t.Fatal(err)
	}
	codes, bars, rows, failed := int64(0), uint64(0), int64(0), int64(0)
	for _, n := range o.StatusCodes {
		codes += n
	}
	for _, b := range o.Histogram {
		bars += b.Count
	}
	for _, row := range o.Timeline {
		rows, failed = rows+row.Requests, failed+row.Failed
	}
	if o.Requests < 300 || codes != o.Requests || int64(bars) != o.Requests || rows != o.Requests || o.Acknowledged != 199 || failed != o.Requests-199 {
		t.Errorf("%d requests, %d codes, %d in bars, %d in rows, %d acknowledged, %d failed", o.Requests, codes, bars, rows, o.Acknowledged, failed)
	}
	if l := o.Latency; o.Late != nil || o.Rate != nil || l.Min > l.P50 || l.P50 > l.P90 || l.P90 > l.P99 || l.P99 > l.P999 || l.P999 > l.Max {
		t.Errorf("latency %+v, late %+v", l, o.Late)
	}
	if text := r.text(); !strings.Contains(text, "200: 99, 204: 100, 500: ") || strings.Contains(text, "100.00 %") {
		t.Error(text)
	}
	var f *failure
	if f = asFailure(r.verdict()); f.exit != exitNo {
		t.Errorf("exit %d", f.exit)
	}
}

// TestPercent: what is not all never looks like it.
func TestPercent(t *testing.T) {
	for _, tt := range []struct {
		part, all int64
		want      string
	}{{0, 0, "–"}, {0, 5, "0.00 %"}, {99999, 100000, "99.99 %"}, {100000, 100000, "100.00 %"}, {1, 3, "33.33 %"}} {
		if got := percent(tt.part, tt.all); got != tt.want {
			t.Errorf("%d of %d is %s, want %s", tt.part, tt.all, got, tt.want)
		}
	}
}

// TestLoadBarLine: the bar is full at the end, of a count as of a time, and
// stays within its width when there is more.
func TestLoadBarLine(t *testing.T) {
	for _, tt := range []struct {
		load     send.Load
		progress send.LoadProgress
		want     string
	}{
		{send.Load{Duration: 10 * time.Second}, send.LoadProgress{Passed: 5 * time.Second, Requests: 10, Acknowledged: 8}, "[############............] 5s  10 sent  0/s  p99 0.00 ms  2 not acknowledged"},
		{send.Load{Count: 20}, send.LoadProgress{Passed: time.Second, Requests: 20, Acknowledged: 20}, "[########################] 1s  20 of 20 sent  0/s  p99 0.00 ms  0 not acknowledged"},
		{send.Load{Duration: time.Second}, send.LoadProgress{Passed: time.Minute}, "[########################] 1m0s  0 sent  0/s  p99 0.00 ms  0 not acknowledged"},
	} {
		if got := newLoadBar(nil, &tt.load).line(tt.progress); got != tt.want {
			t.Errorf("%s, want %s", got, tt.want)
		}
	}
}
