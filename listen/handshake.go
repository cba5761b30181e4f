package listen

import (
	"net/http"
	"slices"
	"sync"

	"github.com/hooks-cli/hooks/handshake"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// shakeHands answers a handshake and records it as one. It tells whether the
// request was one.
func (c *call) shakeHands() bool {
	if len(c.off) == len(c.handshakes) || !c.maybeHandshake() {
		return false
	}
	request := handshake.Read(&c.message)
	for _, shake := range c.handshakes {
		if !c.answers(shake) {
			continue
		}
		keys := c.greeterKeys(shake)
		if answer := shake.Answer(request, c.party(keys)); answer != nil {
			if c.off[shake.Name] {
				return false // though a later one may have the same shape
			}
			c.greet(shake, keys, answer)
			return true
		}
	}
	return false
}

// maybeHandshake keeps most requests from being taken apart.
func (c *call) maybeHandshake() bool {
	return handshake.Possible(c.r.Method, c.r.RequestURI, c.r.Header, c.body.bytes) ||
		c.profile != nil && slices.ContainsFunc(c.profile.Handshakes, handshake.NeedsProvider)
}

// names tells whether the file of the sender names a handshake.
func (c *call) names(shake handshake.Handshake) bool {
	return c.profile != nil && slices.Contains(c.profile.Handshakes, shake.Name)
}

// answers tells whether a handshake is answered at all: any whose shape is
// plain while the sender is recognised, else those that the provider's file
// names.
func (c *call) answers(shake handshake.Handshake) bool {
	if shake.Named || c.Server.profile != nil {
		return c.names(shake)
	}
	return true
}

// greeterKeys are the keys of whoever makes the handshake: of the provider that
// was named or recognised, else of all whose files name it, else those that
// belong to nobody in particular.
func (c *call) greeterKeys(shake handshake.Handshake) Keys {
	if c.names(shake) {
		return c.o.Keys(c.profile)
	}
	greeters := c.greeters.of(c.o.Registry, shake.Name)
	if len(greeters) == 0 {
		return c.o.Keys(nil)
	}
	all := Keys{Own: true}
	for _, p := range greeters {
		keys := c.o.Keys(p)
		if all.Params == nil {
			all.Params = keys.Params
		}
		if keys.Own || keys.none() {
			continue
		}
		all.Own = false
		for _, secret := range keys.Secrets {
			if !slices.Contains(all.Secrets, secret) {
				all.Secrets = append(all.Secrets, secret)
			}
		}
	}
	return all
}

// party is what is known of the sender. The store's own key is not the
// sender's: nothing is answered with it.
func (c *call) party(keys Keys) handshake.Party {
	p := handshake.Party{Params: keys.Params, Rate: c.o.Rate, Verified: c.verdict.Verdict == store.Valid}
	if len(p.Params) == 0 {
		p.Params = c.o.Params
	}
	if !keys.Own {
		p.Secrets = keys.Secrets
	}
	return p
}

// greet gives the answer. A handshake that was signed must have been signed
// rightly, if there is a key; one without a signature cannot be wrong.
func (c *call) greet(shake handshake.Handshake, keys Keys, answer *handshake.Answer) {
	c.event.Handshake = shake.Name
	if c.event.Provider == "" && c.Server.profile != nil {
		c.event.Provider = c.Server.profile.ID
	}
	if c.verdict.Verdict == store.Invalid {
		if !unsigned(c.verdict.Reason) {
			c.reject(http.StatusUnauthorized, ReasonInvalid)
			return
		}
		c.verdict.Verdict = store.Unverified
	}
	if answer.Warning != "" {
		c.o.Warn("a handshake (" + shake.Name + ") was " + answer.Warning)
		c.verdict.Detail = answer.Warning
	}
	reply := reply{status: answer.Status, headers: answer.Headers, body: answer.Body}
	if answer.Handed != "" && !c.adopt(keys, answer.Handed) {
		reply.status, reply.headers = http.StatusServiceUnavailable, nil
	}
	status := store.Captured
	if reply.status >= 400 {
		status = store.Rejected
	}
	c.recordAndAnswer(status, "handshake", reply)
}

func unsigned(reason string) bool {
	return reason == sign.MissingHeader || reason == sign.MissingSignature || reason == sign.MissingTimestamp
}

// adopt makes a secret that a handshake hands over the sender's. Anyone could
// send one, so that happens only where the user said who is to send, and no
// secret of that sender is known yet. It returns false only if the secret
// could not be kept: then the sender must not believe that it was.
func (c *call) adopt(keys Keys, secret string) bool {
	const given = "a handshake handed over a secret, which was given back but not kept: "
	switch {
	case c.Server.profile == nil || c.o.Adopt == nil:
		c.o.Warn(given + "to keep the first one, name its sender with --provider and give no --secret")
		return true
	case !keys.none() && !keys.Own:
		if !slices.Contains(keys.Secrets, secret) {
			c.o.Warn(given + "one of " + c.Server.profile.ID + " is known already")
		}
		return true
	}
	kept, err := c.o.Adopt(c.Server.profile, secret)
	switch {
	case err != nil:
		c.o.Warn("the secret of a handshake could not be kept: " + err.Error())
		return false
	case !kept:
		c.o.Warn(given + "one of " + c.Server.profile.ID + " is known already")
	}
	return true
}

// greeters finds whose handshake a name is when nobody said whose webhooks
// come. The files are read when the first handshake comes.
type greeters struct {
	mu     sync.Mutex
	byName map[string][]*provider.Profile
}

func (g *greeters) of(registry *provider.Registry, name string) []*provider.Profile {
	g.mu.Lock()
	defer g.mu.Unlock()
	found, ok := g.byName[name]
	if !ok {
		found = registry.Greeters(name)
		if g.byName == nil {
			g.byName = map[string][]*provider.Profile{}
		}
		g.byName[name] = found
	}
	return found
}
