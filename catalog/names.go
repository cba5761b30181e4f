package catalog

import (
	"strings"
)

const maxNameLength = 256

// nameFault says what is wrong with the name of an event type, or "". Slashes
// and colons are there for types such as orders/create; a name never becomes a
// path, but one that looks like a way out of a folder is refused all the same.
func nameFault(name string) string {
	switch {
	case name == "":
		return "the name is empty"
	case len(name) > maxNameLength:
		return "the name is longer than 256 characters"
	case !isLetterOrDigit(name[0]):
		return "a name begins with a letter or a digit, " + quote(name) + " does not"
	}
	for i := range len(name) {
		if !isLetterOrDigit(name[i]) && !strings.ContainsRune("_.-:/", rune(name[i])) {
			return "a name is made of letters, digits, _ . - : and /, " + quote(name) + " is not"
		}
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." || part == ".." {
			return "a name has no empty part and no dots for a part, " + quote(name) + " does"
		}
	}
	return ""
}

// plainFault says what is wrong with a word made of letters, digits and the
// extra characters, or "".
func plainFault(what, word, extra string, maxLength int) string {
	switch {
	case word == "":
		return "the " + what + " is empty"
	case len(word) > maxLength:
		return "the " + what + " is too long"
	}
	for i := range len(word) {
		if !isLetterOrDigit(word[i]) && !strings.Contains(extra, word[i:i+1]) {
			return "a " + what + " is made of letters, digits and " + extra + ", " + quote(word) + " is not"
		}
	}
	return ""
}

// catalogFault says what is wrong with the name of a catalog or the id of a
// provider, or "".
func catalogFault(what, name string) string {
	if name != strings.ToLower(name) {
		return "a " + what + " is in small letters, " + quote(name) + " is not"
	}
	return plainFault(what, name, "-", 64)
}

func isLetterOrDigit(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
