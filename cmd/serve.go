package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/crash"
	"github.com/hooks-cli/hooks/listen"
	"github.com/hooks-cli/hooks/store"
)

// serve runs the listener until it is told to end: the first signal lets what
// is under way finish, the second ends at once.
func (a *app) serve(parent context.Context, server *listen.Server, o *listenOptions, known *storeKeys) error {
	defer a.retain(parent, o.Store, o.retention)()
	lines := newLines(a, o, known)
	o.Recorded = lines.add
	server.Attach(o.Options)
	signals, stop := a.signals()
	defer stop()
	rev, err := o.Store.Rev(parent)
	if err != nil {
		return err
	}
	if err := a.announce(parent, server, o, known); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		defer crash.Catch(ctx)
		ended <- server.Serve(ctx)
	}()
	var shown chan error
	if o.tui {
		shown = make(chan error, 1)
		go func() { shown <- a.screen(ctx, o.Store, &o.look, newInsights(a, o, known), o.gate.forTUI(o.Store)) }()
	} else {
		lines.start(parent, rev)
	}
	for asked := false; ; {
		select {
		case err := <-ended:
			leaveScreen(shown)
			lines.finish()
			a.sayCounts(server)
			return err
		case <-signals:
			if asked {
				leaveScreen(shown)
				return errInterrupted
			}
			asked = true
			cancel()
		case err := <-shown:
			shown = nil
			if crashed(err) {
				o.Gate.Open() // nobody decides any more
				a.warn("%s; listening goes on", err)
				lines.start(parent, rev)
				continue
			}
			asked = true
			cancel()
		}
	}
}

// announce tells the other commands and the user where the listener is.
func (a *app) announce(ctx context.Context, server *listen.Server, o *listenOptions, known *storeKeys) error {
	if err := server.Announce(ctx); err != nil {
		a.warn("other commands will not find this listener: %s", err)
	}
	return a.sayReady(server, o, known)
}

// leaveScreen waits until the terminal is as it was: the end of the process would
// leave it without echo. What the screen has started, an editor, is not waited for.
func leaveScreen(shown <-chan error) {
	if shown == nil {
		return
	}
	select {
	case <-shown:
	case <-time.After(screenWait):
	}
}

// screenWait is how long the end may take that an insistent signal asks for.
const screenWait = 500 * time.Millisecond

// crashed tells whether the view broke, which is no reason to stop listening.
func crashed(err error) bool {
	var crash *failure
	return errors.As(err, &crash) && crash.exit == exitEnvironment
}

// sayCounts says at the end what was received.
func (a *app) sayCounts(server *listen.Server) {
	n := server.Counts()
	text := counted(int(n.Requests), "request") + ", "
	if n.Deliveries == 1 {
		text += "1 delivery"
	} else {
		text += fmt.Sprintf("%d deliveries", n.Deliveries)
	}
	sep := ": "
	for _, part := range []struct {
		count int64
		what  string
	}{{n.Succeeded, store.Succeeded}, {n.Failed, store.Failed}, {n.Interrupted, store.Interrupted}, {n.Captured, store.Captured}, {n.Filtered, store.Filtered}, {n.Rejected, store.Rejected}} {
		if part.count > 0 {
			text += fmt.Sprintf("%s%d %s", sep, part.count, part.what)
			sep = ", "
		}
	}
	a.note("%s", text)
}

// readyLine is the first line of `hooks listen --json`.
type readyLine struct {
	Type  string `json:"type"`
	URL   string `json:"url"`
	Addr  string `json:"addr"`
	Store string `json:"store"`
	PID   int    `json:"pid"`
}

func (a *app) sayReady(server *listen.Server, o *listenOptions, known *storeKeys) error {
	if o.Insecure {
		a.warn("--insecure: the certificates of the targets are not checked")
	}
	if o.readyFile != "" {
		if err := createFile(o.readyFile, []byte(server.URL()+"\n"), 0o600, true); err != nil {
			return err
		}
	}
	if a.json {
		a.sayPaths(o)
		return a.printJSON(readyLine{"ready", server.URL(), server.Addr(), o.Store.Dir(), os.Getpid()})
	}
	a.note("listening on %s%s", server.URL(), forwardsText(o))
	if len(o.secretRefs)+len(o.publicRefs) == 0 && o.secretFile == "" {
		a.note("signing secret %s (the store's own: hooks trigger signs with it)", known.own)
	}
	a.sayPaths(o)
	return nil
}

// sayPaths says once which targets do not get the path that was asked for.
func (a *app) sayPaths(o *listenOptions) {
	targets := slices.Clone(o.Forward)
	for _, r := range o.Routes {
		targets = append(targets, r.Target)
	}
	var names []string
	for _, t := range targets {
		if t.HasPath() && !slices.Contains(names, t.String()) {
			names = append(names, t.String())
		}
	}
	if len(names) > 0 {
		a.note("the path of %s replaces that of the request", strings.Join(names, ", "))
	}
}

func forwardsText(o *listenOptions) string {
	var names []string
	for _, t := range o.Forward {
		names = append(names, t.String())
	}
	for _, r := range o.Routes {
		names = append(names, r.Glob+" -> "+r.Target.String())
	}
	if len(names) == 0 {
		return ", recording and answering by itself"
	}
	return " -> " + strings.Join(names, ", ")
}
