package junit

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWrite(t *testing.T) {
	one := Suite{Name: "a <b>", Cases: []Case{
		{Class: "c", Name: "passes", Duration: 1500 * time.Millisecond},
		{Class: "c", Name: "fails", Failure: "is \"wrong\"\nhere", Detail: "got: \x1b[31m\x00"},
		{Class: "c", Name: "breaks", Error: "no app"},
		{Class: "c", Name: "waits", Skipped: "later"},
	}}
	for _, test := range []struct {
		name   string
		suites []Suite
		want   string
	}{
		{"none", nil, `<testsuites>
</testsuites>
`},
		{"one", []Suite{one}, `<testsuite name="a &lt;b&gt;" tests="4" failures="1" skipped="1" errors="1" time="1.500">
  <testcase classname="c" name="passes" time="1.500"/>
  <testcase classname="c" name="fails" time="0.000">
    <failure message="is &#34;wrong&#34;&#10;here">got: ` + "\ufffd[31m\ufffd" + `</failure>
  </testcase>
  <testcase classname="c" name="breaks" time="0.000">
    <error message="no app"></error>
  </testcase>
  <testcase classname="c" name="waits" time="0.000">
    <skipped message="later"/>
  </testcase>
</testsuite>
`},
		{"several", []Suite{{Name: "a"}, {Name: "b"}}, `<testsuites>
<testsuite name="a" tests="0" failures="0" skipped="0" errors="0" time="0.000">
</testsuite>
<testsuite name="b" tests="0" failures="0" skipped="0" errors="0" time="0.000">
</testsuite>
</testsuites>
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b strings.Builder
			if err := Write(&b, test.suites...); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(xml.Header+test.want, b.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzEscaped holds that any text comes back out of an XML parser, but for
// what XML has no character for.
func FuzzEscaped(f *testing.F) {
	for _, seed := range []string{"", "a<b&\"'>", "\x00\x1b\r\n\t", "\xff\ufffe😀"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var got struct {
			A string `xml:"a,attr"`
			B string `xml:"b"`
		}
		if err := xml.Unmarshal([]byte("<x a="+quoted(text)+"><b>"+escaped(text)+"</b></x>"), &got); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		want := strings.Map(func(r rune) rune {
			if r < ' ' && r != '\n' && r != '\t' || r == 0xfffe || r == 0xffff {
				return '\ufffd'
			}
			return r
		}, text)
		if got.A != want || got.B != want {
			t.Errorf("%q became %q and %q", text, got.A, got.B)
		}
	})
}
