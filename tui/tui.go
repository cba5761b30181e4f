// Package tui is the live view of a store: did it arrive, was the signature
// right and if not why, what did the application answer.
//
// It only reads. What a key causes (a replay) reaches it as a function, so it
// knows nothing of HTTP. Nobody sends to the view: it waits for the store,
// which never waits for it, and any burst becomes one message and one frame.
//
// Three files know the library: this one, update.go and keys.go. The rest is
// plain state and strings: model.update takes a message and returns commands,
// model.view returns the frame, and children draw themselves into a rectangle.
package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/hooks-cli/hooks/store"
)

// Options are what the view is given.
type Options struct {
	Store *store.Store
	// In and Out are the terminal.
	In  io.Reader
	Out io.Writer
	// Width and Height are the size at the start; 0 counts as 80x24.
	Width, Height int
	// Colour is the decision of the command line. Without it attributes such
	// as reverse and bold stay.
	Colour bool
	// ASCII draws marks and borders in ASCII and everything else as escapes.
	ASCII bool
	Mouse bool
	// Filter is the filter at the start, in the language of store.ParseFilter.
	Filter string
	// Now is the clock and Location the zone in which times are shown.
	Now      func() time.Time
	Location *time.Location
	Actions  Actions
	// Memory keeps filters between sessions.
	Memory Memory
	// Clipboard puts bytes into the system's clipboard, nil if there is none.
	// They go to the terminal's as well.
	Clipboard func(ctx context.Context, b []byte) error
	// Exports are the forms in which Actions.Export writes a delivery.
	Exports []string
	// Editor and Pager are command lines of the user's; empty ones are not
	// offered.
	Editor, Pager string
	// Breaks are the flags of hooks trigger that make it misbehave, each a way.
	Breaks [][]string
	// Gate holds requests of this process's listener; nil if there is none.
	Gate *Gate
	// Listening says in a few words who is listening. Without it the head line
	// shows the listeners that the store knows.
	Listening func() string
	// CatalogsChanged reports each change of the catalogs: nil, or what is wrong
	// with them, while EventTypes goes on with what was right.
	CatalogsChanged <-chan error
	// TraceDir is where the trace of a crash goes, the system's folder for
	// temporary files if it is empty.
	TraceDir string
}

// Actions are what the view may cause. What is nil is not offered.
type Actions struct {
	// Replay sends a delivery again, signed afresh, and says in a few words
	// what came of it.
	Replay func(ctx context.Context, id string) (string, error)
	// Explain looks into the signature of a received delivery, whose body is
	// loaded. It may take a while and is given up when ctx ends; it must not
	// change the delivery.
	Explain func(ctx context.Context, d *store.Delivery) (Insight, error)
	// Secret returns the secret that verifies a delivery, whose body is loaded,
	// or was tried, and says which it is. It must not change the delivery.
	Secret func(ctx context.Context, d *store.Delivery) (secret, which string, err error)
	// Schema holds the payload of a delivery, whose body is loaded, against the
	// catalogs. It is given up when ctx ends and must not change the delivery.
	Schema func(ctx context.Context, d *store.Delivery) (Schema, error)
	// Export writes a delivery in a form into a file, and says which.
	Export func(ctx context.Context, id, form string) (string, error)
	// Save writes a text into a new file of this name, or one like it, and says
	// which.
	Save func(ctx context.Context, name string, content []byte) (string, error)
	// Revise returns what flags that change a body make of one, and Edits the
	// flags that make one of another.
	Revise func(body []byte, flags []string) ([]byte, error)
	Edits  func(before, after []byte) ([]string, error)
	// Command runs a command in the words of the program, without its name, on
	// the store that is shown, and returns what it printed. The error has what
	// a command that failed said instead. It is given up when ctx ends.
	Command func(ctx context.Context, words []string) (string, error)
	// EndpointForm is the command that adds an endpoint, or changes the one with
	// this id, as a form. CheckForm judges words of a form, those that it begins
	// with and those of the fields that were filled in, and changes nothing.
	EndpointForm func(ctx context.Context, id string) (Form, error)
	CheckForm    func(ctx context.Context, begin []string, fields map[string][]string) Problems
	// History sums up the latest deliveries of an endpoint.
	History func(ctx context.Context, id string) (History, error)
	// Endpoints and EventTypes read what the views of these names show.
	Endpoints  func(ctx context.Context) ([]Endpoint, error)
	EventTypes func(ctx context.Context) ([]EventType, error)
}

// ErrInterrupted is what Run returns after ctrl+c.
var ErrInterrupted = errors.New("interrupted")

// A CrashError is what Run returns when the view itself went wrong. The
// terminal is restored by then.
type CrashError struct {
	// File holds the trace; it is empty if it could not be written.
	File string
	// Value is what the view panicked with.
	Value any
}

func (e *CrashError) Error() string {
	if e.File == "" {
		return fmt.Sprintf("the view stopped: %.200s", fmt.Sprint(e.Value))
	}
	return fmt.Sprintf("the view stopped: %.200s; the trace is in %s", fmt.Sprint(e.Value), e.File)
}

// Run shows the store until it is told to quit or ctx ends. It returns nil
// after q, ErrInterrupted after ctrl+c, the cause when ctx ended, a *CrashError
// when the view went wrong, and for a wrong Filter the error of
// store.ParseFilter before anything is drawn.
func Run(ctx context.Context, o Options) error {
	return run(ctx, o, fromStore(o.Store))
}

func run(ctx context.Context, o Options, src source) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	w := newWriter(o.Out)
	m, err := newModel(ctx, o, src, w)
	if err != nil {
		return err
	}
	changed, stop, err := src.watch(ctx)
	if err != nil {
		return fmt.Errorf("watch the store: %w", err)
	}
	defer stop()
	m.feed.changed = changed
	guard := &guard{cancel: cancel, dir: o.TraceDir}
	options := []tea.ProgramOption{
		tea.WithoutSignalHandler(), tea.WithInput(o.In), tea.WithOutput(w.stream()), tea.WithAltScreen(), tea.WithFPS(30),
	}
	if o.Mouse {
		options = append(options, tea.WithMouseCellMotion(), tea.WithFilter(calmWheel(o.Now)))
	}
	p := tea.NewProgram(&program{m: m, guard: guard}, options...)
	// Not tea.WithContext: a program that its context ends closes its input while
	// it is still read, one that quits waits for that.
	defer context.AfterFunc(ctx, p.Quit)()
	_, err = p.Run()
	return outcome(ctx, m, guard, err)
}

// outcome says why the program ended.
func outcome(ctx context.Context, m *model, g *guard, err error) error {
	if crash := g.crash(); crash != nil {
		return crash
	}
	switch {
	case m.request == interrupt:
		return ErrInterrupted
	case m.request == quit:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		return fmt.Errorf("terminal: %w", err)
	}
	return nil
}
