package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/term"
)

// loadReport is a load that is over.
type loadReport struct {
	load   *send.Load
	to     string
	result *send.LoadResult
	file   string
}

// loadJSON is the report for programs.
type loadJSON struct {
	Type         string           `json:"type"`
	Target       string           `json:"target"`
	Provider     string           `json:"provider"`
	Rate         *float64         `json:"rate"`
	Connections  int              `json:"connections"`
	StartedAt    time.Time        `json:"started_at"`
	Duration     float64          `json:"duration_ms"`
	Interrupted  bool             `json:"interrupted"`
	Requests     int64            `json:"requests"`
	Acknowledged int64            `json:"acknowledged"`
	Unsent       int64            `json:"unsent"`
	Canceled     int64            `json:"canceled"`
	StatusCodes  map[string]int64 `json:"status_codes"`
	Errors       map[string]int64 `json:"errors"`
	Throughput   float64          `json:"throughput"`
	BytesSent    int64            `json:"bytes_sent"`
	Latency      *spreadJSON      `json:"latency_ms"`
	Late         *spreadJSON      `json:"late_ms"`
	Histogram    []barJSON        `json:"histogram"`
	Timeline     []rowJSON        `json:"timeline"`
}

type spreadJSON struct {
	Min  float64 `json:"min"`
	Mean float64 `json:"mean"`
	P50  float64 `json:"p50"`
	P90  float64 `json:"p90"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p99_9"`
	Max  float64 `json:"max"`
}

type barJSON struct {
	AtMost float64 `json:"le_ms"`
	Count  uint64  `json:"count"`
}

type rowJSON struct {
	At       float64 `json:"at_ms"`
	Requests int64   `json:"requests"`
	Failed   int64   `json:"failed"`
	P50      float64 `json:"p50_ms"`
	P99      float64 `json:"p99_ms"`
	Max      float64 `json:"max_ms"`
}

func spread(h *send.Histogram) *spreadJSON {
	if h.Count() == 0 {
		return nil
	}
	return &spreadJSON{milliseconds(h.Min()), milliseconds(h.Mean()), milliseconds(h.Quantile(0.5)), milliseconds(h.Quantile(0.9)), milliseconds(h.Quantile(0.99)), milliseconds(h.Quantile(0.999)), milliseconds(h.Max())}
}

func (r *loadReport) object() *loadJSON {
	t := r.result
	o := &loadJSON{Type: "load", Target: r.to, Provider: r.load.Signing.Profile.ID, Connections: r.load.Connections, StartedAt: t.Started.UTC(),
		Duration: milliseconds(t.Took), Interrupted: t.Interrupted, Requests: t.Requests, Acknowledged: t.Acknowledged, Unsent: t.Unsent, Canceled: t.Canceled,
		StatusCodes: map[string]int64{}, Errors: t.Errors, Throughput: float64(int64(t.Throughput()*100)) / 100, BytesSent: t.BytesSent, Latency: spread(t.Latency)}
	if r.load.Rate > 0 {
		o.Rate, o.Late = &r.load.Rate, spread(t.Late)
	}
	for status, n := range t.Statuses {
		if n > 0 {
			o.StatusCodes[fmt.Sprint(status)] = n
		}
	}
	for _, b := range loadBars(t.Latency) {
		o.Histogram = append(o.Histogram, barJSON{milliseconds(b.atMost), b.count})
	}
	for _, row := range t.Rows {
		o.Timeline = append(o.Timeline, rowJSON{milliseconds(row.At), row.Requests, row.Failed, milliseconds(row.P50), milliseconds(row.P99), milliseconds(row.Max)})
	}
	return o
}

// muchLate is by how much half of all requests are late when it is not just
// that the machine has other work.
const muchLate = 10 * time.Millisecond

// reportLoad prints the report, and writes it to its file.
func (a *app) reportLoad(r *loadReport) error {
	var err error
	if a.json {
		err = a.printJSON(r.object())
	} else {
		err = a.write([]byte(r.text()))
	}
	if err != nil {
		return err
	}
	if r.file != "" {
		text := r.page()
		if strings.HasSuffix(r.file, ".json") {
			if text, err = json.MarshalIndent(r.object(), "", "  "); err != nil {
				return err
			}
			text = append(text, '\n')
		}
		if err := createFile(r.file, text, 0o644, true); err != nil {
			return err
		}
		a.note("wrote %s", r.file)
	}
	if r.load.Rate > 0 && (r.result.Unsent > 0 || r.result.Late.Quantile(0.5) > muchLate) {
		a.note("hint: requests began late, since every connection waited for an answer: more --connections keep the pace, if the target can")
	}
	if r.result.Statuses[http.StatusUnauthorized] > 0 {
		a.hintSecret()
	}
	return r.verdict()
}

// text is the report for people.
func (r *loadReport) text() string {
	t := r.result
	var b bytes.Buffer
	row := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-13s %s\n", name, term.Safe(fmt.Sprintf(format, args...)))
	}
	row("target", "%s over %s", r.to, counted(r.load.Connections, "connection"))
	row("requests", "%d in %s%s", t.Requests, t.Took.Round(time.Millisecond), r.asides())
	row("acknowledged", "%d (%s)", t.Acknowledged, percent(t.Acknowledged, t.Requests))
	row("throughput", "%.1f/s%s", t.Throughput(), r.wanted())
	if codes := r.codes(); codes != "" {
		row("status codes", "%s", codes)
	}
	for _, kind := range sortedKeys(t.Errors) {
		row("errors", "%s %d: %s", kind, t.Errors[kind], t.Examples[kind])
	}
	if t.Latency.Count() > 0 {
		row("latency", "%s", percentiles(t.Latency))
	}
	if r.load.Rate > 0 && t.Late.Count() > 0 {
		row("began late by", "%s", percentiles(t.Late))
	}
	writeBars(&b, loadBars(t.Latency))
	return b.String()
}

// asides is what is to be known of the number of requests.
func (r *loadReport) asides() string {
	var all []string
	if r.result.Interrupted {
		all = append(all, "interrupted")
	}
	if r.result.Canceled > 0 {
		all = append(all, fmt.Sprintf("%d more in flight then", r.result.Canceled))
	}
	if r.result.Unsent > 0 {
		all = append(all, fmt.Sprintf("%d more were due and never begun", r.result.Unsent))
	}
	if len(all) == 0 {
		return ""
	}
	return ", " + strings.Join(all, ", ")
}

func (r *loadReport) wanted() string {
	if r.load.Rate == 0 {
		return ""
	}
	return fmt.Sprintf(" of %.6g/s", r.load.Rate)
}

func (r *loadReport) codes() string {
	var all []string
	for status, n := range r.result.Statuses {
		if n > 0 {
			all = append(all, fmt.Sprintf("%d: %d", status, n))
		}
	}
	return strings.Join(all, ", ")
}

// percent is rounded down, so that 99.996 % never shows as all.
func percent(part, all int64) string {
	if all == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f %%", float64(part*10000/all)/100)
}

func percentiles(h *send.Histogram) string {
	return fmt.Sprintf("p50 %s  p90 %s  p99 %s  p99.9 %s  max %s", millis(h.Quantile(0.5)), millis(h.Quantile(0.9)),
		millis(h.Quantile(0.99)), millis(h.Quantile(0.999)), millis(h.Max()))
}

// millis is a duration with three digits that count.
func millis(d time.Duration) string {
	v := milliseconds(d)
	switch {
	case v < 10:
		return fmt.Sprintf("%.2f ms", v)
	case v < 100:
		return fmt.Sprintf("%.1f ms", v)
	case v < 10_000:
		return fmt.Sprintf("%.0f ms", v)
	}
	return fmt.Sprintf("%.1f s", v/1000)
}

// latencyBar is one line of the histogram.
type latencyBar struct {
	atMost time.Duration
	count  uint64
}

// loadBars cuts the latencies at 1, 2 and 5 of each power of ten.
func loadBars(h *send.Histogram) []latencyBar {
	var all []latencyBar
	seen := uint64(0)
	for unit := time.Microsecond; seen < h.Count(); unit *= 10 {
		for _, times := range []time.Duration{1, 2, 5} {
			until := h.AtMost(times * unit)
			if seen < h.Count() && until > 0 {
				all = append(all, latencyBar{times * unit, until - seen})
				seen = until
			}
		}
	}
	return all
}

// maxBar is the width of the longest bar.
const maxBar = 48

func writeBars(b *bytes.Buffer, bars []latencyBar) {
	if len(bars) == 0 {
		return
	}
	longest := slices.MaxFunc(bars, func(a, b latencyBar) int { return int(a.count) - int(b.count) }).count
	fmt.Fprintf(b, "\n%10s  %9s\n", "up to", "requests")
	for _, bar := range bars {
		width := int((bar.count*maxBar + longest - 1) / longest)
		fmt.Fprintln(b, strings.TrimRight(fmt.Sprintf("%10s  %9d  %s", millis(bar.atMost), bar.count, strings.Repeat("#", width)), " "))
	}
}
