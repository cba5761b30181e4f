package tui

import "testing"

// Whatever the size: what is on the screen lies on it, and nothing lies on
// anything else.
func TestArrangeEverySize(t *testing.T) {
	for w := 1; w <= 250; w++ {
		for h := 1; h <= 80; h++ {
			for s := onlyList; s <= below; s++ {
				l := arrange(w, h, s)
				if l.class == tooSmall {
					if l.list.h != 0 || l.detail.h != 0 {
						t.Fatalf("%dx%d is too small and has panes: %+v", w, h, l)
					}
					continue
				}
				checkLayout(t, l, w, h)
			}
		}
	}
}

func checkLayout(t *testing.T, l layout, w, h int) {
	t.Helper()
	var panes []rect
	for _, r := range []rect{l.list, l.detail} {
		if r.w > 0 && r.h > 0 {
			panes = append(panes, r)
		}
	}
	if len(panes) == 0 {
		t.Fatalf("%dx%d: no pane: %+v", w, h, l)
	}
	cells := 0
	for _, r := range panes {
		if r.x < 0 || r.y < topLines || r.x+r.w > w || r.y+r.h > h-bottomLines {
			t.Fatalf("%dx%d: a pane leaves its place: %+v", w, h, l)
		}
		cells += r.w * r.h
	}
	if l.bar >= 0 {
		cells += h - topLines - bottomLines
	}
	if l.middle >= 0 {
		cells += w
	}
	if cells != w*(h-topLines-bottomLines) {
		t.Fatalf("%dx%d: panes cover %d cells of %d: %+v", w, h, cells, w*(h-topLines-bottomLines), l)
	}
	if len(panes) == 2 && l.bar < 0 && l.middle < 0 {
		t.Fatalf("%dx%d: nothing between the panes: %+v", w, h, l)
	}
}

func TestArrangeShapes(t *testing.T) {
	tests := []struct {
		name string
		w, h int
		ask  shape
		want shape
		size class
	}{
		{"wide", 120, 35, beside, beside, wide},
		{"the narrowest wide", 110, 10, beside, beside, wide},
		{"beside without room", 109, 35, beside, onlyList, medium},
		{"below", 80, 24, below, below, medium},
		{"below without room", 80, 19, below, onlyList, medium},
		{"narrow", 40, 15, onlyDetail, onlyDetail, narrow},
		{"the smallest", 32, 10, onlyList, onlyList, narrow},
		{"too narrow", 31, 10, onlyList, onlyList, tooSmall},
		{"too low", 32, 9, onlyDetail, onlyList, tooSmall},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := arrange(tt.w, tt.h, tt.ask)
			if l.shape != tt.want || l.class != tt.size {
				t.Errorf("arrange(%d, %d, %d) is %+v, want shape %d, class %d", tt.w, tt.h, tt.ask, l, tt.want, tt.size)
			}
		})
	}
}
