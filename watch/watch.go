// Package watch says when source files change, whatever way an editor saves
// them, so that a delivery can be sent again to the program that was mended.
//
// The file system's reports only say that it is time to look: what has changed is
// found by comparing names, sizes and times. A report that is lost, or a file
// system that makes none, costs a moment and no change.
package watch

import (
	"context"
	"fmt"
	"io/fs"
	"os"
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
	// lookEvery is how often it is looked without a report.
	lookEvery = time.Second
	// maxFiles bounds the files that are kept in mind, and maxFolders those of
	// which the file system reports.
	maxFiles, maxFolders = 100_000, 8192
)

// Change is what one look has found.
type Change struct {
	Path string // the first file that changed, came or went
	More int    // how many others did
}

// Tree reports changes of the files that paths name, and of all files below those
// that are folders, also such as are made later. What Ignored names is passed
// over. The channel has room for one report; it is closed when ctx ends. The error
// is that of a path that is not there.
func Tree(ctx context.Context, paths ...string) (<-chan Change, error) {
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			return nil, err
		}
	}
	t := &tree{paths: paths}
	t.files, _ = fsnotify.NewWatcher() // without one looking remains
	t.seen = t.look()                  // before it returns, so that nothing is missed
	changes := make(chan Change, 1)
	go t.run(ctx, changes)
	return changes, nil
}

type tree struct {
	paths []string
	files *fsnotify.Watcher
	seen  map[string]state
}

// state is what is different once a file was written or replaced.
type state struct {
	size     int64
	modified int64
	mode     fs.FileMode
}

func (t *tree) run(ctx context.Context, changes chan<- Change) {
	defer close(changes)
	var events chan fsnotify.Event
	var errs chan error
	if t.files != nil {
		defer t.files.Close()
		events, errs = t.files.Events, t.files.Errors
	}
	quiet, latest := time.NewTimer(lookEvery), time.NewTimer(time.Hour)
	defer quiet.Stop()
	defer latest.Stop()
	stirred := false
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-events:
			if e.Has(fsnotify.Chmod) && e.Op == fsnotify.Chmod || Ignored(filepath.Base(e.Name)) {
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
		quiet.Reset(lookEvery)
		latest.Reset(time.Hour)
		t.report(changes)
	}
}

// report compares what is there with what was.
func (t *tree) report(changes chan<- Change) {
	now := t.look()
	different := difference(t.seen, now)
	t.seen = now
	if len(different) == 0 {
		return
	}
	select {
	case changes <- Change{different[0], len(different) - 1}:
	default: // one that nobody has read yet says the same
	}
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

// look lists the files, and has the file system report of their folders.
func (t *tree) look() map[string]state {
	found := map[string]state{}
	for _, path := range t.paths {
		real, err := filepath.EvalSymlinks(path)
		if err != nil {
			continue // gone for now
		}
		info, err := os.Stat(real)
		switch {
		case err != nil:
		case info.IsDir():
			t.walk(found, real)
		default:
			t.follow(filepath.Dir(path)) // the folder: editors replace the file
			found[path] = stateOf(info)
		}
	}
	return found
}

func (t *tree) walk(found map[string]state, root string) {
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // went away, or may not be read
		case path != root && Ignored(entry.Name()):
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case entry.IsDir():
			t.follow(path)
			return nil
		case len(found) >= maxFiles:
			return filepath.SkipAll
		}
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			found[path] = stateOf(info)
		}
		return nil
	})
}

// follow asks for reports of a folder, again each time: it may be another.
func (t *tree) follow(dir string) {
	if t.files != nil && len(t.files.WatchList()) < maxFolders {
		_ = t.files.Add(dir) // no more can be had: looking remains
	}
}

func stateOf(info fs.FileInfo) state {
	return state{info.Size(), info.ModTime().UnixNano(), info.Mode()}
}

// Ignored tells whether a file or folder of that name says nothing about the
// source: what version control, package managers and the store keep, and what
// editors leave for a moment.
func Ignored(name string) bool {
	switch name {
	case ".git", ".hg", ".svn", ".jj", "node_modules", ".hooks", "__pycache__", ".DS_Store",
		"4913": // Vim tries whether it may write there
		return true
	}
	for _, pattern := range []string{".*.sw?", ".*.swpx", "*~", "#*#", ".#*", "*.tmp", "*.part", "___jb_tmp___", "___jb_old___", ".goutputstream-*"} {
		if ok, err := filepath.Match(pattern, name); ok && err == nil {
			return true
		}
	}
	return false
}

// String says what has changed.
func (c Change) String() string {
	if c.More > 0 {
		return fmt.Sprintf("%s and %d more", c.Path, c.More)
	}
	return c.Path
}
