package cmd

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"github.com/hooks-cli/hooks/listen"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/tui"
)

// gate holds requests of a listener for the terminal UI above it.
type gate struct {
	app     *app
	listen  listen.Gate
	changed chan struct{} // of capacity one

	mu     sync.Mutex
	filter string
}

// newGate makes a gate that holds what the flags say.
func newGate(a *app, o *listenOptions) (*gate, error) {
	g := &gate{app: a, changed: make(chan struct{}, 1)}
	g.listen.Limit = o.holdLimit
	g.listen.Changed = func() {
		select {
		case g.changed <- struct{}{}:
		default: // the view has not seen the one before yet
		}
	}
	if err := g.hold(o.hold); err != nil {
		return nil, usageError("--hold %q: %s", cut(o.hold), err).withHint("see hooks help filters")
	}
	return g, nil
}

// hold holds what a filter takes from now on, nothing if it is empty.
func (g *gate) hold(filter string) error {
	var f *store.Filter // nil takes nothing
	if filter != "" {
		var err error
		if f, err = g.app.parseFilter(filter); err != nil {
			return err
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.filter = filter
	g.listen.Hold(f)
	g.listen.Changed()
	return nil
}

// forTUI is the gate as the terminal UI wants it.
func (g *gate) forTUI(st *store.Store) *tui.Gate {
	return &tui.Gate{
		Changed: g.changed,
		Filter: func() string {
			g.mu.Lock()
			defer g.mu.Unlock()
			return g.filter
		},
		Hold:    g.hold,
		Held:    g.held,
		Release: func(id string) (string, error) { return "released " + id, g.listen.Release(id, nil) },
		Drop:    func(id string) (string, error) { return "dropped " + id, g.listen.Drop(id) },
		Answer: func(id string, status int, body []byte) (string, error) {
			return fmt.Sprintf("answered %d by hand: %s", status, id), g.listen.Answer(id, status, nil, body)
		},
		Edit: func(ctx context.Context, id string) (string, error) { return g.edit(ctx, st, id) },
	}
}

func (g *gate) held() []tui.Held {
	all := g.listen.Held()
	out := make([]tui.Held, len(all))
	for i, h := range all {
		out[i] = tui.Held(h)
	}
	return out
}

// edit has the user change the payload of a held request, signs it afresh if
// the secret is known that verified it, and lets it go on. What nobody changed
// goes on as it came.
func (g *gate) edit(ctx context.Context, st *store.Store, id string) (string, error) {
	a := g.app
	d, err := st.Get(ctx, id)
	if err != nil {
		return "", err
	}
	body, err := a.editPayload(d.Request.Body)
	if err != nil {
		return "", err
	}
	if bytes.Equal(body, d.Request.Body) {
		return "released unchanged " + id, g.listen.Release(id, nil)
	}
	edited, note := g.signed(ctx, st, d, body)
	return "released edited" + note + " " + id, g.listen.Release(id, edited)
}

// signed is a received request with another body, signed afresh, or, where no
// secret is known for that, as it is, and the note says so.
func (g *gate) signed(ctx context.Context, st *store.Store, d *store.Delivery, body []byte) (edited *listen.Edited, note string) {
	edited = &listen.Edited{Headers: d.Request.Headers, Body: body}
	if d.Event.Provider == "" {
		return edited, ""
	}
	b, done, err := g.app.silent()
	if err != nil {
		return edited, ", not signed afresh:"
	}
	defer done()
	keys, err := b.replayKeys(ctx, st)
	j := job{event: d.Event, profile: unsigned(), out: send.Again(d, send.Target{}, false)}
	if err == nil {
		j.out.Body = body
		err = b.resign(&j, d, &replayOptions{}, keys)
	}
	if err != nil {
		return edited, ", not signed afresh (no secret is known):"
	}
	edited.Headers = j.out.Headers
	return edited, ", signed afresh:"
}
