package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pragma sets something on the writing connection and on those that replace
// it. The writer must be idle.
func pragma(t *testing.T, s *Store, name, value string) {
	t.Helper()
	s.write.dsn += "&_pragma=" + name + "(" + value + ")"
	if s.write.conn == nil {
		return
	}
	if err := s.write.conn.exec(t.Context(), "PRAGMA "+name+" = "+value); err != nil {
		t.Fatal(err)
	}
}

// TestFailedCommit: what waits in a group that cannot be written fails with
// its kind, nothing of it is recorded, and the next group works when the
// cause is gone.
func TestFailedCommit(t *testing.T) {
	for _, row := range []struct {
		name, cause, remedy string
		want                WriteErrorKind
	}{
		{"max_page_count", "1", "1000000", WriteFull},
		{"query_only", "1", "0", WriteDenied},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := open(t, t.TempDir(), Options{})
			before := received("before", []byte("x"))
			wait(t, s.Append(before))
			pragma(t, s, row.name, row.cause)
			for range 3 {
				commits := []*Commit{
					s.Append(received("lost", bytes.Repeat([]byte("x"), 100_000))), s.Save(before), s.Append(received("lost", nil)),
				}
				var failed *WriteError
				if err := commits[0].Wait(t.Context()); !errors.As(err, &failed) || failed.Kind != row.want {
					t.Errorf("Append gives %v, not the kind %s", err, row.want)
				}
				for _, c := range commits {
					_ = c.Wait(t.Context()) // small ones may fit
				}
			}
			pragma(t, s, row.name, row.remedy)
			after := received("after", bytes.Repeat([]byte("y"), 100_000))
			wait(t, s.Append(after))
			got, err := s.Get(t.Context(), after.ID)
			if err != nil || !bytes.Equal(got.Request.Body, after.Request.Body) {
				t.Errorf("the first delivery afterwards: %v", err)
			}
			for _, d := range list(t, s, Query{Events: []string{"lost"}}) {
				if d.Request.BodySize > 0 {
					t.Errorf("#%d was refused and is stored", d.Seq)
				}
			}
			mustBeSound(t, s)
		})
	}
}

// TestOneBadItem: a delivery that cannot be stored fails alone.
func TestOneBadItem(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	first := received("first", []byte("1"))
	wait(t, s.Append(first))
	// The writer is busy while these gather, so that they are one group.
	busy, release := make(chan bool), make(chan bool)
	s.write.enqueue(&item{commit: &Commit{done: make(chan struct{})}, run: func(*statements) error {
		close(busy)
		<-release
		return nil
	}})
	<-busy
	good, twin, last := received("good", []byte("2")), received("twin", []byte("3")), received("last", []byte("4"))
	twin.ID = first.ID
	commits := []*Commit{s.Append(good), s.Append(twin), s.Save(twin), s.Save(&Delivery{Seq: 999}), s.Append(last)}
	close(release)
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
	if diff := cmp.Diff([]string{"last", "good", "first"}, types); diff != "" {
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
	busy, release := make(chan bool), make(chan bool)
	s.write.enqueue(&item{commit: &Commit{done: make(chan struct{})}, run: func(*statements) error {
		close(busy)
		<-release
		return nil
	}})
	<-busy
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
	close(release)
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
	busy, release := make(chan bool), make(chan bool)
	s.write.enqueue(&item{commit: &Commit{done: make(chan struct{})}, run: func(*statements) error {
		close(busy)
		<-release
		return nil
	}})
	<-busy
	ctx, cancel := context.WithCancel(t.Context())
	c := s.Append(received("a", nil))
	cancel()
	if err := c.Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Wait gives %v", err)
	}
	close(release)
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
	err := s.write.do(t.Context(), func(w *statements) error {
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
