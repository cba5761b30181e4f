package store

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// original is a store of a few dozen deliveries, closed, as the bytes of its
// file and what was recorded.
func original(t *testing.T) ([]byte, map[string]*Delivery) {
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
	b, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	return b, recorded
}

// read reads everything that a damaged file still gives, and fails when bytes
// come back altered.
func readDamaged(t *testing.T, file []byte, recorded map[string]*Delivery, o Options) (intact int) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, fileName), file, 0o600); err != nil {
		t.Fatal(err)
	}
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
	file, recorded := original(t)
	for _, size := range []int{0, 1, 15, 16, 99, 100, 512, pageSize - 1, pageSize, 3*pageSize + 7, len(file) / 2, len(file) - pageSize, len(file) - 1} {
		for _, o := range []Options{{}, {ReadOnly: true}} {
			readDamaged(t, file[:size], recorded, o)
		}
	}
}

func TestFlipped(t *testing.T) {
	file, recorded := original(t)
	if got := readDamaged(t, file, recorded, Options{}); got != len(recorded) {
		t.Fatalf("%d of %d deliveries are readable without any damage", got, len(recorded))
	}
	random := rand.New(rand.NewPCG(1, 2))
	offsets := []int{16, 18, 19, 24, 28, 40, 44, 56, 60, 63, 68, 100, 103, 105, 108} // of the header
	for range 60 {
		offsets = append(offsets, random.IntN(len(file)))
	}
	for _, at := range offsets {
		damaged := bytes.Clone(file)
		bit := byte(1 << random.IntN(8))
		if at == 60 {
			bit = 0x80 // a negative version
		}
		damaged[at] ^= bit
		readDamaged(t, damaged, recorded, Options{ReadOnly: at%2 == 0})
	}
}

func TestOverwritten(t *testing.T) {
	file, recorded := original(t)
	for _, fill := range []byte{0, 0xff} {
		for at := 0; at+4096 <= len(file); at += len(file) / 7 {
			damaged := bytes.Clone(file)
			copy(damaged[at:], bytes.Repeat([]byte{fill}, 4096))
			readDamaged(t, damaged, recorded, Options{})
		}
		readDamaged(t, append(bytes.Clone(file), bytes.Repeat([]byte{fill}, 4096)...), recorded, Options{})
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
		answered(d, 200, "the answer to "+body)
		wait(t, s.Append(d))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, fileName)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"the second body", "the answer to the second body"} {
		damaged := bytes.Replace(file, []byte(part), []byte("The"+part[3:]), 1)
		if part == "the second body" {
			at := bytes.LastIndex(file, []byte(part))
			if bytes.HasSuffix(file[:at], []byte("the answer to ")) {
				at = bytes.LastIndex(file[:at], []byte(part))
			}
			damaged = bytes.Clone(file)
			damaged[at] = 'T'
		}
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
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

func TestCheckFindsOrphans(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	for range 3 {
		d := received("a", []byte("body"))
		answered(d, 200, "answer")
		wait(t, s.Append(d))
	}
	mustBeSound(t, s)
	for _, statement := range []string{
		"DELETE FROM deliveries WHERE seq = 1", "DELETE FROM attempts WHERE id = 2 << 16 | 1", "DELETE FROM bodies WHERE id = 3 << 17",
	} {
		if err := s.write.do(t.Context(), func(w *statements) error { return w.conn.exec(t.Context(), statement) }); err != nil {
			t.Fatal(err)
		}
	}
	report, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"attempt 65537 has no delivery", "body 262147 has no attempt", "body 131072 has no delivery",
		"delivery #3: request body does not match its hash",
	}
	if diff := cmp.Diff(want, report.Problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}
