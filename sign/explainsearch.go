package sign

import "time"

// dimension is a way in which a variant may differ from the scheme.
type dimension int

const (
	ofKey dimension = iota
	ofBody
	ofText
	ofTime
	ofURL
	ofAlgorithm
	dimensions
)

// variant is a choice from each dimension; 0 is what the scheme says.
type variant [dimensions]int

// pairsOfDimensions are the dimensions that are varied together, the likeliest first.
func pairsOfDimensions() [][2]dimension {
	return [][2]dimension{
		{ofKey, ofText}, {ofKey, ofAlgorithm}, {ofText, ofTime}, {ofText, ofURL}, {ofKey, ofURL}, {ofKey, ofTime}, {ofText, ofAlgorithm},
		{ofBody, ofURL}, {ofBody, ofKey}, {ofBody, ofTime}, {ofBody, ofText}, {ofBody, ofAlgorithm},
	}
}

// explainer is one search.
type explainer struct {
	s       *Scheme
	came    *Message
	m       *Message // that came, with repaired header names
	k       Keys
	o       ExplainOptions
	params  map[string]string
	verdict Verdict
	repairs []change

	roles      captures
	signatures []signature

	keys   []keyGuess  // natives first
	native int         // how many keys are the scheme's own reading
	texts  []textGuess // the scheme's contents first
	bodies []bodyGuess // the body that came is the first
	source *original   // of the bodies
	ways   []rewrite   // that were not tried yet
	times  []timeGuess
	urls   []urlGuess
	algs   []algorithmGuess // the scheme's own are the first

	end       time.Time
	tried     int
	truncated bool
	skipped   bool // a large body was not parsed
}

// hit is a variant that matches, and the signature with it.
type hit struct {
	variant   variant
	key, text int
	signature *signature
	changes   []change // in place of a variant: another provider, or a scheme in code
	url       string   // of such a hit, where the URL differs
	body      []byte   // … or the body
}

func newExplainer(s *Scheme, m *Message, k Keys, o ExplainOptions) *explainer {
	x := &explainer{s: s, came: m, m: m, k: k, o: o, params: s.params(k.Params)}
	if x.o.MaxMACs <= 0 {
		x.o.MaxMACs = DefaultMACs
	}
	if x.o.Budget <= 0 {
		x.o.Budget = DefaultBudget
	}
	if o.Clock != nil {
		x.end = o.Clock().Add(x.o.Budget)
	}
	return x
}

// spent is true when the search must end.
func (x *explainer) spent() bool {
	if x.truncated {
		return true
	}
	select {
	case <-x.o.Cancel:
		x.truncated = true
		return true
	default:
	}
	x.truncated = x.tried >= x.o.MaxMACs || x.o.Clock != nil && !x.o.Clock().Before(x.end)
	return x.truncated
}

// search goes from the cheapest difference to the dearest.
func (x *explainer) search(now time.Time) (hit, bool) {
	if x.s.code.closed {
		if h, ok := x.closedSearch(now); ok {
			return h, true
		}
		return x.otherProvider(now)
	}
	x.prepare()
	if len(x.signatures) == 0 {
		return x.otherProvider(now)
	}
	if h, ok := x.try(variant{}); ok {
		return x.simplest(h, 2, now), true
	}
	for d := range dimensions {
		for i := 1; x.exists(d, i) && !x.truncated; i++ {
			v := variant{}
			v[d] = i
			if h, ok := x.try(v); ok {
				return x.simplest(h, 1, now), true
			}
		}
	}
	if h, ok := x.otherProvider(now); ok {
		return h, true
	}
	for _, pair := range pairsOfDimensions() {
		if h, ok := x.tryPair(pair[0], pair[1]); ok {
			return h, true
		}
	}
	return hit{}, false
}

// simplest prefers another provider, which is one difference, to a hit whose
// signature differs in so many ways from what the scheme says.
func (x *explainer) simplest(h hit, many int, now time.Time) hit {
	if len(h.signature.changes) >= many {
		if other, ok := x.otherProvider(now); ok {
			return other
		}
	}
	return h
}

func (x *explainer) tryPair(a, b dimension) (hit, bool) {
	for i := 1; x.combines(a, i) && !x.truncated; i++ {
		for j := 1; x.combines(b, j) && !x.truncated; j++ {
			v := variant{}
			v[a], v[b] = i, j
			if h, ok := x.try(v); ok {
				return h, true
			}
		}
	}
	return hit{}, false
}

// prepare collects what is cheap to collect.
func (x *explainer) prepare() {
	x.readRoles()
	x.signatures = x.findSignatures()
	x.keys, x.native = x.keyGuesses()
	x.texts = x.textGuesses()
	x.bodies = x.bodyGuesses()
	x.times = x.timeGuesses()
	x.urls = x.urlGuesses()
	x.algs = x.algorithmGuesses()
}

// exists is true when the dimension has a choice i. Bodies are made one by one,
// as they are asked for: in large ones that costs more than their MACs.
func (x *explainer) exists(d dimension, i int) bool {
	switch d {
	case ofKey:
		return i <= len(x.keys)-x.native
	case ofBody:
		x.makeBodies(i)
		return i < len(x.bodies)
	case ofText:
		return i <= len(x.texts)-len(x.s.contents)
	case ofTime:
		return i < len(x.times)
	case ofURL:
		return i < len(x.urls)
	}
	return i < len(x.algs)
}

// combines is true when choice i is combined with others: rare texts and odd
// readings of foreign secrets, which come last, are not.
func (x *explainer) combines(d dimension, i int) bool {
	switch {
	case !x.exists(d, i):
		return false
	case d == ofKey:
		return !x.keys[x.native+i-1].rare
	case d == ofText:
		return !x.texts[len(x.s.contents)+i-1].rare
	}
	return true
}
