package send

import (
	"math/bits"
	"time"
)

// Histogram counts durations in steps that grow with them, as HDR histograms
// do: each power of two is cut into the same number of equal steps. What it
// says of a duration is the upper end of its step, too large by less than one
// part in 128 (in 16 for a coarse one) and never too small. Minimum, maximum,
// and mean are exact. The zero value is not usable.
type Histogram struct {
	bits   int // of the number of steps to a power of two
	counts []uint64
	total  uint64
	sum    time.Duration
	least  time.Duration
	most   time.Duration
}

// Steps to a power of two, as bits.
const (
	fineBits   = 7
	coarseBits = 4
)

// maxCounted is the longest duration that is told from longer ones: an
// exchange may take an hour, and wait for another.
const maxCounted = 1<<43 - 1

func newHistogram(stepBits int) *Histogram {
	h := &Histogram{bits: stepBits}
	h.counts = make([]uint64, h.index(maxCounted)+1)
	return h
}

// index is the step of v: below 1<<bits one to a nanosecond.
func (h *Histogram) index(v uint64) int {
	shift := max(0, bits.Len64(v)-h.bits-1)
	return shift<<h.bits + int(v>>shift)
}

// upper is the largest duration of a step.
func (h *Histogram) upper(index int) time.Duration {
	shift := max(0, index>>h.bits-1)
	return time.Duration((uint64(index-shift<<h.bits)+1)<<shift - 1)
}

// add counts a duration. One below zero counts as zero.
func (h *Histogram) add(d time.Duration) {
	d = max(d, 0)
	h.counts[h.index(uint64(min(d, maxCounted)))]++
	if h.total == 0 || d < h.least {
		h.least = d
	}
	h.total++
	h.sum += d
	h.most = max(h.most, d)
}

// merge adds what another of the same steps has counted.
func (h *Histogram) merge(other *Histogram) {
	if other.total == 0 {
		return
	}
	for i, n := range other.counts {
		h.counts[i] += n
	}
	if h.total == 0 || other.least < h.least {
		h.least = other.least
	}
	h.total += other.total
	h.sum += other.sum
	h.most = max(h.most, other.most)
}

func (h *Histogram) reset() {
	clear(h.counts)
	h.total, h.sum, h.least, h.most = 0, 0, 0, 0
}

// Count is how many durations were counted.
func (h *Histogram) Count() uint64 { return h.total }

// Min, Max and Mean are 0 where nothing was counted.
func (h *Histogram) Min() time.Duration { return h.least }

// Max is the longest duration.
func (h *Histogram) Max() time.Duration { return h.most }

// Mean is the arithmetic mean.
func (h *Histogram) Mean() time.Duration {
	if h.total == 0 {
		return 0
	}
	return h.sum / time.Duration(h.total)
}

// Quantile is a duration that a fraction q of all do not exceed: 0.99 is the
// 99th percentile.
func (h *Histogram) Quantile(q float64) time.Duration {
	rank := uint64(q*float64(h.total) + 0.999999)
	seen := uint64(0)
	for i, n := range h.counts {
		if seen += n; n > 0 && seen >= rank {
			return max(h.least, min(h.upper(i), h.most))
		}
	}
	return h.most
}

// AtMost is how many durations are no longer than d, within a step.
func (h *Histogram) AtMost(d time.Duration) uint64 {
	seen := uint64(0)
	for i, n := range h.counts {
		if h.upper(i) > d && i > 0 {
			break
		}
		seen += n
	}
	return seen
}
