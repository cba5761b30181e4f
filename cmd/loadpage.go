package cmd

import (
	_ "embed"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/send"
)

// loadStyle is the style of the page, which has no script.
//
//go:embed page/load.css
var loadStyle string

// page is the report as one page that needs nothing beside itself.
func (r *loadReport) page() []byte {
	t := r.result
	var p page
	p.add("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"%s\">\n",
		fmt.Sprintf("default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'", digest(loadStyle)))
	p.add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Load of %s</title>\n", r.to)
	p.WriteString("<style>" + loadStyle + "</style>\n</head>\n<body>\n")
	p.add("<h1>Load of %s</h1>\n<p>%s, %s%s, signed as %s.</p>\n", r.to, t.Started.UTC().Format("2006-01-02 15:04:05 UTC"),
		counted(r.load.Connections, "connection"), r.pageRate(), r.load.Signing.Profile.ID)
	r.tiles(&p)
	if t.Latency.Count() > 0 {
		p.WriteString("<h2>Latency over time</h2>\n")
		chart(&p, t.Rows, t.Took, []series{
			{"max", "max", func(row send.LoadRow) float64 { return milliseconds(row.Max) }},
			{"p99", "p99", func(row send.LoadRow) float64 { return milliseconds(row.P99) }},
			{"p50", "p50", func(row send.LoadRow) float64 { return milliseconds(row.P50) }},
		}, true, "ms")
	}
	p.WriteString("<h2>Requests a second</h2>\n")
	chart(&p, t.Rows, t.Took, []series{
		{"requests", "p50", func(row send.LoadRow) float64 { return perSecond(row.Requests, row.Length) }},
		{"not acknowledged", "max", func(row send.LoadRow) float64 { return perSecond(row.Failed, row.Length) }},
	}, false, "/s")
	r.pageBars(&p)
	r.pageErrors(&p)
	p.WriteString("</body>\n</html>\n")
	return []byte(p.String())
}

func (r *loadReport) pageRate() string {
	if r.load.Rate == 0 {
		return ", as fast as it goes"
	}
	return fmt.Sprintf(", %.6g requests a second", r.load.Rate)
}

func perSecond(n int64, d time.Duration) float64 {
	if d <= 0 {
		return 0
	}
	return float64(n) / d.Seconds()
}

// tiles are the figures.
func (r *loadReport) tiles(p *page) {
	t := r.result
	p.WriteString("<dl>\n")
	tile := func(name, value string) { p.add("<div><dt>%s</dt><dd>%s</dd></div>\n", name, value) }
	tile("requests", fmt.Sprintf("%d in %s%s", t.Requests, t.Took.Round(time.Millisecond), r.asides()))
	tile("acknowledged", percent(t.Acknowledged, t.Requests))
	tile("throughput", fmt.Sprintf("%.1f/s", t.Throughput()))
	if t.Latency.Count() > 0 {
		for _, q := range []float64{0.5, 0.9, 0.99, 0.999} {
			tile(fmt.Sprintf("p%.4g", q*100), millis(t.Latency.Quantile(q)))
		}
		tile("max", millis(t.Latency.Max()))
	}
	if r.load.Rate > 0 && t.Late.Count() > 0 {
		tile("began late by, p99", millis(t.Late.Quantile(0.99)))
	}
	p.WriteString("</dl>\n")
}

func (r *loadReport) pageBars(p *page) {
	bars := loadBars(r.result.Latency)
	if len(bars) == 0 {
		return
	}
	p.WriteString("<h2>Latencies</h2>\n<table>\n<tr><th>up to</th><th>requests</th><th></th></tr>\n")
	most := uint64(1)
	for _, b := range bars {
		most = max(most, b.count)
	}
	for _, b := range bars {
		p.add("<tr><td>%s</td><td>%s</td><td><svg viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\"><rect class=\"bar\" width=\"%s\" height=\"8\"/></svg></td></tr>\n",
			millis(b.atMost), fmt.Sprint(b.count), fmt.Sprintf("%.2f", 100*float64(b.count)/float64(most)))
	}
	p.WriteString("</table>\n")
}

func (r *loadReport) pageErrors(p *page) {
	p.WriteString("<h2>Answers</h2>\n<table>\n")
	for status, n := range r.result.Statuses {
		if n > 0 {
			p.add("<tr><td>%s</td><td>%s</td><td></td></tr>\n", fmt.Sprint(status), fmt.Sprint(n))
		}
	}
	for _, kind := range sortedKeys(r.result.Errors) {
		p.add("<tr><td>%s</td><td>%s</td><td>%s</td></tr>\n", kind, fmt.Sprint(r.result.Errors[kind]), r.result.Examples[kind])
	}
	p.WriteString("</table>\n")
}

// series is one line of a chart.
type series struct {
	name, class string
	of          func(send.LoadRow) float64
}

// The size of a chart, and the room for its numbers.
const (
	chartWidth, chartHeight = 900.0, 260.0
	chartLeft, chartBottom  = 70.0, 24.0
)

// chart draws lines over time; logarithmic in the height where asked, so that
// a p50 can be seen beside a maximum.
func chart(p *page, rows []send.LoadRow, took time.Duration, lines []series, logarithmic bool, unit string) {
	low, high := math.Inf(1), 0.0
	for _, row := range rows {
		for _, s := range lines {
			if v := s.of(row); v > 0 {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	if high == 0 {
		return
	}
	high = roundUp(high)
	scale := func(v float64) float64 { return v / high }
	ticks := []float64{0, high / 2, high}
	if logarithmic {
		from, to := math.Floor(math.Log10(low)), math.Ceil(math.Log10(high))
		to = max(to, from+1)
		scale = func(v float64) float64 { return max(0, (math.Log10(max(v, low/10))-from)/(to-from)) }
		ticks = nil
		for e := from; e <= to; e++ {
			ticks = append(ticks, math.Pow(10, e))
		}
	}
	y := func(v float64) float64 { return (1 - scale(v)) * (chartHeight - chartBottom) }
	x := func(d time.Duration) float64 {
		return chartLeft + d.Seconds()/max(took.Seconds(), 1e-3)*(chartWidth-chartLeft)
	}
	fmt.Fprintf(p, "<svg class=\"chart\" role=\"img\" viewBox=\"0 -12 %g %g\">\n", chartWidth, chartHeight+12)
	for _, tick := range ticks {
		fmt.Fprintf(p, "<path class=\"grid\" d=\"M%g %.1fH%g\"/><text x=\"%g\" y=\"%.1f\">%.4g %s</text>\n", chartLeft, y(tick), chartWidth, chartLeft-8, y(tick)+4, tick, unit)
	}
	step := time.Duration(roundUp(took.Seconds()/6) * float64(time.Second))
	for at := time.Duration(0); at < took-step/2 && step > 0; at += step {
		fmt.Fprintf(p, "<text class=\"time\" x=\"%.1f\" y=\"%g\">%.4g s</text>\n", x(at), chartHeight-4, at.Seconds())
	}
	for _, s := range lines {
		var d strings.Builder
		for i, row := range rows {
			fmt.Fprintf(&d, "%c%.1f %.1f", "ML"[min(i, 1)], x(min(row.At-row.Length/2, took)), y(s.of(row)))
		}
		p.add("<path class=\"line %s\" d=\"%s\"><title>%s</title></path>\n", s.class, d.String(), s.name)
	}
	p.WriteString("</svg>\n<p class=\"legend\">")
	for _, s := range lines {
		p.add("<span class=\"%s\">%s</span> ", s.class, s.name)
	}
	p.WriteString("</p>\n")
}

// roundUp is the next number with one digit that counts, or 1.5 or 2.5 of it.
func roundUp(v float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, times := range []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6, 8} {
		if v <= times*unit {
			return times * unit
		}
	}
	return 10 * unit
}
