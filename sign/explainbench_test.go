package sign

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// jsonBody is JSON of about size bytes, written as Python does.
func jsonBody(size int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"id": "evt_1", "items": [`)
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, `{"id": "it_%06d", "price": %d.50, "url": "https://example.com/%d", "name": "Zo\u00eb <&>", "tags": ["a", "b"]}, `, i, i, i)
	}
	return append(bytes.TrimSuffix(b.Bytes(), []byte(", ")), "]}"...)
}

// BenchmarkExplain is the longest search: nothing matches, and several other
// secrets are known. The clock is real, as it is in the program.
func BenchmarkExplain(b *testing.B) {
	o := ExplainOptions{Clock: time.Now, Previous: []string{"one", "two"}}
	for i := range 8 {
		o.Others = append(o.Others, Secret{fmt.Sprint("secret ", i), strings.Repeat(string(rune('a'+i)), 24)})
	}
	k := Keys{Secrets: []string{"nobody-signed-with-this"}}
	for name, spec := range benchSpecs() {
		s := mustNew(b, spec)
		for _, size := range []int{1 << 10, 100 << 10} {
			m, err := s.Sign(&Message{Method: "POST", URL: "https://example.com/hook", Headers: headersOfARequest(), Body: jsonBody(size)},
				Keys{Secrets: []string{testSecret}}, Values{Time: testTime, ID: "msg_1"})
			if err != nil {
				b.Fatal(err)
			}
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				var e Explanation
				for b.Loop() {
					if e = s.Explain(m, k, testTime, o); e.Found {
						b.Fatal(e.Summary)
					}
				}
				b.ReportMetric(float64(e.Tried), "MACs/op")
				b.ReportMetric(float64(map[bool]int{true: 1}[e.Truncated]), "truncated/op")
			})
		}
	}
}

// BenchmarkInfer is a search that ends in vain.
func BenchmarkInfer(b *testing.B) {
	for _, size := range []int{1 << 10, 100 << 10} {
		m := captured(b, standardSpec(), testSecret, string(jsonBody(size)), testTime)
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			var failed *InferError
			for b.Loop() {
				if _, err := Infer([]Message{m}, "nobody-signed-with-this", InferOptions{}); !errors.As(err, &failed) {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(failed.Tried), "MACs/op")
		})
	}
}
