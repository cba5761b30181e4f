//go:build unix

package store

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

func TestModesWhateverTheUmask(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	dir := filepath.Join(t.TempDir(), "a", "b", "store")
	s := open(t, dir, Options{})
	wait(t, s.Append(received("a", []byte("x"))))
	if _, err := s.Secret(t.Context()); err != nil {
		t.Fatal(err)
	}
	reader := open(t, dir, Options{ReadOnly: true})
	list(t, reader, Query{})
	files := 0
	err := filepath.WalkDir(filepath.Dir(filepath.Dir(dir)), func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has the mode %04o", path, info.Mode().Perm())
		}
		if !e.IsDir() {
			files++
		}
		return nil
	})
	if err != nil || files < 6 {
		t.Errorf("%d files, %v", files, err)
	}
}

// TestRefusedFiles: what is not a store stays as it is, and the error says why.
func TestRefusedFiles(t *testing.T) {
	foreign := filepath.Join(t.TempDir(), "x.db")
	makeDatabase(t, foreign, "CREATE TABLE t (a); PRAGMA user_version = 1")
	newer := filepath.Join(t.TempDir(), "x.db")
	makeDatabase(t, newer, "CREATE TABLE t (a); PRAGMA application_id = 1752133483; PRAGMA user_version = 99")
	older := filepath.Join(t.TempDir(), "x.db")
	makeDatabase(t, older, "CREATE TABLE bodies (a); PRAGMA application_id = 1752133483; PRAGMA user_version = 1")
	text := filepath.Join(t.TempDir(), "x.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("this is a text\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	var foreignError *ForeignError
	var versionError *VersionError
	for _, row := range []struct {
		name, file string
		as         any
	}{
		{"another program's database", foreign, &foreignError},
		{"a newer version", newer, &versionError},
		{"the layout without a log", older, &versionError},
		{"a text", text, &foreignError},
	} {
		before, err := os.ReadFile(row.file)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range []Options{{}, {ReadOnly: true}} {
			dir := t.TempDir()
			path := filepath.Join(dir, fileName)
			if err := os.WriteFile(path, before, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(t.Context(), dir, o); !errors.As(err, row.as) {
				t.Errorf("%s: Open gives %v", row.name, err)
			}
			if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
				t.Errorf("%s: Open has changed the file, %v", row.name, err)
			}
			if names, _ := filepath.Glob(filepath.Join(dir, "*")); len(names) != 1 {
				t.Errorf("%s: Open leaves %v", row.name, names)
			}
		}
	}
}

func makeDatabase(t *testing.T, path, script string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(script); err != nil {
		t.Fatal(err)
	}
}

func TestRefusedPlaces(t *testing.T) {
	tests := map[string]func(t *testing.T, dir string){
		"the store is a file": func(t *testing.T, dir string) { write(t, dir, "") },
		"a file above it":     func(t *testing.T, dir string) { write(t, filepath.Dir(dir)+"/f", ""); os.Symlink("f/x", dir) },
		"a link to another database": func(t *testing.T, dir string) {
			elsewhere := filepath.Join(t.TempDir(), "db")
			write(t, elsewhere, "")
			os.Mkdir(dir, 0o700)
			os.Symlink(elsewhere, filepath.Join(dir, fileName))
		},
		"a link to nothing": func(t *testing.T, dir string) {
			os.Mkdir(dir, 0o700)
			os.Symlink(filepath.Join(t.TempDir(), "new"), filepath.Join(dir, fileName))
		},
		"a link as the log": func(t *testing.T, dir string) {
			os.Mkdir(dir, 0o700)
			os.Symlink("x", filepath.Join(dir, fileName+"-wal"))
		},
		"a link as the directory of the log": func(t *testing.T, dir string) {
			os.Mkdir(dir, 0o700)
			os.Symlink(t.TempDir(), filepath.Join(dir, logName))
		},
		"a link as a segment": func(t *testing.T, dir string) {
			os.MkdirAll(filepath.Join(dir, logName), 0o700)
			os.Symlink("x", filepath.Join(dir, firstSegment))
		},
		"a directory as the file": func(t *testing.T, dir string) { os.MkdirAll(filepath.Join(dir, fileName), 0o700) },
		"others may write the file": func(t *testing.T, dir string) {
			os.Mkdir(dir, 0o700)
			write(t, filepath.Join(dir, fileName), "")
			os.Chmod(filepath.Join(dir, fileName), 0o620)
		},
		"others may write the directory": func(t *testing.T, dir string) { os.Mkdir(dir, 0o700); os.Chmod(dir, 0o777) },
	}
	for name, prepare := range tests {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "store")
			prepare(t, dir)
			s, err := Open(t.Context(), dir, Options{Now: clock})
			var refused *OpenError
			if !errors.As(err, &refused) {
				t.Errorf("Open gives %v, %v", s, err)
			}
		})
	}
	_, err := Open(t.Context(), filepath.Join(t.TempDir(), "none"), Options{ReadOnly: true})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a reader of nothing gets %v", err)
	}
}

func TestOddPlaces(t *testing.T) {
	for _, name := range []string{"with space", "per%20cent", "question?mode=ro", "hash#x", "é", "plus+and&amp", "quote'\""} {
		dir := filepath.Join(t.TempDir(), name)
		s := open(t, dir, Options{})
		wait(t, s.Append(received("a", []byte("x"))))
		if _, err := os.Stat(filepath.Join(dir, fileName)); err != nil {
			t.Errorf("%q: %v", name, err)
		}
		if r := open(t, dir, Options{ReadOnly: true}); len(list(t, r, Query{})) != 1 {
			t.Errorf("%q: a reader finds nothing", name)
		}
	}
}

func TestReadOnlyPlace(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := t.TempDir()
	s := open(t, dir, Options{})
	wait(t, s.Append(received("a", []byte("x"))))
	crashed := t.TempDir() // as a killed process leaves it: with a log
	for _, name := range []string{fileName, fileName + "-wal", fileName + "-shm"} {
		b, err := os.ReadFile(filepath.Join(dir, name)) // of no use to s any more: its locks are gone
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(crashed, name), string(b))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{"closed": dir, "crashed": crashed} {
		os.Chmod(dir, 0o500)
		defer os.Chmod(dir, 0o700)
		if got := list(t, open(t, dir, Options{ReadOnly: true}), Query{}); len(got) != 1 {
			t.Errorf("%s: a reader finds %d deliveries", name, len(got))
		}
		if _, err := Open(t.Context(), dir, Options{Now: clock}); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s: a writer gets %v", name, err)
		}
	}
}

func TestSecret(t *testing.T) {
	dir := t.TempDir()
	first, second := open(t, dir, Options{}), open(t, dir, Options{})
	if _, err := open(t, t.TempDir(), Options{}).Secret(t.Context()); err != nil {
		t.Fatal(err)
	}
	var secrets [8]string
	var wg sync.WaitGroup
	for i := range secrets {
		wg.Go(func() {
			s := first
			if i%2 == 1 {
				s = second
			}
			var err error
			if secrets[i], err = s.Secret(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, secret := range secrets {
		if secret != secrets[0] || !strings.HasPrefix(secret, "whsec_") || len(secret) != len("whsec_")+32 {
			t.Errorf("secrets differ or are none: %q", secrets)
		}
	}
	path := filepath.Join(dir, secretsName)
	for name, prepare := range map[string]func(){
		"others may write": func() { write(t, path, `{"secrets":[{"owner":"store","value":"canary"}]}`); os.Chmod(path, 0o606) },
		"a text":           func() { write(t, path, "canary") },
		"no secret":        func() { write(t, path, `{"secrets":[{"owner":"ep_1","value":"canary"}]}`) },
		"a link":           func() { write(t, path+"2", secrets[0]); os.Symlink(path+"2", path) },
	} {
		os.Remove(path)
		prepare()
		secret, err := first.Secret(t.Context())
		var refused *OpenError
		if !errors.As(err, &refused) || secret != "" || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: Secret gives %q, %v", name, secret, err)
		}
	}
}
