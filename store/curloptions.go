package store

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The options of curl that change nothing in the request, those that take a
// value, and those of them that change nothing.
const (
	curlIgnored = " -k --insecure -s --silent -S --show-error -v --verbose -i --include -L --location -f --fail -g --globoff -N --no-buffer " +
		"--path-as-is --http1.1 --http2 --http1.0 --tlsv1.2 --fail-with-body --no-progress-meter -# --progress-bar -O --remote-name -4 -6 --ipv4 --ipv6 -q "
	curlValues = " -X --request --url -H --header -A --user-agent -e --referer -b --cookie -u --user --oauth2-bearer -d --data --data-ascii --data-raw " +
		"--data-binary --data-urlencode --json -T --upload-file -F --form --form-string "
	curlIgnoredValues = " -o --output -m --max-time --connect-timeout --retry --retry-delay -x --proxy --cacert --cert --key -E -w --write-out " +
		"-c --cookie-jar --resolve --connect-to --interface --unix-socket -D --dump-header --limit-rate --max-redirs "
)

func isOneOf(words, name string) bool { return strings.Contains(words, " "+name+" ") }

// options reads the words behind curl.
func (c *curlCommand) options(words []string) error {
	for i := 0; i < len(words); i++ {
		name, value, attached := splitOption(words[i])
		switch {
		case name == "":
			if err := c.setAddress(words[i]); err != nil {
				return err
			}
			continue
		case isOneOf(curlIgnored, name):
			if attached && !strings.HasPrefix(name, "--") { // -sS is -s -S
				words = slices.Insert(slices.Clone(words), i+1, "-"+value)
			}
			continue
		case c.flag(name):
			if attached {
				words = slices.Insert(slices.Clone(words), i+1, "-"+value)
			}
			continue
		}
		if !isOneOf(curlValues+curlIgnoredValues, name) {
			return fmt.Errorf("the option %.40q is not understood", name)
		}
		if !attached {
			if i++; i == len(words) {
				return fmt.Errorf("%s needs a value", name)
			}
			value = words[i]
		}
		if isOneOf(curlIgnoredValues, name) {
			continue
		}
		if err := c.option(name, value); err != nil {
			return err
		}
	}
	return nil
}

// splitOption takes a word apart: -XPOST has its value attached, and curl knows no
// --request=POST. name is "" for what is no option.
func splitOption(word string) (name, value string, attached bool) {
	switch {
	case !strings.HasPrefix(word, "-") || word == "-":
		return "", "", false
	case strings.HasPrefix(word, "--"):
		return word, "", false
	case len(word) > 2:
		return word[:2], word[2:], true
	}
	return word, "", false
}

// flag takes the options without a value.
func (c *curlCommand) flag(name string) bool {
	switch name {
	case "-G", "--get":
		c.asQuery = true
	case "-I", "--head":
		c.method = "HEAD"
	case "--compressed":
		c.headers = append(c.headers, "Accept-Encoding: deflate, gzip, br, zstd")
	default:
		return false
	}
	return true
}

func (c *curlCommand) setAddress(address string) error {
	if c.address != "" {
		return errors.New("it has several URLs; write a command for each")
	}
	c.address = address
	if !strings.Contains(address, "://") {
		c.address = "http://" + address
	}
	return nil
}

// option takes those with a value.
func (c *curlCommand) option(name, value string) error {
	switch name {
	case "-X", "--request":
		c.method = value
	case "--url":
		return c.setAddress(value)
	case "-H", "--header":
		return c.header(value)
	case "-A", "--user-agent":
		c.headers = append(c.headers, "User-Agent: "+value)
	case "-e", "--referer":
		c.headers = append(c.headers, "Referer: "+value)
	case "-b", "--cookie":
		if !strings.Contains(value, "=") {
			return fmt.Errorf("the cookies of the file %.60q are not read; write them as -b 'name=value'", value)
		}
		c.headers = append(c.headers, "Cookie: "+value)
	case "-u", "--user":
		c.headers = append(c.headers, "Authorization: Basic "+base64.StdEncoding.EncodeToString([]byte(value)))
	case "--oauth2-bearer":
		c.headers = append(c.headers, "Authorization: Bearer "+value)
	case "-d", "--data", "--data-ascii", "--data-raw", "--data-binary", "--data-urlencode", "--json":
		return c.addData(name, value)
	case "-T", "--upload-file":
		c.upload = true
		return c.addFile(value)
	case "-F", "--form", "--form-string":
		return errors.New("-F makes a body of several parts that curl separates as it likes; import the request as it was sent")
	}
	return nil
}
