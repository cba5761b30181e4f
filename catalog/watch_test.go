package catalog

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const watchedCatalog = "catalog: shop\nevent_types: [{name: order.created}]\n"

// awaited is what the watch reports next. No test waits this long unless it
// fails.
func awaited(t *testing.T, reports <-chan error) error {
	t.Helper()
	select {
	case err, open := <-reports:
		if !open {
			t.Fatal("the watch ended")
		}
		return err
	case <-time.After(20 * time.Second):
		t.Fatal("the change is not seen")
		return nil
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// TestWatch saves a file in the ways that editors do.
func TestWatch(t *testing.T) {
	renamed := strings.Replace(watchedCatalog, "created", "changed", 1)
	for name, save := range map[string]func(t *testing.T, file string){
		"in place": func(t *testing.T, file string) { write(t, file, renamed) },
		"emptied first": func(t *testing.T, file string) {
			f, err := os.Create(file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if _, err := f.WriteString(renamed); err != nil {
				t.Fatal(err)
			}
		},
		"renamed over": func(t *testing.T, file string) {
			write(t, file+"~", renamed)
			rename(t, file+"~", file)
		},
		"moved away first": func(t *testing.T, file string) {
			rename(t, file, file+"~")
			write(t, file, renamed)
		},
		"removed first": func(t *testing.T, file string) {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			write(t, file, renamed)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := folder(t, "shop.yaml", watchedCatalog)
			set := Open(dir)
			if _, err := set.Find("order.created"); err != nil {
				t.Fatal(err)
			}
			reports := set.Watch(t.Context())
			save(t, filepath.Join(dir, "shop.yaml"))
			for {
				err := awaited(t, reports) // an empty file may be seen on the way
				if err == nil && finds(set, "order.changed") && !finds(set, "order.created") {
					return
				}
			}
		})
	}
}

func finds(s *Set, ref string) bool {
	_, err := s.Find(ref)
	return err == nil
}

// TestWatchKeepsWhatWasRight: a broken file is named with its place, and nothing
// of it is used; what mends it is.
func TestWatchKeepsWhatWasRight(t *testing.T) {
	t.Parallel()
	dir := folder(t, "shop.yaml", watchedCatalog)
	file := filepath.Join(dir, "shop.yaml")
	set := Open(dir)
	if err := set.Load(); err != nil {
		t.Fatal(err)
	}
	reports := set.Watch(t.Context())
	write(t, file, "catalog: shop\nevent_types: [{name: order.changed, colour: red}]\n")
	if err := awaited(t, reports); err == nil || !strings.Contains(err.Error(), "shop.yaml:2:37") {
		t.Errorf("the report is %v, want the place of the mistake", err)
	}
	if !finds(set, "order.created") || finds(set, "order.changed") {
		t.Error("the catalog of before is not in force")
	}
	write(t, file, "catalog: shop\nevent_types: [{name: order.changed}]\n")
	if err := awaited(t, reports); err != nil {
		t.Errorf("the report is %v", err)
	}
	if !finds(set, "order.changed") {
		t.Error("what is right again is not in force")
	}
}

// TestWatchMends: a set whose files were wrong from the beginning.
func TestWatchMends(t *testing.T) {
	t.Parallel()
	dir := folder(t, "shop.yaml", "catalog: [")
	set := Open(dir)
	if set.Load() == nil {
		t.Fatal("a broken file is read")
	}
	reports := set.Watch(t.Context())
	write(t, filepath.Join(dir, "shop.yaml"), watchedCatalog)
	if err := awaited(t, reports); err != nil || !finds(set, "order.created") {
		t.Errorf("the report is %v", err)
	}
}

// TestWatchFolderThatComes: a folder may be made, and removed, while it is
// watched; other files in it are nothing.
func TestWatchFolderThatComes(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "catalog")
	set := Open(dir)
	reports := set.Watch(t.Context())
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "notes.txt"), "none")
	write(t, filepath.Join(dir, "shop.yaml"), watchedCatalog)
	if err := awaited(t, reports); err != nil || !finds(set, "order.created") {
		t.Errorf("the report is %v", err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	for finds(set, "order.created") {
		if err := awaited(t, reports); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWatchEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	reports := Open(t.TempDir()).Watch(ctx)
	cancel()
	for err := range reports {
		t.Errorf("reported %v", err)
	}
}
