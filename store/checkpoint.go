package store

import (
	"context"
	"fmt"
	"sync"
)

const (
	// checkpointAfter is how much is written before the log is copied back.
	checkpointAfter = 16 << 20
	// maxLog is how long the log may get before writers are made to wait for
	// it to be copied back whole.
	maxLog = 64 << 20
)

// checkpointer copies the write-ahead log back into the database, in a
// goroutine and on a connection of its own: it calls fsync, and a commit that
// did it would keep senders waiting (measured on two cores with 16 writers: a
// third of the time).
//
// A checkpoint beside writers never sees the end of the log, and the log only
// starts anew when all of it is copied. So once it is longer than maxLog the
// rest, which is short by then, is copied while writers of all processes wait.
// A reader in the middle of a query may prevent that; queries are short, and
// the next try succeeds.
type checkpointer struct {
	dsn  string
	kick chan struct{}
	stop chan struct{}
	done chan struct{}

	mu      sync.Mutex
	written int
	started bool
	closed  bool
}

func newCheckpointer(dsn string) *checkpointer {
	return &checkpointer{dsn: dsn, kick: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{})}
}

// wrote counts what was committed. The goroutine starts with the first
// checkpoint that is due: most processes never write that much.
func (c *checkpointer) wrote(bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.written += bytes
	if c.written < checkpointAfter || c.closed {
		return
	}
	c.written = 0
	if !c.started {
		c.started = true
		go c.loop()
	}
	select {
	case c.kick <- struct{}{}:
	default:
	}
}

func (c *checkpointer) loop() {
	defer close(c.done)
	var db *conn
	defer func() {
		if db != nil {
			db.Close()
		}
	}()
	for {
		select {
		case <-c.stop:
			return
		case <-c.kick:
		}
		// A failure is not reported: nothing is lost, the log gets longer, and
		// whatever is wrong with the disk fails the next commit, which is.
		if db == nil {
			opened, err := dial(context.Background(), c.dsn)
			if err != nil {
				continue
			}
			db = opened
			_ = db.exec(context.Background(), "PRAGMA busy_timeout = 50")
		}
		_ = checkpoint(db)
	}
}

func checkpoint(db *conn) error {
	row, err := db.row(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)")
	if err != nil {
		return err
	}
	if len(row) < 2 {
		return fmt.Errorf("checkpoint: %d columns", len(row))
	}
	if pages, _ := row[1].(int64); pages*pageSize < maxLog {
		return nil
	}
	_, err = db.row(context.Background(), "PRAGMA wal_checkpoint(RESTART)")
	return err
}

func (c *checkpointer) close() error {
	c.mu.Lock()
	started := c.started
	c.closed = true
	c.mu.Unlock()
	if started {
		close(c.stop)
		<-c.done
	}
	return nil
}
