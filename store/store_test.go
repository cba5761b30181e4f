package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/sign"
)

func clock() time.Time { return time.Date(2026, 11, 21, 10, 0, 0, 123456789, time.UTC) }

// open opens a store in a new directory and closes it with the test.
func open(t testing.TB, dir string, o Options) *Store {
	t.Helper()
	if o.Now == nil {
		o.Now = clock
	}
	s, err := Open(t.Context(), dir, o)
	if err != nil {
		t.Fatalf("Open(%s): %v", dir, err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

// received is a delivery as listen records it.
func received(typ string, body []byte) *Delivery {
	return &Delivery{
		Direction: In, Trigger: TriggerReceived, ReceivedAt: clock(), Status: Captured,
		Event: &Event{Type: typ, Provider: "standard"},
		Request: Request{
			Method: "POST", Target: "/hook?x=1", Body: body, ContentType: "application/json", RemoteAddr: "127.0.0.1:5555",
			Headers: sign.Headers{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Odd", Value: "caf\xe9"}},
		},
		Verification: &Verification{Verdict: Valid, Provider: "standard", Covers: []string{"body", "timestamp", "id"}},
	}
}

func answered(d *Delivery, code int, body string) {
	d.Attempts = append(d.Attempts, Attempt{
		Number: len(d.Attempts) + 1, Trigger: TriggerAuto, URL: "http://localhost:3000/hook", StartedAt: clock(),
		Duration: 23100 * time.Microsecond, StatusCode: code, ResponseBody: []byte(body), ResponseSize: int64(len(body)),
		RequestHeaders:  sign.Headers{{Name: "Content-Type", Value: "application/json"}},
		ResponseHeaders: sign.Headers{{Name: "X-Answer", Value: "yes"}}, RemoteIP: "127.0.0.1",
	})
	d.Status, d.Answer = Succeeded, &Answer{StatusCode: code}
	if code >= 300 {
		d.Status = Failed
	}
}

func wait(t testing.TB, c *Commit) {
	t.Helper()
	if err := c.Wait(context.Background()); err != nil {
		t.Fatalf("Wait: %v", err)
	}
}

// complete waits until a change is in the index, and completes what was appended.
func complete(t testing.TB, c *Commit) {
	t.Helper()
	if err := c.Indexed(context.Background()); err != nil {
		t.Fatalf("Indexed: %v", err)
	}
}

func list(t testing.TB, s *Store, q Query) []*Delivery {
	t.Helper()
	var all []*Delivery
	for d, err := range s.List(t.Context(), q) {
		if err != nil {
			t.Fatalf("List(%+v): %v", q, err)
		}
		all = append(all, d)
	}
	return all
}

func TestAppendIsReadBack(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	event := &Event{ExternalID: "msg_1", Type: "payment.succeeded", Provider: "standard", Channels: []string{"a", "b\n"}, Test: true, Handshake: "zoom"}
	first, second := received("", []byte("body \x00\xff")), received("", []byte("body \x00\xff"))
	first.Event, second.Event = event, event
	second.Endpoint, second.Destination, second.NextAttemptAt, second.ReplayOf = "ep_1", "http://x/", clock().Add(time.Hour), "dlv_else"
	answered(second, 500, "sorry")
	second.Verification = &Verification{Verdict: Invalid, Reason: "signature_mismatch", Detail: "d"}
	third := received("payment.failed", nil)
	third.Direction, third.Verification = Out, nil
	complete(t, s.Append(first, second))
	complete(t, s.Append(third))
	for i, want := range []*Delivery{first, second, third} {
		if want.Seq != int64(i+1) || want.Rev != int64(i+1) {
			t.Errorf("delivery %d has seq %d and rev %d", i+1, want.Seq, want.Rev)
		}
		got, err := s.Get(t.Context(), want.ID)
		if err != nil {
			t.Fatalf("Get(%s): %v", want.ID, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("delivery %d (-recorded +read):\n%s", i+1, diff)
		}
	}
	listed := list(t, s, Query{})
	if len(listed) != 3 || listed[0].ID != third.ID || listed[2].Request.Body != nil || listed[1].Attempts[0].ResponseBody != nil {
		t.Errorf("List gives %d deliveries, or with bodies, or not the newest first", len(listed))
	}
}

func TestSave(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	d := received("payment.succeeded", []byte("body"))
	d.Status = Delivering
	wait(t, s.Append(d))
	answered(d, 500, "first")
	d.Status, d.NextAttemptAt = Retrying, clock().Add(time.Minute)
	wait(t, s.Save(d))
	listed := list(t, s, Query{})[0]
	answered(listed, 200, "second")
	listed.NextAttemptAt = time.Time{}
	wait(t, s.Save(listed)) // has no bodies: the first response must stay
	got, err := s.Get(t.Context(), "#1")
	if err != nil {
		t.Fatal(err)
	}
	want := *d
	answered(&want, 200, "second")
	want.NextAttemptAt, want.Rev = time.Time{}, 3
	if diff := cmp.Diff(&want, got); diff != "" {
		t.Errorf("after two saves (-want +got):\n%s", diff)
	}
	if err := s.Save(&Delivery{Seq: 99, Status: Failed}).Wait(t.Context()); !errors.Is(err, ErrNotFound) {
		t.Errorf("Save of a delivery that is not there: %v", err)
	}
}

func TestSaveMergesWithItsAppend(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	for i := range 200 {
		d := received("payment.succeeded", bytes.Repeat([]byte("x"), i+1))
		d.Status = Delivering
		a := s.Append(d)
		answered(d, 200, fmt.Sprint("answer ", i))
		b := s.Save(d)
		wait(t, a)
		wait(t, b)
		got, err := s.Get(t.Context(), d.ID)
		if err != nil {
			t.Fatal(err)
		}
		d.Rev = got.Rev
		if diff := cmp.Diff(d, got); diff != "" {
			t.Fatalf("delivery %d (-want +got):\n%s", i, diff)
		}
	}
}

func TestSaveOfSentReplacesItsRequest(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	d := received("payment.succeeded", []byte("rendered"))
	d.Direction, d.Verification, d.Status = Out, nil, Pending
	wait(t, s.Append(d))
	d.Request.Body = []byte("rendered again")
	d.Request.Headers = sign.Headers{{Name: "X-Signature", Value: "2"}}
	answered(d, 200, "")
	wait(t, s.Save(d))
	got, err := s.Get(t.Context(), "1")
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Request.Body) != "rendered again" || got.Request.BodySize != 14 || len(got.Request.Headers) != 1 {
		t.Errorf("request after Save: %q, %+v", got.Request.Body, got.Request)
	}
}

func TestDuplicates(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	add := func(provider, id string) *Delivery {
		a, b := received("x", []byte("1")), received("x", []byte("1"))
		a.Event.Provider, a.Event.ExternalID = provider, id
		b.Event = a.Event
		complete(t, s.Append(a, b))
		if a.Verification.DuplicateOf != b.Verification.DuplicateOf {
			t.Errorf("deliveries of one event are duplicates of %q and %q", a.Verification.DuplicateOf, b.Verification.DuplicateOf)
		}
		return a
	}
	first := add("stripe", "evt_1")
	for _, row := range []struct{ provider, id, want string }{
		{"stripe", "evt_1", first.ID},
		{"stripe", "evt_2", ""},
		{"github", "evt_1", ""},
		{"stripe", "", ""},
		{"stripe", "", ""},
		{"stripe", "evt_1", first.ID},
	} {
		if got := add(row.provider, row.id).Verification.DuplicateOf; got != row.want {
			t.Errorf("%s %q is a duplicate of %q, want %q", row.provider, row.id, got, row.want)
		}
	}
}

func TestChangesAreInOrderAndComplete(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	a, b := received("a", nil), received("b", nil)
	wait(t, s.Append(a))
	wait(t, s.Append(b))
	answered(a, 200, "")
	wait(t, s.Save(a))
	got, err := s.Changes(t.Context(), 1, 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].ID != b.ID || got[1].ID != a.ID || len(got[1].Attempts) != 1 {
		t.Errorf("Changes(1) gives %d deliveries", len(got))
	}
	rev, err := s.Rev(t.Context())
	if err != nil || rev != got[1].Rev || rev != 3 {
		t.Errorf("Rev is %d, %v; the last change has %d", rev, err, got[1].Rev)
	}
}

func TestClosedAndReadOnly(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	wait(t, s.Append(received("a", nil)))
	r := open(t, dir, Options{ReadOnly: true})
	if got := list(t, r, Query{}); len(got) != 1 {
		t.Errorf("a reader finds %d deliveries", len(got))
	}
	if err := r.Append(received("a", nil)).Wait(t.Context()); !errors.Is(err, ErrReadOnly) {
		t.Errorf("Append to a reader: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Append(received("a", nil)).Wait(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("Append after Close: %v", err)
	}
	if _, err := s.Rev(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("Rev after Close: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "owner-*")); len(left) > 0 {
		t.Errorf("Close leaves %v", left)
	}
	if _, err := os.Stat(filepath.Join(dir, fileName)); err != nil {
		t.Error(err)
	}
}
