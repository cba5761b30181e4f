package listen

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxAddresses bounds the addresses whose rate is remembered: beyond it those
// are forgotten that have been silent long enough to have their whole rate
// again, and with them gone a flood of addresses shares one rate.
const maxAddresses = 10_000

// rates limits how many requests are accepted, of everybody and of each
// address. Whom a proxy says that a request is from is never believed.
type rates struct {
	all   *rate.Limiter // nil: no limit
	perIP rate.Limit    // 0: no limit

	mu     sync.Mutex
	byIP   map[netip.Addr]*rate.Limiter
	others *rate.Limiter
}

func newRates(all, perIP float64) *rates {
	r := &rates{perIP: rate.Limit(perIP)}
	if all > 0 {
		r.all = newLimiter(rate.Limit(all))
	}
	if perIP > 0 {
		r.byIP, r.others = make(map[netip.Addr]*rate.Limiter), newLimiter(r.perIP)
	}
	return r
}

// newLimiter lets a second's worth of requests come at once.
func newLimiter(limit rate.Limit) *rate.Limiter { return rate.NewLimiter(limit, max(1, int(limit))) }

// wait is how long a request from peer (host:port) is too early, and whose rate
// it meets; 0 if it is accepted.
func (r *rates) wait(peer string, at time.Time) (wait time.Duration, flag string) {
	if r.perIP > 0 {
		if wait = tooEarly(r.of(peer, at), at); wait > 0 {
			return wait, "--rate-per-ip"
		}
	}
	if r.all != nil {
		wait = tooEarly(r.all, at)
	}
	return wait, "--rate"
}

// of is the limiter of an address. IPv6 addresses count by their /64: a host
// has all of one.
func (r *rates) of(peer string, at time.Time) *rate.Limiter {
	port, err := netip.ParseAddrPort(peer)
	ip := port.Addr().Unmap()
	if ip.Is6() {
		prefix, _ := ip.WithZone("").Prefix(64)
		ip = prefix.Addr()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	limiter := r.byIP[ip]
	switch {
	case limiter != nil:
		return limiter
	case err != nil:
		return r.others
	case len(r.byIP) >= maxAddresses:
		r.forget(at)
	}
	if len(r.byIP) >= maxAddresses {
		return r.others
	}
	limiter = newLimiter(r.perIP)
	r.byIP[ip] = limiter
	return limiter
}

// forget drops the addresses that could begin anew without a difference.
func (r *rates) forget(at time.Time) {
	for ip, limiter := range r.byIP {
		if limiter.TokensAt(at) >= float64(limiter.Burst()) {
			delete(r.byIP, ip)
		}
	}
}

func tooEarly(limiter *rate.Limiter, at time.Time) time.Duration {
	reservation := limiter.ReserveN(at, 1)
	wait := reservation.DelayFrom(at)
	if wait > 0 {
		reservation.CancelAt(at)
	}
	return wait
}
