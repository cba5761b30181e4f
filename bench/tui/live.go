package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// first measures the time until something is seen.
func (b *bench) first(ctx context.Context) error {
	for _, of := range []struct{ what, limit, dir string }{{"first frame, empty store", "100 ms", filepath.Join(b.dir, "empty")}, {"first frame with rows, the large store", "1 s", ""}} {
		dir, want := of.dir, "Nothing here yet"
		if dir == "" {
			var err error
			if dir, err = b.store(ctx); err != nil {
				return err
			}
			want = "following"
		}
		best := time.Minute
		for range 5 {
			began := time.Now()
			s, err := b.open(ctx, 120, 35, "--store", dir, "tui")
			if err != nil {
				return err
			}
			if _, err = s.until(ctx, want); err != nil {
				return err
			}
			best = min(best, time.Since(began))
			s.close()
		}
		b.say("P13", of.what+" (with the start of tmux)", of.limit, fmt.Sprintf("%d ms", best.Milliseconds()))
	}
	return nil
}

// mute measures another command on a terminal that answers nothing, and looks
// for sequences in what it wrote.
func (b *bench) mute(ctx context.Context) error {
	log := filepath.Join(b.dir, "typescript")
	began := time.Now()
	out, err := exec.CommandContext(ctx, "script", "-qec", "env TERM=xterm-256color "+b.hooks+" sign --help", log).CombinedOutput()
	if err != nil {
		return fmt.Errorf("script: %w: %s", err, out)
	}
	took := time.Since(began)
	b.say("P14", "another command on a mute terminal", "50 ms", fmt.Sprintf("%d ms", took.Milliseconds()))
	b.say("P14", "  escape sequences other than colours in what it wrote", "0", fmt.Sprint(strings.Count(strings.ReplaceAll(string(out), "\x1b[", ""), "\x1b")+strings.Count(string(out), "\x1b[6n")))
	return nil
}

// still measures a UI that has loaded everything and to which nothing comes.
func (b *bench) still(ctx context.Context) error {
	dir, err := b.store(ctx)
	if err != nil {
		return err
	}
	s, err := b.open(ctx, 120, 35, "--store", dir, "tui")
	if err != nil {
		return err
	}
	defer s.close()
	if _, err := s.until(ctx, fmt.Sprintf("%d,%03d total", b.o.deliveries/1000, b.o.deliveries%1000)); err != nil {
		return err
	}
	rss, err := s.resident("VmRSS")
	if err != nil {
		return err
	}
	time.Sleep(time.Second)
	later, err := s.resident("VmRSS")
	if err != nil {
		return err
	}
	peak, err := s.resident("VmHWM")
	if err != nil {
		return err
	}
	b.say("P8", "resident right after all rows were loaded", "80 MB", fmt.Sprintf("%.0f MB", rss))
	b.say("P8", "  a second later", "80 MB", fmt.Sprintf("%.0f MB", later))
	b.say("P8", "  at most until then", "", fmt.Sprintf("%.0f MB", peak))
	time.Sleep(3 * time.Second)
	idle, err := s.share(ctx, b.o.duration)
	b.say("P3", "idle", "0.6 %", fmt.Sprintf("%.1f %%", idle))
	return err
}

// follow measures a UI that follows what a listener in another process writes.
func (b *bench) follow(ctx context.Context) error {
	for _, of := range []struct {
		goal, limit string
		w, h        int
	}{{"P2", "12 %", 120, 35}, {"P2", "", 240, 67}} {
		if err := b.followAt(ctx, of.goal, of.limit, of.w, of.h); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) followAt(ctx context.Context, goal, limit string, w, h int) error {
	dir, err := b.store(ctx)
	if err != nil {
		return err
	}
	addr, stop, err := b.listen(ctx, dir)
	if err != nil {
		return err
	}
	defer stop()
	s, err := b.open(ctx, w, h, "--store", dir, "tui")
	if err != nil {
		return err
	}
	defer s.close()
	if _, err := s.until(ctx, "following"); err != nil {
		return err
	}
	writing, end := context.WithCancel(ctx)
	var sent int
	var group sync.WaitGroup
	group.Go(func() { sent = pace(writing, addr, b.o.pace) })
	time.Sleep(3 * time.Second) // until everything is loaded
	began := time.Now()
	share, err := s.share(ctx, b.o.duration)
	end()
	group.Wait()
	rate := float64(sent) / (time.Since(began) + 3*time.Second).Seconds()
	b.say(goal, fmt.Sprintf("another process writes %.0f a second, %dx%d", rate, w, h), limit, fmt.Sprintf("%.1f %%", share))
	return err
}

// record measures whether the UI, and an editor in it, hold up the listener.
func (b *bench) record(ctx context.Context) error {
	rates := map[string]float64{}
	for _, how := range []string{"alone", "with its UI", "with $EDITOR open in it"} {
		dir, ready := filepath.Join(b.dir, "record"), filepath.Join(b.dir, "ready")
		args := []string{"--store", dir, "listen", "--addr", "127.0.0.1:0", "--forward", "127.0.0.1:1", "--ready-file", ready}
		if how != "alone" {
			args = append(args, "--tui", "--hold", "body.hold:true")
		}
		_ = os.Remove(ready)
		s, err := b.open(ctx, 120, 35, args...)
		if err != nil {
			return err
		}
		addr, err := readyAt(ctx, ready)
		if err != nil {
			return err
		}
		if strings.Contains(how, "EDITOR") {
			held, forget := context.WithCancel(ctx)
			defer forget()
			go post(held, http.DefaultClient, addr, `{"hold":true}`)
			if _, err := s.until(ctx, "1 held"); err != nil {
				return err
			}
			if err := s.keys(ctx, "b", "e"); err != nil {
				return err
			}
			time.Sleep(500 * time.Millisecond)
		}
		timed, end := context.WithTimeout(ctx, b.o.duration)
		rates[how] = float64(pace(timed, addr, b.o.pace)) / b.o.duration.Seconds()
		end()
		b.say("P7", "recorded a second, of "+fmt.Sprint(b.o.pace)+" sent, "+how, "", fmt.Sprintf("%.0f", rates[how]))
		s.close()
		_ = os.RemoveAll(dir)
	}
	for _, how := range []string{"with its UI", "with $EDITOR open in it"} {
		b.say("P7", "  share of the rate alone, "+how, "95 %", fmt.Sprintf("%.0f %%", 100*rates[how]/rates["alone"]))
	}
	return nil
}

// listen starts a listener on a store.
func (b *bench) listen(ctx context.Context, dir string) (addr string, stop func(), err error) {
	ready := filepath.Join(b.dir, "ready")
	_ = os.Remove(ready)
	cmd := exec.CommandContext(ctx, b.hooks, "--store", dir, "listen", "--addr", "127.0.0.1:0", "--ready-file", ready)
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	}
	if addr, err = readyAt(ctx, ready); err != nil {
		stop()
	}
	return addr, stop, err
}

func readyAt(ctx context.Context, file string) (string, error) {
	for range 500 {
		if text, err := os.ReadFile(file); err == nil && len(text) > 0 {
			return strings.TrimSpace(string(text)), nil
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	return "", fmt.Errorf("the listener is not ready")
}

// pace sends so many requests a second until ctx ends, and returns how many
// were answered.
func pace(ctx context.Context, addr string, rate int) int {
	const senders = 16
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: senders}}
	due := make(chan struct{}, rate)
	var group sync.WaitGroup
	var mu sync.Mutex
	sent := 0
	for range senders {
		group.Go(func() {
			for range due {
				if post(ctx, client, addr, `{"type":"payment.succeeded","data":{"object":{"amount":1999}}}`) {
					mu.Lock()
					sent++
					mu.Unlock()
				}
			}
		})
	}
	began := time.Now()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for n := 0; ctx.Err() == nil; {
		for ; n < int(time.Since(began).Seconds()*float64(rate)); n++ {
			select {
			case due <- struct{}{}:
			default: // the listener is behind; what is not sent is not counted
			}
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	close(due)
	group.Wait()
	client.CloseIdleConnections()
	return sent
}

func post(ctx context.Context, client *http.Client, addr, body string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, addr, strings.NewReader(body))
	if err != nil {
		return false
	}
	answer, err := client.Do(request)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err == nil
}
