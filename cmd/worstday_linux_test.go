package cmd

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// setLimit changes the soft limit of a process that runs.
func setLimit(t *testing.T, p *exec.Cmd, which int, soft uint64) {
	t.Helper()
	var old syscall.Rlimit
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(p.Process.Pid), uintptr(which), 0, uintptr(unsafe.Pointer(&old)), 0, 0)
	if errno == 0 {
		limit := syscall.Rlimit{Cur: min(soft, old.Max), Max: old.Max}
		_, _, errno = syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(p.Process.Pid), uintptr(which), uintptr(unsafe.Pointer(&limit)), 0, 0, 0)
	}
	if errno != 0 {
		t.Skipf("limit a process: %v", errno)
	}
}

const noLimit = ^uint64(0)

// told is what a sender is told.
func told(t *testing.T, url, body string) (status int, retryAfter string) {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	client := http.Client{Transport: transport, Timeout: waitLimit}
	answer, err := client.Post(url, "", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, answer.Header.Get("Retry-After")
}

// end asks a process to end and returns its exit code.
func end(t *testing.T, p *exec.Cmd) int {
	t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = p.Wait() // the code says it
	return p.ProcessState.ExitCode()
}

// TestListenerWithoutRoom: while files cannot grow, requests are refused and may
// come again; the listener goes on by itself when they can, and every one that
// was taken is there.
func TestListenerWithoutRoom(t *testing.T) {
	dir := t.TempDir()
	process, url := startListener(t, dir, 0, "-q")
	body := strings.Repeat("b", 20_000)
	taken := map[string]bool{}
	for round := range 3 {
		refused := 0
		for n := 0; refused < 5; n++ {
			if n == 5 {
				setLimit(t, process, syscall.RLIMIT_FSIZE, uint64(500_000*(round+1)))
			}
			path := fmt.Sprintf("/%d/%d", round, n)
			switch status, retryAfter := told(t, url+path, body); {
			case status == 200:
				taken[path] = true
			case status == 503 && retryAfter != "":
				refused++
			default:
				t.Fatalf("%s: %d, Retry-After %q", path, status, retryAfter)
			}
		}
		setLimit(t, process, syscall.RLIMIT_FSIZE, noLimit)
		path := fmt.Sprintf("/%d/after", round)
		if status, _ := told(t, url+path, body); status != 200 {
			t.Fatalf("%s: %d", path, status)
		}
		taken[path] = true
	}
	if code := end(t, process); code != 0 {
		t.Errorf("exit code %d", code)
	}
	recorded := soundStore(t, dir)
	for path := range taken {
		if d := recorded[path]; d == nil || string(d.Request.Body) != body {
			t.Errorf("%s was taken and is not there", path)
		}
	}
	if len(recorded) != len(taken) {
		t.Errorf("%d are there, %d were taken", len(recorded), len(taken))
	}
}

// TestListenerWithoutDescriptors: clients that hold every descriptor keep others
// waiting, and harm nobody when they have gone.
func TestListenerWithoutDescriptors(t *testing.T) {
	dir := t.TempDir()
	process, url := startListener(t, dir, 0, "-q")
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", process.Process.Pid))
	if err != nil {
		t.Skip(err)
	}
	setLimit(t, process, syscall.RLIMIT_NOFILE, uint64(len(open)+12))
	var idle []net.Conn
	for range 100 {
		c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		idle = append(idle, c)
	}
	before := spent(t, process)
	time.Sleep(300 * time.Millisecond) // of which it may spend a fifth
	if used := spent(t, process) - before; used > 15 {
		t.Errorf("%d ticks of a hundredth of a second were spent on waiting", used)
	}
	for _, c := range idle {
		c.Close()
	}
	for n := range 20 {
		if status, _ := told(t, fmt.Sprintf("%s/%d", url, n), "x"); status != 200 {
			t.Errorf("%d: status %d", n, status)
		}
	}
	if code := end(t, process); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if recorded := soundStore(t, dir); len(recorded) != 20 {
		t.Errorf("%d of 20 are there", len(recorded))
	}
}

// spent is the processor time of a process in clock ticks.
func spent(t *testing.T, p *exec.Cmd) int {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(b[strings.LastIndex(string(b), ")"):]))
	var user, system int
	fmt.Sscan(fields[12], &user)
	fmt.Sscan(fields[13], &system)
	return user + system
}

// TestKillWhilePruning kills a prune, and then both listeners, again and again.
// What is missing afterwards is the oldest, and all the rest is sound.
func TestKillWhilePruning(t *testing.T) {
	rounds := 3
	if testing.Short() {
		rounds = 1
	}
	dir := t.TempDir()
	acknowledged := map[string]string{}
	var mu sync.Mutex
	for round := range rounds {
		var listeners, pruner sync.WaitGroup
		for k := range 2 {
			listeners.Go(func() {
				got := loadUntilKilled(t, dir, 2*round+k)
				mu.Lock()
				defer mu.Unlock()
				for path, sum := range got {
					acknowledged[path] = sum
				}
			})
		}
		ctx, cancel := context.WithCancel(t.Context())
		hooks := selfAsHooks(t)
		pruner.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				prune := exec.Command(hooks, "--store", filepath.Join(dir, "store"), "store", "prune", "--max-size", "1MB")
				prune.Env = []string{"HOME=" + dir, "GORACE=atexit_sleep_ms=0"}
				if prune.Start() == nil {
					early := time.Duration(rand.IntN(150)) * time.Millisecond
					if n%3 == 0 {
						early = time.Hour // on a slow machine none would come to anything otherwise
					}
					kill := time.AfterFunc(early, func() { prune.Process.Kill() })
					_ = prune.Wait()
					kill.Stop()
				}
			}
		})
		listeners.Wait()
		cancel()
		pruner.Wait()
	}
	recorded := soundStore(t, dir)
	first := map[string]int{} // by sender: the first that is there
	var round, sender, n int
	for path := range recorded {
		if _, err := fmt.Sscanf(path, "/%d/%d/%d", &round, &sender, &n); err != nil {
			t.Fatal(err)
		}
		key := fmt.Sprint(round, sender)
		if before, ok := first[key]; !ok || n < before {
			first[key] = n
		}
	}
	for path, want := range acknowledged {
		d := recorded[path]
		_, _ = fmt.Sscanf(path, "/%d/%d/%d", &round, &sender, &n)
		if from, ok := first[fmt.Sprint(round, sender)]; d == nil && ok && n > from {
			t.Errorf("%s was acknowledged and is not in the store, and %d is", path, from)
		} else if d != nil && hexSum(d.Request.Body) != want {
			t.Errorf("%s is altered", path)
		}
	}
	if len(recorded) == 0 || len(recorded) == len(acknowledged) {
		t.Errorf("%d of %d are there: nothing was tried", len(recorded), len(acknowledged))
	}
}

// TestFollowerMissesNothing: two listeners, one of which is killed and comes
// again, commands that send, and one that follows all of it.
func TestFollowerMissesNothing(t *testing.T) {
	dir := t.TempDir()
	_, steady := startListener(t, dir, 0, "-q")
	hooks := selfAsHooks(t)
	run := func(args ...string) *exec.Cmd {
		c := exec.Command(hooks, append([]string{"--store", filepath.Join(dir, "store")}, args...)...)
		c.Env = []string{"HOME=" + dir, "GORACE=atexit_sleep_ms=0"}
		return c
	}
	follower := run("log", "--follow", "--json", "--direction", "in")
	out, err := follower.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := follower.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { follower.Process.Kill(); follower.Wait() })
	seen := make(chan string, 10_000)
	go func() {
		defer close(seen)
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var d struct{ Request struct{ Target string } }
			if json.Unmarshal(lines.Bytes(), &d) == nil {
				seen <- d.Request.Target
			}
		}
	}()
	for following, n := false, 0; !following; n++ { // it shows what comes from now on
		if n == 200 {
			t.Fatal("the follower sees nothing")
		}
		told(t, fmt.Sprintf("%s/probe/%d", steady, n), "x")
		select {
		case <-seen:
			following = true
		case <-time.After(100 * time.Millisecond):
		}
	}
	acknowledged := map[string]bool{}
	for round := 1; round <= 3; round++ {
		for path := range loadUntilKilled(t, dir, round) {
			acknowledged[path] = true
		}
		path := fmt.Sprintf("/sent/%d", round)
		if text, err := run("send", "--to", steady+path, "--data", "{}").CombinedOutput(); err != nil {
			t.Errorf("send: %v, %s", err, text)
		}
		acknowledged[path] = true
	}
	limit := time.After(waitLimit)
	for len(acknowledged) > 0 {
		select {
		case path := <-seen:
			delete(acknowledged, path)
		case <-limit:
			t.Fatalf("%d were acknowledged and never seen: %.200v", len(acknowledged), acknowledged)
		}
	}
}

// TestStartWithoutRoom: a store that cannot be begun is said at once, and what
// was left of the try is no obstacle later.
func TestStartWithoutRoom(t *testing.T) {
	for _, blocks := range []string{"0", "1", "8", "40"} { // of 512 bytes
		dir := t.TempDir()
		start := exec.Command("/bin/sh", "-c", `ulimit -f "$1"; shift; exec "$@"`, "sh", blocks,
			selfAsHooks(t), "--store", filepath.Join(dir, "store"), "listen", "--addr", "127.0.0.1:0")
		start.Env = []string{"HOME=" + dir, "GORACE=atexit_sleep_ms=0"}
		kill := time.AfterFunc(waitLimit, func() { start.Process.Kill() })
		text, _ := start.CombinedOutput() // a pipe, which has no limit
		kill.Stop()
		if code := start.ProcessState.ExitCode(); code != 3 || !strings.HasPrefix(string(text), "error: ") {
			t.Errorf("%s blocks: exit code %d: %s", blocks, code, text)
		}
		process, url := startListener(t, dir, 0, "-q")
		if status, _ := told(t, url+"/x", "x"); status != 200 {
			t.Errorf("%s blocks: %d afterwards", blocks, status)
		}
		if code := end(t, process); code != 0 {
			t.Errorf("%s blocks: exit code %d afterwards", blocks, code)
		}
		if len(soundStore(t, dir)) != 1 {
			t.Errorf("%s blocks: it is not there", blocks)
		}
	}
}
