package listen

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

func TestForwardsWhatIsValid(t *testing.T) {
	u := newUpstream(t, "HTTP/1.1 201 Created\r\nX-App: a\r\nx-app: b\r\nContent-Length: 4\r\n\r\ndone")
	s := start(t, Options{Forward: []send.Target{u.Target}})
	answer, body := s.raw(t, signed(t, `{"type":"payment.succeeded"}`))
	if answer == nil || answer.StatusCode != 201 || body != "done" || strings.Join(answer.Header["X-App"], ",") != "a,b" {
		t.Fatalf("answer %v %q", answer, body)
	}
	d := s.only(t)
	if d.Status != store.Succeeded || d.Verification.Verdict != store.Valid || d.Event.Provider != "standard" || d.Event.ExternalID != "msg_1" {
		t.Errorf("recorded %s, %+v, %+v", d.Status, d.Verification, d.Event)
	}
	if len(d.Attempts) != 1 || d.Attempts[0].StatusCode != 201 || d.Answer == nil || d.Answer.StatusCode != 201 {
		t.Errorf("attempts %+v, answer %+v", d.Attempts, d.Answer)
	}
	if request := <-u.requests; !strings.Contains(request, "\r\nHooks-Delivery: "+d.ID+"\r\n") {
		t.Errorf("forwarded without the delivery's id:\n%s", request)
	}
}

func TestJudgesSignatures(t *testing.T) {
	good := `{"type":"a"}`
	keys := func(k Keys) func(*provider.Profile) Keys { return func(*provider.Profile) Keys { return k } }
	known := Keys{Keys: sign.Keys{Secrets: []string{testSecret}}}
	other := Keys{Keys: sign.Keys{Secrets: []string{"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}}
	tests := []struct {
		name            string
		o               Options
		request         string
		status          int
		verdict, reason string
		recorded        string
	}{
		{"valid", Options{Keys: keys(known)}, signed(t, good), 200, store.Valid, "", store.Succeeded},
		{"another secret", Options{Keys: keys(other)}, signed(t, good), 401, store.Invalid, sign.SignatureMismatch, store.Rejected},
		{"rotated", Options{Keys: keys(Keys{Keys: sign.Keys{Secrets: append(other.Secrets, testSecret)}})}, signed(t, good), 200, store.Valid, "", store.Succeeded},
		{"invalid, but forwarded", Options{Keys: keys(other), ForwardInvalid: true}, signed(t, good), 200, store.Invalid, sign.SignatureMismatch, store.Succeeded},
		{"no secret known", Options{Keys: keys(Keys{})}, signed(t, good), 200, store.Unverified, sign.NoSecret, store.Succeeded},
		{"the store's own secret does not match", Options{Keys: keys(Keys{Keys: other.Keys, Own: true})}, signed(t, good), 200, store.Unverified, sign.NoSecret, store.Succeeded},
		{"the store's own secret matches", Options{Keys: keys(Keys{Keys: known.Keys, Own: true})}, signed(t, good), 200, store.Valid, "", store.Succeeded},
		{"nobody's", Options{Keys: keys(known)}, post("/", "", good), 200, store.Unverified, sign.UnknownProvider, store.Succeeded},
		{"named, and no signature", Options{Keys: keys(known), Provider: "standard"}, post("/", "", good), 401, store.Invalid, sign.MissingHeader, store.Rejected},
		{"tampered", Options{Keys: keys(known)}, strings.Replace(signed(t, good), `"a"`, `"b"`, 1), 401, store.Invalid, sign.SignatureMismatch, store.Rejected},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u := newUpstream(t, okAnswer)
			tt.o.Forward = []send.Target{u.Target}
			s := start(t, tt.o)
			answer, _ := s.raw(t, tt.request)
			d := s.only(t)
			if answer.StatusCode != tt.status || d.Answer.StatusCode != tt.status {
				t.Errorf("status %d, recorded %d, want %d", answer.StatusCode, d.Answer.StatusCode, tt.status)
			}
			if d.Verification.Verdict != tt.verdict || d.Verification.Reason != tt.reason || d.Status != tt.recorded {
				t.Errorf("%s %s (%s), %s; want %s %s, %s", d.Verification.Verdict, d.Verification.Reason, d.Verification.Detail, d.Status, tt.verdict, tt.reason, tt.recorded)
			}
			if forwarded := len(u.requests) == 1; forwarded != (tt.recorded == store.Succeeded) {
				t.Errorf("forwarded: %v", forwarded)
			}
			if string(d.Request.Body) != good && tt.name != "tampered" {
				t.Errorf("body %q", d.Request.Body)
			}
		})
	}
}

func TestRoutesAndFilters(t *testing.T) {
	route := func(glob string, u *upstream) Route { return Route{glob, u.Target} }
	main, special := newUpstream(t, okAnswer), newUpstream(t, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
	s := start(t, Options{
		Provider: "raas", Keys: func(*provider.Profile) Keys { return Keys{} },
		Forward: []send.Target{main.Target}, Routes: []Route{route("special.*", special)}, Events: []string{"*", "!ignored.*"},
	})
	for event, want := range map[string]struct {
		status   int
		recorded string
	}{"plain": {200, store.Succeeded}, "special.one": {202, store.Succeeded}, "ignored.one": {200, store.Filtered}} {
		answer, _ := s.raw(t, post("/", "X-Raas-Event: "+event+"\r\n", "{}"))
		if answer.StatusCode != want.status {
			t.Errorf("%s: status %d, want %d", event, answer.StatusCode, want.status)
		}
		for _, d := range s.recorded(t) {
			if d.Event.Type == event && d.Status != want.recorded {
				t.Errorf("%s: recorded as %s (%s), want %s", event, d.Status, d.StatusReason, want.recorded)
			}
		}
	}
	if len(main.requests) != 1 || len(special.requests) != 1 {
		t.Errorf("forwarded %d and %d, want one each", len(main.requests), len(special.requests))
	}
}

func TestSeveralTargets(t *testing.T) {
	first, second := newUpstream(t, okAnswer), newUpstream(t, "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n")
	s := start(t, Options{Forward: []send.Target{first.Target, second.Target}})
	if answer, body := s.raw(t, post("/", "", "x")); answer.StatusCode != 200 || body != "ok" {
		t.Fatalf("answer %v %q, want the first target's", answer, body)
	}
	s.stop()
	list := s.recorded(t)
	if len(list) != 2 || list[0].Event.ID != list[1].Event.ID {
		t.Fatalf("%d deliveries, want two of one event", len(list))
	}
	if list[0].Status != store.Succeeded || list[1].Status != store.Failed || list[1].Answer.StatusCode != 200 {
		t.Errorf("recorded %s and %s, answer %+v", list[0].Status, list[1].Status, list[1].Answer)
	}
}

func TestWithoutATarget(t *testing.T) {
	s := start(t, Options{})
	answer, body := s.raw(t, post("/a?b", "", "x"))
	if d := s.only(t); answer.StatusCode != 200 || body != "" || d.Status != store.Captured || d.Answer.StatusCode != 200 {
		t.Errorf("answer %v %q, recorded %s %+v", answer, body, d.Status, d.Answer)
	}
	for name := range answer.Header {
		if name != "Date" && name != "Content-Length" && name != "Connection" {
			t.Errorf("the answer has a header %s of nobody's", name)
		}
	}
}

func TestMethods(t *testing.T) {
	u := newUpstream(t, okAnswer)
	s := start(t, Options{Forward: []send.Target{u.Target}})
	for _, method := range []string{"GET", "PUT", "PATCH", "DELETE", "OPTIONS", "FOO", "post"} {
		if answer, _ := s.raw(t, method+" /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"); answer == nil || answer.StatusCode != 200 {
			t.Errorf("%s: %v", method, answer)
		}
		if request := <-u.requests; !strings.HasPrefix(request, method+" /x HTTP/1.1\r\n") {
			t.Errorf("%s was forwarded as %q", method, request)
		}
	}
	for _, line := range []string{"CONNECT evil.example:443", "TRACE /x"} {
		if answer, _ := s.raw(t, line+" HTTP/1.1\r\nHost: h\r\n\r\n"); answer == nil || answer.StatusCode != 405 {
			t.Errorf("%s: %v, want 405", line, answer)
		}
	}
	list := s.recorded(t)
	if last := list[len(list)-1]; len(list) != 9 || last.Status != store.Rejected || last.StatusReason != ReasonMethod {
		t.Errorf("%d deliveries, the last %s %s", len(list), last.Status, last.StatusReason)
	}
	if len(u.requests) != 0 {
		t.Error("CONNECT or TRACE was forwarded")
	}
}

func TestFailedTargets(t *testing.T) {
	tests := []struct {
		name, answer string
		status       int
		kind, state  string
	}{
		{"no answer", "", 502, store.ErrReset, store.Failed},
		{"garbage", "SSH-2.0-x\r\n", 502, store.ErrProtocol, store.Failed},
		{"an error of its own", "HTTP/1.1 503 Busy\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n", 503, "", store.Failed},
		{"a redirect", "HTTP/1.1 307 Elsewhere\r\nLocation: http://127.0.0.1:1/x\r\nContent-Length: 0\r\n\r\n", 307, store.ErrRedirect, store.Failed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u := newUpstream(t, tt.answer)
			s := start(t, Options{Forward: []send.Target{u.Target}})
			answer, body := s.raw(t, post("/secret-path", "", "x"))
			d := s.only(t)
			if answer.StatusCode != tt.status || d.Status != tt.state || d.Attempts[0].ErrorKind != tt.kind || d.Answer.StatusCode != tt.status {
				t.Errorf("answer %d %q, recorded %s, kind %q", answer.StatusCode, body, d.Status, d.Attempts[0].ErrorKind)
			}
			if strings.Contains(body, "secret-path") || tt.status == 502 && !strings.Contains(body, tt.kind) {
				t.Errorf("the answer says %q", body)
			}
		})
	}
}

func TestLongAnswerIsRelayedWhole(t *testing.T) {
	const size = 3 << 20
	u := newUpstream(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n300000\r\n"+strings.Repeat("x", size)+"\r\n0\r\n\r\n")
	s := start(t, Options{Forward: []send.Target{u.Target}})
	_, body := s.raw(t, post("/", "", "x"))
	if len(body) != size {
		t.Fatalf("relayed %d bytes, want %d", len(body), size)
	}
	s.stop()
	a := s.only(t).Attempts[0]
	if !a.ResponseTruncated || a.ResponseSize != size || len(a.ResponseBody) != send.KeptBody {
		t.Errorf("truncated %v, size %d, kept %d", a.ResponseTruncated, a.ResponseSize, len(a.ResponseBody))
	}
}

// A request that comes back, whoever sent it round, is stopped and recorded
// once.
func TestLoop(t *testing.T) {
	var s *running
	var u *upstream
	u = serveUpstream(t, func(net.Conn) string {
		request := <-u.requests
		id, _, _ := strings.Cut(request[strings.LastIndex(request, "Hooks-Delivery: ")+len("Hooks-Delivery: "):], "\r\n")
		answer, _ := s.raw(t, post("/", "Hooks-Delivery: dlv_another\r\nHooks-Delivery: "+id+"\r\n", "x"))
		return fmt.Sprintf("HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n", answer.StatusCode)
	})
	s = start(t, Options{Forward: []send.Target{u.Target}})
	if answer, _ := s.raw(t, post("/", "Hooks-Delivery: dlv_another\r\n", "x")); answer.StatusCode != 508 {
		t.Errorf("status %d, want 508", answer.StatusCode)
	}
	list := s.recorded(t)
	if len(list) != 2 || list[1].Status != store.Rejected || list[1].StatusReason != ReasonLoop {
		t.Errorf("%d deliveries, want the request and the one that came back", len(list))
	}
}

func TestOwnAddressIsNoTarget(t *testing.T) {
	base := Options{Registry: provider.Open()}
	for _, tt := range []struct {
		addr, target string
		refused      bool
	}{
		{"", "4400", true}, {"", "[::1]:4400", true}, {"", "0.0.0.0:4400", true}, {"", "4401", false},
		{"127.0.0.1:4400", "localhost:4400", true}, {"127.0.0.1:4400", "[::1]:4400", false}, {"127.0.0.1:4400", "http://a.example:4400", false},
		{":4400", "127.0.0.1:4400", true}, {"localhost:4400", "http://127.0.0.1:4400/x", true}, {"127.0.0.1:0", "4400", false},
		{"[::]:4400", "localhost:4400", true}, {"127.0.0.1:4400", "https://localhost:4400", false},
	} {
		o := base
		o.Addr = tt.addr
		target, err := send.ParseTarget(tt.target)
		if err != nil {
			t.Fatal(err)
		}
		o.Forward = []send.Target{target}
		if _, err := New(o); (err != nil) != tt.refused {
			t.Errorf("listening on %q with the target %s: %v", tt.addr, tt.target, err)
		}
	}
}
