package provider

import (
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/hooks-cli/hooks/sign"
)

// code writes the choice of a scheme in Go and its settings, and takes out of s
// what follows from them.
func (w *fileWriter) code(s *sign.Spec) {
	w.set("code", optionalText(s.Code))
	if s.JWT != nil {
		w.set("jwt", tokenNode(s.JWT))
	}
	if s.HTTP != nil {
		w.set("http-signatures", messageNode(s.HTTP))
	}
	if !sign.Closed(s.Code) {
		return
	}
	s.Alg, s.Enc, s.Key, s.Pub, s.Content = nil, "", "", "", nil
	s.Fields = slices.DeleteFunc(slices.Clone(s.Fields), func(f sign.Field) bool {
		return slices.ContainsFunc(f.Templates, func(t string) bool { return strings.Contains(t, "{sig}") })
	})
}

// settings builds a mapping of what is set.
type settings struct{ node yaml.Node }

func newSettings() *settings { return &settings{yaml.Node{Kind: yaml.MappingNode}} }

func (n *settings) add(name string, v *yaml.Node) {
	if v != nil {
		n.node.Content = append(n.node.Content, plain(name), v)
	}
}

func (n *settings) duration(name string, d time.Duration) {
	if d > 0 {
		n.add(name, plain(durationText(d)))
	}
}

func tokenNode(s *sign.JWTSpec) *yaml.Node {
	n := newSettings()
	n.add("header", optionalText(s.Header))
	n.add("prefix", oneOrList(s.Prefix, quoted))
	n.add("body", flag(s.Body))
	n.add("detached", flag(s.Detached))
	n.add("algs", oneOrList(s.Algs, plain))
	n.add("key", optionalText(s.Key))
	n.add("claims", claimsNode(s.Claims))
	n.add("claims_if_body", claimsNode(s.ClaimsIfBody))
	n.add("require", oneOrList(s.Require, plain))
	n.add("issued", optionalText(s.Issued))
	n.duration("max_age", s.MaxAge)
	n.duration("leeway", s.Leeway)
	n.duration("lifetime", s.Lifetime)
	n.add("event", optionalText(s.Event))
	n.add("id", optionalText(s.ID))
	return &n.node
}

func claimsNode(claims []sign.Claim) *yaml.Node {
	n := newSettings()
	for _, c := range claims {
		n.add(c.Name, oneOrList(c.Templates, quoted))
	}
	return unlessEmpty(&n.node)
}

func messageNode(s *sign.HTTPSpec) *yaml.Node {
	n := newSettings()
	n.add("algs", oneOrList(s.Algs, plain))
	n.add("key", optionalText(s.Key))
	n.add("require", oneOrList(s.Require, quoted))
	n.add("cover", oneOrList(s.Cover, quoted))
	n.duration("max_age", s.MaxAge)
	n.duration("lifetime", s.Lifetime)
	return &n.node
}
