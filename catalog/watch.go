package catalog

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// settle is how long after a first event a folder is looked at: an editor
	// saves in several steps.
	settle = 100 * time.Millisecond
	// lookEvery is how often folders are looked at without an event: they may not
	// exist yet, be on a network, or be links that come to lead elsewhere.
	lookEvery = 500 * time.Millisecond
)

// Changes reports that a file in one of the folders is another than before: its
// name, time or size, or that of what it links to. Only files that match are
// looked at, and folders need not exist. The folders are watched, not the files,
// because editors replace those. The channel has room for one report, and is
// closed when ctx ends.
func Changes(ctx context.Context, match func(name string) bool, dirs ...string) <-chan struct{} {
	changed := make(chan struct{}, 1)
	files, err := fsnotify.NewWatcher()
	if err != nil {
		files = nil // no inotify left: looking remains
	}
	w := &watcher{dirs: dirs, match: match, files: files}
	w.look() // before it returns, so that nothing is missed
	go w.run(ctx, changed)
	return changed
}

type watcher struct {
	dirs  []string
	match func(string) bool
	files *fsnotify.Watcher
	seen  []string
}

func (w *watcher) run(ctx context.Context, changed chan<- struct{}) {
	defer close(changed)
	var events chan fsnotify.Event
	var errs chan error
	if w.files != nil {
		defer w.files.Close()
		events, errs = w.files.Events, w.files.Errors
	}
	timer := time.NewTimer(lookEvery)
	defer timer.Stop()
	soon := false
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-events:
			if !soon && !e.Has(fsnotify.Chmod) && w.match(filepath.Base(e.Name)) {
				soon = true
				timer.Reset(settle)
			}
		case <-errs: // events were lost: the next look finds what they meant
		case <-timer.C:
			soon = false
			timer.Reset(lookEvery)
			if w.look() {
				select {
				case changed <- struct{}{}:
				default:
				}
			}
		}
	}
}

// look tells whether anything is different from the last time.
func (w *watcher) look() bool {
	var now []string
	for _, dir := range w.dirs {
		if w.files != nil {
			_ = w.files.Add(dir) // again each time: it may have come, or be another
		}
		entries, _ := os.ReadDir(dir) // what cannot be read has no files
		for _, entry := range entries {
			if !w.match(entry.Name()) {
				continue
			}
			path := filepath.Join(dir, entry.Name())
			state := path
			if info, err := os.Stat(path); err == nil {
				state = fmt.Sprint(path, " ", info.Size(), " ", info.ModTime().UnixNano(), " ", info.Mode())
			}
			now = append(now, state)
		}
	}
	different := !slices.Equal(now, w.seen)
	w.seen = now
	return different
}

// Watch reads the folders again when a file in them changes, until ctx ends, and
// then closes the channel. Each change is reported: nil, or what is wrong, with
// the place in the file. While something is wrong, the set answers from what was
// right last. The channel is to be read.
func (s *Set) Watch(ctx context.Context) <-chan error {
	reports := make(chan error, 1)
	changed := Changes(ctx, isCatalogName, s.dirs...)
	go func() {
		defer close(reports)
		for range changed {
			select {
			case reports <- s.reload():
			case <-ctx.Done():
				return
			}
		}
	}()
	return reports
}

// reload takes the place of what was read before, if all files can be read.
func (s *Set) reload() error {
	fresh := Open(s.dirs...)
	if err := fresh.Load(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sources, s.entries, s.byName, s.err = fresh.sources, fresh.entries, fresh.byName, nil
	return nil
}
