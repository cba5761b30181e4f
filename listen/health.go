package listen

import (
	"sync"
	"time"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/store"
)

// A target is looked at beside its requests only while it is known to be down,
// so that a line can say when it is back.

// probeEvery is the pause between two looks at a target that was down.
const probeEvery = time.Second

// down is the targets that could not be reached, by their origin.
type down struct {
	probes sync.WaitGroup
	mu     sync.Mutex
	known  map[string]bool
}

// begin reports false for a target that is being looked at already.
func (d *down) begin(origin string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known == nil {
		d.known = map[string]bool{}
	}
	begun := !d.known[origin]
	d.known[origin] = true
	return begun
}

func (d *down) end(origin string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.known, origin)
}

// noteDown begins to look at a target after a forward that got no connection.
func (s *Server) noteDown(t send.Target, kind string) {
	if kind == store.ErrConnect && s.down.begin(t.String()) {
		s.down.probes.Go(func() { s.probe(t) })
	}
}

// probe looks at a target until it can be reached, or the server ends.
func (s *Server) probe(t send.Target) {
	defer s.down.end(t.String())
	ticks := time.NewTicker(probeEvery)
	defer ticks.Stop()
	for {
		select {
		case <-s.lifetime.Done():
			return
		case <-ticks.C:
		}
		if s.client.Reach(s.lifetime, t) == nil {
			s.o.Note(t.String() + " can be reached again")
			return
		}
	}
}
