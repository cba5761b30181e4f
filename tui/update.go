package tui

import (
	"context"
	"io"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// program is the model as the library wants it. It routes and decides nothing.
type program struct {
	m     *model
	guard *guard
}

// Init starts the feed.
func (p *program) Init() tea.Cmd { return p.run(p.m.start()) }

// Update hands a message to the model and wraps the commands that come back.
func (p *program) Update(msg tea.Msg) (m tea.Model, cmd tea.Cmd) {
	m = p // also after a panic
	defer p.guard.catch()
	var todo []command
	switch msg := msg.(type) {
	case message:
		todo = p.m.update(msg)
	case tea.WindowSizeMsg:
		todo = p.m.update(resizeMsg{msg.Width, msg.Height})
	case tea.KeyMsg:
		todo = p.m.update(pressed(msg))
	case tea.MouseMsg:
		todo = p.m.update(pointed(msg))
	case tea.ResumeMsg:
		todo = p.m.update(resumeMsg{})
	}
	cmd = p.run(todo)
	if r := p.m.take(); r != nil {
		cmd = tea.Batch(cmd, r)
	}
	return p, cmd
}

// View returns the frame.
func (p *program) View() string {
	defer p.guard.catch()
	return p.m.view()
}

// run wraps commands. A message that is nil says nothing.
func (p *program) run(todo []command) tea.Cmd {
	cmds := make([]tea.Cmd, 0, len(todo))
	for _, c := range todo {
		cmds = append(cmds, func() tea.Msg {
			defer p.guard.catch()
			if msg := c.do(); msg != nil {
				return msg
			}
			return nil
		})
	}
	return tea.Batch(cmds...)
}

// take turns what the model wants of the terminal into a command.
func (m *model) take() tea.Cmd {
	if do := m.outside; do != nil {
		m.outside = nil
		o := &outside{do: do}
		return tea.Exec(o, func(error) tea.Msg { return o.msg })
	}
	switch m.request {
	case quit, interrupt:
		return tea.Quit
	case suspend:
		m.request = nothing
		return tea.Suspend
	case redraw:
		m.request = nothing
		return tea.ClearScreen
	}
	return nil
}

// outside is work that has the terminal to itself, as an editor needs it.
type outside struct {
	do  func() message
	msg message
}

// Run does it.
func (o *outside) Run() error {
	o.msg = o.do()
	return nil
}

// SetStdin and the others are of no use: what runs has its own streams.
func (o *outside) SetStdin(io.Reader) {}

// SetStdout does nothing, as SetStdin.
func (o *outside) SetStdout(io.Writer) {}

// SetStderr does nothing, as SetStdin.
func (o *outside) SetStderr(io.Writer) {}

// pointed translates a mouse message.
func pointed(msg tea.MouseMsg) mouseMsg {
	out := mouseMsg{x: msg.X, y: msg.Y}
	switch {
	case msg.Button == tea.MouseButtonWheelUp:
		out.wheel = -1
	case msg.Button == tea.MouseButtonWheelDown:
		out.wheel = 1
	case msg.Button == tea.MouseButtonLeft && msg.Action == tea.MouseActionPress:
		out.click = true
	}
	return out
}

// wheelPause is the least time between two turns of the wheel that count.
const wheelPause = 16 * time.Millisecond

// calmWheel drops what a wheel sends faster than frames are drawn, and
// movements without a button.
func calmWheel(now func() time.Time) func(tea.Model, tea.Msg) tea.Msg {
	var last time.Time
	return func(_ tea.Model, msg tea.Msg) tea.Msg {
		mouse, ok := msg.(tea.MouseMsg)
		if !ok {
			return msg
		}
		if mouse.Action == tea.MouseActionMotion || mouse.Action == tea.MouseActionRelease {
			return nil
		}
		if tea.MouseEvent(mouse).IsWheel() {
			t := now()
			if t.Sub(last) < wheelPause {
				return nil
			}
			last = t
		}
		return msg
	}
}

// later returns a command that yields a message after a while.
func later(ctx context.Context, d time.Duration, msg message) command {
	return command{waits: true, do: func() message {
		if !sleep(ctx, d) {
			return nil
		}
		return msg
	}}
}
