package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/sign"
)

func noFiles(name string) ([]byte, error) {
	return nil, &os.PathError{Op: "open", Path: name, Err: os.ErrNotExist}
}

func someFiles(name string) ([]byte, error) {
	if name == "body.bin" {
		return []byte("a\r\nb\x00"), nil
	}
	if name == "lines" {
		return []byte("X-One: 1\r\nX-Two: 2\n"), nil
	}
	return noFiles(name)
}

// TestReadCurl: what commands of browsers and of people come to.
func TestReadCurl(t *testing.T) {
	host := "Host: example.com"
	for name, c := range map[string]struct{ command, line, headers, body string }{
		"plain":           {"curl example.com", "GET /", host + "|Accept: */*", ""},
		"data":            {"curl -d a=1 -d 'b=2' https://example.com/x?y=1#z", "POST /x?y=1", host + "|Accept: */*|Content-Type: application/x-www-form-urlencoded|Content-Length: 7", "a=1&b=2"},
		"query alone":     {"curl 'https://example.com?a=1'", "GET /?a=1", host + "|Accept: */*", ""},
		"attached":        {"curl -XPUT -HX-A:1 -sSd{} http://example.com", "PUT /", host + "|Accept: */*|Content-Type: application/x-www-form-urlencoded|X-A: 1|Content-Length: 2", "{}"},
		"json":            {`curl --json '{"a":1}' http://example.com/`, "POST /", host + "|Content-Type: application/json|Accept: application/json|Content-Length: 7", `{"a":1}`},
		"json own type":   {`curl --json '{}' -H 'content-type: application/x' http://example.com/`, "POST /", host + "|Accept: application/json|content-type: application/x|Content-Length: 2", `{}`},
		"ansi":            {`curl http://example.com --data-raw $'it\'s \u00e9\x0a\101'`, "POST /", host + "|Accept: */*|Content-Type: application/x-www-form-urlencoded|Content-Length: 9", "it's é\nA"},
		"raw keeps @":     {"curl http://example.com --data-raw @body.bin", "POST /", host + "|Accept: */*|Content-Type: application/x-www-form-urlencoded|Content-Length: 9", "@body.bin"},
		"file":            {"curl http://example.com -d @body.bin", "POST /", host + "|Accept: */*|Content-Type: application/x-www-form-urlencoded|Content-Length: 2", "ab"},
		"binary file":     {"curl http://example.com --data-binary @body.bin", "POST /", host + "|Accept: */*|Content-Type: application/x-www-form-urlencoded|Content-Length: 5", "a\r\nb\x00"},
		"stdin":           {`printf 'a%%\0b\n' | curl http://example.com --data-binary @-`, "POST /", host + "|Accept: */*|Content-Type: application/x-www-form-urlencoded|Content-Length: 5", "a%\x00b\n"},
		"echo":            {"echo '{}' | curl http://example.com -d @-", "POST /", host + "|Accept: */*|Content-Type: application/x-www-form-urlencoded|Content-Length: 2", "{}"},
		"header file":     {"curl http://example.com -H @lines", "GET /", host + "|Accept: */*|X-One: 1|X-Two: 2", ""},
		"no header":       {"curl http://example.com -H 'Accept:' -H 'X-Empty;' -H 'Host: other'", "GET /", "X-Empty: |Host: other", ""},
		"user":            {"curl -u me:pass http://example.com", "GET /", host + "|Accept: */*|Authorization: Basic bWU6cGFzcw==", ""},
		"user in the URL": {"curl http://me:pass@example.com", "GET /", host + "|Accept: */*|Authorization: Basic bWU6cGFzcw==", ""},
		"get":             {"curl -G -d 'a=1' --data-urlencode 'b=x y&' http://example.com/p?q", "GET /p?q&a=1&b=x%20y%26", host + "|Accept: */*", ""},
		"continued":       {"$ curl \\\n  http://example.com \\\r\n  -X DELETE # why\n", "DELETE /", host + "|Accept: */*", ""},
		"double quotes":   {`curl "http://example.com" -d "a\"\$b 5$"`, "POST /", host + "|Accept: */*|Content-Type: application/x-www-form-urlencoded|Content-Length: 7", `a"$b 5$`},
		"browser": {"curl 'https://example.com/api' \\\n  -H 'accept: application/json' \\\n  -b 'a=b; c=d' \\\n  --data-raw $'{\"t\":\"it\\'s\"}' \\\n  --compressed --insecure",
			"POST /api", host + `|Content-Type: application/x-www-form-urlencoded|accept: application/json|Cookie: a=b; c=d|Accept-Encoding: deflate, gzip, br, zstd|Content-Length: 12`, `{"t":"it's"}`},
		"cmd": {"curl ^\"https://example.com/a?b=1^&c=^%^20^\" ^\r\n  -H ^\"content-type: application/json^\" ^\r\n  --data-raw ^\"^{^\\^\"a^\\^\":^\\^\"x^\r\n\r\ny^\\^\"^}^\"",
			"POST /a?b=1&c=%20", host + "|Accept: */*|content-type: application/json|Content-Length: 11", "{\"a\":\"x\ny\"}"},
	} {
		list, err := ReadCurl(c.command, clock(), someFiles)
		if err != nil || len(list) != 1 {
			t.Errorf("%s: %d requests, %v", name, len(list), err)
			continue
		}
		r := list[0].Request
		var headers []string
		for _, h := range r.Headers {
			headers = append(headers, h.Name+": "+h.Value)
		}
		got := [3]string{r.Method + " " + r.Target, strings.Join(headers, "|"), string(r.Body)}
		if diff := cmp.Diff([3]string{c.line, c.headers, c.body}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestReadCurlRefuses(t *testing.T) {
	for command, want := range map[string]string{
		"wget http://x":          "is no curl command",
		"curl":                   "it has no URL",
		"curl http://x http://y": "several URLs",
		"curl http://x -d 'a":    "a quote is not closed",
		"curl http://x -H \"Authorization: $TOK\"": "needs a shell",
		"curl http://x -d `id`":                    "needs a shell",
		"curl http://x -d \"$(id)\"":               "needs a shell",
		"curl http://x -d $(id)":                   "needs a shell",
		"curl http://x > /tmp/y":                   "needs a shell",
		"curl http://x && rm -rf /":                "needs a shell",
		"rm -rf / | curl http://x -d @-":           "is not understood",
		"curl http://x -d @missing":                "file does not exist",
		"curl http://x -d @-":                      "nothing is piped",
		"curl http://x -F a=b":                     "several parts",
		"curl http://x -H":                         "needs a value",
		"curl http://x --frobnicate":               "is not understood",
		"curl ftp://x":                             "no HTTP request",
		"curl http://x --data-raw $'\\z'":          "is no escape",
		"curl http://x -b cookies.txt":             "are not read",
		"printf %d 1 | curl http://x -d @-":        "is not understood",
	} {
		list, err := ReadCurl(command, clock(), someFiles)
		var form *FormError
		if !errors.As(err, &form) || !strings.Contains(err.Error(), want) || list != nil {
			t.Errorf("%q: %v, want an error with %q", command, err, want)
		}
	}
}

// TestCurlComesBack: what Curl writes is read to the same request, which Curl
// writes again to the byte.
func TestCurlComesBack(t *testing.T) {
	var all strings.Builder
	var want []string
	for i, body := range oddBodies {
		d := oddRequest(body)
		d.Destination = fmt.Sprintf("http://elsewhere.example:%d", i+1)
		d.Request.Target += "&" + strings.Repeat("z", 2*longRun)
		command := Curl(d, true)
		list, err := ReadCurl(command, clock(), noFiles)
		if err != nil {
			t.Fatalf("%.200s: %v", command, err)
		}
		if got := list[0].Request; string(got.Body) != body || got.Target != d.Request.Target || got.Method != "PUT" {
			t.Errorf("%.40q comes back as %.40q, %s %s", body, got.Body, got.Method, got.Target)
		}
		if again := Curl(list[0], true); again != command {
			t.Errorf("written again:\n%.300s\nwas\n%.300s", again, command)
		}
		all.WriteString("# comment's $(x)\n" + command + "\n")
		want = append(want, body)
	}
	list, err := ReadCurl(all.String(), clock(), noFiles)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range list {
		got = append(got, string(d.Request.Body))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestRunsAreBounded: a short command is no large request.
func TestRunsAreBounded(t *testing.T) {
	half := fmt.Sprintf(`"$(printf '%%%ds' '' | tr ' ' 'x')"`, maxPutOut/2+1)
	if list, err := ReadCurl("curl http://x -d "+half, clock(), noFiles); err != nil || len(list[0].Request.Body) != maxPutOut/2+1 {
		t.Errorf("half of it: %v", err)
	}
	var form *FormError
	if _, err := ReadCurl("curl http://x -d "+half+" -H "+half, clock(), noFiles); !errors.As(err, &form) {
		t.Errorf("twice: %v", err)
	}
}

// full is a delivery with everything that an archive holds.
func full(body string) *Delivery {
	d := oddRequest(body)
	d.ID, d.Seq, d.ReceivedAt = "dlv_01JD000000000000000000000A", 7, clock()
	d.Event.ID, d.Event.ExternalID = "evt_01JD000000000000000000000A", "msg_1"
	d.Request.Headers = append(d.Request.Headers, sign.Header{Name: "X-Bytes", Value: "caf\xe9"})
	answered(d, 500, "no\xff")
	answered(d, 200, "yes")
	d.Request.BodySize, d.Request.BodySHA256 = int64(len(body)), hexSHA256([]byte(body))
	d.ReceivedAt = d.ReceivedAt.Truncate(time.Microsecond) // as JSON has it
	for i := range d.Attempts {
		d.Attempts[i].StartedAt = d.Attempts[i].StartedAt.Truncate(time.Microsecond)
	}
	return d
}

func TestArchiveComesBack(t *testing.T) {
	var all []byte
	for _, body := range oddBodies {
		d := full(body)
		line, err := Archive(d)
		if err != nil {
			t.Fatal(err)
		}
		all = append(append(all, line...), '\n')
		back, err := ReadArchive(line)
		if err != nil {
			t.Fatal(err)
		}
		if len(body) == 0 {
			d.Request.Body = nil
		}
		if diff := cmp.Diff(d, back[0]); diff != "" {
			t.Errorf("%.40q (-was +is):\n%s", body, diff)
		}
		if again, err := Archive(back[0]); err != nil || string(again) != string(line) {
			t.Errorf("written again: %v\n%.300s\n%.300s", err, again, line)
		}
	}
	if list, err := ReadArchive(all); err != nil || len(list) != len(oddBodies) {
		t.Errorf("%d of %d, %v", len(list), len(oddBodies), err)
	}
}

func TestFixtureComesBack(t *testing.T) {
	text, err := Fixture(full("{\"a\":1}\x00"))
	if err != nil {
		t.Fatal(err)
	}
	back, err := ReadArchive(text)
	if err != nil || string(back[0].Request.Body) != "{\"a\":1}\x00" || back[0].Attempts != nil || back[0].Status != Captured {
		t.Errorf("%v, %v\n%s", back, err, text)
	}
}

func TestReadArchiveRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{`:                "object 1",
		`{"type":"ready"}`: "its type is",
		`{"type":"delivery","request":{"method":"POST","target":"/","body_size":3}}`:                       "3 bytes is missing",
		`{"type":"delivery","request":{"method":"POST","target":"/","body":"a","body_base64":"YQ=="}}`:     "exclude each other",
		`{"type":"delivery","request":{"method":"POST","target":"/","body_base64":"?"}}`:                   "body_base64",
		`{"type":"delivery","request":{"target":"/"}}`:                                                     "no method",
		`{"type":"delivery","request":{"method":"A","target":"/","headers":[["a"]]}}`:                      "1 elements",
		`{"type":"delivery","request":{"method":"A","target":"/"},"attempts":[{"response_headers":[[]]}]}`: "0 elements",
	} {
		if list, err := ReadArchive([]byte(text)); err == nil || !strings.Contains(err.Error(), want) || list != nil {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func harOf(t *testing.T, list ...*Delivery) string {
	t.Helper()
	head, err := HARHead("1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	text := string(head)
	for i, d := range list {
		entry, err := HAREntry(d)
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			text += ","
		}
		text += "\n" + string(entry)
	}
	return text + HARTail
}

func TestHARComesBack(t *testing.T) {
	for _, body := range oddBodies {
		d := full(body)
		d.Attempts[0].ResponseBody = nil // HAR has one answer
		if len(body) == 0 {
			d.Request.Body = nil
		}
		text := harOf(t, d, full("2"))
		back, skipped, err := ReadHAR([]byte(text))
		if err != nil || len(back) != 2 || skipped != 0 {
			t.Fatalf("%d entries, %d skipped, %v", len(back), skipped, err)
		}
		if diff := cmp.Diff(d, back[0]); diff != "" {
			t.Errorf("%.40q (-was +is):\n%s", body, diff)
		}
		if again := harOf(t, back...); again != text {
			t.Errorf("written again:\n%.500s\nwas\n%.500s", again, text)
		}
	}
}

// TestReadHAROfOthers: a file of a browser, with HTTP/2, forms and a socket.
func TestReadHAROfOthers(t *testing.T) {
	const text = `{"log":{"version":"1.2","creator":{"name":"b"},"entries":[
{"startedDateTime":"2026-11-21T10:00:00.5+01:00","request":{"method":"POST","url":"https://example.com/a?b=%20#x","headers":[{"name":":authority","value":"example.com"},{"name":"content-type","value":"application/json"}],
 "postData":{"mimeType":"application/json","text":"{\"a\": 1}"}},"response":{"status":201,"content":{}}},
{"startedDateTime":"2026-11-21T10:00:00Z","request":{"method":"GET","url":"wss://example.com/socket","headers":[]},"response":{"content":{}}},
{"startedDateTime":"2026-11-21T10:00:01Z","request":{"method":"POST","url":"http://example.com","headers":[{"name":"Host","value":"h"}],"postData":{"params":[{"name":"a b","value":"&"}]}},"response":{"status":0,"content":{}}},
{"startedDateTime":"2026-11-21T10:00:02Z","request":{"method":"POST","url":"http://example.com/b","headers":[],"postData":{"text":"/w==","encoding":"base64"}},"response":{"content":{}}}]}}`
	list, skipped, err := ReadHAR([]byte(text))
	if err != nil || skipped != 1 || len(list) != 3 {
		t.Fatalf("%d entries, %d skipped, %v", len(list), skipped, err)
	}
	first := list[0]
	want := sign.Headers{{Name: "Host", Value: "example.com"}, {Name: "content-type", Value: "application/json"}}
	if diff := cmp.Diff(want, first.Request.Headers); diff != "" {
		t.Error(diff)
	}
	if first.Request.Target != "/a?b=%20" || string(first.Request.Body) != `{"a": 1}` || first.Answer.StatusCode != 201 ||
		!first.ReceivedAt.Equal(time.Date(2026, 11, 21, 9, 0, 0, 5e8, time.UTC)) {
		t.Errorf("%+v", first.Request)
	}
	if string(list[1].Request.Body) != "a+b=%26" || string(list[2].Request.Body) != "\xff" {
		t.Errorf("%q, %q", list[1].Request.Body, list[2].Request.Body)
	}
	for text, want := range map[string]string{
		"[":                       "har: ",
		"{}":                      "no log.entries",
		`{"log":{"entries":[1]}}`: "entry 1",
		`{"log":{"entries":[{"request":{"method":"GET","url":"http://x"}}]}}`:                                                                        "startedDateTime",
		`{"log":{"entries":[{"startedDateTime":"2026-11-21T10:00:00Z","request":{"url":"http://x","postData":{"text":"?","_encoding":"base64"}}}]}}`: "postData",
	} {
		if _, _, err := ReadHAR([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestHTTPFileComesBack(t *testing.T) {
	for _, body := range []string{"", "{}", "a\nb\n\n", "# no comment\n", "> {% x %}", "é"} {
		d := oddRequest(body)
		d.Destination = "http://elsewhere.example"
		text, err := HTTPFile(d)
		if err != nil {
			t.Fatal(err)
		}
		list, err := ReadHTTPFile(string(text)+"\n"+string(text), clock(), noFiles)
		if err != nil || len(list) != 2 {
			t.Fatalf("%d requests, %v\n%s", len(list), err, text)
		}
		for _, back := range list {
			if string(back.Request.Body) != body || back.Request.Target != d.Request.Target || back.Request.Method != "PUT" {
				t.Errorf("%q comes back as %q, %s %s", body, back.Request.Body, back.Request.Method, back.Request.Target)
			}
		}
	}
	for _, body := range []string{"\x00", "\xff", "< file", "a\n### b", "{{x}}"} {
		if text, err := HTTPFile(received("x", []byte(body))); err == nil {
			t.Errorf("%q is written as %q", body, text)
		}
	}
	d := received("x", nil)
	d.Request.Headers = append(d.Request.Headers, sign.Header{Name: "X-Template", Value: "{{x}}"})
	if text, err := HTTPFile(d); err == nil {
		t.Errorf("a header with a variable is written as %q", text)
	}
}

func TestReadHTTPFile(t *testing.T) {
	const text = "@base = https://example.com\n@path={{base}}/a\n\n### one\n# @name one\n// comment\nPOST {{path}}\n  ?x=1\n  &y=2 HTTP/1.1\nContent-Type: application/json\n# off\nX-Base: {{ base }}\n\n" +
		"{\"a\": \"{{base}}\"}\n\n> {% client.log() %}\n\n###\n\nhttps://example.com/plain\n\n###\nPUT http://example.com/file\n\n< body.bin\n###\n"
	list, err := ReadHTTPFile(strings.ReplaceAll(text, "\n", "\r\n"), clock(), someFiles)
	if err == nil {
		list, err = ReadHTTPFile(text, clock(), someFiles)
	}
	if err != nil || len(list) != 3 {
		t.Fatalf("%d requests, %v", len(list), err)
	}
	r := list[0].Request
	if r.Target != "/a?x=1&y=2" || string(r.Body) != `{"a": "https://example.com"}` || r.ContentType != "application/json" || len(r.Headers) != 3 {
		t.Errorf("%+v %s", r, r.Body)
	}
	if list[1].Request.Method != "GET" || list[1].Request.Target != "/plain" || string(list[2].Request.Body) != "a\r\nb\x00" {
		t.Errorf("%+v\n%+v", list[1].Request, list[2].Request)
	}
	list, err = ReadHTTPFile("GET http://x/\nX-A: 1\nhost: y\nX-B: 2\n", clock(), someFiles)
	want := sign.Headers{{Name: "X-A", Value: "1"}, {Name: "host", Value: "y"}, {Name: "X-B", Value: "2"}}
	if err != nil || !slices.Equal(list[0].Request.Headers, want) {
		t.Errorf("a Host of its own: %v, %v", list, err)
	}
	for text, want := range map[string]string{
		"GET {{nothing}}/x":                     "nothing in the file says",
		"GET /relative":                         "no HTTP request",
		"GET http://x\nbroken":                  "is no header",
		"PUT http://x\n\n< missing":             "not exist",
		"PUT http://x\nContent-Length: 9\n\nab": "Content-Length",
	} {
		if list, err := ReadHTTPFile(text, clock(), someFiles); err == nil || !strings.Contains(err.Error(), want) || list != nil {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestCloudEvent(t *testing.T) {
	for name, c := range map[string]struct{ kind, body, want string }{
		"json":       {"application/json; charset=utf-8", `{"b": 1.0, "a":[ ]}`, `"data":{"b":1.0,"a":[]},"datacontenttype":"application/json; charset=utf-8"`},
		"text":       {"text/plain", "hi", `"data":"hi","datacontenttype":"text/plain"`},
		"broken":     {"application/json", "{", `"data_base64":"ew=="`},
		"binary":     {"application/octet-stream", "\xff", `"data_base64":"/w=="`},
		"structured": {"application/cloudevents+json", "{\n \"specversion\": \"1.0\"}", `{"specversion":"1.0"}`},
		"empty":      {"", "", `"hooksdelivery":"dlv_01JD000000000000000000000A","hooksverdict":"valid","id":"msg_1"`},
	} {
		d := full(c.body)
		d.Request.ContentType = c.kind
		line, err := CloudEvent(d)
		if err != nil || !strings.Contains(string(line), c.want) {
			t.Errorf("%s: %s, %v; want %s", name, line, err, c.want)
		}
	}
	d := full("{}")
	d.Request.Headers = append(d.Request.Headers, sign.Header{Name: "Ce-Type", Value: "com.example.caf%C3%A9"}, sign.Header{Name: "ce-id", Value: "7%"})
	if line, err := CloudEvent(d); err != nil || !strings.Contains(string(line), `"id":"7%"`) || !strings.Contains(string(line), `"type":"com.example.café"`) {
		t.Errorf("%s, %v", line, err)
	}
}

func TestMaskedHidesEverywhere(t *testing.T) {
	d := full("{}")
	secret := sign.Header{Name: "Authorization", Value: "canary"}
	d.Request.Headers = append(d.Request.Headers, secret)
	for i := range d.Attempts {
		d.Attempts[i].RequestHeaders = append(d.Attempts[i].RequestHeaders, secret)
		d.Attempts[i].ResponseHeaders = append(d.Attempts[i].ResponseHeaders, sign.Header{Name: "Set-Cookie", Value: "canary"})
	}
	before := len(d.Request.Headers)
	line, err := Archive(Masked(d))
	entry, err2 := HAREntry(Masked(d))
	if err != nil || err2 != nil || strings.Contains(string(line)+string(entry), "canary") {
		t.Errorf("%v %v\n%s\n%s", err, err2, line, entry)
	}
	if len(d.Request.Headers) != before || d.Attempts[0].RequestHeaders[1].Value != "canary" {
		t.Error("the original is masked, too")
	}
}

// TestArchiveThroughAStore: what was exported is in another store what it was.
func TestArchiveThroughAStore(t *testing.T) {
	ctx := context.Background()
	d := full("\x00body")
	line, err := Archive(d)
	if err != nil {
		t.Fatal(err)
	}
	list, err := ReadArchive(line)
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, t.TempDir(), Options{})
	wait(t, s.Append(list...))
	got, err := s.Get(ctx, d.ID)
	if err != nil {
		t.Fatal(err)
	}
	got.Seq = d.Seq
	if again, err := Archive(got); err != nil || string(again) != string(line) {
		t.Errorf("%v\n%s\n%s", err, again, line)
	}
}

// FuzzReadForms: no text makes a reader panic, and what it takes is a request.
func FuzzReadForms(f *testing.F) {
	for _, text := range []string{"curl http://x -d @-", "printf 'a' | curl http://x", `curl ^"http://x^"`, "GET http://x\n\nbody", `{"log":{"entries":[{}]}}`, `{"type":"delivery"}`,
		"curl http://x --data-raw $'\\u00'", `curl "$(printf '\012')"`,
		"{ printf 'a'; printf '%300s' '' | tr ' ' 'x'; } | curl http://x --data-binary @-", `curl "$(printf '%300s' '' | tr ' ' 'x')"`, "{ printf 'a'; }", "printf '%999999999s' '' | tr ' ' 'x' | curl http://x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var all []*Delivery
		curl, _ := ReadCurl(text, clock(), noFiles)
		file, _ := ReadHTTPFile(text, clock(), noFiles)
		archive, _ := ReadArchive([]byte(text))
		har, _, _ := ReadHAR([]byte(text))
		for _, d := range append(append(append(append(all, curl...), file...), archive...), har...) {
			if d.Request.Method == "" || d.Request.Target == "" || d.Request.BodySize != int64(len(d.Request.Body)) {
				t.Errorf("%q becomes %+v", text, d.Request)
			}
		}
	})
}
