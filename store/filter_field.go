package store

import (
	"slices"
	"strings"
)

// FilterKeys are the keys of the filter language, for completion and hints.
// header, body and response take a path after a dot.
func FilterKeys() []string {
	return []string{
		"attempts", "body", "channel", "code", "direction", "duplicate", "duration", "endpoint", "error", "event",
		"header", "id", "mark", "method", "path", "provider", "reason", "response", "seq", "since", "size", "status",
		"test", "trigger", "until", "verdict",
	}
}

// FilterWords are the values that a key can have, nil where they are not a
// closed list.
func FilterWords(key string) []string {
	switch key {
	case "status":
		return []string{
			Captured, Rejected, Filtered, Pending, Delivering, Retrying, Queued, Paused, Succeeded, Failed, Dead,
			Canceled, Interrupted,
		}
	case "verdict":
		return []string{Valid, Invalid, Unverified}
	case "direction":
		return []string{string(In), string(Out)}
	case "trigger":
		return []string{TriggerReceived, TriggerAuto, TriggerManual, TriggerTest, TriggerReplay, TriggerRecover}
	case "error":
		return []string{
			ErrDNS, ErrConnect, ErrTLS, ErrTimeout, ErrReset, ErrProtocol, ErrRedirect, ErrTooLarge, ErrCanceled,
		}
	case "test", "duplicate", "mark":
		return []string{"true", "false"}
	}
	return nil
}

// field returns the field that a key names.
func (p *parser) field(name, path string, hasPath bool, at int) (field, error) {
	takesPath := name == "header" || name == "body" || name == "response"
	switch {
	case !slices.Contains(FilterKeys(), name), name == "mark" && p.options.Marked == nil:
		known := FilterKeys()
		if p.options.Marked == nil {
			known = slices.DeleteFunc(known, func(key string) bool { return key == "mark" })
		}
		return field{}, p.unknown(at, name, known, "no key; quote it to search for the text")
	case hasPath && !takesPath:
		return field{}, p.fail(at+len(name), name+" takes no path")
	case hasPath && path == "", name == "header" && !hasPath:
		return field{}, p.fail(at+len(name), name+" needs a name after a dot")
	case takesPath:
		return pathField(name, path), nil
	}
	if f, ok := textField(name); ok {
		return f, nil
	}
	return p.valueField(name), nil
}

// textField are the fields that are compared as text.
func textField(name string) (field, bool) {
	word := func(text func(*Delivery) string) (field, bool) {
		return field{kind: kindWord, known: FilterWords(name), text: text}, true
	}
	glob := func(text func(*Delivery) string) (field, bool) { return field{kind: kindGlob, text: text}, true }
	switch name {
	case "event":
		return glob(func(d *Delivery) string { return d.Event.Type })
	case "provider":
		return glob(func(d *Delivery) string { return d.Event.Provider })
	case "endpoint":
		return glob(func(d *Delivery) string { return d.Endpoint })
	case "method":
		return glob(func(d *Delivery) string { return d.Request.Method })
	case "path":
		return field{kind: kindGlob, texts: paths}, true
	case "channel":
		return field{kind: kindGlob, texts: func(d *Delivery) []string { return d.Event.Channels }}, true
	case "status":
		return word(func(d *Delivery) string { return d.Status })
	case "verdict":
		return word(func(d *Delivery) string { return verification(d).Verdict })
	case "reason":
		return word(func(d *Delivery) string { return verification(d).Reason })
	case "direction":
		return word(func(d *Delivery) string { return string(d.Direction) })
	case "trigger":
		return word(func(d *Delivery) string { return d.Trigger })
	case "error":
		return word(func(d *Delivery) string { return lastAttempt(d).ErrorKind })
	case "id":
		return field{kind: kindID, texts: func(d *Delivery) []string {
			return []string{d.ID, d.Event.ID, d.Event.ExternalID}
		}}, true
	}
	return field{}, false
}

// paths are what a path term may mean: the target with its query, or without.
func paths(d *Delivery) []string {
	path, _, _ := strings.Cut(d.Request.Target, "?")
	return []string{path, d.Request.Target}
}

// valueField are the fields that are numbers, times or flags.
func (p *parser) valueField(name string) field {
	switch name {
	case "code":
		return field{kind: kindCode, count: func(d *Delivery) (int64, bool) {
			return int64(d.code()), len(d.Attempts) > 0
		}}
	case "attempts":
		return field{kind: kindNumber, count: func(d *Delivery) (int64, bool) { return int64(len(d.Attempts)), true }}
	case "seq":
		return field{kind: kindNumber, count: func(d *Delivery) (int64, bool) { return d.Seq, true }}
	case "size":
		return field{kind: kindSize, count: func(d *Delivery) (int64, bool) { return d.Request.BodySize, true }}
	case "duration":
		return field{kind: kindDuration, count: func(d *Delivery) (int64, bool) {
			return int64(lastAttempt(d).Duration), len(d.Attempts) > 0
		}}
	case "since", "until":
		return field{kind: kindTime}
	case "test":
		return field{kind: kindFlag, flag: func(d *Delivery) bool { return d.Event.Test }}
	case "duplicate":
		return field{kind: kindFlag, flag: func(d *Delivery) bool { return verification(d).DuplicateOf != "" }}
	default: // mark
		return field{kind: kindFlag, flag: func(d *Delivery) bool { return p.options.Marked(d.ID) }}
	}
}

// pathField are the fields with a name or a path behind a dot.
func pathField(name, path string) field {
	steps := splitPath(path)
	body := func(bytes []byte) (string, bool) {
		if path == "" {
			return string(bytes), len(bytes) > 0
		}
		return jsonAt(bytes, steps)
	}
	switch name {
	case "body":
		return field{kind: kindText, body: func(d *Delivery) (string, bool) { return body(d.Request.Body) }}
	case "response":
		return field{kind: kindText, body: func(d *Delivery) (string, bool) { return body(lastAttempt(d).ResponseBody) }}
	}
	return field{kind: kindText, texts: func(d *Delivery) []string { return d.Request.Headers.Values(path) }}
}

func verification(d *Delivery) Verification {
	if d.Verification == nil {
		return Verification{}
	}
	return *d.Verification
}

func lastAttempt(d *Delivery) Attempt {
	if len(d.Attempts) == 0 {
		return Attempt{}
	}
	return d.Attempts[len(d.Attempts)-1]
}
