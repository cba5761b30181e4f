package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
)

// gap is a part of a segment in which no sound record is.
type gap struct{ from, to int64 }

// log reads every segment up to where it is indexed, one record after the other.
// The rows do not show what is damaged there: a record that was damaged before
// it was indexed has none.
func (c *checking) log(ctx context.Context) error {
	indexed, _, err := c.store.indexedSegments(ctx)
	if err != nil {
		return err
	}
	list, err := listSegments(c.store.dir)
	if err != nil {
		return err
	}
	for _, segment := range list {
		gaps, err := c.gaps(ctx, segment.id, indexed[segment.id])
		if err != nil {
			return err
		}
		for _, g := range gaps {
			if !c.known(segment.id, g) {
				c.report.problem("segment %d of the log: no sound record is in the %d bytes from %d on: what was recorded there is lost",
					segment.id, g.to-g.from, g.from)
			}
		}
	}
	return nil
}

// gaps returns where damage is. What is behind the last sound record of a
// sealed segment was refused.
func (c *checking) gaps(ctx context.Context, id, indexed int64) ([]gap, error) {
	f, err := os.Open(segmentPath(c.store.dir, id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // compacted since
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	var list []gap
	t := &tail{id: id, file: f, at: int64(len(segmentHeader)), size: min(indexed, info.Size())}
	for t.at < t.size && ctx.Err() == nil {
		r, err := t.sound(t.at)
		if err == nil {
			t.at += r.size()
			continue
		}
		if !isDamage(err) {
			return nil, err
		}
		g := gap{t.at, t.size}
		resumed, err := t.resume(t.at + 1)
		if err != nil {
			return nil, err
		}
		if resumed >= 0 {
			g.to = resumed
		} else if indexed == maxStamp {
			break
		}
		list = append(list, g)
		t.at = g.to
	}
	return list, ctx.Err()
}

// known tells whether the report names a delivery that has a record there.
func (c *checking) known(segment int64, g gap) bool {
	for _, p := range c.damaged {
		if p.segment == segment && p.offset < g.to && p.offset+p.size > g.from {
			return true
		}
	}
	return false
}
