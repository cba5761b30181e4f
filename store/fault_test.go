package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// faulty is a segment's file that fails.
type faulty struct {
	segmentFile
	write, cut error // what WriteAt and Truncate give
	part       int   // how much WriteAt writes all the same
	busy       chan bool
	release    chan bool
}

func (f *faulty) WriteAt(b []byte, at int64) (int, error) {
	if f.busy != nil {
		f.busy <- true
		<-f.release
	}
	if f.write == nil {
		return f.segmentFile.WriteAt(b, at)
	}
	n, _ := f.segmentFile.WriteAt(b[:min(f.part, len(b))], at)
	return n, f.write
}

func (f *faulty) Truncate(size int64) error {
	if f.cut != nil {
		return f.cut
	}
	return f.segmentFile.Truncate(size)
}

// spoil puts a faulty file in the place of the segment's. The log must be idle.
func spoil(s *Store, f *faulty) {
	f.segmentFile = s.log.segment.file
	s.log.segment.file = f
}

// hold makes the next write of the log wait until release is called.
func hold(t *testing.T, s *Store) (release func()) {
	t.Helper()
	wait(t, s.Append(received("before", nil))) // so that there is a segment
	f := &faulty{busy: make(chan bool), release: make(chan bool)}
	spoil(s, f)
	s.Append(received("before", nil))
	<-f.busy
	return func() {
		go func() {
			for range f.busy { // later writes do not wait
				f.release <- true
			}
		}()
		t.Cleanup(func() { close(f.busy) })
		f.release <- true
	}
}

// TestFailedWrite: what waits in a group that cannot be written fails with its
// kind, nothing of it is recorded, and the next group works when the cause is
// gone.
func TestFailedWrite(t *testing.T) {
	for _, row := range []struct {
		name  string
		fault faulty
		want  WriteErrorKind
	}{
		{"full", faulty{write: syscall.ENOSPC}, WriteFull},
		{"full after a part", faulty{write: syscall.ENOSPC, part: 5000}, WriteFull},
		{"broken", faulty{write: syscall.EIO, part: 10}, WriteIO},
		{"denied", faulty{write: syscall.EROFS}, WriteDenied},
		{"what was written stays", faulty{write: syscall.EIO, part: 1 << 20, cut: syscall.EIO}, WriteIO},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := t.TempDir()
			s, err := Open(t.Context(), dir, Options{Now: clock})
			if err != nil {
				t.Fatal(err)
			}
			before := received("before", []byte("x"))
			wait(t, s.Append(before))
			file := s.log.segment.file
			for range 3 {
				if s.log.segment == nil {
					break // given up
				}
				fault := row.fault
				spoil(s, &fault)
				var failed *WriteError
				if err := s.Append(received("lost", bytes.Repeat([]byte("x"), 100_000))).Wait(t.Context()); !errors.As(err, &failed) || failed.Kind != row.want {
					t.Errorf("Append gives %v, not the kind %s", err, row.want)
				}
				if s.log.segment != nil {
					s.log.segment.file = file
				}
			}
			after := received("after", bytes.Repeat([]byte("y"), 100_000))
			wait(t, s.Append(after))
			for range 2 {
				got, err := s.Get(t.Context(), after.ID)
				if err != nil || !bytes.Equal(got.Request.Body, after.Request.Body) {
					t.Errorf("the first delivery afterwards: %v", err)
				}
				for _, d := range list(t, s, Query{Events: []string{"lost"}}) {
					t.Errorf("#%d was refused and is stored", d.Seq)
				}
				mustBeSound(t, s)
				if err := s.Close(); err != nil {
					t.Error(err)
				}
				s = open(t, dir, Options{})
			}
		})
	}
}

// TestFailedIndex: while the index cannot be written, deliveries are recorded
// all the same, reads say that they cannot see them, and when the cause is gone
// they are there.
func TestFailedIndex(t *testing.T) {
	for _, row := range []struct {
		name, cause, remedy string
		want                WriteErrorKind
	}{
		{"max_page_count", "1", "1000000", WriteFull},
		{"query_only", "1", "0", WriteDenied},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir, Options{})
			wait(t, s.Append(received("before", []byte("x"))))
			pragma(t, s, row.name, row.cause)
			var ids []string
			for range 300 { // so many that the index needs another page
				d := received("late", []byte("x"))
				wait(t, s.Append(d))
				ids = append(ids, d.ID)
			}
			var failed *WriteError
			if _, err := s.Rev(t.Context()); !errors.As(err, &failed) || failed.Kind != row.want {
				t.Errorf("Rev gives %v, not the kind %s", err, row.want)
			}
			if err := s.Announce(t.Context(), Listener{}); !errors.As(err, &failed) {
				t.Errorf("Announce gives %v", err)
			}
			pragma(t, s, row.name, row.remedy)
			for range 10 { // a try may be under way
				if _, err := s.Rev(t.Context()); err == nil {
					break
				}
			}
			if err := s.Append(received("last", nil)).Indexed(t.Context()); err != nil {
				t.Errorf("the first delivery afterwards: %v", err)
			}
			for _, id := range ids {
				if _, err := s.Get(t.Context(), id); err != nil {
					t.Fatalf("Get: %v", err)
				}
			}
			mustBeSound(t, s)
		})
	}
}

// TestReaderOfALateIndex: a process that lives cannot write its index. Others
// say that something is missing, do not wait for it again and again, and see it
// when it is there.
func TestReaderOfALateIndex(t *testing.T) {
	dir := t.TempDir()
	writer := open(t, dir, Options{})
	wait(t, writer.Append(received("before", nil)))
	reader := open(t, dir, Options{ReadOnly: true})
	pragma(t, writer, "query_only", "1")
	late := received("late", nil)
	wait(t, writer.Append(late))
	for range 50 { // at two seconds each the test would not end in time
		if got := len(list(t, reader, Query{})); got != 1 {
			t.Fatalf("%d deliveries are seen", got)
		}
	}
	if got := reader.Warnings(); len(got) != 1 || !strings.Contains(got[0], "not in the index yet") {
		t.Errorf("warnings %q", got)
	}
	pragma(t, writer, "query_only", "0")
	for range 10 { // a try may be under way
		if _, err := writer.Rev(t.Context()); err == nil {
			break
		}
	}
	if _, err := reader.Get(t.Context(), late.ID); err != nil {
		t.Errorf("it does not come: %v", err)
	}
}

// pragma sets something on the connection of the index.
func pragma(t *testing.T, s *Store, name, value string) {
	t.Helper()
	s.index.turn.Lock()
	defer s.index.turn.Unlock()
	s.index.dsn += "&_pragma=" + name + "(" + value + ")"
	if s.index.conn == nil {
		return
	}
	if err := s.index.conn.exec(t.Context(), "PRAGMA "+name+" = "+value); err != nil {
		t.Fatal(err)
	}
}

// TestOneBadItem: a delivery that cannot be stored fails alone.
func TestOneBadItem(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	first := received("first", []byte("1"))
	wait(t, s.Append(first))
	release := hold(t, s) // so that these are one group
	good, twin, last := received("good", []byte("2")), received("twin", []byte("3")), received("last", []byte("4"))
	twin.ID = first.ID
	commits := []*Commit{s.Append(good), s.Append(twin), s.Save(twin), s.Save(&Delivery{Seq: 999}), s.Append(last)}
	release()
	var got []string
	for _, c := range commits {
		var failed *WriteError
		switch err := c.Wait(t.Context()); {
		case err == nil:
			got = append(got, "recorded")
		case errors.As(err, &failed):
			got = append(got, string(failed.Kind))
		case errors.Is(err, ErrNotFound):
			got = append(got, "not found")
		default:
			t.Error(err)
		}
	}
	if diff := cmp.Diff([]string{"recorded", "rejected", "rejected", "not found", "recorded"}, got); diff != "" {
		t.Errorf("what the group comes to (-want +got):\n%s", diff)
	}
	var types []string
	for _, d := range list(t, s, Query{}) {
		types = append(types, d.Event.Type)
	}
	if diff := cmp.Diff([]string{"last", "good", "before", "before", "first"}, types); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	mustBeSound(t, s)
}

func TestBadDeliveriesAreRefused(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	for name, d := range map[string]*Delivery{
		"nil":            nil,
		"no event":       {Direction: In},
		"no direction":   {Event: &Event{}},
		"attempt zero":   {Direction: In, Event: &Event{}, Attempts: []Attempt{{}}},
		"attempt number": {Direction: In, Event: &Event{}, Attempts: []Attempt{{Number: maxAttempts + 1}}},
	} {
		var failed *WriteError
		if err := s.Append(d).Wait(t.Context()); !errors.As(err, &failed) || failed.Kind != WriteRejected {
			t.Errorf("%s: Append gives %v", name, err)
		}
	}
	if err := s.Append().Wait(t.Context()); err == nil {
		t.Error("Append of nothing succeeds")
	}
	if err := s.Save(&Delivery{}).Wait(t.Context()); err == nil {
		t.Error("Save of what was never appended succeeds")
	}
	wait(t, s.Append(&Delivery{Direction: In, Event: &Event{}}))
}

// TestAppendBlocksByBytes: the writer is held up, and the queue takes what its
// bound allows and no more.
func TestAppendBlocksByBytes(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	release := hold(t, s)
	body := make([]byte, 1<<20)
	appended := make(chan *Commit, 200)
	go func() {
		for range 200 {
			appended <- s.Append(received("a", body))
		}
		close(appended)
	}()
	for len(appended) < maxWaiting>>20-2 {
		runtime.Gosched()
	}
	for range 1000 {
		runtime.Gosched()
	}
	if got := len(appended); got > maxWaiting>>20 {
		t.Errorf("%d MiB wait, over the bound of %d", got, maxWaiting>>20)
	}
	release()
	count := 0
	for c := range appended {
		wait(t, c)
		count++
	}
	if count != 200 {
		t.Errorf("%d of 200 were recorded", count)
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	release := hold(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	c := s.Append(received("a", nil))
	cancel()
	if err := c.Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Wait gives %v", err)
	}
	release()
	wait(t, c)
	if err := c.Wait(ctx); err != nil {
		t.Errorf("Wait for what is done gives %v", err)
	}
}

// TestCloseWrites: what was appended before Close is recorded by it.
func TestCloseWrites(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	var commits []*Commit
	for range 300 {
		commits = append(commits, s.Append(received("a", []byte("x"))))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range commits {
		wait(t, c)
	}
	if got := len(list(t, open(t, dir, Options{}), Query{})); got != 300 {
		t.Errorf("%d of 300 are stored", got)
	}
}

// TestNumbersAreNotReused, neither after the newest were deleted nor when the
// counter's file is lost or damaged.
func TestNumbersAreNotReused(t *testing.T) {
	dir := t.TempDir()
	next := func(s *Store) int64 {
		d := received("a", nil)
		wait(t, s.Append(d))
		return d.Seq
	}
	s := open(t, dir, Options{})
	for range 9 {
		next(s)
	}
	err := s.log.do(t.Context(), func(w *statements) error {
		return w.conn.exec(t.Context(), "UPDATE counters SET rev = ("+lastRevSQL+"), seq = ("+lastSeqSQL+"); DELETE FROM deliveries")
	})
	if err != nil {
		t.Fatal(err)
	}
	if rev, err := s.Rev(t.Context()); err != nil || rev != 9 {
		t.Errorf("Rev after clearing is %d, %v", rev, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for i, damage := range []string{"lost", "", "\x00", "\xff\xff\xff\xff\xff\xff\xff\xff", "\x7f\xff\xff\xff\xff\xff\xff\xff", strings.Repeat("\x00", 8)} {
		writeNumberFile(t, filepath.Join(dir, numberName), damage)
		s := open(t, dir, Options{})
		if got, want := next(s), int64(10+i); got != want {
			t.Errorf("with the counter %q the next number is %d, not %d", damage, got, want)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func writeNumberFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if content == "lost" {
		return
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
