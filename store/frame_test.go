package store

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/sign"
)

// framed is the frame of a delivery with everything in it.
func framed() (*Delivery, []byte) {
	d := received("payment.succeeded", []byte("the body"))
	d.ID, d.Seq, d.Event.ID = "dlv_01KAHR00000000000000000001", 7, "evt_other"
	d.Event.Channels, d.Event.Test, d.Event.Handshake = []string{"a", "b"}, true, "zoom"
	d.Endpoint, d.Destination, d.ReplayOf, d.NextAttemptAt = "ep_1", "http://x/", "dlv_else", clock().Add(time.Hour)
	d.Request.BodySize, d.Request.BodySHA256 = 8, hexSHA256(d.Request.Body)
	answered(d, 500, "no")
	answered(d, 200, "")
	d.Direction, d.Scheduled, d.Tried, d.Failures, d.Conflicts, d.Interruptions = Out, true, true, 2, 3, 1
	d.Event.Late, d.Event.Headers = []Late{{"/timestamp", "now:rfc3339ms", true}}, sign.Headers{{Name: "X-Type", Value: "a"}}
	d.Attempts[0].Outcome, d.Attempts[0].VirtualAt = OutcomeFailure, clock().Add(time.Hour)
	head := encodeDelivery(&content{kind: kindDelivery, d: d, stamp: 9, owner: "owner"})
	data := [][]byte{d.Request.Body, []byte("no")}
	f := newFrame(kindDelivery, head, data)
	return d, bytes.Join([][]byte{f.fixed[:], head, data[0], data[1]}, nil)
}

func parse(b []byte) (*content, error) {
	f, err := parseFrame(b)
	if err != nil {
		return nil, err
	}
	if f.size() > int64(len(b)) {
		return nil, errTorn
	}
	head := b[frameSize : frameSize+f.head]
	if err := f.checkHead(head); err != nil {
		return nil, err
	}
	if crc32.Checksum(b[frameSize+f.head:f.size()], crcTable()) != f.dataSum {
		return nil, errAltered
	}
	return decode(&f, head)
}

func TestFrameReadsBack(t *testing.T) {
	want, b := framed()
	c, err := parse(b)
	if err != nil {
		t.Fatal(err)
	}
	want.Request.Body = nil
	for i := range want.Attempts {
		want.Attempts[i].ResponseBody = nil
	}
	if diff := cmp.Diff(want, c.d); diff != "" {
		t.Errorf("delivery (-written +read):\n%s", diff)
	}
	if c.stamp != 9 || c.owner != "owner" || !c.responses[0].kept || c.responses[0].at != 8 || c.responses[0].size != 2 {
		t.Errorf("the rest: %+v", c)
	}
}

// TestFrameNoticesEverything: no bit can flip and no byte be missing unnoticed.
func TestFrameNoticesEverything(t *testing.T) {
	_, b := framed()
	for i := range 8 * len(b) {
		damaged := bytes.Clone(b)
		damaged[i/8] ^= 1 << (i % 8)
		if _, err := parse(damaged); err == nil {
			t.Fatalf("bit %d flipped: no error", i)
		}
	}
	for n := range b {
		if _, err := parse(b[:n]); err == nil {
			t.Fatalf("cut at %d: no error", n)
		}
	}
}

// FuzzHead: a head whose sum is right is read whole or refused, and what was
// read is written in the same way again.
func FuzzHead(f *testing.F) {
	_, b := framed()
	fr, err := parseFrame(b)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(byte(kindDelivery), b[frameSize:frameSize+fr.head], uint32(fr.data))
	d := received("a", nil)
	d.Seq, d.Direction = 3, Out
	f.Add(byte(kindState), encodeState(&content{d: d, stamp: 4, request: requestWhole}), uint32(0))
	d.Scheduled, d.Failures, d.ReturnsTo = true, 24, Paused
	f.Add(byte(kindState), encodeState(&content{d: d, stamp: 4, request: requestSame}), uint32(0))
	in := received("", nil)
	in.Seq = 3
	f.Add(byte(kindDelivery), append(encodeDelivery(&content{kind: kindDelivery, d: in}), 1, 2, 2, 2, 0), uint32(0))
	f.Fuzz(func(t *testing.T, kind byte, head []byte, data uint32) {
		if kind != kindDelivery {
			kind = kindState
		}
		c, err := decode(&frame{kind: kind, head: int64(len(head)), data: int64(data)}, head)
		if err != nil {
			return
		}
		// Bodies are not in the head: put the sizes back.
		for i := range c.d.Attempts {
			if c.responses[i].size > 1<<16 {
				return
			}
			if c.responses[i].kept {
				c.d.Attempts[i].ResponseBody = make([]byte, c.responses[i].size)
			}
		}
		again := encodeDelivery
		if kind == kindState {
			again = encodeState
			c.d.Direction = Out // which a state does not say: all of it is written
		}
		second, err := decode(&frame{kind: kind, head: int64(len(head)), data: int64(data)}, again(c))
		if err != nil {
			t.Fatalf("written again it is refused: %v", err)
		}
		if kind == kindState {
			c.d.Direction = ""
		}
		for i := range second.responses {
			second.responses[i].sum = c.responses[i].sum
			c.d.Attempts[i].ResponseBody = nil
		}
		if diff := cmp.Diff(c.d, second.d); diff != "" {
			t.Errorf("written again (-first +second):\n%s", diff)
		}
	})
}

func TestPlacesReadBack(t *testing.T) {
	base := place{segment: 1, offset: 16, size: 3000, parts: partDelivery | partBody, attempts: []attemptPart{{1, true, true}}}
	state := place{segment: 9, offset: 1 << 25, size: 600, parts: partState, attempts: []attemptPart{{1, true, false}, {2, true, true}}}
	places := addPlace([]place{base}, state, false)
	got, err := unpackPlaces(packPlaces(places))
	if err != nil {
		t.Fatal(err)
	}
	base.attempts = []attemptPart{{1, false, true}}
	if diff := cmp.Diff([]place{base, state}, got, cmp.AllowUnexported(place{}, attemptPart{})); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	later := place{segment: 9, offset: 1 << 26, size: 600, parts: partState, attempts: []attemptPart{{1, true, true}, {2, true, true}}}
	if got := addPlace(got, later, false); len(got) != 2 || got[1].offset != later.offset {
		t.Errorf("a state of which nothing is needed stays: %+v", got)
	}
}

// crashCopy copies a store as a killed process leaves it: the log as it is, the
// index as it was.
func crashCopy(t *testing.T, from string, index files) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, logName), os.DirFS(filepath.Join(from, logName))); err != nil {
		t.Fatal(err)
	}
	for name, b := range index {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestLostIndex: without the index everything is there again, in the same
// states and the same order, also where two processes changed the same.
func TestLostIndex(t *testing.T) {
	dir := t.TempDir()
	first, second := open(t, dir, Options{}), open(t, dir, Options{})
	var want []*Delivery
	for i := range 50 {
		d := received(fmt.Sprint("type.", i), bytes.Repeat([]byte("x"), i*100))
		d.Event.ExternalID = fmt.Sprint("msg_", i%40)
		d.Status = Retrying
		wait(t, first.Append(d))
		answered(d, 500, "first")
		d.Status = Retrying
		wait(t, first.Save(d))
		whole, err := second.Get(t.Context(), d.ID)
		if err != nil {
			t.Fatal(err)
		}
		answered(whole, 200, "second")
		wait(t, second.Save(whole))
		if i%2 == 0 {
			again, err := first.Get(t.Context(), d.ID)
			if err != nil {
				t.Fatal(err)
			}
			answered(again, 404, "third")
			wait(t, first.Save(again))
		}
	}
	for _, d := range list(t, first, Query{Ascending: true}) {
		whole, err := first.Get(t.Context(), d.ID)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, whole)
	}
	for name, o := range map[string]Options{"writer": {}, "again": {}} {
		s := open(t, crashCopy(t, dir, nil), o)
		if len(s.Warnings()) != 1 {
			t.Errorf("%s: warnings %q", name, s.Warnings())
		}
		for i, d := range list(t, s, Query{Ascending: true}) {
			got, err := s.Get(t.Context(), d.ID)
			if err != nil {
				t.Fatal(err)
			}
			got.Rev = want[i].Rev
			if diff := cmp.Diff(want[i], got); diff != "" {
				t.Fatalf("%s: #%d (-before +after):\n%s", name, d.Seq, diff)
			}
		}
		mustBeSound(t, s)
		next := received("next", nil)
		wait(t, s.Append(next))
		if next.Seq != int64(len(want)+1) {
			t.Errorf("%s: the next number is %d", name, next.Seq)
		}
	}
}

// TestTornTail: whatever length a killed process leaves of its last records,
// those before are there, and the store takes more.
func TestTornTail(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	ends := map[int64]int{int64(len(segmentHeader)): 0} // how many deliveries end there
	for i := range 4 {
		wait(t, s.Append(received("a", bytes.Repeat([]byte{byte(i)}, 40))))
		ends[s.log.segment.size] = i + 1
	}
	whole, err := os.ReadFile(filepath.Join(dir, firstSegment))
	if err != nil {
		t.Fatal(err)
	}
	held := 0
	for length := 0; length <= len(whole); length += 5 + length%23 {
		for end, count := range ends {
			if int64(length) >= end {
				held = max(held, count)
			}
		}
		torn := crashCopy(t, dir, nil)
		write(t, filepath.Join(torn, firstSegment), string(whole[:length]))
		s, err := Open(t.Context(), torn, Options{Now: clock})
		if err != nil {
			t.Fatalf("%d bytes: %v", length, err)
		}
		if got := len(list(t, s, Query{})); got != held {
			t.Errorf("%d bytes: %d deliveries, not %d", length, got, held)
		}
		wait(t, s.Append(received("more", []byte("more"))))
		if got := len(list(t, s, Query{})); got != held+1 {
			t.Errorf("%d bytes: %d deliveries with one more", length, got)
		}
		mustBeSound(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDamageInATail: a body that is damaged costs itself alone, also where the
// index is made from the log.
func TestDamageInATail(t *testing.T) {
	f, recorded := original(t)
	damaged := bytes.Clone(f[firstSegment])
	damaged[len(damaged)/2] ^= 4
	dir := t.TempDir()
	files{firstSegment: damaged}.write(t, dir)
	s := open(t, dir, Options{})
	if got := len(list(t, s, Query{})); got != len(recorded) {
		t.Errorf("%d of %d deliveries are left", got, len(recorded))
	}
	bodies := 0
	for id := range recorded {
		if _, err := s.Get(t.Context(), id); err == nil {
			bodies++
		} else if !isCorrupt(err) {
			t.Error(err)
		}
	}
	if bodies != len(recorded)-1 {
		t.Errorf("%d of %d bodies are left", bodies, len(recorded))
	}
}

// TestReaderIndexesForTheDead: what a killed process has recorded is seen by
// one that only reads.
func TestReaderIndexesForTheDead(t *testing.T) {
	dir := t.TempDir()
	wait(t, open(t, dir, Options{}).Append(received("first", nil)))
	early := crashCopy(t, dir, nil)
	s, err := Open(t.Context(), early, Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil { // leaves an index of one delivery
		t.Fatal(err)
	}
	index, err := os.ReadFile(filepath.Join(early, fileName))
	if err != nil {
		t.Fatal(err)
	}
	writer := open(t, dir, Options{})
	for range 9 {
		wait(t, writer.Append(received("later", []byte("x"))))
	}
	r := open(t, crashCopy(t, dir, files{fileName: index}), Options{ReadOnly: true})
	if got := len(list(t, r, Query{})); got != 10 {
		t.Errorf("a reader finds %d of 10 deliveries", got)
	}
	if _, err := os.Stat(filepath.Join(r.Dir(), numberName)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a reader makes more than the index: %v", err)
	}
}

// TestOneSegmentAfterAnother: processes one after the other leave one file.
func TestOneSegmentAfterAnother(t *testing.T) {
	dir := t.TempDir()
	for range 30 {
		s, err := Open(t.Context(), dir, Options{Now: clock})
		if err != nil {
			t.Fatal(err)
		}
		d := received("a", []byte("x"))
		d.Direction, d.Verification, d.Status = Out, nil, Pending
		wait(t, s.Append(d))
		d.Request.Headers = sign.Headers{{Name: "A", Value: "b"}}
		answered(d, 200, "ok")
		wait(t, s.Save(d))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := listSegments(dir); err != nil || len(list) != 1 {
		t.Errorf("%d segments, %v", len(list), err)
	}
}
