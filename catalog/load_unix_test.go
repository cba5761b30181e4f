//go:build unix

package catalog

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"
)

// TestPipeIsNoCatalog: opening it would wait for a writer for ever.
func TestPipeIsNoCatalog(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe.json")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	_, ofFile := ReadFile(pipe)
	for _, err := range []error{ofFile, Open(dir).Load()} {
		var one *Error
		if !errors.As(err, &one) || one.Message != "not a file" {
			t.Errorf("error is %v, want not a file", err)
		}
	}
}
