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
// rest, which is short by then, is copied while writers of all processes wait:
// those of this process for turn, because a goroutine that tries again and
// again never gets the lock from one that always has it. A reader in the
// middle of a query may prevent the copy; queries are short, and the next try
// succeeds.
type checkpointer struct {
	dsn  string
	turn *sync.Mutex // held while this process writes
	kick chan struct{}
	stop chan struct{}
	done chan struct{}

	mu      sync.Mutex
	written int
	started bool
	closed  bool
}

func newCheckpointer(dsn string, turn *sync.Mutex) *checkpointer {
	return &checkpointer{dsn: dsn, turn: turn, kick: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{})}
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
		_ = c.checkpoint(db)
	}
}

// checkpoint copies twice before it makes anybody wait: what was written
// during the first copy is much, what was written during the second little.
func (c *checkpointer) checkpoint(db *conn) error {
	pages, err := copyLog(db, "PASSIVE")
	if err != nil || pages*pageSize < maxLog {
		return err
	}
	if _, err := copyLog(db, "PASSIVE"); err != nil {
		return err
	}
	c.turn.Lock()
	defer c.turn.Unlock()
	_, err = copyLog(db, "RESTART")
	return err
}

// copyLog returns how many pages the log has.
func copyLog(db *conn, mode string) (int64, error) {
	row, err := db.row(context.Background(), "PRAGMA wal_checkpoint("+mode+")")
	if err != nil {
		return 0, err
	}
	if len(row) < 2 {
		return 0, fmt.Errorf("checkpoint: %d columns", len(row))
	}
	pages, _ := row[1].(int64)
	return pages, nil
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
