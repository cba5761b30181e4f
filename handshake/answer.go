package handshake

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/hooks-cli/hooks/sign"
)

// Party is what the side that answers knows of the sender.
type Party struct {
	// Secrets are the sender's; without one a keyed handshake is refused.
	Secrets []string
	// Params are values that only the operator knows: verify_token, key_id.
	Params map[string]string
	// Rate is how many requests a second are taken; 0 is no limit.
	Rate float64
	// Verified tells that the request was signed, and rightly.
	Verified bool
}

// Answer is what goes back. What a challenge says is anybody's text: it goes
// back as plain text that no browser looks into.
type Answer struct {
	Status  int
	Headers sign.Headers
	Body    []byte
	// Handed is a secret that the sender handed over, "" without one.
	Handed string
	// Warning is what the operator should know, as it goes on behind "the
	// handshake was"; "" is nothing.
	Warning string

	form      form
	made      bool     // the text is made with the secret
	members   []member // of an answer in JSON
	header    string   // that is the answer
	alternate []string // other texts that are as right
}

// form is where an answer carries what is wanted.
type form int

const (
	inStatus form = iota // nothing is wanted but a status
	inText
	inJSON
	inHeader
)

func textAnswer(body string) *Answer {
	return &Answer{Status: http.StatusOK, Body: []byte(body), form: inText, Headers: sign.Headers{
		{Name: "Content-Type", Value: "text/plain; charset=utf-8"}, {Name: "X-Content-Type-Options", Value: "nosniff"}}}
}

// member is a name and a JSON value.
type member struct {
	name  string
	value json.RawMessage
	made  bool // with the secret
}

// str is a member that is a string.
func str(name, value string) member {
	raw, _ := json.Marshal(value) // a string has a form in JSON
	return member{name: name, value: raw}
}

// digest is a member that is made with the secret.
func digest(name, value string) member {
	m := str(name, value)
	m.made = true
	return m
}

// jsonAnswer answers with an object.
func jsonAnswer(members ...member) *Answer {
	var body bytes.Buffer
	for i, m := range members {
		body.WriteByte("{,"[min(i, 1)])
		name, _ := json.Marshal(m.name)
		body.Write(name)
		body.WriteByte(':')
		body.Write(m.value)
	}
	body.WriteByte('}')
	a := textAnswer(body.String())
	a.form, a.members = inJSON, members
	a.Headers[0].Value = "application/json"
	return a
}

// headerAnswer answers with a header alone.
func headerAnswer(name, value string) *Answer {
	return &Answer{Status: http.StatusOK, Headers: sign.Headers{{Name: name, Value: value}}, form: inHeader, header: name}
}

// refusal is no answer as the sender hopes.
func refusal(status int, warning string) *Answer { return &Answer{Status: status, Warning: warning} }
