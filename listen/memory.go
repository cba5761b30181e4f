package listen

import (
	"slices"
	"sync"
	"time"
)

// freeBody is how much of a body is read before it needs to be admitted: it
// takes bytes, not promises, to use up the memory of others. With every
// connection at this limit that is 64 MiB.
const freeBody = 64 << 10

// memory admits bodies by their size, in the order in which they ask.
type memory struct {
	size    int64
	mu      sync.Mutex
	left    int64
	waiting []*place
}

type place struct {
	size  int64
	ready chan struct{}
}

func newMemory(size int64) *memory { return &memory{size: size, left: size} }

// copies is how many times a body is in memory at the worst: as it was read,
// on its way into the store, and as the garbage of the one before it.
const copies = 3

// cost is what is admitted for a body. One that is larger than all there is
// has it alone.
func (m *memory) cost(body int64) int64 { return min(copies*body, m.size) }

// admit waits up to limit for size bytes. It is given back with free.
func (m *memory) admit(size int64, limit time.Duration) bool {
	m.mu.Lock()
	if len(m.waiting) == 0 && size <= m.left {
		m.left -= size
		m.mu.Unlock()
		return true
	}
	p := &place{size, make(chan struct{})}
	m.waiting = append(m.waiting, p)
	m.mu.Unlock()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-p.ready:
		return true
	case <-timer.C:
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.Index(m.waiting, p)
	if i < 0 {
		return true // admitted at the last moment
	}
	m.waiting = slices.Delete(m.waiting, i, i+1)
	m.advance() // a smaller one behind it may fit
	return false
}

func (m *memory) free(size int64) {
	if size == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.left += size
	m.advance()
}

func (m *memory) advance() {
	for len(m.waiting) > 0 && m.waiting[0].size <= m.left {
		p := m.waiting[0]
		m.waiting = slices.Delete(m.waiting, 0, 1)
		m.left -= p.size
		close(p.ready)
	}
}
