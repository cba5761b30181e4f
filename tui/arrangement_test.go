package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/store"
)

func TestLayoutsInTurn(t *testing.T) {
	tests := []struct {
		name string
		w, h int
		want []shape // after each press of -, the first before any
	}{
		{"wide", 120, 35, []shape{beside, below, onlyList, beside}},
		{"wide and low", 120, 15, []shape{beside, onlyList, beside}},
		{"medium", 80, 24, []shape{onlyList, below, onlyList}},
		{"medium and low", 80, 15, []shape{onlyList, onlyList}},
		{"narrow", 40, 15, []shape{onlyList, onlyList}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newScreen(t, tt.w, tt.h, nil, samples()...)
			for i, want := range tt.want {
				if i > 0 {
					s.press("-")
				}
				if s.lay.shape != want {
					t.Errorf("after %d presses the shape is %d, want %d", i, s.lay.shape, want)
				}
				s.text()
			}
		})
	}
}

// p takes the chosen split away and brings the same one back; a smaller screen
// shows what it has room for, and the choice is there again on the larger one.
func TestPreviewKeepsTheChosenSplit(t *testing.T) {
	s := newScreen(t, 120, 35, nil, samples()...)
	s.press("-", "p")
	if s.lay.shape != onlyList {
		t.Errorf("p leaves the shape %d", s.lay.shape)
	}
	s.press("p")
	if s.lay.shape != below {
		t.Errorf("p brings back the shape %d", s.lay.shape)
	}
	s.send(resizeMsg{120, 15})
	if s.lay.shape != beside {
		t.Errorf("on a low screen the shape is %d", s.lay.shape)
	}
	s.send(resizeMsg{120, 35})
	if s.lay.shape != below {
		t.Errorf("back on the high one it is %d", s.lay.shape)
	}
}

func TestZoom(t *testing.T) {
	s := newScreen(t, 120, 35, nil, samples()...)
	for _, step := range []struct {
		key  string
		want shape
	}{{"z", onlyList}, {"tab", onlyDetail}, {"tab", onlyList}, {"z", beside}, {"tab", beside}, {"z", onlyDetail}, {"q", beside}} {
		s.press(step.key)
		if s.lay.shape != step.want {
			t.Fatalf("%s: shape %d, want %d", step.key, s.lay.shape, step.want)
		}
	}
	s = newScreen(t, 80, 24, nil, samples()...)
	for _, step := range []struct {
		key  string
		want shape
	}{{"p", below}, {"tab", below}, {"tab", below}, {"enter", onlyDetail}, {"q", below}} {
		s.press(step.key)
		if s.lay.shape != step.want {
			t.Fatalf("%s: shape %d, want %d", step.key, s.lay.shape, step.want)
		}
	}
}

// busy makes a screen to which something came in each of some seconds, the
// third of them with a mistake.
func busy(t *testing.T, w, h int, change func(*Options)) *screen {
	s := newScreen(t, w, h, change, samples()...)
	seq := int64(1285)
	for second, n := range []int{1, 8, 3, 0, 5} {
		for i := range n {
			x := sample{seq: seq, event: "order.created", provider: "acme", verdict: "valid", code: 204, attempts: 1}
			if second == 2 && i == 0 {
				x.code = 500
			}
			d := x.delivery()
			d.ReceivedAt = s.at
			s.src.put(d)
			seq++
		}
		s.changed()
		s.at = s.at.Add(time.Second)
		s.send(tickMsg{})
	}
	return s
}

func TestStrip(t *testing.T) {
	s := busy(t, 120, 35, nil)
	s.contains("▁█×·▅·")
	s = busy(t, 80, 24, func(o *Options) { o.ASCII = true })
	s.contains(":#X.+.")
	if !s.activity.ticking {
		t.Error("no clock while the strip has something")
	}
	s.at = s.at.Add(stripSpan * time.Second)
	s.send(tickMsg{})
	if s.activity.ticking || strings.Contains(s.text(), "#X") {
		t.Errorf("the strip stays:\n%s", s.text())
	}
}

// A delivery that is there and fails later is counted when it fails, once.
func TestStripCountsALaterFailure(t *testing.T) {
	s := newScreen(t, 120, 35, nil, samples()...)
	d := sample{seq: 1285, event: "order.created", provider: "acme", verdict: "valid"}.delivery()
	d.Status = store.Delivering
	for _, status := range []string{store.Delivering, store.Failed, store.Failed} {
		c := *d
		c.Status = status
		s.src.put(&c)
		s.changed()
	}
	if i := s.activity.second % stripSpan; s.activity.arrived[i] != 1 || s.activity.failed[i] != 1 {
		t.Errorf("%d arrived, %d failed", s.activity.arrived[i], s.activity.failed[i])
	}
}

func TestLayoutFrames(t *testing.T) {
	for name, size := range map[string][2]int{"layout-below-120x35": {120, 35}, "layout-below-80x24": {80, 24}, "layout-40x15": {40, 15}, "layout-32x10": {32, 10}} {
		s := busy(t, size[0], size[1], withReplay)
		s.press("-")
		golden(t, name, frameOf(s))
	}
	for name, colour := range map[string]bool{"sequences-strip-colour": true, "sequences-strip-no-colour": false} {
		s := busy(t, 120, 24, func(o *Options) { o.Colour = colour })
		s.press("-")
		s.text()
		golden(t, name, strings.ReplaceAll(s.view(), "\x1b", "␛")+"\n")
	}
}
