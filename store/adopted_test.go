package store

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// Of all processes that adopt at once one wins, and all learn which.
func TestAdoptOnce(t *testing.T) {
	dir := t.TempDir()
	stores := [2]*Store{open(t, dir, Options{}), open(t, dir, Options{})}
	var kept [8]string
	var wg sync.WaitGroup
	for i := range kept {
		wg.Go(func() {
			var err error
			if kept[i], err = stores[i%2].Adopt(t.Context(), "asana", strings.Repeat("s", i+1)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, secret := range kept {
		if secret != kept[0] || secret == "" {
			t.Fatalf("several were kept: %q", kept)
		}
	}
	own, err := stores[0].Secret(t.Context())
	if err != nil || !strings.HasPrefix(own, "whsec_") {
		t.Errorf("the store's own secret is %q, %v", own, err)
	}
	if _, err := stores[0].Adopt(t.Context(), "other", "o"); err != nil {
		t.Fatal(err)
	}

	again := open(t, dir, Options{})
	all, err := again.Adopted(t.Context())
	if err != nil || len(all) != 2 || all[0].Provider != "asana" || all[0].Secret != kept[0] || all[0].At.IsZero() || all[1].Secret != "o" {
		t.Errorf("after opening again: %+v, %v", all, err)
	}
	info, err := os.Stat(filepath.Join(dir, secretsName))
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
}

func TestForget(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	own, err := s.Secret(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"first", "second"} {
		if kept, err := s.Adopt(t.Context(), "asana", secret); kept != secret || err != nil {
			t.Errorf("adopted %q, %v; want %q", kept, err, secret)
		}
		if err := s.Forget(t.Context(), "asana"); err != nil {
			t.Error(err)
		}
	}
	if err := s.Forget(t.Context(), "asana"); !errors.Is(err, ErrNotAdopted) {
		t.Errorf("forgotten twice: %v", err)
	}
	if all, err := s.Adopted(t.Context()); len(all) != 0 || err != nil {
		t.Errorf("left: %+v, %v", all, err)
	}
	if after, err := s.Secret(t.Context()); after != own || err != nil {
		t.Errorf("the store's own secret became %q, %v", after, err)
	}
}

func TestAdoptRefuses(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	for name, secret := range map[string]string{"empty": "", "long": strings.Repeat("s", maxAdopted+1), "no text": "\xff\xfe"} {
		if kept, err := s.Adopt(t.Context(), "asana", secret); err == nil || kept != "" {
			t.Errorf("%s: %q was adopted", name, kept)
		}
	}
	if _, err := s.Adopt(t.Context(), "asana", "canary"); err != nil {
		t.Fatal(err)
	}
	reader := open(t, dir, Options{ReadOnly: true})
	if _, err := reader.Adopt(t.Context(), "x", "s"); !errors.Is(err, ErrReadOnly) {
		t.Errorf("adopted while reading only: %v", err)
	}
	if err := reader.Forget(t.Context(), "asana"); !errors.Is(err, ErrReadOnly) {
		t.Errorf("forgotten while reading only: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, secretsName), []byte("canary"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{"adopt": second(s.Adopt(t.Context(), "x", "s")), "forget": s.Forget(t.Context(), "asana"), "list": second(s.Adopted(t.Context()))} {
		var refused *OpenError
		if !errors.As(err, &refused) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s with a broken file: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }
