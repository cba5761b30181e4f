package contract

import (
	"regexp"
	"strings"
)

// variable is a value that later steps use: its text inside other text, and
// its JSON where it stands alone.
type variable struct {
	text string
	json []byte
}

type variables map[string]variable

func textVariable(s string) variable { return variable{s, textJSON(s)} }

// jsonVariable is a value found in a JSON text.
func jsonVariable(text []byte) variable {
	v := variable{string(text), text}
	if s, ok := decode(text); ok {
		if s, ok := s.(string); ok {
			v.text = s
		}
	}
	return v
}

// reference finds ${name}; $${name} stands for itself.
func reference() *regexp.Regexp { return regexp.MustCompile(`\$?\$\{([^}]*)\}`) }

// references are the names that a text refers to.
func references(s string) []string {
	if !strings.Contains(s, "${") {
		return nil
	}
	var names []string
	for _, m := range reference().FindAllStringSubmatch(s, -1) {
		if !strings.HasPrefix(m[0], "$$") {
			names = append(names, m[1])
		}
	}
	return names
}

// text puts the variables into a text.
func (vars variables) text(s string) string {
	if !strings.Contains(s, "${") {
		return s
	}
	return reference().ReplaceAllStringFunc(s, func(m string) string {
		if strings.HasPrefix(m, "$$") {
			return m[1:]
		}
		return vars[m[2:len(m)-1]].text
	})
}

// json is a text as JSON: a variable that stands alone keeps its type.
func (vars variables) json(s string) []byte {
	if names := references(s); len(names) == 1 && s == "${"+names[0]+"}" {
		return vars[names[0]].json
	}
	return textJSON(vars.text(s))
}

// of is the text of a scalar.
func (vars variables) of(n *node) string {
	if n == nil {
		return ""
	}
	if n.isText() {
		return vars.text(n.text())
	}
	return n.text()
}
