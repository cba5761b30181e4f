package cmd

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
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
	"testing"
	"time"

	"github.com/hooks-cli/hooks/store"
)

// TestKill kills a listener under load, again and again on one store: whatever
// was answered 2xx is there, byte for byte, and nothing that was under way is
// called a success.
func TestKill(t *testing.T) {
	rounds := 4
	if testing.Short() {
		rounds = 1
	}
	dir := t.TempDir()
	acknowledged := map[string]string{} // by path: the hash of the body
	for round := range rounds {
		for path, sum := range loadUntilKilled(t, dir, round) {
			acknowledged[path] = sum
		}
	}
	if len(acknowledged) == 0 {
		t.Fatal("nothing was acknowledged")
	}
	recorded := soundStore(t, dir)
	for path, want := range acknowledged {
		if d := recorded[path]; d == nil {
			t.Errorf("%s was acknowledged and is not in the store", path)
		} else if hexSum(d.Request.Body) != want {
			t.Errorf("#%d %s is altered", d.Seq, path)
		}
	}
}

// soundStore opens the store that listeners have left in dir, looks whether it
// is sound, and returns its deliveries by their paths, of which each is there
// once, with their bodies.
func soundStore(t *testing.T, dir string) map[string]*store.Delivery {
	t.Helper()
	st, err := store.Open(t.Context(), filepath.Join(dir, "store"), store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	report, err := st.Check(t.Context())
	if err != nil || len(report.Problems) > 0 {
		t.Errorf("the store: %v, %v", report.Problems, err)
	}
	recorded := map[string]*store.Delivery{}
	for d, err := range st.List(t.Context(), store.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if recorded[d.Request.Target] != nil {
			t.Errorf("%s is there twice", d.Request.Target)
		}
		if recorded[d.Request.Target], err = st.Get(t.Context(), d.ID); err != nil {
			t.Fatalf("get #%d: %v", d.Seq, err)
		}
	}
	return recorded
}

func hexSum(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// loadUntilKilled sends bodies of up to 4 MB to a listener until it is killed,
// and returns what it acknowledged.
func loadUntilKilled(t *testing.T, dir string, round int) map[string]string {
	t.Helper()
	process, url := startListener(t, dir, round, "-q")
	ctx, cancel := context.WithTimeout(t.Context(), waitLimit)
	defer cancel()
	var mu sync.Mutex
	got := map[string]string{}
	var senders sync.WaitGroup
	for sender := range 8 {
		senders.Go(func() {
			random := rand.New(rand.NewPCG(uint64(round), uint64(sender)))
			for n := 0; ; n++ {
				body := make([]byte, random.IntN(4<<random.IntN(21)))
				for i := range body {
					body[i] = byte(random.Uint32())
				}
				path := fmt.Sprintf("/%d/%d/%d", round, sender, n)
				if !post(ctx, url+path, body) {
					return // it was killed
				}
				mu.Lock()
				got[path] = hexSum(body)
				mu.Unlock()
			}
		})
	}
	time.Sleep(time.Duration(200+rand.IntN(300)) * time.Millisecond)
	if err := process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	process.Wait() // it was killed: its error says so
	senders.Wait()
	return got
}

func post(ctx context.Context, url string, body []byte) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return false
	}
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err == nil && answer.StatusCode/100 == 2
}

func startListener(t *testing.T, dir string, round int, args ...string) (*exec.Cmd, string) {
	t.Helper()
	ready := filepath.Join(dir, fmt.Sprint("ready", round))
	process := exec.Command(selfAsHooks(t), append([]string{"--store", filepath.Join(dir, "store"), "listen", "--addr", "127.0.0.1:0", "--ready-file", ready}, args...)...)
	process.Env = []string{"HOME=" + dir, "GORACE=atexit_sleep_ms=0"}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { process.Process.Kill() })
	for deadline := time.Now().Add(waitLimit); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if url, err := os.ReadFile(ready); err == nil {
			return process, strings.TrimSpace(string(url))
		}
	}
	t.Fatal("the listener did not come up")
	return nil, ""
}

// selfAsHooks is a path under which this test binary is the program.
func selfAsHooks(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// No symbolic link: a program that looks for itself finds what that leads to.
	name := filepath.Join(t.TempDir(), "hooks")
	if os.Link(self, name) == nil {
		return name
	}
	program, err := os.ReadFile(self)
	if err == nil {
		err = os.WriteFile(name, program, 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// awaitRecorded waits until so many deliveries are in the store of a listener
// that runs.
func awaitRecorded(t *testing.T, dir string, count int) {
	t.Helper()
	st, err := store.Open(t.Context(), filepath.Join(dir, "store"), store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for deadline := time.Now().Add(waitLimit); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		stats, err := st.Stats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if stats.Deliveries == int64(count) {
			return
		}
	}
	t.Fatalf("the %d deliveries are not recorded", count)
}

// TestKillInFlight: what is with a target when the listener is killed is
// interrupted, once each, and never a success.
func TestKillInFlight(t *testing.T) {
	const count = 16
	arrived, release := make(chan bool, count), make(chan bool)
	target := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { arrived <- true; <-release })}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go target.Serve(l)
	t.Cleanup(func() { target.Close() })
	defer close(release)
	dir := t.TempDir()
	process, url := startListener(t, dir, 0, "--forward", l.Addr().String(), "-q")
	var senders sync.WaitGroup
	for n := range count {
		senders.Go(func() {
			if post(t.Context(), fmt.Sprintf("%s/%d", url, n), []byte("x")) {
				t.Errorf("%d was acknowledged", n)
			}
		})
	}
	for range count {
		<-arrived
	}
	awaitRecorded(t, dir, count) // the forward does not wait for the record
	if err := process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = process.Wait()
	senders.Wait()
	recorded := soundStore(t, dir)
	for path, d := range recorded {
		if d.Status != store.Interrupted || len(d.Attempts) != 0 {
			t.Errorf("%s is %s after %d attempts", path, d.Status, len(d.Attempts))
		}
	}
	if len(recorded) != count {
		t.Errorf("%d of %d are there", len(recorded), count)
	}
}
