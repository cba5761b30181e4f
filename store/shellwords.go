package store

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// shellCommands reads commands as a POSIX shell would, without being one: words
// with their quotes, $'…' and "$(printf '…')", what PutOut writes, comments,
// pipes, and one command after the other. What would need a shell (variables, other substitutions,
// redirections) is an error: it is never guessed. Each command is the list of
// the words of each part of its pipe.
func shellCommands(text string) ([][][]string, error) {
	l := &shellLexer{text: text}
	var commands [][][]string
	var pipe [][]string
	var words []string
	endPart := func() {
		if words != nil {
			pipe, words = append(pipe, words), nil
		}
	}
	endCommand := func() {
		endPart()
		if pipe != nil {
			commands, pipe = append(commands, pipe), nil
		}
	}
	for l.pos < len(l.text) {
		if words == nil && pipe == nil {
			words = l.putOut()
		}
		switch c := l.text[l.pos]; {
		case c == ' ' || c == '\t' || c == '\r':
			l.pos++
		case strings.HasPrefix(l.text[l.pos:], "\\\n") || strings.HasPrefix(l.text[l.pos:], "\\\r\n"):
			l.pos += strings.IndexByte(l.text[l.pos:], '\n') + 1
		case c == '#':
			l.skipLine()
		case c == '|' && words != nil:
			endPart()
			l.pos++
		case c == '\n' || c == ';':
			l.pos++
			endCommand()
		case strings.IndexByte("&|<>()", c) >= 0:
			return nil, fmt.Errorf("line %d: %q needs a shell", l.line(), c)
		default:
			word, err := l.word()
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", l.line(), err)
			}
			words = append(words, word)
		}
	}
	endCommand()
	return commands, nil
}

type shellLexer struct {
	text string
	pos  int
	made int // bytes that runs have come to
}

func (l *shellLexer) line() int { return 1 + strings.Count(l.text[:min(l.pos, len(l.text))], "\n") }

func (l *shellLexer) skipLine() {
	for l.pos < len(l.text) && l.text[l.pos] != '\n' {
		l.pos++
	}
}

// putOut reads what PutOut writes before a pipe, as a command that says the same;
// nil is something else.
func (l *shellLexer) putOut() []string {
	text, size := readPutOut(l.text[l.pos:], maxPutOut-l.made)
	if size == 0 || !strings.HasPrefix(l.text[l.pos+size:], " | ") {
		return nil
	}
	l.pos, l.made = l.pos+size, l.made+len(text)
	return []string{"printf", "%s", text}
}

var errUnclosed = errors.New("a quote is not closed")

// word reads up to the next blank or operator outside quotes.
func (l *shellLexer) word() (string, error) {
	var b strings.Builder
	for l.pos < len(l.text) {
		rest := l.text[l.pos:]
		switch c := rest[0]; {
		case strings.IndexByte(" \t\r\n;|&<>()", c) >= 0:
			return b.String(), nil
		case c == '\'':
			quoted, _, ok := strings.Cut(rest[1:], "'")
			if !ok {
				return "", errUnclosed
			}
			b.WriteString(quoted)
			l.pos += len(quoted) + 2
		case c == '"':
			l.pos++
			if err := l.double(&b); err != nil {
				return "", err
			}
		case strings.HasPrefix(rest, "$'"):
			l.pos += 2
			if err := l.ansi(&b); err != nil {
				return "", err
			}
		case c == '\\' && len(rest) > 1:
			if rest[1] != '\n' {
				b.WriteByte(rest[1])
			}
			l.pos += 2
		case c == '`', c == '$' && len(rest) > 1 && expands(rest[1]):
			return "", fmt.Errorf("%.20q needs a shell: write what it stands for", rest)
		default:
			b.WriteByte(c)
			l.pos++
		}
	}
	return b.String(), nil
}

// expands tells whether a dollar sign before c means something.
func expands(c byte) bool {
	return c == '{' || c == '(' || c == '_' || c == '"' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		strings.IndexByte("@*#?-$!", c) >= 0
}

// double reads what stands between double quotes.
func (l *shellLexer) double(b *strings.Builder) error {
	const substitution = "$(printf '"
	for l.pos < len(l.text) {
		rest := l.text[l.pos:]
		switch c := rest[0]; {
		case c == '"':
			l.pos++
			return nil
		case c == '\\' && len(rest) > 1 && strings.IndexByte("$`\"\\\n", rest[1]) >= 0:
			if rest[1] != '\n' {
				b.WriteByte(rest[1])
			}
			l.pos += 2
		case l.putOutWithin(b):
		case strings.HasPrefix(rest, substitution):
			format, _, ok := strings.Cut(rest[len(substitution):], "')")
			if !ok || strings.Contains(format, "'") {
				return errUnclosed
			}
			text, err := printf([]string{format})
			if err != nil {
				return err
			}
			b.WriteString(strings.TrimRight(text, "\n")) // as the shell does
			l.pos += len(substitution) + len(format) + 2
		case c == '`', c == '$' && len(rest) > 1 && rest[1] != '"' && expands(rest[1]):
			return fmt.Errorf("%.20q needs a shell: write what it stands for", rest)
		default:
			b.WriteByte(c)
			l.pos++
		}
	}
	return errUnclosed
}

// putOutWithin reads "$(…)" with what PutOut writes, if it stands there.
func (l *shellLexer) putOutWithin(b *strings.Builder) bool {
	command, ok := strings.CutPrefix(l.text[l.pos:], "$(")
	if !ok {
		return false
	}
	text, size := readPutOut(command, maxPutOut-l.made)
	if size == 0 || !strings.HasPrefix(command[size:], ")") {
		return false
	}
	b.WriteString(strings.TrimRight(text, "\n")) // as the shell does
	l.pos, l.made = l.pos+len("$(")+size+len(")"), l.made+len(text)
	return true
}

// ansi reads $'…' up to its end.
func (l *shellLexer) ansi(b *strings.Builder) error {
	for l.pos < len(l.text) {
		if l.text[l.pos] == '\'' {
			l.pos++
			return nil
		}
		if l.text[l.pos] != '\\' {
			b.WriteByte(l.text[l.pos])
			l.pos++
			continue
		}
		text, size := unescape(l.text[l.pos:])
		if size == 0 {
			return fmt.Errorf("%.4q is no escape", l.text[l.pos:])
		}
		b.WriteString(text)
		l.pos += size
	}
	return errUnclosed
}

// unescape reads one escape of $'…' and printf; size is 0 where there is none.
func unescape(s string) (text string, size int) {
	if len(s) < 2 {
		return "", 0
	}
	const letters, values = `abefnrtv\'"?E`, "\a\b\x1b\f\n\r\t\v\\'\"?\x1b"
	if i := strings.IndexByte(letters, s[1]); i >= 0 {
		return values[i : i+1], 2
	}
	digits := func(from, most int, set string) string {
		end := from
		for end < len(s) && end < from+most && strings.IndexByte(set, s[end]) >= 0 {
			end++
		}
		return s[from:end]
	}
	const hexadecimal, octal = "0123456789abcdefABCDEF", "01234567"
	most := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[1]]
	number, base, from := digits(2, most, hexadecimal), 16, 2
	if most == 0 {
		number, base, from = digits(1, 3, octal), 8, 1
	}
	n, err := strconv.ParseUint(number, base, 32)
	if err != nil {
		return "", 0
	}
	if most > 2 {
		return string(utf8.AppendRune(nil, rune(n))), from + len(number)
	}
	return string([]byte{byte(n)}), from + len(number)
}

// printf is what the shell's printf puts out: of a format with escapes, %% and %s.
func printf(args []string) (string, error) {
	if len(args) > 1 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return "", errors.New("printf without a format")
	}
	var b strings.Builder
	format, rest := args[0], args[1:]
	for i := 0; i < len(format); {
		switch {
		case strings.HasPrefix(format[i:], "%%"):
			b.WriteByte('%')
			i += 2
		case strings.HasPrefix(format[i:], "%s"):
			if len(rest) > 0 {
				b.WriteString(rest[0])
				rest = rest[1:]
			}
			i += 2
		case format[i] == '%':
			return "", fmt.Errorf("printf %.10q is not understood", format[i:])
		case format[i] == '\\':
			text, size := unescape(format[i:])
			if size == 0 {
				return "", fmt.Errorf("%.4q is no escape", format[i:])
			}
			b.WriteString(text)
			i += size
		default:
			b.WriteByte(format[i])
			i++
		}
	}
	if len(rest) > 0 {
		return "", errors.New("printf has more words than its format takes")
	}
	return b.String(), nil
}
