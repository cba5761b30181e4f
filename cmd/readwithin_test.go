package cmd

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

func TestReadWithin(t *testing.T) {
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	text := func(s string) func() (io.ReadCloser, error) {
		return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(s)), nil }
	}
	tests := []struct {
		name string
		wait time.Duration
		open func() (io.ReadCloser, error)
		want string
		err  error
	}{
		{"text", time.Minute, text("abcd"), "abcd", nil},
		{"nothing", time.Minute, text(""), "", nil},
		{"one byte too long", time.Minute, text("abcde"), "abcde", errTooLong},
		{"not there", time.Minute, func() (io.ReadCloser, error) { return nil, os.ErrNotExist }, "", os.ErrNotExist},
		{"opening waits", time.Millisecond, func() (io.ReadCloser, error) { <-release; return nil, io.EOF }, "", errNothingCame},
		{"reading waits", time.Millisecond, func() (io.ReadCloser, error) { return blocked{release}, nil }, "", errNothingCame},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readWithin(tt.wait, 4, tt.open)
			if string(got) != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("got %q and %v, want %q and %v", got, err, tt.want, tt.err)
			}
		})
	}
}

// blocked is a pipe that nobody writes.
type blocked struct{ release chan struct{} }

func (b blocked) Read([]byte) (int, error) { <-b.release; return 0, io.EOF }
func (b blocked) Close() error             { return nil }
