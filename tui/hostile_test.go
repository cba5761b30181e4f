package tui

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// hostile is what comes from people who have read the manual of a terminal.
var hostile = []string{
	"\x1b]52;c;cHduZWQ=\x07", "\x1b]0;owned\x07", "\x1b]8;;http://x\x1b\\click\x1b]8;;\x1b\\",
	"\x1b[2J", "\x1b[H", "\x1b[6n", "\x1b[c", "\x1b[31mred", "\x1b[?1049l", "\x1b[?25l", "\x1bc",
	"\u009b2J", "\x9b2J", "\u009d0;x\u009c", "\x1bP+q544e\x1b\\", "\x1b_Gq\x1b\\", "\x1b^x\x1b\\", "\x1bXx\x1b\\",
	"a\bb", "a\ab", "ok\rBAD", "a\vb\fc", "a\x7fb", "a\x00b", "\u202eevil\u202c", "\u2066x\u2069", "\u200b\ufeff\u2028",
	"e" + strings.Repeat("\u0301", 40), "\x1b]0;unterminated", "\xff\xfe\xc3", "\x1b(0", "\x0e\x0f", "\x1b[>1u", "\x1b[=5u",
	"\u0928\u093f", "\u2764\ufe0f", "\U0001f468\u200d\U0001f469", "支払い", "line\nfeed\ttab",
}

// hostileDelivery has a payload in every field.
func hostileDelivery(seq int64, p string) *store.Delivery {
	headers := sign.Headers{{Name: "X-" + p, Value: p}, {Name: "Content-Type", Value: p}, {Name: "X-Signature" + p, Value: p}, {Name: "Content-Encoding", Value: p}}
	d := &store.Delivery{
		ID: "dlv_" + p, Seq: seq, Direction: store.In, Trigger: p,
		Event:        &store.Event{ID: p, ExternalID: p, Type: p, Provider: p, Channels: []string{p}, Handshake: p, Test: true},
		ReceivedAt:   noon,
		Request:      store.Request{Method: p, Target: p, Headers: headers, Body: []byte(`{"` + p + `":"` + p + `"}`), BodySize: 99, BodySHA256: p, ContentType: p, RemoteAddr: p},
		Verification: &store.Verification{Verdict: store.Invalid, Provider: p, Reason: p, Detail: p, Covers: []string{p}, DuplicateOf: p},
		Endpoint:     p, Destination: p, Status: p, StatusReason: p, ReplayOf: p, NextAttemptAt: noon,
		Answer: &store.Answer{StatusCode: 200},
	}
	for n, code := range []int{0, 500} {
		d.Attempts = append(d.Attempts, store.Attempt{
			Number: n + 1, Trigger: p, URL: p, StartedAt: noon, StatusCode: code, ErrorKind: p, Error: p, RemoteIP: p,
			RequestHeaders: headers, ResponseHeaders: headers, ResponseBody: []byte(p), ResponseSize: int64(len(p)),
		})
	}
	return d
}

// hostileInsight has a payload in every field, too.
func hostileInsight(p string) func(context.Context, *store.Delivery) (Insight, error) {
	return func(_ context.Context, d *store.Delivery) (Insight, error) {
		in := Insight{
			Coverage:    &sign.Coverage{Covers: []string{p}, Not: []string{p}, Limits: []sign.Limit{{Label: p, Means: p}}},
			Explanation: &sign.Explanation{Summary: p, Fix: p, FirstDifference: &sign.Difference{Received: p, Signed: p}},
		}
		if d.Seq%2 == 0 {
			return in, nil
		}
		return in, errors.New(p)
	}
}

// No payload in any field reaches a frame as anything but text, on any screen.
func TestHostilePayloads(t *testing.T) {
	for _, p := range hostile {
		for _, size := range sizes {
			for _, ascii := range []bool{false, true} {
				s := newScreen(t, size.w, size.h, func(o *Options) { o.ASCII, o.Colour, o.Actions.Explain = ascii, true, hostileInsight(p) }, hostileDelivery(1, "x"), hostileDelivery(2, p))
				s.src.listeners = []store.Listener{{Addr: p, Forward: []string{p}}}
				s.feed.asked = noon.Add(-1 << 40)
				s.changed()
				s.text()
				s.press("p")
				s.text()
				s.press("enter")
				for range tabs {
					for range forms {
						s.text()
						s.press("v")
					}
					s.press("k")
					s.text()
					s.press("]")
				}
				s.press("q", "/")
				s.send(keyMsg{runes: []rune(p)})
				s.text()
				s.press("left")
				s.text()
				s.send(replayedMsg{text: p})
				s.text()
			}
		}
	}
}

// What is drawn past the escaping, as a mistake would, is stopped at the end.
func TestEgressStopsWhatEscapingMissed(t *testing.T) {
	for _, p := range hostile[:20] {
		s := newScreen(t, 80, 24, nil, samples()...)
		s.th.sgr[title] = p // a mistake: a sequence from outside
		s.dirty = true
		frame := s.view()
		if clean := term.Egress(frame); clean != frame {
			t.Errorf("%q reaches the terminal", p)
		}
		if p != "\x1b[31mred" && strings.Contains(frame, p) {
			t.Errorf("%q is in the frame", p)
		}
	}
}

// withEverything offers all there is to offer.
func withEverything(o *Options) {
	withPages(o)
	var r sender
	r.offer(o)
	withSchema(o)
	withExplain(o)
	withReplay(o)
	withMemory(map[string]string{presetsName: "code:5xx\n"})(o)
	o.Exports = []string{ExportCurl, ExportRaw, ExportJSON, ExportBody, ExportHAR, ExportCloudEvent}
	o.Actions.Save = func(context.Context, string, []byte) (string, error) { return "/tmp/x", nil }
	o.Actions.Secret = func(context.Context, *store.Delivery) (string, string, error) { return "whsec_x", "the one", nil }
	o.Actions.Export = func(context.Context, string, string) (string, error) { return "/tmp/x", nil }
}

// Any keys and any sizes, in any order: no panic, no line that is too long.
func FuzzKeysAndSizes(f *testing.F) {
	f.Add([]byte("jjkk\x01\x02\x03/verdict\x04q"), uint16(80), uint16(24))
	f.Add([]byte("2jjP\x02Td3vE=x\x00:log\x00q1AXxR"), uint16(80), uint16(24))
	f.Add([]byte("gmjcx\x013b\x013=a=b\x00\x01Dy\x00]]]sK"), uint16(100), uint16(30))
	f.Add([]byte("]]]]hlHLwv?zp\x05yc"), uint16(120), uint16(35))
	f.Add([]byte("gmjmjc]]iN\x02nyqMM/mark:t\x02\x02\x00f\x01"), uint16(120), uint16(35))
	f.Add([]byte("R=a=b\x00 \x02 \x02leyE\x00t/x\x00bbb\x02\x02 \x00"), uint16(60), uint16(20))
	f.Add([]byte("\x00[a\x01jj\x00]/id\x00nN..ofypyvxcxx"), uint16(40), uint16(15))
	names := []string{"enter", "esc", "tab", "pgdown", "pgup", "home", "end", "up", "down", "left", "right", "ctrl+d", "ctrl+u", "backspace", "delete", "ctrl+w", "ctrl+a", "shift+tab", "ctrl+s", "ctrl+p"}
	f.Fuzz(func(t *testing.T, keys []byte, w, h uint16) {
		ds := append(samples(), hostileDelivery(1290, "\x1b[2J\u202e"))
		s := newScreen(t, int(w%300), int(h%100), withEverything, ds...)
		for i, k := range keys[:min(len(keys), 200)] {
			switch {
			case k < 20:
				s.press(names[k])
			case k < 127:
				s.press(string(rune(k)))
			case k < 160:
				s.send(resizeMsg{int(k) * 2 % 130, int(k-127) * 2})
			case k < 180:
				s.send(mouseMsg{x: int(k) * 3 % 130, y: i % 40, click: k%2 == 0, wheel: int(k%3) - 1})
			case k < 190:
				s.src.put(sample{seq: int64(1300 + i), event: "fuzz", verdict: "valid", attempts: int(k % 3)}.delivery())
				s.changed()
			default:
				s.send(keyMsg{runes: []rune(string(keys[i:])), pasted: k%2 == 0})
			}
			s.request = nothing
			if s.outside != nil { // an editor, or a pager, that changes something
				done := s.guest.done
				s.outside = nil
				s.send(done(nil))
			}
			s.text()
		}
	})
}
