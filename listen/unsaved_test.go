package listen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/store"
)

func concluded(id string, answer int) conclusion {
	return conclusion{d: &store.Delivery{ID: id, Attempts: []store.Attempt{{Number: 1, ResponseBody: make([]byte, answer)}}}}
}

// What cannot be saved is tried again until it can be, in its order, and never
// after the server has ended.
func TestUnsavedIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex // of what follows
		var works bool
		var tried, saved []string
		now := func(list *[]string) []string {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(*list)
		}
		u := unsaved{}
		u.save = func(c conclusion) error {
			mu.Lock()
			defer mu.Unlock()
			if tried = append(tried, c.d.ID); !works {
				return errors.New("full")
			}
			saved = append(saved, c.d.ID)
			return nil
		}
		for _, id := range []string{"a", "b", "c"} {
			if !u.add(concluded(id, 10)) {
				t.Fatalf("%s was not kept", id)
			}
		}
		time.Sleep(savePause * 5 / 2)
		synctest.Wait()
		if got := fmt.Sprint(now(&tried)); got != "[a a]" {
			t.Errorf("tried %s while the store was full, want one a round", got)
		}
		mu.Lock()
		works = true
		mu.Unlock()
		time.Sleep(savePause)
		synctest.Wait()
		if got := fmt.Sprint(now(&saved)); got != "[a b c]" {
			t.Errorf("saved %s", got)
		}
		u.add(concluded("d", 10))
		u.close()
		u.add(concluded("e", 10))
		time.Sleep(10 * savePause)
		var left []string
		for _, c := range u.rest() {
			left = append(left, c.d.ID)
		}
		if !slices.Equal(left, []string{"d", "e"}) || len(now(&saved)) != 3 {
			t.Errorf("after the end %v were left and %v saved", left, saved)
		}
	})
}

func TestUnsavedIsBounded(t *testing.T) {
	u := unsaved{save: func(conclusion) error { return nil }}
	u.close() // no timer
	for i := range maxUnsaved {
		if !u.add(concluded(fmt.Sprint(i), 1<<20)) {
			t.Fatalf("%d was not kept", i)
		}
	}
	if u.add(concluded("one more", 0)) {
		t.Error("one more was kept")
	}
	kept, cut := 0, 0
	for _, c := range u.rest() {
		a := c.d.Attempts[0]
		if kept += len(a.ResponseBody); a.ResponseTruncated {
			cut++
		}
	}
	if kept != maxUnsavedBytes || cut != maxUnsaved-maxUnsavedBytes>>20 {
		t.Errorf("%d bytes of answers were kept, %d answers cut", kept, cut)
	}
}

// An attempt that could not be recorded is recorded at the end, if the store
// works by then, and counted only then.
func TestUnsavedAtShutdown(t *testing.T) {
	closed, err := store.Open(context.Background(), t.TempDir(), store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	arrived, release := make(chan bool), make(chan bool)
	u := serveUpstream(t, func(net.Conn) string { arrived <- true; <-release; return okAnswer })
	s := start(t, Options{Forward: []send.Target{u.Target}})
	status := make(chan int, 1)
	go func() {
		answer, _ := s.raw(t, post("/", "", "x"))
		status <- answer.StatusCode
	}()
	<-arrived
	working := s.Server.o.Store
	s.Server.o.Store = closed
	release <- true
	if got := <-status; got != 200 || !s.warned("could not be recorded yet") {
		t.Errorf("answered %d, warned %q", got, s.warnings)
	}
	if c := s.Counts(); c.Deliveries != 1 || c.Succeeded != 0 {
		t.Errorf("counts %+v before it is recorded", c)
	}
	s.unsaved.close()
	s.Server.o.Store = working
	s.stop()
	if d := s.only(t); d.Status != store.Succeeded || len(d.Attempts) != 1 || string(d.Attempts[0].ResponseBody) != "ok" {
		t.Errorf("recorded %s, %+v", d.Status, d.Attempts)
	}
	if c := s.Counts(); c.Deliveries != 1 || c.Succeeded != 1 {
		t.Errorf("counts %+v", c)
	}
}

// Nothing is counted that was refused because it could not be recorded.
func TestRefusedIsNotCounted(t *testing.T) {
	closed, err := store.Open(context.Background(), t.TempDir(), store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	u := newUpstream(t, okAnswer)
	s := start(t, Options{Forward: []send.Target{u.Target}})
	// The server has begun, and reads its options no more, when it answers.
	s.raw(t, post("/", "", "x"))
	working := s.Server.o.Store
	s.Server.o.Store = closed
	for range 2 {
		if answer, _ := s.raw(t, post("/", "", "x")); answer.StatusCode != 503 {
			t.Errorf("status %d", answer.StatusCode)
		}
	}
	s.Server.o.Store = working
	if c := s.Counts(); c != (Counts{Requests: 3, Deliveries: 1, Succeeded: 1}) {
		t.Errorf("counts %+v", c)
	}
}
