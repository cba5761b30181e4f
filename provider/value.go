package provider

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// pair is one member of a mapping, in file order.
type pair struct {
	name  string
	key   value
	value value
}

// pairs returns the members that are right, and what is wrong with the others.
func (v value) pairs() ([]pair, error) {
	if v.node.Kind != yaml.MappingNode {
		return nil, v.error("want a mapping of names to values")
	}
	var out []pair
	var wrong []error
	seen := map[string]bool{}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		key := value{v.file, v.node.Content[i]}
		switch name, err := key.text(); {
		case err != nil:
			wrong = append(wrong, err)
		case seen[name]:
			wrong = append(wrong, key.error(fmt.Sprintf("%s is set twice", name)))
		default:
			seen[name] = true
			out = append(out, pair{name, key, value{v.file, v.node.Content[i+1]}})
		}
	}
	return out, errors.Join(wrong...)
}

// scalar refuses anything but plain text, an alias to it included.
func (v value) scalar(tags ...string) (string, bool) {
	if v.node.Kind != yaml.ScalarNode || v.node.Anchor != "" {
		return "", false
	}
	for _, tag := range tags {
		if v.node.ShortTag() == tag {
			return v.node.Value, true
		}
	}
	return "", false
}

func (v value) text() (string, error) {
	text, ok := v.scalar("!!str")
	if !ok {
		return "", v.error("want text; put quotes around a number, a date or yes and no")
	}
	return text, nil
}

func (v value) word(what string, known ...string) (string, error) {
	text, err := v.text()
	if err != nil {
		return "", err
	}
	return text, v.wrap(oneOf(what, text, known...))
}

func (v value) flag() (bool, error) {
	text, ok := v.scalar("!!bool")
	if !ok {
		return false, v.error("want true or false")
	}
	return strings.EqualFold(text, "true"), nil
}

func (v value) number() (int, error) {
	text, ok := v.scalar("!!int")
	n, err := strconv.Atoi(text)
	if !ok || err != nil || n < 0 {
		return 0, v.error("want a whole number from 0")
	}
	return n, nil
}

// duration reads 5m or 2.5s; a bare 0 needs no unit.
func (v value) duration() (time.Duration, error) {
	if text, ok := v.scalar("!!int"); ok && text == "0" {
		return 0, nil
	}
	text, ok := v.scalar("!!str")
	d, err := time.ParseDuration(text)
	if !ok || err != nil || d < 0 {
		return 0, v.error("want a duration such as 300s or 5m")
	}
	return d, nil
}

// item is a member of a list; one value is its own.
func (v value) item(i int) value {
	if v.node.Kind == yaml.SequenceNode && i < len(v.node.Content) {
		return value{v.file, v.node.Content[i]}
	}
	return v
}

// items returns the members of a list; one value stands for a list of it.
func (v value) items() []value {
	if v.node.Kind != yaml.SequenceNode {
		return []value{v}
	}
	out := make([]value, len(v.node.Content))
	for i, n := range v.node.Content {
		out[i] = value{v.file, n}
	}
	return out
}

func (v value) texts() ([]string, error) {
	items := v.items()
	out := make([]string, len(items))
	var wrong []error
	for i, item := range items {
		var err error
		if out[i], err = item.text(); err != nil {
			wrong = append(wrong, err)
		}
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return out, nil
}

func (v value) words(what string, known ...string) ([]string, error) {
	out, err := v.texts()
	if err != nil {
		return nil, err
	}
	var wrong []error
	for i, item := range v.items() {
		wrong = append(wrong, item.wrap(oneOf(what, out[i], known...)))
	}
	return out, errors.Join(wrong...)
}
