package watch

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// settle is how long all must be quiet before it is looked what has changed:
	// an editor saves in several steps, a formatter follows, and a checkout
	// writes many files.
	settle = 100 * time.Millisecond
	// longestSettle bounds that where something is never quiet.
	longestSettle = 2 * time.Second
	// maxFolders bounds the folders of which the file system reports.
	maxFolders = 8192
)

// watcher compares what is there with what was, whenever the file system reports
// something, and every so often besides.
type watcher struct {
	list    func(found map[string]state) // the files that are there
	ignores func(name string) bool       // reports about that name
	every   time.Duration
	deaf    bool // to reports

	reports *fsnotify.Watcher // nil where there are none
	seen    map[string]state
}

// state is what is different once a file was written or replaced.
type state struct {
	size     int64
	modified int64
	mode     fs.FileMode
}

func stateOf(info fs.FileInfo) state {
	return state{info.Size(), info.ModTime().UnixNano(), info.Mode()}
}

func (w *watcher) start(ctx context.Context) <-chan Change {
	if !w.deaf {
		w.reports, _ = fsnotify.NewWatcher() // without one looking remains
	}
	w.seen = w.look() // before it returns, so that nothing is missed
	changes := make(chan Change, 1)
	go w.run(ctx, changes)
	return changes
}

func (w *watcher) run(ctx context.Context, changes chan<- Change) {
	defer close(changes)
	var events chan fsnotify.Event
	var errs chan error
	if w.reports != nil {
		defer w.reports.Close()
		events, errs = w.reports.Events, w.reports.Errors
	}
	quiet, latest := time.NewTimer(w.every), time.NewTimer(time.Hour)
	defer quiet.Stop()
	defer latest.Stop()
	stirred := false
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-events:
			if e.Op == fsnotify.Chmod || w.ignores(filepath.Base(e.Name)) {
				continue
			}
			if !stirred {
				stirred = true
				latest.Reset(longestSettle)
			}
			quiet.Reset(settle)
			continue
		case <-errs: // reports were lost: the next look finds what they meant
			continue
		case <-quiet.C:
		case <-latest.C:
		}
		stirred = false
		quiet.Reset(w.every)
		latest.Reset(time.Hour)
		w.compare(changes)
	}
}

// compare looks, and reports what is different from the last time.
func (w *watcher) compare(changes chan<- Change) {
	now := w.look()
	different := difference(w.seen, now)
	w.seen = now
	if len(different) == 0 {
		return
	}
	select {
	case changes <- Change{different[0], len(different) - 1}:
	default: // one that nobody has read yet says the same
	}
}

func (w *watcher) look() map[string]state {
	found := map[string]state{}
	w.list(found)
	return found
}

func difference(before, now map[string]state) []string {
	var paths []string
	for path, is := range now {
		if was, known := before[path]; !known || was != is {
			paths = append(paths, path)
		}
	}
	for path := range before {
		if _, there := now[path]; !there {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// follow asks for reports of a folder, again each time: it may have come, or be
// another.
func (w *watcher) follow(dir string) {
	if w.reports != nil && len(w.reports.WatchList()) < maxFolders {
		_ = w.reports.Add(dir) // no more can be had: looking remains
	}
}
