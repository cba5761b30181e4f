package store

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// ReadCurl reads curl commands, one or several: those of Curl, those that
// browsers copy (for bash and for cmd.exe), those of people. The request is what
// curl would send, but for a User-Agent that the command does not name. read
// gives the contents of a file that a command names, - is none. at is when the
// requests came. An error is a *FormError, and then nothing is returned.
func ReadCurl(text string, at time.Time, read func(name string) ([]byte, error)) ([]*Delivery, error) {
	commands, err := splitCommands(text)
	if err != nil {
		return nil, &FormError{Form: "curl", Reason: err.Error()}
	}
	var list []*Delivery
	for i, pipe := range commands {
		d, err := curlDelivery(pipe, read)
		if err != nil {
			return nil, &FormError{Form: "curl", Place: fmt.Sprintf("command %d", i+1), Reason: err.Error()}
		}
		d.ReceivedAt = at.UTC()
		list = append(list, d)
	}
	return list, nil
}

func splitCommands(text string) ([][][]string, error) {
	if words, ok := cmdWords(text); ok {
		return [][][]string{{words}}, nil
	}
	return shellCommands(text)
}

// curlCommand is what the options of a command add up to.
type curlCommand struct {
	read    func(string) ([]byte, error)
	stdin   []byte
	method  string
	address string
	headers []string
	data    []byte
	hasData bool
	json    bool
	asQuery bool
	upload  bool
}

func curlDelivery(pipe [][]string, read func(string) ([]byte, error)) (*Delivery, error) {
	c := &curlCommand{read: read}
	if len(pipe) == 2 {
		var err error
		if c.stdin, err = piped(pipe[0], read); err != nil {
			return nil, err
		}
		pipe = pipe[1:]
	}
	words := pipe[0]
	if words[0] == "$" && len(words) > 1 { // a prompt that was copied, too
		words = words[1:]
	}
	if len(pipe) != 1 || words[0] != "curl" && words[0] != "curl.exe" {
		return nil, fmt.Errorf("%.40q is no curl command", words[0])
	}
	if err := c.options(words[1:]); err != nil {
		return nil, err
	}
	return c.delivery()
}

// piped is what the command before the pipe puts out.
func piped(words []string, read func(string) ([]byte, error)) ([]byte, error) {
	switch {
	case words[0] == "printf":
		text, err := printf(words[1:])
		return []byte(text), err
	case words[0] == "echo" && len(words) > 1 && words[1] == "-n":
		return []byte(strings.Join(words[2:], " ")), nil
	case words[0] == "echo":
		return []byte(strings.Join(words[1:], " ") + "\n"), nil
	case words[0] == "cat" && len(words) == 2:
		return read(words[1])
	}
	return nil, fmt.Errorf("%.40q before a pipe is not understood", words[0])
}

// header takes -H: a line, or the lines of @FILE.
func (c *curlCommand) header(value string) error {
	name, ok := strings.CutPrefix(value, "@")
	if !ok {
		c.headers = append(c.headers, value)
		return nil
	}
	text, err := c.file(name)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			c.headers = append(c.headers, line)
		}
	}
	return nil
}

func (c *curlCommand) file(name string) ([]byte, error) {
	if name != "-" {
		return c.read(name)
	}
	if c.stdin == nil {
		return nil, errors.New("it reads stdin, and nothing is piped into it")
	}
	return c.stdin, nil
}

func (c *curlCommand) addFile(name string) error {
	text, err := c.file(name)
	c.data, c.hasData = append(c.data, text...), true
	return err
}

// addData joins the bodies of several options as curl does.
func (c *curlCommand) addData(option, value string) error {
	c.json = c.json || option == "--json"
	text := []byte(value)
	name, isFile := strings.CutPrefix(value, "@")
	var err error
	switch {
	case option == "--data-urlencode":
		text, err = c.urlencoded(value)
	case isFile && option != "--data-raw":
		if text, err = c.file(name); option != "--data-binary" && option != "--json" {
			text = []byte(strings.NewReplacer("\r", "", "\n", "", "\x00", "").Replace(string(text)))
		}
	}
	if c.hasData && option != "--json" {
		c.data = append(c.data, '&')
	}
	c.data, c.hasData = append(c.data, text...), true
	return err
}

// urlencoded is content, =content, name=content, @file or name@file.
func (c *curlCommand) urlencoded(value string) ([]byte, error) {
	i := strings.IndexAny(value, "=@")
	if i < 0 {
		return []byte(escapeQuery(value)), nil
	}
	prefix, content := "", value[i+1:]
	if i > 0 {
		prefix = value[:i] + "="
	}
	if value[i] == '@' {
		text, err := c.file(content)
		if err != nil {
			return nil, err
		}
		content = string(text)
	}
	return []byte(prefix + escapeQuery(content)), nil
}

// escapeQuery codes as curl does: blanks are %20.
func escapeQuery(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// delivery is the request that curl would send.
func (c *curlCommand) delivery() (*Delivery, error) {
	if c.address == "" {
		return nil, errors.New("it has no URL")
	}
	if c.asQuery && c.hasData {
		mark := "?"
		if strings.Contains(c.address, "?") {
			mark = "&"
		}
		c.address, c.data, c.hasData = c.address+mark+string(c.data), nil, false
	}
	d, err := requested(c.verb(), c.address)
	if err != nil {
		return nil, err
	}
	r := &d.Request
	if u, err := url.Parse(c.address); err == nil && u.User != nil {
		password, _ := u.User.Password()
		c.headers = append(c.headers, "Authorization: Basic "+base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password)))
	}
	r.Headers = c.lines(r.Headers)
	r.Body = c.data
	if c.hasData {
		r.Headers = append(r.Headers, sign.Header{Name: "Content-Length", Value: fmt.Sprint(len(c.data))})
	}
	r.ContentType, _ = r.Headers.Get("Content-Type")
	return d, completeRequest(r)
}

func (c *curlCommand) verb() string {
	switch {
	case c.method != "":
		return c.method
	case c.upload:
		return "PUT"
	case c.hasData:
		return "POST"
	}
	return "GET"
}

// lines are the headers of curl's own, unless the command has them or takes
// them away, and those of the command. Name; has no value, and Name: is none.
func (c *curlCommand) lines(host sign.Headers) sign.Headers {
	own := append(host, sign.Header{Name: "Accept", Value: "*/*"})
	switch {
	case c.json:
		own = append(host, sign.Header{Name: "Content-Type", Value: "application/json"}, sign.Header{Name: "Accept", Value: "application/json"})
	case c.hasData && !c.upload:
		own = append(own, sign.Header{Name: "Content-Type", Value: "application/x-www-form-urlencoded"})
	}
	var given sign.Headers
	for _, line := range c.headers {
		name, value, colon := strings.Cut(line, ":")
		empty, semicolon := strings.CutSuffix(line, ";")
		value = strings.TrimLeft(value, " \t")
		switch {
		case colon && strings.EqualFold(name, "Content-Length"):
			continue
		case !colon && semicolon:
			name = empty
			given = append(given, sign.Header{Name: name})
		case colon && value != "":
			given = append(given, sign.Header{Name: name, Value: value})
		}
		own = slices.DeleteFunc(own, func(h sign.Header) bool { return strings.EqualFold(h.Name, name) })
	}
	return append(own, given...)
}
