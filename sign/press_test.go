package sign

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// TestPress: a press writes what Sign writes, with one key and with two.
func TestPress(t *testing.T) {
	for name, spec := range benchSpecs() {
		s := mustNew(t, spec)
		for n := range 2 {
			m, k := &Message{Headers: headersOfARequest()}, Keys{Secrets: []string{testSecret, testSecret}[:n+1]}
			p, ok := s.Press(m, k, "a.b")
			if !ok {
				t.Fatalf("%s cannot be pressed", name)
			}
			for i := range 3 {
				at, id, body := testTime.Add(time.Duration(i)*time.Minute), fmt.Sprintf("msg_%d", i), fmt.Appendf(nil, "body %d", i)
				m.Body = body
				out, err := s.Sign(m, k, Values{Time: at, ID: id, Event: "a.b"})
				if err != nil {
					t.Fatal(err)
				}
				p.Sign(at, []byte(id), body)
				var got Headers
				for i, name := range p.Names() {
					got = append(got, Header{name, string(p.AppendValue(nil, i))})
				}
				if !slices.Equal(got, out.Headers) {
					t.Errorf("%s, %d keys: pressed\n%v\nsigned\n%v", name, n+1, got, out.Headers)
				}
			}
		}
	}
}

// TestPressRefuses: what changes in other ways is left to Sign.
func TestPressRefuses(t *testing.T) {
	m, k := &Message{Method: "POST", URL: "https://example.com/"}, Keys{Secrets: []string{messageSecret}}
	for name, spec := range map[string]Spec{"http signatures": messageSpec(HTTPSpec{}), "token": tokenSpec("HS256")} {
		if _, ok := mustNew(t, spec).Press(m, k, ""); ok {
			t.Errorf("%s: pressed", name)
		}
	}
	if _, ok := mustNew(t, githubSpec()).Press(m, Keys{}, ""); ok {
		t.Error("pressed without a key")
	}
	filtered := githubSpec()
	filtered.Content = []string{"{body|sha256hex}"}
	if _, ok := mustNew(t, filtered).Press(m, k, ""); ok {
		t.Error("a digest of the mark was signed")
	}
}

// TestShownID: the place is the one whose value Event shows.
func TestShownID(t *testing.T) {
	spec := stripeSpec()
	spec.Fields = append(spec.Fields, Field{Place: InJSON, Name: "id", Templates: []string{"{id}"}})
	s := mustNew(t, spec)
	for body, want := range map[string]string{
		`{"id":"evt_1"}`: `"evt_1"`, `{"a":[{"id":1}], "id" : 12 }`: `12`, `{"a":1}`: "", `{"id":""}`: "", `{"id":"a","id":"b"}`: "", `x`: "", ``: "",
	} {
		start, end, isJSON := s.ShownID(&Message{Body: []byte(body)})
		if got := body[start:end]; got != want || isJSON != (want != "") {
			t.Errorf("%s: %q, JSON %v, want %q", body, got, isJSON, want)
		}
	}
	for form, want := range map[string]string{"a=1&id=xy&b=2": "xy", "id=xy": "xy", "aid=1": "", "": ""} {
		start, end := findPair(form, "id")
		if form[start:end] != want {
			t.Errorf("%s: %q, want %q", form, form[start:end], want)
		}
	}
}

func BenchmarkPress(b *testing.B) {
	for name, spec := range benchSpecs() {
		p, ok := mustNew(b, spec).Press(&Message{Headers: headersOfARequest()}, Keys{Secrets: []string{testSecret}}, "a.b")
		if !ok {
			b.Fatalf("%s cannot be pressed", name)
		}
		body, id, out := make([]byte, 1024), []byte("msg_1"), []byte(nil)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				p.Sign(testTime, id, body)
				out = out[:0]
				for i := range p.Names() {
					out = p.AppendValue(out, i)
				}
			}
		})
	}
}
