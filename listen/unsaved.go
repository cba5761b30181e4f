package listen

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hooks-cli/hooks/crash"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/store"
)

const (
	// savePause is how long an attempt that could not be recorded waits until
	// that is tried again: a store that works again is noticed within it.
	savePause = time.Second
	// maxUnsaved bounds how many wait, maxUnsavedBytes what their answers take
	// up. Under a full disk no new delivery is taken, so no more can wait than
	// were in flight when it filled.
	maxUnsaved      = 4096
	maxUnsavedBytes = 16 << 20
)

// conclusion is what came of the last attempt of a delivery to t.
type conclusion struct {
	d *store.Delivery
	t send.Target
}

// unsaved are conclusions that the store had no room for. Without them a
// delivery that was acknowledged would look as if it were still under way.
type unsaved struct {
	save func(conclusion) error

	mu      sync.Mutex
	waiting []conclusion
	bytes   int
	timer   *time.Timer // nil: none is set
	closed  bool
	running sync.WaitGroup
}

// add keeps a conclusion until it can be saved, and tells whether there was
// room. An answer that is too much is left out of the record.
func (u *unsaved) add(c conclusion) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.waiting) >= maxUnsaved {
		return false
	}
	last := &c.d.Attempts[len(c.d.Attempts)-1]
	if u.bytes+len(last.ResponseBody) > maxUnsavedBytes {
		last.ResponseBody, last.ResponseTruncated = nil, true
	}
	u.bytes += len(last.ResponseBody)
	u.waiting = append(u.waiting, c)
	if u.timer == nil && !u.closed {
		u.timer = time.AfterFunc(savePause, u.again)
	}
	return true
}

// again saves what waits, up to the first that cannot be saved.
func (u *unsaved) again() {
	u.mu.Lock()
	if u.closed {
		u.mu.Unlock()
		return
	}
	u.running.Add(1)
	defer u.running.Done()
	u.timer = nil
	list := u.take()
	u.mu.Unlock()
	for i, c := range list {
		if u.save(c) != nil {
			for _, c := range list[i:] {
				u.add(c)
			}
			return
		}
	}
}

func (u *unsaved) take() []conclusion {
	list := u.waiting
	u.waiting, u.bytes = nil, 0
	return list
}

// close ends the further tries. What is added afterwards waits for rest.
func (u *unsaved) close() {
	u.mu.Lock()
	u.closed = true
	if u.timer != nil {
		u.timer.Stop()
	}
	u.mu.Unlock()
	u.running.Wait()
}

// rest is what still waits after close.
func (u *unsaved) rest() []conclusion {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.take()
}

// keepUnsaved keeps a conclusion that could not be recorded for another try.
func (s *Server) keepUnsaved(d *store.Delivery, t send.Target, why error) {
	kept := *d
	kept.Request.Body = nil // it is in the store
	if hopeless(why) || !s.unsaved.add(conclusion{&kept, t}) {
		s.warnSeldom("lost", "the attempt of "+d.ID+" could not be recorded: "+why.Error())
		return
	}
	s.warnSeldom("save", "the attempt of "+d.ID+" could not be recorded yet: "+why.Error())
}

// hopeless tells whether it is the delivery, and not the store, that is in the
// way.
func hopeless(err error) bool {
	var failed *store.WriteError
	var corrupt *store.CorruptError
	return errors.Is(err, store.ErrNotFound) || errors.As(err, &corrupt) || errors.As(err, &failed) && failed.Kind == store.WriteRejected
}

// saveAgain tries once more to record a conclusion. An error says that it may
// be recorded later.
func (s *Server) saveAgain(c conclusion) error {
	defer crash.Catch(s.guard)
	saved := s.o.Store.Save(c.d)
	err := saved.Wait(context.Background())
	switch {
	case err == nil:
		s.settled(c.d, c.t, saved)
	case hopeless(err):
		s.warnSeldom("lost", "the attempt of "+c.d.ID+" could not be recorded: "+err.Error())
		return nil
	}
	return err
}

// saveRest is the last try, when no retry will follow. What it cannot record
// whoever opens the store next finds under way, and calls it interrupted.
func (s *Server) saveRest() {
	lost := 0
	for _, c := range s.unsaved.rest() {
		if c.d.Status == store.Retrying {
			c.d.Status, c.d.NextAttemptAt = store.Interrupted, time.Time{}
		}
		if s.saveAgain(c) != nil {
			lost++
		}
	}
	if lost > 0 {
		s.counts.interrupted.Add(int64(lost))
		s.o.Warn(fmt.Sprintf("what came of %d deliveries could not be recorded: they will be shown as interrupted", lost))
	}
}
