package check

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

// mangling is a relay in front of local that changes what passes.
func mangling(t *testing.T, local string, mangle func(*arrived), answer func([]byte) []byte) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	t.Cleanup(func() { l.Close(); serving.Wait() })
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer conn.Close()
				pass(conn, local, mangle, answer)
			})
		}
	})
	return "http://" + l.Addr().String()
}

func pass(conn net.Conn, local string, mangle func(*arrived), answer func([]byte) []byte) {
	a, err := readArrived(bufio.NewReader(conn), conn)
	if err != nil {
		return
	}
	if mangle != nil {
		mangle(a)
	}
	up, err := net.Dial("tcp", local)
	if err != nil {
		fmt.Fprint(conn, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		return
	}
	defer up.Close()
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", a.method, a.target)
	for _, h := range a.headers {
		if strings.EqualFold(h.Name, "Content-Length") {
			h.Value = fmt.Sprint(len(a.body))
		}
		fmt.Fprintf(&b, "%s: %s\r\n", h.Name, h.Value)
	}
	b.WriteString("\r\n")
	b.Write(a.body)
	up.Write(b.Bytes())
	text, err := io.ReadAll(io.LimitReader(up, 1<<20))
	if err != nil {
		return
	}
	if answer != nil {
		text = answer(text)
	}
	conn.Write(text)
}

// probed are the findings about a relay, by their names.
func probed(t *testing.T, mangle func(*arrived), answer func([]byte) []byte) map[string]Finding {
	t.Helper()
	local, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	target, err := send.ParseTarget(mangling(t, local.Addr().String(), mangle, answer))
	if err != nil {
		t.Fatal(err)
	}
	client := send.NewClient(send.Options{Timeout: 10 * time.Second, Now: time.Now})
	defer client.Close()
	r := &Relay{Target: target, Local: local, Profile: standard(t), Client: client, Now: time.Now, Wait: 200 * time.Millisecond}
	found := map[string]Finding{}
	if err := r.Probe(t.Context(), func(f Finding) error { found[f.Name] = f; return nil }); err != nil {
		t.Fatal(err)
	}
	return found
}

// each changes every header line.
func each(change func(*sign.Header)) func(*arrived) {
	return func(a *arrived) {
		for i := range a.headers {
			change(&a.headers[i])
		}
	}
}

func losing(name string) func(*arrived) {
	return func(a *arrived) {
		a.headers = slices.DeleteFunc(a.headers, func(h sign.Header) bool { return strings.EqualFold(h.Name, name) })
	}
}

func TestRelays(t *testing.T) {
	for name, test := range map[string]struct {
		mangle func(*arrived)
		answer func([]byte) []byte
		want   map[string]string // findings that are not a pass, and a part of what they say
	}{
		"none": {nil, nil, map[string]string{}},
		"adds a certificate": {func(a *arrived) {
			a.headers = append(a.headers, sign.Header{Name: "X-Forwarded-Client-Cert", Value: strings.Repeat("x", 8000)})
		}, nil, map[string]string{}},
		"prints JSON again": {func(a *arrived) {
			var v any
			if json.Unmarshal(a.body, &v) == nil {
				a.body, _ = json.Marshal(v)
			}
		}, nil, map[string]string{"body": "JSON was parsed and printed again", "signature": "signature_mismatch"}},
		"trims the body": {func(a *arrived) { a.body = bytes.TrimSpace(a.body) }, nil,
			map[string]string{"body": "white space around the body", "signature": "signature_mismatch"}},
		"takes text for UTF-8": {func(a *arrived) { a.body = bytes.ToValidUTF8(a.body, []byte("\uFFFD")) }, nil,
			map[string]string{"binary": "the body was changed", "compressed": ""}},
		"cuts large bodies": {func(a *arrived) { a.body = a.body[:min(len(a.body), 1000)] }, nil,
			map[string]string{"large": "1000 of 1048584 bytes"}},
		"loses bodies": {func(a *arrived) { a.body = nil }, nil,
			map[string]string{"body": "lost", "binary": "lost", "large": "lost", "compressed": "lost", "signature": "signature_mismatch"}},
		"decompresses": {func(a *arrived) {
			if coding, _ := a.headers.Get("Content-Encoding"); coding == "gzip" {
				losing("Content-Encoding")(a)
				a.body = []byte(`{"a":1}`)
			}
		}, nil, map[string]string{"compressed": "decompressed"}},
		"compresses anew": {func(a *arrived) {
			if bytes.HasPrefix(a.body, []byte("\x1f\x8b")) {
				a.body[9] = 3
			}
		}, nil, map[string]string{"compressed": "compressed anew"}},
		"loses the signature": {losing("webhook-signature"), nil, map[string]string{"headers": "lost: ", "signature": "missing"}},
		"loses authorization": {losing("authorization"), nil, map[string]string{"headers": "lost: Authorization"}},
		"loses underscores":   {losing("x_hooks_underscore"), nil, map[string]string{"headers": "lost: X_Hooks_Underscore"}},
		"small letters":       {each(func(h *sign.Header) { h.Name = strings.ToLower(h.Name) }), nil, map[string]string{"header-case": "became x-hooks-mixed-case"}},
		"one blank":           {each(func(h *sign.Header) { h.Value = strings.Join(strings.Fields(h.Value), " ") }), nil, map[string]string{"header-values": "X-Hooks-Inner"}},
		"joins lines": {func(a *arrived) {
			if lines := named(a.headers, "X-Hooks-Twice"); len(lines) == 2 {
				losing("X-Hooks-Twice")(a)
				a.headers = append(a.headers, sign.Header{Name: "X-Hooks-Twice", Value: "first, second"})
			}
		}, nil, map[string]string{"header-values": "2 lines of X-Hooks-Twice became 1"}},
		"another host": {each(func(h *sign.Header) {
			if h.Name == "Host" {
				h.Value = "internal:8080"
			}
		}), nil, map[string]string{"host": "became internal:8080"}},
		"decodes the path": {func(a *arrived) {
			a.target = strings.Replace(a.target, "%2Fb", "/b", 1)
		}, nil, map[string]string{"target": "escapes of the path were decoded"}},
		"merges slashes": {func(a *arrived) {
			a.target = strings.Replace(a.target, "//", "/", 1)
		}, nil, map[string]string{"target": "merged"}},
		"strips a prefix": {func(a *arrived) { a.target = strings.TrimPrefix(a.target, "/hooks-doctor") }, nil,
			map[string]string{"target": "the path lost its beginning: /hooks-doctor"}},
		"sorts the query": {func(a *arrived) {
			path, query, ok := strings.Cut(a.target, "?")
			parts := strings.Split(query, "&")
			slices.Sort(parts)
			if ok {
				a.target = path + "?" + strings.Join(parts, "&")
			}
		}, nil, map[string]string{"target": "another order"}},
		"loses the query": {func(a *arrived) { a.target, _, _ = strings.Cut(a.target, "?") }, nil, map[string]string{"target": "the query was lost"}},
		"makes it a GET":  {func(a *arrived) { a.method = "GET" }, nil, map[string]string{"method": "POST became GET"}},
		"answers itself": {nil, func([]byte) []byte {
			return []byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK")
		},
			map[string]string{"answer": "203 was answered, 200 came back"}},
		"loses the answer's body": {nil, func(text []byte) []byte {
			head, _, _ := bytes.Cut(text, []byte("\r\n\r\n"))
			return append(bytes.Replace(head, []byte("Content-Length: 22"), []byte("Content-Length: 0"), 1), "\r\n\r\n"...)
		}, map[string]string{"answer": "the status came back"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := map[string]string{}
			for name, f := range probed(t, test.mangle, test.answer) {
				if f.Status != Pass {
					got[name] = f.Says
					if f.Fix == "" {
						t.Errorf("%s has no fix", name)
					}
				}
			}
			for name, part := range test.want {
				if says, found := got[name]; !found || !strings.Contains(says, part) {
					t.Errorf("%s says %q, want something with %q", name, says, part)
				}
				delete(got, name)
			}
			if len(got) > 0 {
				t.Errorf("not wanted: %q", got)
			}
		})
	}
}

func TestRelaySendsElsewhere(t *testing.T) {
	found := probed(t, nil, func(text []byte) []byte { return text })
	if diff := cmp.Diff(Pass, found["arrival"].Status); diff != "" {
		t.Error(diff)
	}
	local, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	target, err := send.ParseTarget(mangling(t, "127.0.0.1:1", nil, nil))
	if err != nil {
		t.Fatal(err)
	}
	client := send.NewClient(send.Options{Timeout: time.Second, Now: time.Now})
	defer client.Close()
	r := &Relay{Target: target, Local: local, Profile: standard(t), Client: client, Now: time.Now, Wait: 20 * time.Millisecond}
	var all []Finding
	if err := r.Probe(t.Context(), func(f Finding) error { all = append(all, f); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 || all[0].Name != "arrival" || all[0].Status != Fail || !strings.Contains(all[0].Says, "the relay answered 502") {
		t.Errorf("findings %+v", all)
	}
}

func TestRelayIsAway(t *testing.T) {
	local, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client := send.NewClient(send.Options{Timeout: time.Second, Now: time.Now})
	defer client.Close()
	r := &Relay{Target: target(t), Local: local, Profile: standard(t), Client: client, Now: time.Now, Wait: time.Second}
	var away *UnreachableError
	if err := r.Probe(t.Context(), func(Finding) error { return nil }); !errors.As(err, &away) {
		t.Errorf("error %v, want an *UnreachableError", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Probe(ctx, func(Finding) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

// FuzzReadArrived: what a relay writes never breaks the reading, and what was read
// has no line breaks in it.
func FuzzReadArrived(f *testing.F) {
	for _, text := range []string{"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
		"X\n\n", "POST  /a b  HTTP/1.1\nHost\n\n", "POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		a, err := readArrived(bufio.NewReader(bytes.NewReader(text)), io.Discard)
		if err != nil {
			return
		}
		for _, h := range a.headers {
			if strings.ContainsAny(h.Name+h.Value, "\n") {
				t.Errorf("a header with a line break: %q", h)
			}
		}
	})
}
