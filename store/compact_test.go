package store

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// mostlyDead is a closed store whose first segment holds finished deliveries
// and, every eighth, one that is not to be pruned. It returns the bodies of
// those.
func mostlyDead(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	s, err := Open(t.Context(), dir, Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string][]byte{}
	for i := range 80 {
		d := received("a", bytes.Repeat([]byte(fmt.Sprintf("%04d", i)), 10_000))
		if i%8 == 0 {
			d.Status = Queued
		}
		wait(t, s.Append(d))
		answered(d, 500, "no")
		if i%8 == 0 {
			d.Status = Queued
			kept[d.ID] = d.Request.Body
		}
		wait(t, s.Save(d))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return kept
}

func mustRead(t *testing.T, s *Store, bodies map[string][]byte) {
	t.Helper()
	for id, want := range bodies {
		if d, err := s.Get(t.Context(), id); err != nil || !bytes.Equal(d.Request.Body, want) {
			t.Errorf("%s has another body, %v", id, err)
		}
	}
}

// TestCompactPassesOverDamage: a record that is damaged keeps its segment from
// being compacted for ever no more than it costs others anything.
func TestCompactPassesOverDamage(t *testing.T) {
	for _, row := range []struct {
		name   string
		damage func([]byte) []byte
	}{
		{"altered", func(b []byte) []byte { b[len(segmentHeader)+20_000] ^= 1; return b }},
		{"a later state altered", func(b []byte) []byte { b[bytes.Index(b, []byte("no\x9d"))] ^= 1; return b }},
		{"cut", func(b []byte) []byte { return b[:len(b)-9*40_200] }},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := t.TempDir()
			kept := mostlyDead(t, dir)
			path := filepath.Join(dir, firstSegment)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			write(t, path, string(row.damage(b)))
			s := open(t, dir, Options{})
			before, err := s.Check(t.Context())
			if err != nil || len(before.Problems) == 0 {
				t.Fatalf("Check: %v, %q", err, before.Problems)
			}
			files := 0
			for range 3 {
				if _, err := s.Prune(t.Context(), Retention{Size: 1}, false); err != nil {
					t.Errorf("Prune: %v", err)
				}
				list, err := listSegments(dir)
				if err != nil || files > 0 && len(list) != files {
					t.Errorf("%d segments, and %d after one more time, %v", files, len(list), err)
				}
				files = len(list)
			}
			lost := 0
			for id, want := range kept {
				d, err := s.Get(t.Context(), id)
				if err != nil {
					lost++
				} else if !bytes.Equal(d.Request.Body, want) {
					t.Errorf("%s has another body", id)
				}
			}
			if lost == 0 || lost > 2 {
				t.Errorf("%d deliveries are lost", lost)
			}
			if after, err := s.Check(t.Context()); err != nil || len(after.Problems) == 0 {
				t.Errorf("the loss is not said any more: %v", err)
			}
		})
	}
}

// TestCompactionOutlivesTheIndex: where the index is one from before the
// compaction, whose old segment is gone, the loss is said, and the index can be
// made anew.
func TestCompactionOutlivesTheIndex(t *testing.T) {
	dir := t.TempDir()
	kept := mostlyDead(t, dir)
	before := readFiles(t, dir)
	s, err := Open(t.Context(), dir, Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Prune(t.Context(), Retention{Size: 1}, false); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if isThere(filepath.Join(dir, firstSegment)) {
		t.Fatal("nothing was compacted")
	}
	write(t, filepath.Join(dir, fileName), string(before[fileName]))
	s, err = Open(t.Context(), dir, Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	if report, err := s.Check(t.Context()); err != nil || len(report.Problems) == 0 {
		t.Errorf("Check: %v, %q", err, report.Problems)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Rebuild(t.Context(), dir, Options{Now: clock}); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, Options{})
	mustRead(t, s, kept)
	mustBeSound(t, s)
}

// TestFailedCompactionLeavesNothing: a try that fails, again and again, leaves
// no copies.
func TestFailedCompactionLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	kept := mostlyDead(t, dir)
	s := open(t, dir, Options{})
	old, err := lockSegment(dir, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer old.file.Close()
	pragma(t, s, "query_only", "1")
	for range 3 {
		if _, err := s.compact(t.Context(), old); err == nil {
			t.Error("a compaction that the index cannot take succeeds")
		}
	}
	if list, err := listSegments(dir); err != nil || len(list) != 1 {
		t.Errorf("%d segments are there, %v", len(list), err)
	}
	pragma(t, s, "query_only", "0")
	if _, err := s.compact(t.Context(), old); err != nil {
		t.Errorf("the first try afterwards: %v", err)
	}
	mustRead(t, s, kept)
	mustBeSound(t, s)
}
