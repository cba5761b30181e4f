package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// generator is a load generator as a command line. pace is the requests a
// second, 0 for as many as it can; a generator that cannot pace returns none.
type generator struct {
	name    string
	command func(url, body string, pace int) []string
}

// generated is what one run of a generator came to, as the target saw it.
type generated struct {
	rate, cpuEach, peak float64
	late                []float64 // seconds behind an even pace, sorted
}

// generators sets hooks send beside load generators that send the same bytes
// again and again; hooks signs each request. The target counts.
func (b *bench) generators(ctx context.Context) error {
	target, err := b.role(ctx, roleLean)
	if err != nil {
		return err
	}
	defer target.stop()
	body := filepath.Join(b.dir, "body.json")
	if err := os.WriteFile(body, b.request[bytes.Index(b.request, []byte("\r\n\r\n"))+4:], 0o600); err != nil {
		return err
	}
	list := b.loadGenerators(ctx)
	if err := b.fullSpeed(ctx, list, target.addr, body); err != nil {
		return err
	}
	return b.evenPace(ctx, list, target.addr, body)
}

func (b *bench) loadGenerators(ctx context.Context) []generator {
	hooks := func(args ...string) func(string, string, int) []string {
		return func(url, body string, pace int) []string {
			how := "--max"
			if pace > 0 {
				how = fmt.Sprintf("--rate=%d/s", pace)
			}
			return append([]string{b.hooks, "--store", filepath.Join(b.dir, "sender"), "--json", "send", "--to", url, "--data", "@" + body, how,
				"--duration", b.o.duration.String(), "--connections", strconv.Itoa(b.o.conns)}, args...)
		}
	}
	list := []generator{
		{"hooks, standard", hooks("--provider", "standard", "--secret", secret)},
		{"hooks, stripe", hooks("--provider", "stripe", "--secret", secret)},
		{"hooks, RFC 9421 hmac", hooks("--provider", "http-message-signatures", "--param", "key_id=ours", "--secret", strings.Repeat("QUJD", 21)+"QQ==")},
	}
	hey := filepath.Join(b.dir, "hey")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", hey, "github.com/rakyll/hey").CombinedOutput(); err != nil {
		fmt.Printf("left out: hey: %v\n%.300s\n", err, out)
	} else {
		list = append(list, generator{"hey", func(url, body string, pace int) []string {
			if pace > 0 {
				return nil // it has a pace for each connection, which waits for the answer
			}
			return []string{hey, "-z", b.o.duration.String(), "-c", strconv.Itoa(b.o.conns), "-m", "POST", "-T", "application/json", "-D", body, url}
		}})
	}
	vegeta, err := exec.LookPath("vegeta")
	if err != nil {
		fmt.Println("left out: vegeta (not installed)")
		return list
	}
	return append(list, generator{"vegeta", func(url, body string, pace int) []string {
		targets := filepath.Join(b.dir, "targets")
		conns := strconv.Itoa(b.o.conns)
		if err := os.WriteFile(targets, []byte("POST "+url+"\nContent-Type: application/json\n@"+body+"\n"), 0o600); err != nil {
			return nil
		}
		return []string{vegeta, "attack", "-targets", targets, "-duration", b.o.duration.String(), "-rate", strconv.Itoa(pace),
			"-workers", conns, "-max-workers", conns, "-connections", conns, "-output", os.DevNull}
	}})
}

func (b *bench) fullSpeed(ctx context.Context, list []generator, addr, body string) error {
	results, err := b.inTurn(ctx, list, addr, "http://"+addr+"/in", body, 0)
	if err != nil {
		return err
	}
	fmt.Printf("\nas fast as it goes, %d connections, bodies of %d bytes, %s, medians of %d\n\n", b.o.conns, b.o.size, b.o.duration, b.o.rounds)
	fmt.Printf("%-24s %10s %9s %12s %8s\n", "generator", "requests/s", "of hey", "CPU µs/req", "peak MB")
	yardstick := medianOf(results["hey"], func(g generated) float64 { return g.rate })
	for _, g := range list {
		all := results[g.name]
		rate := medianOf(all, func(g generated) float64 { return g.rate })
		fmt.Printf("%-24s %10.0f %9s %12.1f %8.0f\n", g.name, rate, ratio(rate, yardstick),
			medianOf(all, func(g generated) float64 { return g.cpuEach }), medianOf(all, func(g generated) float64 { return g.peak }))
	}
	return nil
}

func (b *bench) evenPace(ctx context.Context, list []generator, addr, body string) error {
	results, err := b.inTurn(ctx, list, addr, "http://"+addr+pacedPath, body, b.o.pace)
	if err != nil {
		return err
	}
	fmt.Printf("\n%d requests a second, how far behind an even pace they reached the target\n\n", b.o.pace)
	fmt.Printf("%-24s %10s %9s %9s %9s\n", "generator", "requests/s", "p50", "p99", "max")
	for _, g := range list {
		all := results[g.name]
		if len(all) == 0 {
			continue
		}
		late := func(p int) string {
			return shortTime(medianOf(all, func(g generated) float64 { return g.late[(len(g.late)-1)*p/100] }))
		}
		fmt.Printf("%-24s %10.0f %9s %9s %9s\n", g.name, medianOf(all, func(g generated) float64 { return g.rate }), late(50), late(99), late(100))
	}
	return nil
}

func (b *bench) inTurn(ctx context.Context, list []generator, addr, url, body string, pace int) (map[string][]generated, error) {
	results := map[string][]generated{}
	for range b.o.rounds {
		for _, g := range list {
			args := g.command(url, body, pace)
			if args == nil {
				continue
			}
			one, err := b.generate(ctx, args, addr, pace)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", g.name, err)
			}
			results[g.name] = append(results[g.name], one)
		}
	}
	return results, nil
}

// generate runs a generator and asks the target what came.
func (b *bench) generate(ctx context.Context, args []string, addr string, pace int) (generated, error) {
	if _, err := askLean(ctx, addr); err != nil {
		return generated{}, err
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	if err := cmd.Run(); err != nil {
		return generated{}, fmt.Errorf("%w\n%.500s", err, complaint.String())
	}
	s, err := askLean(ctx, addr)
	if err != nil || s.Count == 0 {
		return generated{}, fmt.Errorf("the target saw %d requests: %w", s.Count, err)
	}
	g := generated{rate: float64(s.Count) / b.o.duration.Seconds()}
	g.cpuEach = float64((cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Microseconds()) / float64(s.Count)
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		g.peak = float64(usage.Maxrss) / 1024
	}
	if pace > 0 {
		if len(s.Came) == 0 {
			return generated{}, fmt.Errorf("no request came to %s", pacedPath)
		}
		g.late = behind(s.Came, pace)
	}
	return g, nil
}

// behind is how far behind an even pace each request came, sorted, the earliest
// being in time.
func behind(came []int64, pace int) []float64 {
	slices.Sort(came)
	late := make([]float64, len(came))
	for i, at := range came {
		late[i] = float64(at-came[0])/1e9 - float64(i)/float64(pace)
	}
	slices.Sort(late)
	earliest := late[0]
	for i := range late {
		late[i] -= earliest
	}
	return late
}

func askLean(ctx context.Context, addr string) (s seen, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/", nil)
	if err != nil {
		return s, err
	}
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(request)
	if err != nil {
		return s, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(text, &s)
}

func medianOf(all []generated, of func(generated) float64) float64 {
	values := make([]float64, len(all))
	for i, g := range all {
		values[i] = of(g)
	}
	if len(values) == 0 {
		return 0
	}
	slices.SortFunc(values, cmp.Compare)
	return values[len(values)/2]
}
