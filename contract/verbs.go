package contract

import "slices"

// How the value of an option becomes the value of a flag.
const (
	Text   = "text"   // as it is
	Switch = "switch" // true or false
	Data   = "data"   // text, @file, or a map that becomes JSON
	Pairs  = "pairs"  // a map of name to value, or a list of name=value
	Header = "header" // a map of name to value, or a list of 'Name: value'
)

// Option is an option of a step: a flag of the command that makes the step.
type Option struct {
	Key, Flag string
	Kind      string
	Many      bool // may be given a list
	Doc       string
	// Check says what is wrong with a value, nil if there is nothing to say.
	Check func(value string) error
}

// Verb is a command of the program that steps can call.
type Verb struct {
	Name    string
	Options []Option
	// Check says what is wrong with the subject of a step, nil if nothing is.
	// provider is whose the step or the file says it is, "" if neither does.
	Check func(subject, provider string) error
}

// takes tells whether a key is an option of the verb.
func (v Verb) takes(key string) bool {
	return slices.ContainsFunc(v.Options, func(o Option) bool { return o.Key == key })
}

// The verbs that are commands of the program. Their options are the caller's.
const (
	Trigger = "trigger"
	Send    = "send"
	Replay  = "replay"
	Wait    = "wait"
	Listen  = "listen"
)

// The verbs of this package.
const (
	HTTP    = "http"
	Exec    = "exec"
	Sleep   = "sleep"
	Restart = "restart"
)

// subjects says of each verb what its value is.
func subjects() map[string]string {
	return map[string]string{
		Trigger: "the event type, or a list of them, as hooks trigger takes them",
		Send:    "the body: a text, @file, or a map that becomes JSON",
		Replay:  "the delivery to send again: a saved one, or @last; or a list of them",
		Wait:    "the event types that are waited for, as in order.*; those that were received, unless direction says otherwise",
		HTTP:    "a request: a URL or a path of the consumer, with a method before it, as in GET /orders/1",
		Exec:    "a command for the shell, or a list of its words",
		Sleep:   "how long to wait, as in 500ms; within of an http or exec step is often better",
		Restart: "how the consumer ends before it is started again: stop or kill",
	}
}

// ownVerbs are those of this package with their options.
func ownVerbs() []Verb {
	timeout := Option{Key: "timeout", Kind: Text, Doc: "how long it may take, as in 5s", Check: checkDuration}
	return []Verb{
		{Name: HTTP, Options: []Option{
			{Key: "headers", Kind: Header, Many: true, Doc: "headers of the request"},
			{Key: "data", Kind: Data, Doc: "the body: a text, @file, or a map that becomes JSON"}, timeout}},
		{Name: Exec, Options: []Option{{Key: "dir", Kind: Text, Doc: "the folder to run in"}, timeout}},
		{Name: Sleep}, {Name: Restart},
	}
}
