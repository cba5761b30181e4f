package sign

import (
	"fmt"
	"slices"
	"strings"
)

// Role is what a placeholder of a wire template stands for.
type Role string

// The roles of a wire template.
const (
	RoleSig   Role = "sig"    // the signature
	RoleTS    Role = "ts"     // the timestamp
	RoleID    Role = "id"     // the message's id
	RoleEvent Role = "event"  // the event type
	RoleNonce Role = "nonce"  // a random text
	RoleKeyID Role = "key_id" // the name of the key
	RoleAlg   Role = "alg"    // the algorithm's word
)

const paramPrefix = "param."

func roles() []Role {
	return []Role{RoleSig, RoleTS, RoleID, RoleEvent, RoleNonce, RoleKeyID, RoleAlg}
}

// Template is the value of one header or field with placeholders: sha256={sig}.
// Text outside braces is literal.
type Template struct{ parts []part }

// part is a literal or a role, never both.
type part struct {
	lit  string
	role Role
}

// ParseTemplate reads the notation. Two placeholders need text between them,
// or nobody could tell where one ends.
func ParseTemplate(text string) (Template, error) {
	var t Template
	for rest := text; rest != ""; {
		open := strings.IndexAny(rest, "{}")
		if open < 0 {
			return t.literal(rest), nil
		}
		if rest[open] == '}' {
			return Template{}, fmt.Errorf("template %q has a } without a {", text)
		}
		t = t.literal(rest[:open])
		name, after, ok := strings.Cut(rest[open+1:], "}")
		if !ok {
			return Template{}, fmt.Errorf("template %q has a { without a }", text)
		}
		role, err := parseRole(name)
		if err != nil {
			return Template{}, fmt.Errorf("template %q: %w", text, err)
		}
		if n := len(t.parts); n > 0 && t.parts[n-1].role != "" {
			return Template{}, fmt.Errorf("template %q has nothing between {%s} and {%s}", text, t.parts[n-1].role, role)
		}
		t.parts = append(t.parts, part{role: role})
		rest = after
	}
	return t, nil
}

func parseRole(name string) (Role, error) {
	if name == "timestamp" {
		return RoleTS, nil
	}
	if strings.HasPrefix(name, paramPrefix) && len(name) > len(paramPrefix) && !strings.ContainsAny(name, "{|") {
		return Role(name), nil
	}
	if slices.Contains(roles(), Role(name)) {
		return Role(name), nil
	}
	return "", &UnknownError{What: "placeholder", Word: name, Known: names(roles())}
}

func (t Template) literal(text string) Template {
	if text != "" {
		t.parts = append(t.parts, part{lit: text})
	}
	return t
}

// String returns the template in the notation ParseTemplate reads.
func (t Template) String() string {
	var b strings.Builder
	for _, p := range t.parts {
		if p.role != "" {
			b.WriteString("{" + string(p.role) + "}")
		} else {
			b.WriteString(p.lit)
		}
	}
	return b.String()
}

func (t Template) has(r Role) bool {
	return slices.ContainsFunc(t.parts, func(p part) bool { return p.role == r })
}

// text is how much of the template is literal.
func (t Template) text() int {
	n := 0
	for _, p := range t.parts {
		n += len(p.lit)
	}
	return n
}

// constant is true when nothing in the template comes from the message.
func (t Template) constant() bool {
	return !slices.ContainsFunc(t.parts, func(p part) bool {
		return p.role != "" && !strings.HasPrefix(string(p.role), paramPrefix)
	})
}

// fill renders the template. An empty value is rendered as nothing.
func (t Template) fill(value func(Role) string) string {
	var b strings.Builder
	for _, p := range t.parts {
		if p.role != "" {
			b.WriteString(value(p.role))
		} else {
			b.WriteString(p.lit)
		}
	}
	return b.String()
}

// match takes value apart; false means that the literal text is not the
// template's. A placeholder reaches to the next literal's first occurrence,
// the last one to the end.
func (t Template) match(value string, into *captures) bool {
	for i, p := range t.parts {
		if p.role == "" {
			rest, ok := strings.CutPrefix(value, p.lit)
			if !ok {
				return false
			}
			value = rest
			continue
		}
		end := len(value)
		switch {
		case i == len(t.parts)-1:
		case i == len(t.parts)-2:
			end = len(value) - len(t.parts[i+1].lit)
		default:
			end = strings.Index(value, t.parts[i+1].lit)
		}
		if end < 0 {
			return false
		}
		into.set(p.role, value[:end])
		value = value[end:]
	}
	return value == ""
}

// captures holds the values of the roles, as text.
type captures struct{ sig, ts, id, event, nonce, keyID, alg string }

func (c *captures) at(r Role) *string {
	switch r {
	case RoleSig:
		return &c.sig
	case RoleTS:
		return &c.ts
	case RoleID:
		return &c.id
	case RoleEvent:
		return &c.event
	case RoleNonce:
		return &c.nonce
	case RoleKeyID:
		return &c.keyID
	case RoleAlg:
		return &c.alg
	}
	return nil
}

func (c *captures) set(r Role, value string) {
	if p := c.at(r); p != nil {
		*p = value
	}
}

func (c *captures) get(r Role) string {
	if p := c.at(r); p != nil {
		return *p
	}
	return ""
}
