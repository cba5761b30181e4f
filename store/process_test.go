package store

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// childWrites is another process: it appends deliveries from eight goroutines
// and prints each when it is acknowledged, as number, id and hash.
//
//	HOOKS_TEST_DIR      the store
//	HOOKS_TEST_COUNT    how many deliveries
//	HOOKS_TEST_BODY     the largest body in bytes
//	HOOKS_TEST_STATUS   their status
//	HOOKS_TEST_LIMIT    bytes at which files end, if set
//	HOOKS_TEST_LATER    bytes at which files end once the store is open, if set
//	HOOKS_TEST_INDEXED  if set, each waits for the index, which is written often then
func childWrites() {
	ctx := context.Background()
	if limit, err := strconv.ParseUint(os.Getenv("HOOKS_TEST_LIMIT"), 10, 64); err == nil {
		limitFiles(limit)
	}
	s, err := Open(ctx, os.Getenv("HOOKS_TEST_DIR"), Options{Now: time.Now})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	if limit, err := strconv.ParseUint(os.Getenv("HOOKS_TEST_LATER"), 10, 64); err == nil {
		limitFiles(limit)
	}
	count, _ := strconv.Atoi(os.Getenv("HOOKS_TEST_COUNT"))
	largest, _ := strconv.Atoi(os.Getenv("HOOKS_TEST_BODY"))
	wait := func(ctx context.Context, c *Commit) error { return c.Wait(ctx) }
	if os.Getenv("HOOKS_TEST_INDEXED") != "" {
		wait = func(ctx context.Context, c *Commit) error { return c.Indexed(ctx) }
	}
	work := make(chan int)
	var out sync.Mutex
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range work {
				d := received("payment.succeeded", randomBody(largest))
				d.Status = os.Getenv("HOOKS_TEST_STATUS")
				err := wait(ctx, s.Append(d))
				out.Lock()
				if err != nil {
					fmt.Println("error", err)
				} else {
					fmt.Println(d.Seq, d.ID, d.Request.BodySHA256)
				}
				out.Unlock()
			}
		})
	}
	for i := range count {
		work <- i
	}
	close(work)
	wg.Wait()
	if err := s.Announce(ctx, Listener{URL: "http://child", Addr: "child", PID: os.Getpid()}); err != nil {
		fmt.Println("error", err)
	}
	fmt.Println("done")
	if os.Getenv("HOOKS_TEST_HANG") != "" {
		bufio.NewReader(os.Stdin).ReadByte()
	}
	if err := s.Close(); err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
}

// randomBody is mostly small and sometimes as large as it may be.
func randomBody(largest int) []byte {
	size := rand.IntN(2048)
	switch rand.IntN(10) {
	case 0:
		size = rand.IntN(largest + 1)
	case 1:
		size = 0
	}
	b := make([]byte, min(size, largest))
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return b
}

type child struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
	stdin interface{ Close() error }
}

func startChild(t *testing.T, dir string, count, body int, env ...string) *child {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), append([]string{
		"HOOKS_TEST_CHILD=write", "HOOKS_TEST_DIR=" + dir, "HOOKS_TEST_STATUS=" + Delivering,
		fmt.Sprintf("HOOKS_TEST_COUNT=%d", count), fmt.Sprintf("HOOKS_TEST_BODY=%d", body), "GORACE=atexit_sleep_ms=0",
	}, env...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Process.Kill(); cmd.Wait() })
	return &child{cmd, bufio.NewScanner(out), in}
}

// read collects acknowledgements until the child is done, ends, or has given
// limit of them (0: no limit).
func (c *child) read(t *testing.T, limit int) map[string]string {
	t.Helper()
	hashes := map[string]string{}
	for (limit == 0 || len(hashes) < limit) && c.lines.Scan() {
		line := c.lines.Text()
		if line == "done" {
			break
		}
		fields := strings.Fields(line)
		if len(fields) != 3 {
			t.Fatalf("child says %q", line)
		}
		hashes[fields[1]] = fields[2]
	}
	return hashes
}

func (c *child) kill(t *testing.T) {
	t.Helper()
	if err := c.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
}

// mustHold fails unless every acknowledged delivery is there byte for byte.
func mustHold(t *testing.T, s *Store, acknowledged map[string]string) {
	t.Helper()
	for id, hash := range acknowledged {
		d, err := s.Get(t.Context(), id)
		if err != nil {
			t.Fatalf("acknowledged %s: %v", id, err)
		}
		if got := hexSHA256(d.Request.Body); got != hash {
			t.Fatalf("acknowledged %s has the body %s, not %s", id, got, hash)
		}
	}
}

func TestManyProcessesAppend(t *testing.T) {
	for _, processes := range []int{2, 8} {
		t.Run(strconv.Itoa(processes), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "new") // all of them create it
			const each = 60
			children := make([]*child, processes)
			for i := range children {
				children[i] = startChild(t, dir, each, 20_000)
			}
			acknowledged := map[string]string{}
			for _, c := range children {
				for id, hash := range c.read(t, 0) {
					acknowledged[id] = hash
				}
			}
			for _, c := range children {
				c.stdin.Close()
				if err := c.cmd.Wait(); err != nil {
					t.Errorf("child: %v", err)
				}
			}
			s := open(t, dir, Options{})
			if len(acknowledged) != processes*each {
				t.Errorf("%d deliveries were acknowledged, not %d", len(acknowledged), processes*each)
			}
			mustHold(t, s, acknowledged)
			if got := len(list(t, s, Query{})); got != processes*each {
				t.Errorf("%d deliveries are stored, not %d", got, processes*each)
			}
			rev, err := s.Rev(t.Context())
			if err != nil || rev < int64(processes*each) {
				t.Errorf("Rev is %d, %v", rev, err)
			}
			mustBeSound(t, s)
		})
	}
}

func mustBeSound(t *testing.T, s *Store) {
	t.Helper()
	report, err := s.Check(t.Context())
	if err != nil || len(report.Problems) > 0 {
		t.Errorf("Check: %v, %v", err, report.Problems)
	}
}

// TestKillLosesNothing kills a process in the middle of a burst, many times in
// one store: what it has acknowledged is there, and what it had in flight is
// interrupted.
func TestKillLosesNothing(t *testing.T) {
	rounds := 6
	if testing.Short() {
		rounds = 2
	}
	dir := t.TempDir()
	acknowledged := map[string]string{}
	for range rounds {
		c := startChild(t, dir, 100_000, 4_000_000)
		some := c.read(t, 20+rand.IntN(60))
		c.kill(t)
		for id, hash := range some {
			acknowledged[id] = hash
		}
		for id, hash := range c.read(t, 0) { // printed before it died
			acknowledged[id] = hash
		}
		c.cmd.Wait()
		s, err := Open(t.Context(), dir, Options{Now: clock})
		if err != nil {
			t.Fatalf("open after the kill: %v", err)
		}
		mustHold(t, s, acknowledged)
		for d, err := range s.List(t.Context(), Query{}) {
			if err != nil || d.Status != Interrupted {
				t.Fatalf("delivery of a dead process is %s, %v", d.Status, err)
			}
		}
		mustBeSound(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "owner-*")); len(left) > 0 {
		t.Errorf("lock files of dead processes are left: %v", left)
	}
}

// TestInterruptedAreChanges: whoever follows the store learns of them.
func TestInterruptedAreChanges(t *testing.T) {
	dir := t.TempDir()
	c := startChild(t, dir, 5, 100, "HOOKS_TEST_HANG=1")
	c.read(t, 0)
	s := open(t, dir, Options{})
	rev, err := s.Rev(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := list(t, s, Query{Status: Delivering}); len(got) != 5 {
		t.Errorf("%d deliveries of a living process are in flight, not 5", len(got))
	}
	listeners, err := s.Listeners(t.Context())
	if err != nil || len(listeners) != 1 || listeners[0].URL != "http://child" || listeners[0].PID != c.cmd.Process.Pid {
		t.Errorf("Listeners of a living process: %+v, %v", listeners, err)
	}
	c.kill(t)
	c.cmd.Wait()
	if listeners, err := s.Listeners(t.Context()); err != nil || len(listeners) != 0 {
		t.Errorf("Listeners of a dead process: %+v, %v", listeners, err)
	}
	open(t, dir, Options{})
	changed, err := s.Changes(t.Context(), rev, 10)
	if err != nil || len(changed) != 5 {
		t.Fatalf("%d changes, %v", len(changed), err)
	}
	seen := map[int64]bool{}
	for _, d := range changed {
		if d.Status != Interrupted || seen[d.Rev] || d.Rev <= rev {
			t.Errorf("change %d of #%d: %s", d.Rev, d.Seq, d.Status)
		}
		seen[d.Rev] = true
	}
	var failed *Delivery
	if failed, err = s.Get(t.Context(), "@failed"); err != nil || failed.Seq != 5 {
		t.Errorf("@failed is %v, %v", failed, err)
	}
}

// TestAcknowledgedIsSeen: what one process has acknowledged, others see at once,
// those that write themselves and those that only read.
func TestAcknowledgedIsSeen(t *testing.T) {
	dir := t.TempDir()
	writer := open(t, dir, Options{})
	wait(t, writer.Append(received("first", nil)))
	stores := []*Store{writer, open(t, dir, Options{ReadOnly: true})}
	var group sync.WaitGroup
	for range 3 {
		c := startChild(t, dir, 150, 3000)
		group.Go(func() {
			for c.lines.Scan() && c.lines.Text() != "done" {
				fields := strings.Fields(c.lines.Text())
				if len(fields) != 3 {
					t.Errorf("child says %q", c.lines.Text())
					return
				}
				for i, s := range stores {
					if _, err := s.Get(context.Background(), fields[1]); err != nil {
						t.Errorf("store %d: acknowledged %s: %v", i, fields[1], err)
					}
				}
			}
		})
	}
	group.Wait()
}

// TestKillDuringRecovery: a process that dies while it indexes what a dead one
// has left loses nothing and indexes nothing twice.
func TestKillDuringRecovery(t *testing.T) {
	const count = 6_000
	whole := t.TempDir()
	s := open(t, whole, Options{})
	var last *Commit
	for range count {
		d := received("a", []byte("x"))
		d.Status = Delivering
		s.Append(d)
		answered(d, 200, "ok")
		last = s.Save(d)
	}
	wait(t, last)
	for range 3 {
		dir := crashCopy(t, whole, nil)
		for range 3 {
			c := startChild(t, dir, 1_000_000, 10)
			time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
			c.kill(t)
			c.cmd.Wait()
		}
		s, err := Open(t.Context(), dir, Options{Now: clock})
		if err != nil {
			t.Fatal(err)
		}
		succeeded := 0
		for d, err := range s.List(t.Context(), Query{Status: Succeeded}) {
			if err != nil || len(d.Attempts) != 1 {
				t.Fatalf("#%d has %d attempts, %v", d.Seq, len(d.Attempts), err)
			}
			succeeded++
		}
		if succeeded != count {
			t.Errorf("%d of %d are there", succeeded, count)
		}
		mustBeSound(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
