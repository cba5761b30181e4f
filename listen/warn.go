package listen

import (
	"strings"
	"sync"
	"time"
)

// seldom is how often one kind of warning is repeated.
const seldom = time.Minute

// warnings are the warnings that must not come once an event.
type warnings struct {
	mu   sync.Mutex
	last map[string]time.Time
}

// warnSeldom warns at most once a minute a kind.
func (s *Server) warnSeldom(kind, text string) {
	now := s.o.Now()
	s.warnings.mu.Lock()
	if s.warnings.last == nil {
		s.warnings.last = make(map[string]time.Time)
	}
	last, said := s.warnings.last[kind]
	if said = said && now.Sub(last) < seldom; !said {
		s.warnings.last[kind] = now
	}
	s.warnings.mu.Unlock()
	if !said {
		s.o.Warn(text)
	}
}

// warnRefused says that a request was refused and left no delivery.
func (s *Server) warnRefused(peer, why string) {
	s.o.Warn("refused a request from " + peer + ": " + why)
}

// errorLog is where net/http reports. Of that only a handler that panicked
// concerns anybody, and its trace does not.
type errorLog struct{ server *Server }

func (l errorLog) Write(p []byte) (int, error) {
	if strings.Contains(string(p[:min(len(p), 100)]), "panic serving") {
		l.server.o.Warn("internal error while serving a request; the delivery may be incomplete")
	}
	return len(p), nil
}
