package listen

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// handshake is a test that a sender makes of an endpoint before it uses it.
type handshake struct {
	name string
	// named tells that its shape says too little: it is answered only for a
	// provider whose file names it.
	named bool
	// keyed tells that the answer is made with the sender's secret.
	keyed bool
	// answer returns the answer to a request of exactly its shape, nil for any
	// other.
	answer func(h *hello) *reply
}

// handshakes lists all that are known, those with the narrower shape first.
func handshakes() []handshake {
	return []handshake{
		{name: "hub", answer: answerHub},
		{name: "crc", keyed: true, answer: answerCRC},
		{name: "braintree", keyed: true, answer: answerBraintree},
		{name: "ebay", keyed: true, answer: answerEbay},
		{name: "linkedin", keyed: true, answer: answerLinkedIn},
		{name: "okta", answer: answerOkta},
		{name: "challenge-query", answer: answerChallengeQuery},
		{name: "validation-token", answer: answerValidationToken},
		{name: "cloudevents", answer: answerCloudEvents},
		{name: "asana", answer: answerAsana},
		{name: "ringcentral", answer: answerRingCentral},
		{name: "twitch", answer: answerTwitch},
		{name: "event-grid", answer: answerEventGrid},
		{name: "zoom", keyed: true, answer: answerZoom},
		{name: "slack", answer: answerSlack},
		{name: "challenge-json", answer: answerChallengeJSON},
		{name: "discord", named: true, answer: answerDiscord},
		{name: "head", named: true, answer: answerHead},
	}
}

// hello is a request that may be a handshake.
type hello struct {
	call     *call
	method   string
	headers  sign.Headers
	query    url.Values
	body     []byte
	members  map[string]json.RawMessage // of a body that is a JSON object
	profile  *provider.Profile          // whose handshake it is, nil where nobody's is known
	keys     Keys
	rate     float64 // our own limit, requests a second
	verified bool
}

// maxHello is the longest body that is looked into for a handshake.
const maxHello = 16 << 10

// maybeHandshake is a cheap look at what most requests are not: a POST is only
// taken apart if something in it recalls a handshake.
func (c *call) maybeHandshake() bool {
	if c.r.Method != http.MethodPost {
		return true
	}
	for _, name := range []string{"X-Hook-Secret", "Validation-Token", "Aeg-Event-Type", "Twitch-Eventsub-Message-Type"} {
		if _, ok := c.r.Header[name]; ok {
			return true
		}
	}
	return strings.Contains(c.r.RequestURI, "validationToken=") || mentionsChallenge(c.body.bytes) ||
		c.profile != nil && slices.Contains(c.profile.Handshakes, "discord")
}

// shakeHands answers a handshake and records it as one. It tells whether the
// request was one.
func (c *call) shakeHands() bool {
	if !c.maybeHandshake() {
		return false
	}
	h := c.hello()
	for _, shake := range handshakes() {
		if !c.answers(shake) {
			continue
		}
		if h.profile = c.Server.profile; h.profile == nil {
			h.profile = c.known.of(c.o.Registry, shake.name)
		}
		if h.profile != nil {
			h.keys = c.o.Keys(h.profile)
		}
		if reply := shake.answer(h); reply != nil {
			c.greet(shake, h, *reply)
			return true
		}
	}
	return false
}

func (c *call) hello() *hello {
	h := &hello{call: c, method: c.r.Method, headers: c.request.Headers, rate: c.o.Rate, verified: c.verdict.Verdict == store.Valid}
	_, query, _ := strings.Cut(c.r.RequestURI, "?")
	h.query, _ = url.ParseQuery(query)
	if len(c.body.bytes) <= maxHello {
		h.body = c.body.bytes
	}
	if h.method == http.MethodPost && len(h.body) > 0 && json.Unmarshal(h.body, &h.members) != nil {
		h.members = nil
	}
	return h
}

// answers tells whether a handshake is answered at all: any whose shape is
// plain while the sender is recognised, else those that the provider's file
// names.
func (c *call) answers(shake handshake) bool {
	named := c.profile != nil && slices.Contains(c.profile.Handshakes, shake.name)
	if shake.named || c.Server.profile != nil {
		return named
	}
	return true
}

// greet gives the answer. One that was signed must have been signed rightly,
// if there is a key; one that is answered with a key needs the key.
func (c *call) greet(shake handshake, h *hello, reply reply) {
	c.event.Handshake = shake.name
	if c.event.Provider == "" && c.Server.profile != nil {
		c.event.Provider = c.Server.profile.ID
	}
	unsigned := c.verdict.Reason == sign.MissingHeader || c.verdict.Reason == sign.MissingSignature || c.verdict.Reason == sign.MissingTimestamp
	switch {
	case c.verdict.Verdict == store.Invalid && !unsigned:
		c.reject(http.StatusUnauthorized, ReasonInvalid)
		return
	case c.verdict.Verdict == store.Invalid:
		c.verdict.Verdict = store.Unverified // there was no signature to be wrong
	}
	if shake.keyed && (h.keys.Own || h.keys.none()) {
		c.o.Warn("a " + shake.name + " handshake came that is answered with the sender's secret, and none is known: give --provider and --secret")
		reply = refusedHello(http.StatusForbidden)
	}
	status := store.Captured
	if reply.status >= 400 {
		status = store.Rejected
	}
	c.recordAndAnswer(status, "handshake", reply)
}

// refusedHello is a handshake that is not answered as its sender hopes.
func refusedHello(status int) reply { return reply{status: status} }

// handshakeProfiles finds whose handshake a name is when nobody said whose
// webhooks come. The files are read when the first handshake comes.
type handshakeProfiles struct {
	once   sync.Once
	byName map[string]*provider.Profile
}

func (k *handshakeProfiles) of(registry *provider.Registry, name string) *provider.Profile {
	k.once.Do(func() {
		k.byName = make(map[string]*provider.Profile)
		profiles, _ := registry.All() // a file that is wrong names no handshake
		for _, p := range profiles {
			for _, shake := range p.Handshakes {
				if k.byName[shake] == nil {
					k.byName[shake] = p
				}
			}
		}
	})
	return k.byName[name]
}
