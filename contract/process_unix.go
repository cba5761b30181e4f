//go:build !windows

package contract

import (
	"os/exec"
	"strconv"
	"syscall"
)

func ownGroup(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// The errors say that nobody is left, which is what is wanted.

func askGroup(c *exec.Cmd)  { _ = syscall.Kill(-c.Process.Pid, syscall.SIGTERM) }
func killGroup(c *exec.Cmd) { _ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }

// guard ends the group of c if we die without having done so: a shell waits for
// the end of a pipe whose other side nobody else has. The result calls it off.
func guard(c *exec.Cmd) (callOff func()) {
	group := " -- -" + strconv.Itoa(c.Process.Pid)
	shell := exec.Command("sh", "-c", "read -r _; kill -s TERM"+group+"; sleep 2; kill -s KILL"+group)
	shell.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if _, err := shell.StdinPipe(); err != nil || shell.Start() != nil {
		return func() {}
	}
	return func() {
		_ = shell.Process.Kill()
		_ = shell.Wait()
	}
}

func shellCommand(text string) []string { return []string{"sh", "-c", text} }
