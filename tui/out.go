package tui

import (
	"encoding/base64"
	"io"
	"os"
	"sync"
)

// maxClipboard is the most that is put into a clipboard, encoded; terminals
// drop more without a word.
const maxClipboard = 74_994

// writer is what the library writes its frames to, one Write a frame. Between
// two of them a clipboard sequence can go out whole.
type writer struct {
	mu  sync.Mutex
	out io.Writer
}

func newWriter(out io.Writer) *writer { return &writer{out: out} }

// Write writes a frame.
func (w *writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Write(p)
}

// copy puts bytes into the terminal's clipboard (OSC 52). It reports false if
// they are too many. What is sent is base64, so the bytes can be anything.
func (w *writer) copy(b []byte) (bool, error) {
	if base64.StdEncoding.EncodedLen(len(b)) > maxClipboard {
		return false, nil
	}
	_, err := io.WriteString(w, "\x1b]52;c;"+base64.StdEncoding.EncodeToString(b)+"\x07")
	return true, err
}

// terminal is a writer that is still a file to the library, which asks it for
// its size and its modes.
type terminal struct {
	*os.File
	w *writer
}

// Write writes a frame.
func (t terminal) Write(p []byte) (int, error) { return t.w.Write(p) }

// stream returns what is handed to the library.
func (w *writer) stream() io.Writer {
	if f, ok := w.out.(*os.File); ok {
		return terminal{File: f, w: w}
	}
	return w
}
