package store

import (
	"runtime"
	"strings"
	"testing"
)

// TestFullDisk: files end early for a real process. What it acknowledged is
// there, what it did not is refused as full, and the next process goes on.
func TestFullDisk(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no limits for files here")
	}
	for _, limit := range []string{"300000", "140000"} { // of the log; of the index
		dir := t.TempDir()
		body := 20_000
		if limit == "140000" {
			body = 0
		}
		c := startChild(t, dir, 1200, body, "HOOKS_TEST_LIMIT="+limit, "HOOKS_TEST_STATUS="+Captured)
		acknowledged, refused := map[string]string{}, 0
		for c.lines.Scan() {
			line := c.lines.Text()
			if fields := strings.Fields(line); len(fields) == 3 && fields[0] != "error" {
				acknowledged[fields[1]] = fields[2]
			} else if strings.Contains(line, ": full: ") {
				refused++
			} else if line != "done" && !strings.Contains(line, "disk I/O error") { // what SQLite says of its own files
				t.Errorf("child says %q", line)
			}
		}
		c.cmd.Wait()
		if len(acknowledged) == 0 || refused == 0 {
			t.Errorf("%d were acknowledged, %d refused", len(acknowledged), refused)
		}
		s := open(t, dir, Options{})
		mustHold(t, s, acknowledged)
		if got := len(list(t, s, Query{})); got != len(acknowledged) {
			t.Errorf("%d deliveries are there, %d were acknowledged", got, len(acknowledged))
		}
		mustBeSound(t, s)
	}
}

// TestFullDiskLeavesNoFiles: tries to begin a segment where there is no room
// leave nothing behind.
func TestFullDiskLeavesNoFiles(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no limits for files here")
	}
	dir := t.TempDir()
	c := startChild(t, dir, 30, 0, "HOOKS_TEST_LATER=8")
	for c.lines.Scan() {
		if line := c.lines.Text(); !strings.Contains(line, ": full: ") && !strings.Contains(line, "disk I/O error") && line != "done" {
			t.Errorf("child says %q", line)
		}
	}
	if list, err := listSegments(dir); err != nil || len(list) != 0 {
		t.Errorf("%d segments are left, %v", len(list), err)
	}
}

// TestNoRoomForTheIndex: where its write-ahead log cannot grow any more, it
// begins anew, and what is acknowledged goes on to be seen.
func TestNoRoomForTheIndex(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no limits for files here")
	}
	dir := t.TempDir()
	const count = 600
	c := startChild(t, dir, count, 0, "HOOKS_TEST_LIMIT=1000000", "HOOKS_TEST_INDEXED=1", "HOOKS_TEST_HANG=1")
	for c.lines.Scan() && c.lines.Text() != "done" {
		if line := c.lines.Text(); len(strings.Fields(line)) != 3 && !strings.Contains(line, "disk I/O error") {
			t.Errorf("child says %q", line)
		}
	}
	s := open(t, dir, Options{ReadOnly: true})
	if got := len(list(t, s, Query{})); got != count || len(s.Warnings()) > 0 {
		t.Errorf("%d of %d are seen, %q", got, count, s.Warnings())
	}
}
