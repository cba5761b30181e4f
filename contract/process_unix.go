//go:build !windows

package contract

import (
	"os/exec"
	"syscall"
)

func ownGroup(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// The errors say that nobody is left, which is what is wanted.

func askGroup(c *exec.Cmd)  { _ = syscall.Kill(-c.Process.Pid, syscall.SIGTERM) }
func killGroup(c *exec.Cmd) { _ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }

func shellCommand(text string) []string { return []string{"sh", "-c", text} }
