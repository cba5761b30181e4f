package sign

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash/crc32"
	"slices"
	"strconv"
	"strings"
)

// filter changes a value before it is signed: {body|sha256hex}.
type filter struct {
	name string
	path path // of without:PATH
	arg  string
}

const filterWithout = "without"

func filterNames() []string {
	return []string{"lower", "jcs", "sha256hex", "sha256raw", "sha256b64", "sha512b64", "crc32"}
}

func parseFilter(word string) (filter, error) {
	if arg, ok := strings.CutPrefix(word, filterWithout+":"); ok && arg != "" {
		return filter{name: filterWithout, arg: arg, path: parsePath(arg)}, nil
	}
	if !slices.Contains(filterNames(), word) {
		return filter{}, &UnknownError{What: "filter", Word: word, Known: append(filterNames(), filterWithout+":PATH")}
	}
	return filter{name: word}, nil
}

// String returns the filter in the notation it was read from.
func (f filter) String() string {
	if f.name == filterWithout {
		return f.name + ":" + f.arg
	}
	return f.name
}

// apply returns false where value has no such form: only JSON has a canonical
// one.
func (f filter) apply(value []byte) ([]byte, bool) {
	switch f.name {
	case "lower":
		return []byte(strings.ToLower(string(value))), true
	case "jcs":
		out, err := canonicalJSON(value)
		return out, err == nil
	case "sha256hex":
		sum := sha256.Sum256(value)
		return hex.AppendEncode(nil, sum[:]), true
	case "sha256raw":
		sum := sha256.Sum256(value)
		return sum[:], true
	case "sha256b64":
		sum := sha256.Sum256(value)
		return base64.StdEncoding.AppendEncode(nil, sum[:]), true
	case "sha512b64":
		sum := sha512.Sum512(value)
		return base64.StdEncoding.AppendEncode(nil, sum[:]), true
	case "crc32":
		return strconv.AppendUint(nil, uint64(crc32.ChecksumIEEE(value)), 10), true
	case filterWithout:
		return removeJSON(value, f.path)
	}
	return nil, false
}
