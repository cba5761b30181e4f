package provider

import (
	"bytes"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// BenchmarkExplainEvery explains a message of 100 KiB that nobody's key made, of
// every provider in turn, and reports the slowest. The clock is real, as it is
// in the program.
func BenchmarkExplainEvery(b *testing.B) {
	registry := Open()
	var worst time.Duration
	slowest := ""
	o := sign.ExplainOptions{Clock: time.Now, Previous: []string{"a secret before this one"}}
	for b.Loop() {
		for _, p := range everyProvider(b) {
			m, values := unsigned(p, aBody)
			if bodyKind(p) == "" && p.Scheme.Spec().Code != "aws-sns" {
				m.Body = slowBody(100 << 10)
			}
			k := keysOf(b, p, 2)
			out, err := p.Scheme.Sign(m, withOneKey(k, 0), values)
			if err != nil {
				b.Fatal(err)
			}
			began := time.Now()
			registry.Explain(p, out, withOneKey(k, 1), sentAt, o)
			if took := time.Since(began); took > worst {
				worst, slowest = took, p.ID
			}
		}
	}
	b.ReportMetric(float64(worst.Milliseconds()), "worst-ms")
	b.Logf("%s took %s", slowest, worst)
}

// slowBody is JSON in which all that rewriting changes occurs.
func slowBody(size int) []byte {
	item := []byte(`{"id": 1.50, "url": "https:\/\/example.com/1", "name": "Zo\u00eb é <&>", "tags": ["a", "b"]},` + "\r\n")
	body := append([]byte(`{"items": [`), bytes.Repeat(item, size/len(item))...)
	return append(bytes.TrimRight(body, ",\r\n"), "]}\n"...)
}
