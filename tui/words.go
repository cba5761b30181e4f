package tui

import (
	"errors"
	"strings"
)

var (
	errOpenQuote = errors.New("a quote is not closed")
	errNoWords   = errors.New("it has no words")
)

// split divides a line that the user typed into the words of a command of the
// program, with its name or without.
func split(line string) ([]string, error) {
	words, err := shellWords(line)
	if len(words) > 0 && words[0] == "hooks" {
		words = words[1:]
	}
	return words, err
}

// shellWords divides a line into words as a shell does with quotes and
// backslashes. Nothing is expanded and nothing is run.
func shellWords(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	quote, inWord, escaped := rune(0), false, false
	for _, r := range line {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, inWord = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, inWord = r, true
		case r == ' ':
			if inWord {
				words = append(words, word.String())
				word.Reset()
			}
			inWord = false
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if quote != 0 || escaped {
		return nil, errOpenQuote
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}

func trimmed(s string) string { return strings.TrimRight(s, "\n") }
