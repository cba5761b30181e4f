package sign

import (
	"net"
	"net/url"
	"strings"
)

// urlGuess is the URL as the sender may know it.
type urlGuess struct {
	change
	url string
}

// otherURL is a guess, named by what differs and in full: it is what --url takes.
func otherURL(text, phrase string) urlGuess {
	return urlGuess{url: text, change: change{ClassURL, "for the URL " + clipURL(text) + ", which is ours " + phrase,
		"the sender signs the URL as it knows it", "register and verify the same URL, letter for letter: --url " + clipURL(text)}}
}

// urlParts is an absolute URL taken apart without changing a byte.
type urlParts struct{ scheme, host, path, query string }

func (u urlParts) String() string { return u.scheme + "://" + u.host + u.path + u.query }

func splitURL(raw string) (urlParts, bool) {
	raw, _, _ = strings.Cut(raw, "#")
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return urlParts{}, false
	}
	end := len(rest)
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		end = i
	}
	u := urlParts{scheme: scheme, host: rest[:end], path: rest[end:]}
	if i := strings.IndexByte(u.path, '?'); i >= 0 {
		u.path, u.query = u.path[:i], u.path[i:]
	}
	return u, true
}

// urlEdit changes one part of a URL.
type urlEdit struct {
	phrase string
	edit   func(*urlParts)
}

// urlGuesses are the URL that is known, then each single edit of it, then two
// of them at once: a tunnel changes scheme and host together.
func (x *explainer) urlGuesses() []urlGuess {
	out := []urlGuess{{url: x.m.URL}}
	base, ok := splitURL(x.m.URL)
	if !ok {
		return out
	}
	seen := map[string]bool{x.m.URL: true}
	add := func(u urlParts, phrase string) {
		if text := u.String(); !seen[text] {
			seen[text] = true
			out = append(out, otherURL(text, phrase))
		}
	}
	edits := x.urlEdits()
	for _, e := range edits {
		u := base
		e.edit(&u)
		add(u, e.phrase)
	}
	for i, first := range edits {
		for _, second := range edits[i+1:] {
			u := base
			first.edit(&u)
			second.edit(&u)
			add(u, first.phrase+" and "+second.phrase)
		}
	}
	if text, err := url.PathUnescape(x.m.URL); err == nil && !seen[text] {
		out = append(out, otherURL(text, "with its % escapes decoded"))
	}
	return out
}

func (x *explainer) urlEdits() []urlEdit {
	edits := []urlEdit{
		{"with https for http", func(u *urlParts) { u.scheme = "https" }},
		{"with http for https", func(u *urlParts) { u.scheme = "http" }},
		{"without its port", func(u *urlParts) {
			if host, _, err := net.SplitHostPort(u.host); err == nil {
				u.host = host
			}
		}},
		{"with its port", func(u *urlParts) {
			if _, _, err := net.SplitHostPort(u.host); err == nil {
				return
			}
			if u.scheme == "http" {
				u.host += ":80"
			} else {
				u.host += ":443"
			}
		}},
		{"with a slash at its end", func(u *urlParts) { u.path = strings.TrimSuffix(u.path, "/") + "/" }},
		{"without the slash at its end", func(u *urlParts) { u.path = strings.TrimSuffix(u.path, "/") }},
		{"without its query", func(u *urlParts) { u.query = "" }},
		{"with its host in lower case", func(u *urlParts) { u.host = strings.ToLower(u.host) }},
	}
	if proto, ok := x.m.Headers.Get("X-Forwarded-Proto"); ok {
		edits = append(edits, urlEdit{"with the scheme of X-Forwarded-Proto", func(u *urlParts) { u.scheme = trim(proto) }})
	}
	for _, name := range []string{"X-Forwarded-Host", "X-Original-Host", "Host"} {
		if host, ok := x.m.Headers.Get(name); ok {
			edits = append(edits, urlEdit{"with the host of " + name, func(u *urlParts) { u.host = trim(host) }})
		}
	}
	return edits
}
