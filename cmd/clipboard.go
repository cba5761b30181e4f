package cmd

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"time"
)

// clipboardTime is how long the system's clipboard may take.
const clipboardTime = 5 * time.Second

// clipboardPrograms put stdin into the system's clipboard, the most likely
// first. One that needs a display is asked only where there is one.
var clipboardPrograms = []struct {
	needs string // a variable of the environment
	words []string
}{
	{"", []string{"pbcopy"}},
	{"WAYLAND_DISPLAY", []string{"wl-copy"}},
	{"DISPLAY", []string{"xclip", "-selection", "clipboard"}},
	{"DISPLAY", []string{"xsel", "--clipboard", "--input"}},
	{"", []string{"clip.exe"}},
}

// clipboard is what puts bytes into the system's clipboard, nil if nothing
// does. Over SSH that clipboard is another machine's: the terminal's alone is
// the user's then.
func (a *app) clipboard(find func(name string) (string, error)) func(context.Context, []byte) error {
	if a.getenv("SSH_CONNECTION") != "" || a.getenv("SSH_TTY") != "" {
		return nil
	}
	for _, p := range clipboardPrograms {
		if p.needs != "" && a.getenv(p.needs) == "" {
			continue
		}
		path, err := find(p.words[0])
		if err != nil {
			continue
		}
		return func(ctx context.Context, b []byte) error {
			ctx, cancel := context.WithTimeout(ctx, clipboardTime)
			defer cancel()
			c := exec.CommandContext(ctx, path, p.words[1:]...)
			c.Stdin = bytes.NewReader(b)
			c.WaitDelay = clipboardTime // what it leaves behind may keep the pipe
			if err := c.Run(); err != nil {
				return fmt.Errorf("%s: %w", p.words[0], err)
			}
			return nil
		}
	}
	return nil
}
