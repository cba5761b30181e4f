package send

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/sign"
)

// Edit changes one header of a request, as curl's -H does: "Name: value"
// replaces every value of the name, "Name;" sends it empty, and "Name:"
// removes it.
type Edit struct {
	Name   string
	Value  string
	Remove bool
}

// ParseEdit reads the text of a -H flag. Line breaks and NUL are refused, not
// removed, and so are the headers that frame a message: those are computed.
func ParseEdit(text string) (Edit, error) {
	if hasBreak(text) {
		return Edit{}, errors.New("a header holds no line break and no NUL")
	}
	name, value, ok := strings.Cut(text, ":")
	remove := ok && strings.Trim(value, " \t") == ""
	if !ok {
		if name, ok = strings.CutSuffix(strings.TrimRight(text, " \t"), ";"); !ok {
			return Edit{}, errors.New("must be 'Name: value', 'Name;' to send it empty or 'Name:' to remove it")
		}
	}
	if !isToken(name) {
		return Edit{}, errors.New("what stands before the colon is no header name") // and may be a credential
	}
	for _, framing := range []string{"Content-Length", "Transfer-Encoding"} {
		if strings.EqualFold(name, framing) {
			return Edit{}, fmt.Errorf("%s is computed from the body", framing)
		}
	}
	value = strings.Trim(value, " \t")
	if strings.EqualFold(name, "Host") && strings.Contains(value, " ") {
		return Edit{}, errors.New("a host holds no space")
	}
	return Edit{Name: name, Value: value, Remove: remove}, nil
}

// Edits are applied in order; a name given twice is sent twice.
type Edits []Edit

// Apply changes the headers of out, and its Host where that is named.
func (edits Edits) Apply(out *Outgoing) {
	for _, edit := range edits {
		out.Headers = slices.DeleteFunc(out.Headers, func(line sign.Header) bool {
			return strings.EqualFold(line.Name, edit.Name)
		})
	}
	for _, edit := range edits {
		switch {
		case edit.Remove:
		case strings.EqualFold(edit.Name, "Host"):
			out.Host = edit.Value
		default:
			out.Headers = append(out.Headers, sign.Header{Name: edit.Name, Value: edit.Value})
		}
	}
}
