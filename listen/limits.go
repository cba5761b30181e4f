package listen

import "time"

// Limits bound what senders can make a server hold. Each that is 0 is its
// default; every refusal names the flag of the limit that it met.
type Limits struct {
	Rate      float64 // requests a second, from everybody together; 0 is no limit
	RatePerIP float64 // requests a second from one address; 0 is no limit

	MaxBody   int64 // bytes of one body
	MaxMemory int64 // bytes of all bodies that are in memory
	MaxConns  int   // connections at a time

	MaxTarget      int // bytes of a request target
	MaxHeaders     int // header lines
	MaxHeaderBytes int // bytes of a header block; net/http admits 4 KiB more

	HeaderTimeout time.Duration // from the first byte of a request to the end of its header
	BodyTimeout   time.Duration // of silence within a body
	IdleTimeout   time.Duration // between two requests of a connection
}

// DefaultLimits are what a server is limited to that was not told otherwise.
func DefaultLimits() Limits {
	return Limits{
		MaxBody: 32 << 20, MaxMemory: 128 << 20, MaxConns: 1024,
		MaxTarget: 16 << 10, MaxHeaders: 256, MaxHeaderBytes: 64 << 10,
		HeaderTimeout: 10 * time.Second, BodyTimeout: 10 * time.Second, IdleTimeout: 120 * time.Second,
	}
}

func (l *Limits) fill() {
	d := DefaultLimits()
	orDefault(&l.MaxBody, d.MaxBody)
	orDefault(&l.MaxMemory, d.MaxMemory)
	orDefault(&l.MaxConns, d.MaxConns)
	orDefault(&l.MaxTarget, d.MaxTarget)
	orDefault(&l.MaxHeaders, d.MaxHeaders)
	orDefault(&l.MaxHeaderBytes, d.MaxHeaderBytes)
	orDefault(&l.HeaderTimeout, d.HeaderTimeout)
	orDefault(&l.BodyTimeout, d.BodyTimeout)
	orDefault(&l.IdleTimeout, d.IdleTimeout)
}

func orDefault[T int | int64 | time.Duration](p *T, value T) {
	if *p <= 0 {
		*p = value
	}
}
