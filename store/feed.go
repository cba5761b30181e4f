package store

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/hooks-cli/hooks/crash"
)

// pollEvery is how often a watch looks for itself, in case that the file
// system reports nothing.
const pollEvery = time.Second

// gather is how long a watch ignores further events after one: a writer causes
// thousands a second, and the kernel merges those that nobody has read.
const gather = 5 * time.Millisecond

// feed tells the watches of this process that a group was committed.
type feed struct {
	mu      sync.Mutex
	watches map[*Watch]bool
}

func (f *feed) signal() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for w := range f.watches {
		w.wake()
	}
}

func (f *feed) add(w *Watch) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.watches == nil {
		f.watches = map[*Watch]bool{}
	}
	f.watches[w] = true
}

func (f *feed) remove(w *Watch) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.watches, w)
}

func (f *feed) close() {
	f.mu.Lock()
	open := make([]*Watch, 0, len(f.watches))
	for w := range f.watches {
		open = append(open, w)
	}
	f.mu.Unlock()
	for _, w := range open {
		w.Close()
	}
}

// Watch wakes its reader when any process has committed to the store.
type Watch struct {
	// C has room for one: a wake-up says that there is something new since
	// the last, not how much. It is never closed.
	C <-chan struct{}

	c     chan struct{}
	store *Store
	stop  context.CancelFunc
	done  chan struct{}
	once  sync.Once
}

// Watch returns a watch that wakes for every commit from now on, until ctx
// ends or Close is called. Read Rev or Changes after Watch, so that nothing
// falls in between.
func (s *Store) Watch(ctx context.Context) (*Watch, error) {
	rev, err := s.indexedRev(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	c := make(chan struct{}, 1)
	w := &Watch{C: c, c: c, store: s, stop: cancel, done: make(chan struct{})}
	files, err := fsnotify.NewWatcher()
	if err == nil {
		err = files.Add(s.dir)
	}
	if err != nil && files != nil {
		files.Close() // no inotify left: the poll remains
		files = nil
	}
	s.feed.add(w)
	go w.loop(ctx, files, rev)
	return w, nil
}

// Close ends the watch and waits for its goroutine.
func (w *Watch) Close() {
	w.once.Do(w.stop)
	<-w.done
}

func (w *Watch) wake() {
	select {
	case w.c <- struct{}{}:
	default:
	}
}

// loop looks at rev when the file system reports a write, and each second
// besides. A commit becomes visible a little after its last write to the log,
// so a look that finds nothing is repeated with growing pauses.
func (w *Watch) loop(ctx context.Context, files *fsnotify.Watcher, rev int64) {
	defer close(w.done)
	defer w.store.feed.remove(w)
	defer crash.Catch(w.store.crash)
	var events chan fsnotify.Event
	var errs chan error
	if files != nil {
		defer files.Close()
		events, errs = files.Events, files.Errors
	}
	log := filepath.Join(w.store.dir, fileName)
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	settle := time.NewTimer(pollEvery)
	settle.Stop()
	defer settle.Stop()
	pause := time.Duration(0)
	for {
		select {
		case <-ctx.Done():
			return
		case _, ok := <-errs: // events were lost: look now
			if !ok {
				errs = nil
			}
			pause = 0
		case e, ok := <-events:
			if !ok {
				events = nil
				continue
			}
			if e.Has(fsnotify.Chmod) || !strings.HasPrefix(e.Name, log) || strings.HasSuffix(e.Name, "-shm") {
				continue
			}
			pause = time.Millisecond
		case <-settle.C:
			pause *= 2
		case <-poll.C:
			pause = 0
		}
		now, err := w.store.indexedRev(ctx)
		switch {
		case err == nil && now != rev:
			rev = now
			w.wake()
			pause = gather
			if !sleep(ctx, gather) {
				return
			}
			settle.Reset(time.Millisecond) // what came during the pause
			pause = time.Millisecond
		case pause > 0 && pause <= 128*time.Millisecond:
			settle.Reset(pause)
		}
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// Rev is the number of the last change of any delivery of the store.
func (s *Store) Rev(ctx context.Context) (int64, error) {
	if err := s.barrier(ctx); err != nil {
		return 0, err
	}
	return s.indexedRev(ctx)
}

// indexedRev is Rev of what is in the index now.
func (s *Store) indexedRev(ctx context.Context) (int64, error) {
	var rev int64
	if err := s.read.QueryRowContext(ctx, lastRevSQL).Scan(&rev); err != nil {
		return 0, s.closedOr(readError("read the last change", err))
	}
	s.sawRev(rev)
	return rev, nil
}

// closedOr replaces the error of a read after Close, for which database/sql
// has no value to compare with.
func (s *Store) closedOr(err error) error {
	if err != nil && s.closed.Load() {
		return ErrClosed
	}
	return err
}
