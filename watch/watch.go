// Package watch says when files change, whatever way an editor saves them: the
// source of a program that deliveries are sent to again, catalogs, settings.
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
	"time"
)

// How often is looked without a report: at a tree of sources, which may be large,
// and at a few files or folders.
const (
	lookAtTree = time.Second
	lookAtFew  = 500 * time.Millisecond
)

// maxFiles bounds the files of a tree that are kept in mind.
const maxFiles = 100_000

// Change is what one look has found.
type Change struct {
	Path string // the first file that changed, came or went
	More int    // how many others did
}

// String says what has changed.
func (c Change) String() string {
	if c.More > 0 {
		return fmt.Sprintf("%s and %d more", c.Path, c.More)
	}
	return c.Path
}

// Tree reports changes of the files that paths name, and of all files below those
// that are folders, also such as are made later. What version
// control, package managers and editors keep for themselves is passed over. The channel has room for one report; it is closed when ctx ends. The error
// is that of a path that is not there.
func Tree(ctx context.Context, paths ...string) (<-chan Change, error) {
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			return nil, err
		}
	}
	w := &watcher{every: lookAtTree, ignores: ignored}
	w.list = func(found map[string]state) {
		for _, path := range paths {
			w.tree(found, path)
		}
	}
	return w.start(ctx), nil
}

// Files reports changes of the files that paths name, which need not be there. It
// looks alone: whatever else is written beside them wakes nobody. The channel is
// as that of Tree.
func Files(ctx context.Context, paths ...string) <-chan Change {
	w := &watcher{every: lookAtFew, deaf: true}
	w.list = func(found map[string]state) {
		for _, path := range paths {
			w.file(found, path)
		}
	}
	return w.start(ctx)
}

// Folders reports changes of the files in the folders dirs whose names match, and
// of none below them. The folders need not be there, and what a link leads to may
// change. The channel is as that of Tree.
func Folders(ctx context.Context, match func(name string) bool, dirs ...string) <-chan Change {
	w := &watcher{every: lookAtFew, ignores: func(name string) bool { return !match(name) }}
	w.list = func(found map[string]state) {
		for _, dir := range dirs {
			w.folder(found, dir, match)
		}
	}
	return w.start(ctx)
}

// tree finds a file, or all files below a folder.
func (w *watcher) tree(found map[string]state, path string) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return // gone for now
	}
	if info, err := os.Stat(real); err == nil && info.IsDir() {
		w.walk(found, real)
		return
	}
	w.file(found, path)
}

func (w *watcher) walk(found map[string]state, root string) {
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // went away, or may not be read
		case path != root && ignored(entry.Name()):
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case entry.IsDir():
			w.follow(path)
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

// file finds one file. Its folder is followed: editors replace the file.
func (w *watcher) file(found map[string]state, path string) {
	w.follow(filepath.Dir(path))
	if info, err := os.Stat(path); err == nil {
		found[path] = stateOf(info)
	}
}

// folder finds the files of a folder that match.
func (w *watcher) folder(found map[string]state, dir string, match func(name string) bool) {
	w.follow(dir)
	entries, _ := os.ReadDir(dir) // what cannot be read has no files
	for _, entry := range entries {
		if !match(entry.Name()) {
			continue
		}
		path := filepath.Join(dir, entry.Name())
		found[path] = state{} // of a link that leads nowhere, nothing more is known
		if info, err := os.Stat(path); err == nil {
			found[path] = stateOf(info)
		}
	}
}

// ignored tells whether a file or folder of that name says nothing about the
// source: what version control, package managers and the store keep, and what
// editors leave for a moment.
func ignored(name string) bool {
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
