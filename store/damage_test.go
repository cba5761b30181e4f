package store

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// files are those of a closed store, by name within its directory.
type files map[string][]byte

const firstSegment = "log/00000001.log"

// damagedFiles are those that a test damages.
var damagedFiles = []string{fileName, firstSegment}

func readFiles(t *testing.T, dir string) files {
	t.Helper()
	all := files{}
	for _, name := range damagedFiles {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		all[name] = b
	}
	return all
}

// with is the same with another content of one file.
func (f files) with(name string, b []byte) files {
	changed := maps.Clone(f)
	changed[name] = b
	return changed
}

func (f files) write(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(dir, logName), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, b := range f {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// original is a store of a few dozen deliveries, closed, and what was recorded.
func original(t *testing.T) (files, map[string]*Delivery) {
	t.Helper()
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	recorded := map[string]*Delivery{}
	for i := range 25 {
		d := received(fmt.Sprintf("type.%d", i%3), bytes.Repeat([]byte{byte(i)}, i*i*30+1))
		d.Event.ExternalID = fmt.Sprint("msg_", i)
		wait(t, s.Append(d))
		answered(d, 200+i, string(bytes.Repeat([]byte("answer"), i+1)))
		wait(t, s.Save(d))
		recorded[d.ID] = d
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return readFiles(t, dir), recorded
}

// readDamaged reads everything that damaged files still give, and fails when
// bytes come back altered.
func readDamaged(t *testing.T, f files, recorded map[string]*Delivery, o Options) (intact int) {
	t.Helper()
	dir := t.TempDir()
	f.write(t, dir)
	o.Now = clock
	s, err := Open(t.Context(), dir, o)
	if err != nil {
		return 0
	}
	defer s.Close()
	for id, want := range recorded {
		got, err := s.Get(t.Context(), id)
		if err != nil {
			continue
		}
		intact++
		if got.ID == id && !reflect.DeepEqual(want.Request, got.Request) {
			t.Errorf("request comes back altered:\n%.2000s", cmp.Diff(want.Request, got.Request))
		}
		for i, a := range got.Attempts {
			if a.ResponseBody != nil && !bytes.Equal(a.ResponseBody, want.Attempts[i].ResponseBody) {
				t.Errorf("response comes back altered: %.100q", a.ResponseBody)
			}
		}
	}
	for _, err := range s.List(t.Context(), Query{}) {
		if err != nil {
			break
		}
	}
	_, _ = s.Changes(t.Context(), 0, 1000)
	_, _ = s.Stats(t.Context())
	if !o.ReadOnly {
		_ = s.Append(received("x", []byte("more"))).Wait(t.Context())
	}
	return intact
}

func TestTruncated(t *testing.T) {
	f, recorded := original(t)
	for _, name := range damagedFiles {
		whole := f[name]
		for _, size := range []int{
			0, 1, 15, 16, 17, 39, 40, 41, 99, 100, 512, pageSize - 1, pageSize, 3*pageSize + 7, len(whole) / 2, len(whole) - pageSize, len(whole) - 1,
		} {
			for _, o := range []Options{{}, {ReadOnly: true}} {
				readDamaged(t, f.with(name, whole[:size]), recorded, o)
			}
		}
	}
}

func TestFlipped(t *testing.T) {
	f, recorded := original(t)
	if got := readDamaged(t, f, recorded, Options{}); got != len(recorded) {
		t.Fatalf("%d of %d deliveries are readable without any damage", got, len(recorded))
	}
	random := rand.New(rand.NewPCG(1, 2))
	for _, name := range damagedFiles {
		whole := f[name]
		offsets := []int{0, 16, 18, 19, 20, 24, 28, 32, 36, 40, 44, 56, 60, 63, 68, 100, 103, 105, 108} // of the headers
		for range 60 {
			offsets = append(offsets, random.IntN(len(whole)))
		}
		for _, at := range offsets {
			damaged := bytes.Clone(whole)
			bit := byte(1 << random.IntN(8))
			if at == 60 {
				bit = 0x80 // a negative version
			}
			damaged[at] ^= bit
			readDamaged(t, f.with(name, damaged), recorded, Options{ReadOnly: at%2 == 0})
		}
	}
}

// TestFlippedIsFound: whatever bit flips in the log, Check knows.
func TestFlippedIsFound(t *testing.T) {
	f, _ := original(t)
	whole := f[firstSegment]
	random := rand.New(rand.NewPCG(3, 4))
	for range 40 {
		at := len(segmentHeader) + random.IntN(len(whole)-len(segmentHeader))
		damaged := bytes.Clone(whole)
		damaged[at] ^= byte(1 << random.IntN(8))
		dir := t.TempDir()
		f.with(firstSegment, damaged).write(t, dir)
		s := open(t, dir, Options{})
		if report, err := s.Check(t.Context()); err != nil || len(report.Problems) == 0 {
			t.Errorf("Check after a bit flipped at %d: %v, %d problems", at, err, len(report.Problems))
		}
	}
}

func TestOverwritten(t *testing.T) {
	f, recorded := original(t)
	for _, name := range damagedFiles {
		whole := f[name]
		for _, fill := range []byte{0, 0xff} {
			for at := 0; at+4096 <= len(whole); at += len(whole) / 7 {
				damaged := bytes.Clone(whole)
				copy(damaged[at:], bytes.Repeat([]byte{fill}, 4096))
				readDamaged(t, f.with(name, damaged), recorded, Options{})
			}
			readDamaged(t, f.with(name, append(bytes.Clone(whole), bytes.Repeat([]byte{fill}, 4096)...)), recorded, Options{})
		}
	}
}

// TestAlteredBody changes one byte of a body: Get says so, Check finds it,
// and the other deliveries stay readable.
func TestAlteredBody(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{"the first body", "the second body"} {
		d := received("a", []byte(body))
		answered(d, 200, "an answer to "+body)
		wait(t, s.Append(d))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	f := readFiles(t, dir)
	for _, part := range []string{"the second body", "an answer to the second body"} {
		damaged := bytes.Clone(f[firstSegment])
		damaged[bytes.Index(damaged, []byte(part))]++
		f.with(firstSegment, damaged).write(t, dir)
		s, err := Open(t.Context(), dir, Options{Now: clock})
		if err != nil {
			t.Fatal(err)
		}
		var corrupt *CorruptError
		if d, err := s.Get(t.Context(), "2"); !errors.As(err, &corrupt) || d != nil {
			t.Errorf("Get of an altered %s: %v, %v", part, d, err)
		}
		if _, err := s.Get(t.Context(), "1"); err != nil {
			t.Errorf("the other delivery: %v", err)
		}
		if report, err := s.Check(t.Context()); err != nil || len(report.Problems) != 1 {
			t.Errorf("Check of an altered %s: %v, %q", part, err, report.Problems)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestCheckComparesTheIndex: every column that repeats the log is compared with
// it.
func TestCheckComparesTheIndex(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	for range 3 {
		d := received("a", []byte("body"))
		answered(d, 200, "answer")
		wait(t, s.Append(d))
	}
	mustBeSound(t, s)
	for _, statement := range []string{
		"UPDATE deliveries SET type = 'b' WHERE seq = 1", "UPDATE deliveries SET status = 'failed' WHERE seq = 2",
		"UPDATE deliveries SET places = x'00' WHERE seq = 3", "UPDATE segments SET places = 1, indexed = 1000000",
	} {
		if err := s.log.do(t.Context(), func(w *statements) error { return w.conn.exec(t.Context(), statement) }); err != nil {
			t.Fatal(err)
		}
	}
	report, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`delivery #1: the index has "b" in the place of "a" (column 6)`,
		"delivery #2: record: its bytes are not those that were recorded",
		"delivery #3: row: a list of strings ends too early",
	}
	if len(report.Problems) < len(want) {
		t.Fatalf("problems: %q", report.Problems)
	}
	if diff := cmp.Diff(want, report.Problems[:len(want)]); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if rest := report.Problems[len(want):]; len(rest) != 2 {
		t.Errorf("problems of the segment: %q", rest)
	}
}

// TestDamageCostsItselfAlone: a list leaves the damaged delivery out and says so
// at its end; following goes on.
func TestDamageCostsItselfAlone(t *testing.T) {
	f, recorded := original(t)
	body := bytes.Index(f[firstSegment], []byte("type.2"))
	damaged := bytes.Clone(f[firstSegment])
	damaged[body]++
	dir := t.TempDir()
	f.with(firstSegment, damaged).write(t, dir)
	s := open(t, dir, Options{})
	for _, ascending := range []bool{false, true} {
		count := 0
		var last error
		for d, err := range s.List(t.Context(), Query{Ascending: ascending}) {
			if last = err; d != nil {
				count++
			}
		}
		if count != len(recorded)-1 || !isCorrupt(last) {
			t.Errorf("%d of %d are listed, at the end %v", count, len(recorded), last)
		}
	}
	if changed, err := s.Changes(t.Context(), 0, 1000); err != nil || len(changed) != len(recorded)-1 {
		t.Errorf("%d changes, %v", len(changed), err)
	}
	if report, err := s.Check(t.Context()); err != nil || len(report.Problems) != 1 {
		t.Errorf("Check: %v, %q", err, report.Problems)
	}
}

// TestRemovedStore: what goes to files that nobody can find any more is not
// acknowledged.
func TestRemovedStore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	s := open(t, dir, Options{})
	wait(t, s.Append(received("a", nil)))
	if err := os.RemoveAll(dir); err != nil {
		t.Skip("open files are not removed here")
	}
	var failed *WriteError
	if err := s.Append(received("a", nil)).Wait(t.Context()); err == nil || !errors.As(err, &failed) && !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Append to a store that was removed gives %v", err)
	}
}

// TestReplacedStore: a process whose store was removed and made again by
// another one writes nothing into the new one, whose numbers and index it does
// not know.
func TestReplacedStore(t *testing.T) {
	for name, before := range map[string]int{"before its first delivery": 0, "after it": 1} {
		dir := filepath.Join(t.TempDir(), "store")
		old := open(t, dir, Options{})
		for range before {
			wait(t, old.Append(received("a", nil)))
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Skip("open files are not removed here")
		}
		s := open(t, dir, Options{})
		wait(t, s.Append(received("b", nil)))
		if err := old.Append(received("c", nil)).Wait(t.Context()); err == nil || !strings.Contains(err.Error(), "was removed while it was in use") {
			t.Errorf("%s: Append gives %v", name, err)
		}
		if got := list(t, s, Query{}); len(got) != 1 || got[0].Event.Type != "b" {
			t.Errorf("%s: the new store has %d deliveries", name, len(got))
		}
	}
}

// TestEmptyIndex: a file without anything in it is no store yet.
func TestEmptyIndex(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, fileName), "")
	if _, err := Open(t.Context(), dir, Options{ReadOnly: true}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a reader gets %v", err)
	}
	s := open(t, dir, Options{})
	wait(t, s.Append(received("a", nil)))
	if len(list(t, s, Query{})) != 1 {
		t.Error("a writer cannot use it")
	}
}

// TestLostRecordIsSaid: a record that was damaged before it was indexed has no
// row to be missed by, and Check says that something was there.
func TestLostRecordIsSaid(t *testing.T) {
	f, recorded := original(t)
	whole := f[firstSegment]
	for _, row := range []struct {
		name string
		from int
		with []byte
	}{
		{"a bit of a head", bytes.Index(whole, []byte("type.2")), []byte("T")},
		{"a page of zeros", bytes.Index(whole, []byte("type.1")), make([]byte, 4096)},
	} {
		damaged := bytes.Clone(whole)
		copy(damaged[row.from:], row.with)
		dir := t.TempDir()
		files{firstSegment: damaged}.write(t, dir)
		s := open(t, dir, Options{})
		report, err := s.Check(t.Context())
		if err != nil || len(report.Problems) != 1 || report.Deliveries >= int64(len(recorded)) {
			t.Errorf("%s: %d of %d deliveries, %q, %v", row.name, report.Deliveries, len(recorded), report.Problems, err)
		}
	}
}
