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
	changes   []change // of another provider's match, in place of a variant
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
	x.truncated = x.tried >= x.o.MaxMACs || x.o.Clock != nil && !x.o.Clock().Before(x.end)
	return x.truncated
}

// search goes from the cheapest difference to the dearest.
func (x *explainer) search(now time.Time) (hit, bool) {
	x.prepare()
	if len(x.signatures) == 0 {
		return x.otherProvider(now)
	}
	if h, ok := x.try(variant{}); ok {
		return h, true
	}
	for d := range dimensions {
		for i := 1; i < x.size(d); i++ {
			v := variant{}
			v[d] = i
			if h, ok := x.try(v); ok {
				return h, true
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

func (x *explainer) tryPair(a, b dimension) (hit, bool) {
	for i := 1; i < x.breadth(a) && !x.truncated; i++ {
		for j := 1; j < x.breadth(b); j++ {
			v := variant{}
			v[a], v[b] = i, j
			if h, ok := x.try(v); ok {
				return h, true
			}
		}
	}
	return hit{}, false
}

// prepare collects what is cheap to collect. Bodies are made when they are
// needed.
func (x *explainer) prepare() {
	x.readRoles()
	x.signatures = x.findSignatures()
	x.keys, x.native = x.keyGuesses()
	x.texts = x.textGuesses()
	x.times = x.timeGuesses()
	x.urls = x.urlGuesses()
	x.algs = x.algorithmGuesses()
}

// size is the number of choices in a dimension, the scheme's own included.
func (x *explainer) size(d dimension) int {
	switch d {
	case ofKey:
		return len(x.keys) - x.native + 1
	case ofBody:
		if x.bodies == nil {
			x.bodies = x.bodyGuesses()
		}
		return len(x.bodies)
	case ofText:
		return len(x.texts) - len(x.s.contents) + 1
	case ofTime:
		return len(x.times)
	case ofURL:
		return len(x.urls)
	}
	return len(x.algs)
}

// breadth is how many of them are combined with others: rare texts and odd
// readings of foreign secrets are not.
func (x *explainer) breadth(d dimension) int {
	n := x.size(d)
	switch d {
	case ofKey:
		for n > 1 && x.keys[x.native+n-2].rare {
			n--
		}
	case ofText:
		for n > 1 && x.texts[len(x.s.contents)+n-2].rare {
			n--
		}
	}
	return n
}
