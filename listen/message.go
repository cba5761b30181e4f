package listen

import (
	"fmt"
	"net/url"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// MessageOf is a recorded request as its signature is judged. public is the
// URL under which the sender knows the receiver, "" for what the request says
// of itself; what was sent is known by where it went. Scheme and host are taken
// from there, path and query from the request: that is how a listener judges.
// X-Forwarded-Host and the like come from anybody and are never believed.
func MessageOf(d *store.Delivery, public string) *sign.Message {
	host, _ := d.Request.Headers.Get("Host")
	if public == "" && d.Direction == store.Out {
		public = d.Destination
	}
	base, _ := publicBase(public)
	return &sign.Message{Method: d.Request.Method, URL: signedURL(base, host, d.Request.Target), Headers: d.Request.Headers, Body: d.Request.Body}
}

// publicBase is the scheme and host of a public URL.
func publicBase(public string) (string, error) {
	if public == "" {
		return "", nil
	}
	u, err := url.Parse(public)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", fmt.Errorf("the public URL must be http:// or https:// and a host")
	}
	return u.Scheme + "://" + u.Host, nil
}

// signedURL is the URL as the sender knows it: base is the public one, "" for
// what the request says.
func signedURL(base, host, target string) string {
	if base == "" {
		base = "http://" + host
	}
	return base + originForm(target)
}
