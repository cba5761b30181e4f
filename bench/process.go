package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// process is what was started; without a command it is somebody else's.
type process struct {
	addr   string
	cmd    *exec.Cmd
	stderr bytes.Buffer
	clean  func()
}

// role starts this program as something else, and reads where it listens.
func (b *bench) role(ctx context.Context, role string, env ...string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(append(os.Environ(), roleVariable+"="+role), env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p, err := start(cmd, "")
	if err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	p.addr = strings.TrimSpace(line)
	return p, err
}

func start(cmd *exec.Cmd, addr string) (*process, error) {
	p := &process{addr: addr, cmd: cmd}
	cmd.Stderr = &p.stderr
	cmd.WaitDelay = 5 * time.Second
	return p, cmd.Start()
}

// stop ends the process and waits for it.
func (p *process) stop() {
	if p.cmd == nil {
		return
	}
	p.cmd.Process.Signal(os.Interrupt)
	ended := make(chan struct{})
	go func() { p.cmd.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		p.cmd.Process.Kill()
		<-ended
	}
	if p.clean != nil {
		p.clean()
	}
}

// said is what the process complained of.
func (p *process) said() error {
	if p.cmd == nil || p.stderr.Len() == 0 {
		return nil
	}
	return fmt.Errorf("%.500s", p.stderr.String())
}

// cpu is the time that the process and its children have used, 0 where /proc
// does not say.
func (p *process) cpu() time.Duration {
	var all time.Duration
	for _, pid := range p.family() {
		stat, err := os.ReadFile("/proc/" + pid + "/stat")
		if err != nil {
			continue
		}
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if len(fields) < 13 {
			continue
		}
		for _, ticks := range fields[11:13] {
			n, _ := strconv.ParseInt(ticks, 10, 64)
			all += time.Duration(n) * 10 * time.Millisecond // USER_HZ is 100 on every Linux
		}
	}
	return all
}

// rss is the memory that they hold, in bytes, and peak the most that they held.
func (p *process) rss() int64  { return p.memory("VmRSS:") }
func (p *process) peak() int64 { return p.memory("VmHWM:") }

func (p *process) memory(field string) (bytes int64) {
	for _, pid := range p.family() {
		status, _ := os.ReadFile("/proc/" + pid + "/status")
		for line := range strings.SplitSeq(string(status), "\n") {
			if rest, ok := strings.CutPrefix(line, field); ok {
				n, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
				bytes += n << 10
			}
		}
	}
	return bytes
}

// family is the process and its children.
func (p *process) family() []string {
	if p.cmd == nil {
		return nil
	}
	pid := strconv.Itoa(p.cmd.Process.Pid)
	children, _ := os.ReadFile("/proc/" + pid + "/task/" + pid + "/children")
	return append(strings.Fields(string(children)), pid)
}
