package contract

import (
	"bytes"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"time"
)

// process is a program that was started, with all that it starts.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closes when it has ended
	err  error         // how, after that
	out  *tail
}

// start runs a command in a group of its own, so that what it starts ends with
// it, and an interrupt of ours does not reach it before we ask it to end. It
// ends, too, if we are killed and cannot ask.
func start(argv []string, dir string, env []string, also io.Writer) (*process, error) {
	p := &process{cmd: exec.Command(argv[0], argv[1:]...), done: make(chan struct{}), out: &tail{also: also}}
	p.cmd.Dir, p.cmd.Env = dir, env
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	p.cmd.WaitDelay = outputWait
	ownGroup(p.cmd)
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	callOff := guard(p.cmd)
	go func() {
		p.err = p.cmd.Wait()
		callOff()
		close(p.done)
	}()
	return p, nil
}

// stop asks the process and its children to end, and ends them if they do not.
func (p *process) stop(grace time.Duration) {
	timer := time.NewTimer(grace)
	defer timer.Stop()
	if grace > 0 {
		askGroup(p.cmd)
		select {
		case <-p.done:
		case <-timer.C:
		}
	}
	killGroup(p.cmd) // children may have outlived it
	<-p.done
}

// ended tells whether it has ended by itself.
func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// ending is how it ended.
func (p *process) ending() string {
	if p.err == nil {
		return "exit status 0"
	}
	return p.err.Error()
}

func (p *process) output() string { return p.out.String() }

// printed tells whether a line that it printed matches.
func (p *process) printed(pattern string) bool {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return false
	}
	for line := range strings.SplitSeq(p.output(), "\n") {
		if re.MatchString(line) {
			return true
		}
	}
	return false
}

// keptOutput is how much is kept of what a process prints, in bytes.
const keptOutput = 64 << 10

// tail keeps the end of what is written to it.
type tail struct {
	mu    sync.Mutex
	kept  []byte
	total int64     // of all that was written
	also  io.Writer // gets all of it, nil for nobody
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept, t.total = append(t.kept, b...), t.total+int64(len(b))
	if over := len(t.kept) - keptOutput; over > 0 {
		t.kept = bytes.Clone(t.kept[over:])
	}
	if t.also != nil {
		t.also.Write(b) // who watches loses lines rather than the consumer its output
	}
	return len(b), nil
}

func (t *tail) String() string { return t.since(0) }

// since is what was written after the first n bytes, as far as it is kept.
func (t *tail) since(n int64) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	from := max(0, n-(t.total-int64(len(t.kept))))
	return string(t.kept[min(from, int64(len(t.kept))):])
}

// mark is where the writing is by now.
func (t *tail) mark() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.total
}

// shell is the command line that runs a text or a list of words.
func shell(n *node, vars variables) []string {
	if n.kind != listKind {
		return shellCommand(vars.of(n))
	}
	var argv []string
	for _, word := range n.items {
		argv = append(argv, vars.of(word))
	}
	return argv
}
