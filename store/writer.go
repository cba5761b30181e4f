package store

import (
	"context"
	"runtime"
	"sync"
)

// maxWaiting bounds the bytes that wait to be written; what is over it makes
// Append block. A bound by count would let large bodies fill the memory.
const maxWaiting = 64 << 20

// maxGroup bounds the bytes of one transaction, and with it how long the first
// of a group waits for the last.
const maxGroup = 8 << 20

// item is what waits for the writer: new deliveries, a change of one, or
// something else that needs the writing connection.
type item struct {
	commit  *Commit
	appends []*record
	save    *record
	run     func(*statements) error
	into    *item // the append that a save was merged into
	size    int
	err     error
}

// writer owns the writing connection. One goroutine takes everything that
// waits, writes it in one transaction and tells those who wait.
type writer struct {
	store   *Store
	dsn     string
	durable bool
	conn    *conn
	stmts   *statements
	check   *checkpointer
	stopped chan struct{}
	turn    sync.Mutex // of writing to the file; see checkpointer

	mu      sync.Mutex
	waiting []*item
	bytes   int // of waiting and of the group that is being written
	closed  bool
	started bool
	filled  sync.Cond // something waits, or closed
	drained sync.Cond // there is room again, or closed
}

func newWriter(ctx context.Context, s *Store, durable bool) (*writer, error) {
	w := &writer{store: s, durable: durable, stopped: make(chan struct{})}
	w.filled.L, w.drained.L = &w.mu, &w.mu
	// modeof gives a new database the mode of the lock file, 0600, whatever
	// the umask; SQLite gives the -wal and -shm files the database's.
	w.dsn = dsn(s.path(), "modeof="+s.owner.file.Name(), "_pragma=busy_timeout(10000)", "_pragma=cache_size(-8000)")
	if err := w.connect(ctx); err != nil {
		w.disconnect()
		return nil, err
	}
	w.check = newCheckpointer(w.dsn, &w.turn)
	return w, nil
}

func (w *writer) connect(ctx context.Context) (err error) {
	if w.conn, err = dial(ctx, w.dsn); err != nil {
		return err
	}
	if err := setUp(ctx, w.conn); err != nil {
		return err
	}
	mode := "NORMAL"
	if w.durable {
		mode = "FULL"
	}
	// The checkpointer copies the log back, not the commit that fills it. From
	// here on a lock held by another process is waited for by untilFree.
	err = w.conn.exec(ctx, "PRAGMA synchronous = "+mode+"; PRAGMA wal_autocheckpoint = 0;"+
		"PRAGMA journal_size_limit = 67108864; PRAGMA busy_timeout = 0")
	if err != nil {
		return err
	}
	w.stmts, err = prepareAll(w.conn, w.store.owner.id)
	return err
}

func (w *writer) disconnect() error {
	if w.stmts != nil {
		w.stmts.close()
		w.stmts = nil
	}
	if w.conn == nil {
		return nil
	}
	err := w.conn.Close()
	w.conn = nil
	return err
}

func (w *writer) start() {
	w.started = true
	go w.loop()
}

// enqueue hands it to the writer. It blocks while too much waits, but lets a
// single item of any size pass.
func (w *writer) enqueue(it *item) *Commit {
	it.size = it.weight()
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.bytes > 0 && w.bytes+it.size > maxWaiting && !w.closed {
		w.drained.Wait()
	}
	if w.closed {
		return failed(ErrClosed)
	}
	w.bytes += it.size
	w.waiting = append(w.waiting, it)
	w.filled.Signal()
	return it.commit
}

func (it *item) weight() int {
	n := 256
	for _, r := range it.appends {
		n += r.size()
	}
	if it.save != nil {
		n += it.save.size()
	}
	return n
}

// next waits for work and takes a group of it, nil after the last.
func (w *writer) next() []*item {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.waiting) == 0 && !w.closed {
		w.filled.Wait()
	}
	w.gather()
	count, size := 0, 0
	for count < len(w.waiting) && (count == 0 || size+w.waiting[count].size <= maxGroup) {
		size += w.waiting[count].size
		count++
	}
	group := w.waiting[:count:count]
	w.waiting = w.waiting[count:]
	return group
}

// gather lets those run that are about to enqueue something: all who waited
// for the last group wake at the same time, and without this the first of them
// would be a group alone (measured with 16 writers: twice the rate). A single
// caller waits for nobody.
func (w *writer) gather() {
	w.mu.Unlock()
	runtime.Gosched()
	w.mu.Lock()
}

func (w *writer) finish(group []*item, err error) {
	size := 0
	for _, it := range group {
		size += it.size
		if it.into != nil {
			it.err = it.into.err
		}
		if it.commit.err = err; err == nil {
			it.commit.err = it.err
		}
		close(it.commit.done)
	}
	w.mu.Lock()
	w.bytes -= size
	w.mu.Unlock()
	w.drained.Broadcast()
	if err == nil {
		w.store.feed.signal()
		w.check.wrote(size)
	}
}

func (w *writer) loop() {
	defer close(w.stopped)
	for {
		group := w.next()
		if len(group) == 0 {
			return
		}
		w.finish(group, writeError(w.commit(group)))
	}
}

// commit writes a group in one transaction. A connection that cannot even roll
// back is replaced, so that the next group finds a sound one.
func (w *writer) commit(group []*item) error {
	ctx := context.Background()
	mergeSaves(group)
	for {
		failed, err := w.transact(ctx, group)
		if failed == nil {
			return err
		}
		failed.err = writeError(err)
	}
}

// transact returns the item that made the transaction fail, if it was one.
func (w *writer) transact(ctx context.Context, group []*item) (*item, error) {
	w.turn.Lock()
	defer w.turn.Unlock()
	if w.conn == nil {
		if err := w.connect(ctx); err != nil {
			w.disconnect()
			return nil, err
		}
	}
	if err := untilFree(ctx, func() error { _, err := w.stmts.begin.exec(); return err }); err != nil {
		return nil, err
	}
	failed, err := w.stmts.write(group)
	if err == nil {
		_, err = w.stmts.commit.exec()
	}
	if err != nil {
		// After some errors SQLite has rolled back by itself; then this fails
		// on a sound connection, which is replaced all the same.
		if _, rollback := w.stmts.rollback.exec(); rollback != nil {
			w.disconnect()
		}
	}
	return failed, err
}

// do runs f in a transaction of the writer.
func (w *writer) do(ctx context.Context, f func(*statements) error) error {
	return w.enqueue(&item{commit: &Commit{done: make(chan struct{})}, run: f}).Wait(ctx)
}

// close stops the writer when everything that waits is written.
func (w *writer) close() error {
	w.mu.Lock()
	already := w.closed
	w.closed = true
	w.mu.Unlock()
	if already {
		return nil
	}
	w.filled.Broadcast()
	w.drained.Broadcast()
	if w.started {
		<-w.stopped
	}
	if w.check != nil {
		return w.check.close()
	}
	return nil
}
