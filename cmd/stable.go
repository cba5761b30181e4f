package cmd

import (
	"bytes"

	"github.com/hooks-cli/hooks/catalog"
)

// sayUnstable says of a body that is about to be signed what it costs with
// receivers that parse it and verify what they print of it again. What is not JSON
// they cannot parse in the first place.
func (a *app) sayUnstable(body []byte) {
	at := catalog.Unstable(body)
	if at < 0 || len(body) == 0 || body[0] != '{' && body[0] != '[' {
		return
	}
	if len(bytes.TrimSpace(body[at:])) == 0 {
		a.note("the body ends in white space, which JSON.stringify does not write: a receiver that verifies re-serialised JSON will refuse it; printf and echo -n write none")
		return
	}
	a.note("the body is not what JSON.parse and JSON.stringify make of it, from byte %d on: a receiver that verifies re-serialised JSON will refuse it", at+1)
}
