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
	var words []string
	word, inWord, quoted := "", false, false
	s := plain.String()
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			word, inWord = word+s[i:i+1], true
		case s[i] == '"':
			quoted, inWord = !quoted, true
		case !quoted && (s[i] == ' ' || s[i] == '\n'):
			if inWord {
				words = append(words, word)
			}
			word, inWord = "", false
		default:
			word, inWord = word+s[i:i+1], true
		}
	}
	if inWord {
		words = append(words, word)
	}
	return words, true
}
