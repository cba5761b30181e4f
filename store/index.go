package store

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/hooks-cli/hooks/crash"
)

const (
	// gatherFor is how long the index lets changes come together after a group
	// of more than gatherFrom: under load each page is then written once for
	// all that is changed in it. A change that comes alone is indexed at once.
	gatherFor  = 15 * time.Millisecond
	gatherFrom = 8
	// hurryAfter is how long a reader, which wants to see what is logged, lets
	// it gather all the same.
	hurryAfter = 2 * time.Millisecond
	// maxBatch bounds the items of one transaction.
	maxBatch = 4096
)

// indexer owns the connection that writes the index. One goroutine takes what
// the log has written and indexes it in one transaction.
type indexer struct {
	store   *Store
	dsn     string
	conn    *conn
	stmts   *statements
	check   *checkpointer
	stopped chan struct{}
	hurry   chan struct{} // somebody waits
	turn    sync.Mutex    // of writing to the file; see checkpointer

	mu      sync.Mutex
	waiting []*item
	added   int64 // items ever
	passed  int64 // of them those that are indexed or failed
	tries   int   // transactions that failed
	failing error // why the last transaction failed, nil when one succeeds
	closed  bool
	started bool
	changed bool      // the last transaction has changed deliveries
	filled  sync.Cond // something waits, or closed
	moved   sync.Cond // passed or failing has changed
}

func newIndexer(ctx context.Context, s *Store) (*indexer, error) {
	x := &indexer{store: s, stopped: make(chan struct{}), hurry: make(chan struct{}, 1)}
	x.filled.L, x.moved.L = &x.mu, &x.mu
	// modeof gives a new database the mode of the lock file, 0600, whatever
	// the umask; SQLite gives the -wal and -shm files the database's.
	x.dsn = dsn(s.path(), "modeof="+s.owner.file.Name(), "_pragma=busy_timeout(10000)", "_pragma=cache_size(-8000)")
	if err := x.connect(ctx); err != nil {
		x.disconnect()
		return nil, err
	}
	x.check = newCheckpointer(x.dsn, &x.turn)
	return x, nil
}

// connect opens the writing connection. Its commits need no fsync, not even
// those of a durable store: what a power loss takes from the index is still in
// the log.
func (x *indexer) connect(ctx context.Context) (err error) {
	if x.conn, err = dial(ctx, x.dsn); err != nil {
		return err
	}
	if err := setUp(ctx, x.conn); err != nil {
		return err
	}
	// The checkpointer copies the log back, not the commit that fills it. From
	// here on a lock held by another process is waited for by untilFree.
	err = x.conn.exec(ctx, "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;"+
		"PRAGMA journal_size_limit = 67108864; PRAGMA busy_timeout = 0")
	if err != nil {
		return err
	}
	x.stmts, err = prepareAll(x.conn)
	return err
}

func (x *indexer) disconnect() error {
	if x.stmts != nil {
		x.stmts.close()
		x.stmts = nil
	}
	if x.conn == nil {
		return nil
	}
	err := x.conn.Close()
	x.conn = nil
	return err
}

func (x *indexer) start() {
	x.started = true
	go x.loop()
}

// add takes items that are in the log.
func (x *indexer) add(items []*item) {
	if len(items) == 0 {
		return
	}
	x.mu.Lock()
	x.added += int64(len(items))
	freed := 0
	if x.failing != nil {
		items, freed = x.delay(items, x.failing)
	}
	x.waiting = append(x.waiting, items...)
	hurry := len(x.waiting) >= maxBatch || slices.ContainsFunc(items, func(it *item) bool { return it.run != nil })
	x.mu.Unlock()
	x.filled.Signal()
	if hurry {
		x.nudge()
	}
	x.store.log.release(freed)
}

func (x *indexer) nudge() {
	select {
	case x.hurry <- struct{}{}:
	default:
	}
}

// failure is why the index cannot be written, nil if it can.
func (x *indexer) failure() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.failing
}

// barrier waits until everything is indexed that was in the log when it was
// called.
func (x *indexer) barrier(ctx context.Context) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	want := x.added
	if x.passed >= want {
		return nil
	}
	x.nudge()
	stop := context.AfterFunc(ctx, x.moved.Broadcast)
	defer stop()
	// While it fails, what the next try gives is the answer.
	for tries := x.tries; x.passed < want && x.tries == tries && ctx.Err() == nil; {
		x.moved.Wait()
	}
	if x.passed < want && x.failing != nil {
		return x.failing
	}
	return ctx.Err()
}

func (x *indexer) loop() {
	defer close(x.stopped)
	defer crash.Catch(x.store.crash)
	for {
		batch := x.next()
		if len(batch) == 0 {
			return
		}
		if err := x.index(batch); err != nil {
			return
		}
		if len(batch) > gatherFrom {
			x.gather()
		}
	}
}

func (x *indexer) next() []*item {
	x.mu.Lock()
	defer x.mu.Unlock()
	for len(x.waiting) == 0 && !x.closed {
		x.filled.Wait()
	}
	n := min(len(x.waiting), maxBatch)
	batch := x.waiting[:n:n]
	x.waiting = x.waiting[n:]
	return batch
}

func (x *indexer) gather() {
	if !sleep(context.Background(), hurryAfter) || x.isClosed() {
		return
	}
	timer := time.NewTimer(gatherFor - hurryAfter)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-x.hurry:
	}
}

func (x *indexer) isClosed() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.closed
}

// index writes a batch, and tries again until it succeeds: the batch is in the
// log. Only when the store closes it gives up, and leaves it to the next one
// who opens the store.
func (x *indexer) index(batch []*item) error {
	mergeSaves(batch)
	pause := 10 * time.Millisecond
	for {
		err := writeError(x.commit(batch))
		if err == nil {
			x.finish(batch)
			return nil
		}
		batch = x.postpone(batch, err)
		if len(batch) == 0 {
			return nil
		}
		if x.isClosed() {
			return err
		}
		x.shorten()
		select {
		case <-time.After(pause):
		case <-x.hurry:
			sleep(context.Background(), hurryAfter)
		}
		pause = min(2*pause, time.Second)
	}
}

// shorten copies the write-ahead log back whole, so that it begins anew: where
// there is no room behind its end, the next try finds some. A failure is not
// reported: then it is as full as before.
func (x *indexer) shorten() {
	x.turn.Lock()
	defer x.turn.Unlock()
	if x.conn == nil && x.connect(context.Background()) != nil {
		x.disconnect()
		return
	}
	_, _ = copyLog(x.conn, "TRUNCATE")
}

// finish tells those who wait.
func (x *indexer) finish(batch []*item) {
	freed, written := 0, int64(0)
	for _, it := range batch {
		if it.into != nil {
			it.err = it.into.err
		}
		if it.close != nil {
			it.close.file.Close()
		}
		written += 512 * int64(len(it.records))
		freed += it.lean()
		it.commit.settle(it.err)
	}
	x.mu.Lock()
	x.passed += int64(len(batch))
	x.failing = nil
	x.mu.Unlock()
	x.moved.Broadcast()
	x.store.log.release(freed)
	if x.changed || !onlyRuns(batch) {
		x.store.feed.signal()
	}
	x.check.wrote(int(written))
}

// onlyRuns tells whether a batch has nothing of the log.
func onlyRuns(batch []*item) bool {
	for _, it := range batch {
		if it.run == nil {
			return false
		}
	}
	return true
}

// postpone tells those who wait that a batch, and what came after it, could not
// be indexed yet, and returns what of the batch is in the log.
func (x *indexer) postpone(batch []*item, err error) []*item {
	x.mu.Lock()
	rest, freed := x.delay(batch, err)
	later, more := x.delay(x.waiting, err)
	x.tries++
	x.waiting = later
	if x.failing = err; len(rest)+len(later) == 0 {
		x.failing = nil
	}
	x.mu.Unlock()
	x.moved.Broadcast()
	x.store.log.release(freed + more)
	return rest
}

// delay tells those who wait for items that they are not indexed yet. What is
// not in the log is given up; the rest is returned, and the room of the others.
func (x *indexer) delay(items []*item, err error) (rest []*item, freed int) {
	for _, it := range items {
		it.commit.settle(err)
		if it.run == nil {
			rest = append(rest, it)
		} else {
			freed += it.lean()
			x.passed++
		}
	}
	return rest, freed
}

// settle says what came of it; only the first time counts.
func (c *Commit) settle(err error) {
	select {
	case <-c.indexed:
	default:
		c.indexErr = err
		close(c.indexed)
	}
}

// close stops the indexer when everything that is in the log is indexed, or
// cannot be.
func (x *indexer) close() error {
	x.mu.Lock()
	x.closed = true
	x.mu.Unlock()
	x.filled.Broadcast()
	x.nudge()
	if x.started {
		<-x.stopped
	}
	var errs []error
	if err := x.failure(); err != nil {
		errs = append(errs, err)
	}
	if x.check != nil {
		errs = append(errs, x.check.close())
	}
	return errors.Join(errs...)
}
