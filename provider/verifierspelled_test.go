package provider

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/sign"
)

// spelled are genuine messages of the schemes with code of their own, in the
// spellings that those tell apart, and read where the URL is spelled otherwise.
func spelled(t *testing.T, r *Registry) []verifierCase {
	t.Helper()
	const form = "application/x-www-form-urlencoded"
	var out []verifierCase
	for _, id := range []string{"twilio", "plivo-v3", "contentful"} {
		p, err := r.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		s := &speller{t: t, p: p, keys: keysOf(t, p, 1)}
		for _, url := range []string{
			"https://example.com", "https://example.com:443/a", "http://example.com:8080/a/b?x=1", "HTTPS://u:p@example.com?x=1#y", "http://[::1]/a?b",
			"https://[::1]:8443/%7Ea/%2F?z=1&a=%20b+c&a=&&=&q=%zz", "https://example.com/ä?b=ü&a='(*)'!~", "/relative?x=1:2", "https://example.com:/a@b:1",
		} {
			for _, body := range []string{"", "b=2&a=1&a=1&a=0&aa=&a", "=", "&&", "%F0%9F%98%80=1&%EF%BF%BD=2&a=%EF%BF%BD&a=%F0%9F%98%80&%zz=+%41", `{"a":1}`} {
				s.add("POST", url, form, body)
			}
			s.add("GET", url, form, "b=2&a=1")
			s.add("POST", url, "application/json", `{"a":1}`)
			s.add("POST", url, "application/json", "")
			s.add("POST", url, "", "b=2&a=1")
			s.add("POST", url+"?bodySHA256=", "application/json", `{"a":1}`)
		}
		out = append(out, s.out...)
	}
	return append(out, digests(t, r)...)
}

type speller struct {
	t    *testing.T
	p    *Profile
	keys sign.Keys
	out  []verifierCase
}

// add signs a message, if it can be signed, and reads it as it is and elsewhere.
func (s *speller) add(method, url, kind, body string) {
	s.t.Helper()
	m := &sign.Message{Method: method, URL: url, Body: []byte(body)}
	if kind != "" {
		m.Headers = sign.Headers{{Name: "Content-Type", Value: kind}}
	}
	if s.p.ID == "contentful" {
		m.Headers = append(m.Headers, sign.Header{Name: "x-contentful-signed-headers", Value: "X-Contentful-Topic, content-type,, b"}, sign.Header{Name: "B", Value: "1"})
		m.Headers = append(m.Headers, sign.Header{Name: "Content-Type", Value: "a"})
	}
	signed, err := s.p.Scheme.Sign(m, s.keys, sign.Values{Time: sentAt, ID: "i", Nonce: "n0nce", Event: "a.b"})
	if err != nil {
		return
	}
	read := func(name string, changed sign.Message) {
		joined := joinLines(&changed)
		s.out = append(s.out, verifierCase{
			name: s.p.ID + ": " + name + " " + changed.Method + " " + changed.URL + " " + body, provider: s.p.ID, message: *joined, keys: s.keys.Secrets, now: sentAt,
			want: s.p.Scheme.Verify(joined, s.keys, sentAt, nil).OK,
		})
	}
	read("sent as", *signed)
	for _, swap := range []*strings.Replacer{
		strings.NewReplacer("example.com:443", "example.com", "[::1]/", "[::1]:80/", "com/", "com:443/", "com?", "com:443?"),
		strings.NewReplacer(":8080", "", ":8443", ":443", "com/", "com:444/"), strings.NewReplacer("=", "%3D", "b+c", "b%20c"), strings.NewReplacer("z=1&", ""),
	} {
		if changed := *signed; swap.Replace(signed.URL) != signed.URL {
			changed.URL = swap.Replace(signed.URL)
			read("read at", changed)
		}
	}
	changed := *signed
	changed.Body = append([]byte("a=1&"), signed.Body...)
	read("with more", changed)
	changed = *signed
	changed.URL += "&bodySHA256=" + strings.Repeat("0", 64)
	read("with a digest", changed)
}

// digests are headers of RFC 9530, well formed and not.
func digests(t *testing.T, r *Registry) []verifierCase {
	t.Helper()
	p, err := r.Get("content-digest")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte("{}"))
	right := ":" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
	wrong := ":" + strings.Repeat("A", 43) + "=:"
	var out []verifierCase
	for _, value := range []string{
		"sha-256=R", "sha-256=R;a;b=1;c=\"x\\\"y\";d=?0;e=:aGk=:;f=tok/en;g=1.5;h=@1", "sha-256=R , \tmd5=:aGk=:", "sha-256=W,sha-256=R", "sha-256=R,sha-256=W",
		"sha-256=R,sha-512=W", "sha-256", "sha-256;a=1", "sha-256=1", "sha-256=\"R\"", "sha-256=(R)", "a=(1 \"b\";c  :aGk=: );d,sha-256=R", "a=( ),sha-256=R", "a=(1\"b\"),sha-256=R",
		"a=(1,sha-256=R", "a=\"\\x\",sha-256=R", "a=\"ü\",sha-256=R", "a=\x7f,sha-256=R", "a=1234567890123456,sha-256=R", "a=123456789012345,sha-256=R", "a=1.2345,sha-256=R", "a=-,sha-256=R",
		"a=1.,sha-256=R", "a=?2,sha-256=R", "a=@1.5,sha-256=R", "a=*tok:/,sha-256=R", "*a.b_c-1,sha-256=R", "A=1,sha-256=R", "1=1,sha-256=R", "a = 1,sha-256=R", "sha-256 =R", "sha-256=R,", ",sha-256=R",
		"sha-256=R,,a", "sha-256=R;", "sha-256=R;A", "sha-256=R;a=", "sha-256=R; a", "sha-256=R ;a", "sha-256=R a", "md5=:aGk=:", "md5=:a:,sha-256=R", "md5=:aGk:,sha-256=R", "md5=:aG==:,sha-256=R", "md5=::,sha-256=R", "md5=:aG=:,sha-256=R",
		"a=`|~!#$%&'^_.+-," + "sha-256=R", "a=t`|~!#$%&'*^_.+-," + "sha-256=R", "SHA-256=R", "sha-256=" + strings.TrimSuffix(right, "=:") + ":", strings.Repeat("a;b,", 500) + "sha-256=R",
		"sha-256=R" + strings.Repeat(";a=\"\\\\\"", 700), "sha-256=R,a=(" + strings.Repeat("1 ", 1000) + ")", "sha-256=R,a=\"" + strings.Repeat("\\\\", 4000) + "\"", "sha-256=R,a=:" + strings.Repeat("AAAA", 4000) + ":",
		"a=" + strings.Repeat("1", 9000) + ",sha-256=R", strings.Repeat("a=1.5;b;c=x,", 900) + "sha-256=R", "sha-256=R" + strings.Repeat(" ", 9000) + ",",
	} {
		value = strings.NewReplacer("R", right, "W", wrong).Replace(value)
		m := sign.Message{Method: "POST", Headers: sign.Headers{{Name: "Content-Digest", Value: value}}, Body: []byte("{}")}
		out = append(out, verifierCase{
			name: "content-digest: " + value[:min(len(value), 90)], provider: p.ID, message: m, now: sentAt, want: p.Scheme.Verify(&m, sign.Keys{}, sentAt, nil).OK,
		})
	}
	return out
}
