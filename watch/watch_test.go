package watch

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// saves are the ways in which editors write a file.
var saves = map[string]func(t *testing.T, path string, text []byte){
	"truncate and write": func(t *testing.T, path string, text []byte) { write(t, path, text) },
	"rename over": func(t *testing.T, path string, text []byte) {
		write(t, path+".tmp", text)
		rename(t, path+".tmp", path)
	},
	"move away and write": func(t *testing.T, path string, text []byte) {
		rename(t, path, path+"~")
		write(t, path, text)
		remove(t, path+"~")
	},
	"delete and create": func(t *testing.T, path string, text []byte) {
		remove(t, path)
		write(t, path, text)
	},
	"in pieces": func(t *testing.T, path string, text []byte) {
		write(t, path, nil)
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for _, b := range text {
			if _, err := f.Write([]byte{b}); err != nil {
				t.Fatal(err)
			}
		}
	},
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// next waits for a report.
func next(t *testing.T, changes <-chan Change) Change {
	t.Helper()
	select {
	case c := <-changes:
		return c
	case <-time.After(20 * time.Second):
		t.Fatal("no change was reported")
		panic("not reached")
	}
}

// begin watches until the end of the test.
func begin(t *testing.T, paths ...string) <-chan Change {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	changes, err := Tree(ctx, paths...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		for range changes { // until it is closed
		}
	})
	return changes
}

func TestEveryWayOfSaving(t *testing.T) {
	for name, save := range saves {
		for _, by := range []string{"folder", "file"} {
			t.Run(name+", by its "+by, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				file := filepath.Join(dir, "src", "app.js")
				write(t, file, []byte("one"))
				watched := dir
				if by == "file" {
					watched = file
				}
				changes := begin(t, watched)
				for _, text := range []string{"another", "and another one"} {
					save(t, file, []byte(text))
					if c := next(t, changes); filepath.Base(c.Path) != "app.js" || c.More != 0 {
						t.Errorf("reported %v", c)
					}
				}
			})
		}
	}
}

func TestFoldersMadeLater(t *testing.T) {
	dir := t.TempDir()
	changes := begin(t, dir)
	deep := filepath.Join(dir, "a", "b", "c.go")
	write(t, deep, []byte("1"))
	if c := next(t, changes); filepath.Base(c.Path) != "c.go" {
		t.Errorf("reported %v", c)
	}
	write(t, deep, []byte("22"))
	if c := next(t, changes); filepath.Base(c.Path) != "c.go" {
		t.Errorf("reported %v", c)
	}
	if err := os.RemoveAll(filepath.Join(dir, "a")); err != nil {
		t.Fatal(err)
	}
	next(t, changes)
}

// TestIgnored: what is passed over is not reported, and what comes after it is.
func TestIgnored(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{".git/index", "node_modules/x/index.js", ".hooks/log/1", "app/.app.js.swp", "app/.#app.js", "app/app.js~", "app/4913", "app/#app.js#"} {
		write(t, filepath.Join(dir, name), []byte("before"))
	}
	changes := begin(t, dir)
	for _, name := range []string{".git/index", ".git/HEAD", "node_modules/x/index.js", ".hooks/log/1", "app/.app.js.swp", "app/.#app.js", "app/app.js~", "app/4913", "app/#app.js#"} {
		write(t, filepath.Join(dir, name), []byte("after it"))
	}
	write(t, filepath.Join(dir, "app", "app.js"), []byte("1"))
	if c := next(t, changes); filepath.Base(c.Path) != "app.js" || c.More != 0 {
		t.Errorf("reported %v", c)
	}
	for _, name := range []string{"app.js", "Makefile", ".env", "a.sql", ".gitignore", "swp", "x.swift"} {
		if ignored(name) {
			t.Errorf("%s is ignored", name)
		}
	}
}

// TestLooking: without the file system's reports changes are found all the same.
func TestLooking(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a"), []byte("1"))
	w := &watcher{}
	w.list = func(found map[string]state) { w.tree(found, dir) }
	w.seen = w.look()
	changes := make(chan Change, 1)
	write(t, filepath.Join(dir, "a"), []byte("22"))
	write(t, filepath.Join(dir, "b"), []byte("1"))
	w.compare(changes)
	if c := next(t, changes); c.More != 1 || c.String() != filepath.Join(dir, "a")+" and 1 more" {
		t.Errorf("reported %v", c)
	}
}

// TestFileThatComes: a file may be made, replaced and removed while it is watched;
// its neighbours are nothing.
func TestFileThatComes(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	file := filepath.Join(t.TempDir(), "hooks.yaml")
	changes := Files(ctx, file)
	write(t, filepath.Join(filepath.Dir(file), "other.yaml"), []byte("1"))
	for range 2 {
		write(t, file+".new", []byte("1"))
		rename(t, file+".new", file)
		if c := next(t, changes); c != (Change{Path: file}) {
			t.Errorf("reported %v", c)
		}
		remove(t, file)
		if c := next(t, changes); c != (Change{Path: file}) {
			t.Errorf("reported %v", c)
		}
	}
	cancel()
	for c := range changes {
		t.Errorf("reported %v after the end", c)
	}
}

func TestNoSuchPath(t *testing.T) {
	if _, err := Tree(t.Context(), filepath.Join(t.TempDir(), "none")); !os.IsNotExist(err) {
		t.Errorf("error %v, want one that says the path is not there", err)
	}
}
