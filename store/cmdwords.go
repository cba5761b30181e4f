package store

import "strings"

// cmdWords reads the form of cmd.exe, in which a caret makes the next character
// plain. The words are then quoted as programs of Windows take them apart.
func cmdWords(text string) ([]string, bool) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if !strings.HasPrefix(text, `curl ^"`) && !strings.HasPrefix(text, `curl.exe ^"`) {
		return nil, false
	}
	var plain strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] != '^':
			plain.WriteByte(text[i])
		case strings.HasPrefix(text[i:], "^\n\n"):
			plain.WriteByte('\n')
			i += 2
		case strings.HasPrefix(text[i:], "^\n"):
			i++
		case i+1 < len(text):
			i++
			plain.WriteByte(text[i])
		}
	}
	return programWords(plain.String()), true
}

// programWords takes a command line apart as programs of Windows do.
func programWords(s string) []string {
	var words []string
	var word []byte // nil between two words
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			word = append(word, s[i])
		case s[i] == '"':
			quoted = !quoted
			if word == nil {
				word = []byte{} // "" is a word
			}
		case !quoted && (s[i] == ' ' || s[i] == '\n'):
			if word != nil {
				words = append(words, string(word))
			}
			word = nil
		default:
			word = append(word, s[i])
		}
	}
	if word != nil {
		words = append(words, string(word))
	}
	return words
}
