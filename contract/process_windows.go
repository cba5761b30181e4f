package contract

import (
	"os/exec"
	"strconv"
	"syscall"
)

func ownGroup(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// Windows has no signal that asks a process without a window to end: taskkill
// asks those that have one, and ends the whole tree with /F.

func askGroup(c *exec.Cmd) {
	_ = exec.Command("taskkill", "/T", "/PID", strconv.Itoa(c.Process.Pid)).Run()
}
func killGroup(c *exec.Cmd) {
	_ = exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(c.Process.Pid)).Run()
}

// guard does nothing: a killed program leaves the consumer running here.
func guard(*exec.Cmd) (callOff func()) { return func() {} }

func shellCommand(text string) []string { return []string{"cmd", "/C", text} }
