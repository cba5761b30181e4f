package store

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// aged appends deliveries received a minute apart, every tenth of them
// unfinished, and saves each once.
func aged(t *testing.T, s *Store, count, body int) {
	t.Helper()
	for i := range count {
		d := received("a", bytes.Repeat([]byte{byte(i)}, body))
		d.ReceivedAt = clock().Add(time.Duration(i-count) * time.Minute)
		wait(t, s.Append(d))
		answered(d, 200, "ok")
		if i%10 == 0 {
			d.Status = Queued
		}
		wait(t, s.Save(d))
	}
}

func logBytes(t *testing.T, dir string) int64 {
	t.Helper()
	list, err := listSegments(dir)
	if err != nil {
		t.Fatal(err)
	}
	n := int64(0)
	for _, segment := range list {
		n += segment.size
	}
	return n
}

func TestPrune(t *testing.T) {
	for _, row := range []struct {
		name string
		r    Retention
		left int
	}{
		{"nothing to do", Retention{Age: time.Hour * 24, Count: 1000, Size: 1 << 40}, 100},
		{"no limit", Retention{}, 100},
		{"age", Retention{Age: 30*time.Minute + time.Second}, 30 + 7},
		{"count", Retention{Count: 20}, 20 + 8},
		{"either", Retention{Age: 50 * time.Minute, Count: 20}, 20 + 8},
		{"size", Retention{Size: 40 * 31_000}, 40},
		{"all that is finished", Retention{Size: 1}, 10},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := t.TempDir()
			s, err := Open(t.Context(), dir, Options{Now: clock})
			if err != nil {
				t.Fatal(err)
			}
			aged(t, s, 100, 30_000)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			before := logBytes(t, dir)
			s = open(t, dir, Options{})
			would, err := s.Prune(t.Context(), row.r, true)
			if err != nil || len(list(t, s, Query{})) != 100 {
				t.Fatalf("a dry run: %v", err)
			}
			done, err := s.Prune(t.Context(), row.r, false)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(would.Deliveries, done.Deliveries); diff != "" || would.Bytes != done.Bytes {
				t.Errorf("the dry run counts %+v, the real one %+v", would, done)
			}
			left := list(t, s, Query{})
			if len(left) < row.left-1 || len(left) > row.left+1 || int64(len(left))+done.Deliveries != 100 {
				t.Errorf("%d are left, not %d; %+v", len(left), row.left, done)
			}
			for _, d := range left {
				if _, err := s.Get(t.Context(), d.ID); err != nil {
					t.Errorf("#%d: %v", d.Seq, err)
				}
			}
			if got := logBytes(t, dir); got != before-done.Freed || done.Bytes > 1_500_000 && got > before/2 {
				t.Errorf("the log has %d bytes of %d, %+v", got, before, done)
			}
			mustBeSound(t, s)
			next := received("next", nil)
			if wait(t, s.Append(next)); next.Seq != 101 {
				t.Errorf("the next number is %d", next.Seq)
			}
		})
	}
}

func TestClear(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	aged(t, s, 30, 100)
	if done, err := s.Clear(t.Context()); err != nil || done.Deliveries != 30 || done.Held == 0 {
		t.Errorf("Clear gives %+v, %v", done, err)
	}
	if got := list(t, s, Query{}); len(got) != 0 {
		t.Errorf("%d are left", len(got))
	}
	mustBeSound(t, s)
	aged(t, s, 1, 10)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, Options{}) // nobody holds the segment now
	if done, err := s.Clear(t.Context()); err != nil || done.Deliveries != 1 || logBytes(t, dir) != 0 {
		t.Errorf("Clear gives %+v, %v; the log has %d bytes", done, err, logBytes(t, dir))
	}
	d := received("next", []byte("x"))
	if wait(t, s.Append(d)); d.Seq != 32 {
		t.Errorf("the next number is %d", d.Seq)
	}
	if _, err := os.Stat(filepath.Join(dir, firstSegment)); err == nil {
		t.Error("the id of a segment is used again")
	}
}

// TestCompactKeepsSharedBodies: deliveries of one event share a body, which
// stays although its delivery goes; and the index can be made from the copy.
func TestCompactKeepsSharedBodies(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	bodies := map[string][]byte{}
	for i := range 40 {
		first, second := received("a", bytes.Repeat([]byte(fmt.Sprint(i)), 30_000)), received("a", nil)
		second.Request.Body = first.Request.Body
		second.Event = first.Event
		if i%8 == 0 {
			second.Status = Queued
		}
		wait(t, s.Append(first, second))
		if i%8 == 0 {
			bodies[second.ID] = second.Request.Body
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before := logBytes(t, dir)
	s = open(t, dir, Options{})
	if _, err := s.Prune(t.Context(), Retention{Size: 1}, false); err != nil {
		t.Fatal(err)
	}
	if after := logBytes(t, dir); after > before/2 {
		t.Errorf("the log has %d bytes of %d", after, before)
	}
	for name, s := range map[string]*Store{"pruned": s, "indexed anew": open(t, crashCopy(t, dir, nil), Options{})} {
		for id, want := range bodies {
			if d, err := s.Get(t.Context(), id); err != nil || !bytes.Equal(d.Request.Body, want) {
				t.Errorf("%s: %s has another body, %v", name, id, err)
			}
		}
		mustBeSound(t, s)
	}
}

// TestUnfinishedCompaction: a copy to which no row refers is not indexed a
// second time.
func TestUnfinishedCompaction(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	aged(t, s, 20, 100)
	want := list(t, s, Query{})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(dir, firstSegment))
	if err != nil {
		t.Fatal(err)
	}
	copied := append([]byte(segmentMagic+"\x00\x00\x00\x01"), whole[len(segmentHeader):]...)
	write(t, segmentPath(dir, 2), string(copied))
	s = open(t, dir, Options{})
	if diff := cmp.Diff(want, list(t, s, Query{})); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	if isThere(segmentPath(dir, 2)) {
		t.Error("the copy is left")
	}
}
