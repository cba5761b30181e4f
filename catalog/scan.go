package catalog

// scanner goes through JSON once, without making anything of it. It takes what
// RFC 8259 takes, nested up to maxDepth; every method tells whether what it came
// for stood there, and leaves at behind it. It says no more than package sign's,
// which looks for values on its way, and is apart from it: neither package knows
// of the other, and encoding/json takes half as long again.
type scanner struct {
	data []byte
	at   int
}

func (s *scanner) value(depth int) bool {
	if s.at >= len(s.data) || depth > maxDepth {
		return false
	}
	switch c := s.data[s.at]; c {
	case '{':
		return s.object(func(string) bool { return s.value(depth + 1) })
	case '[':
		return s.list(func() bool { return s.value(depth + 1) })
	case '"':
		return s.text()
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	}
	return s.number()
}

// object calls member in front of each value, with the key as it is written.
func (s *scanner) object(member func(key string) bool) bool {
	return s.entries('{', '}', func() bool {
		from := s.at
		if !s.text() {
			return false
		}
		key := s.data[from+1 : s.at-1]
		s.space()
		if !s.byte(':') {
			return false
		}
		s.space()
		return member(string(key))
	})
}

func (s *scanner) list(item func() bool) bool { return s.entries('[', ']', item) }

// entries goes through what stands between brackets, with commas.
func (s *scanner) entries(first, last byte, entry func() bool) bool {
	if !s.byte(first) {
		return false
	}
	if s.space(); s.byte(last) {
		return true
	}
	for entry() {
		s.space()
		if s.byte(last) {
			return true
		}
		if !s.byte(',') {
			return false
		}
		s.space()
	}
	return false
}

func (s *scanner) byte(c byte) bool {
	if s.at >= len(s.data) || s.data[s.at] != c {
		return false
	}
	s.at++
	return true
}

func (s *scanner) space() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

func (s *scanner) word(w string) bool {
	end := s.at + len(w)
	if end > len(s.data) || string(s.data[s.at:end]) != w {
		return false
	}
	s.at = end
	return true
}

func (s *scanner) text() bool {
	if !s.byte('"') {
		return false
	}
	data := s.data
	for i := s.at; i < len(data); i++ {
		switch c := data[i]; {
		case c == '"':
			s.at = i + 1
			return true
		case c < 0x20:
			return false
		case c == '\\':
			n := escape(data[i:])
			if n == 0 {
				return false
			}
			i += n - 1
		}
	}
	return false
}

// escape is the length of the escape sequence that text begins with, 0 if it is
// none.
func escape(text []byte) int {
	if len(text) < 2 {
		return 0
	}
	switch text[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if len(text) < 6 {
			return 0
		}
		for _, c := range text[2:6] {
			if !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
				return 0
			}
		}
		return 6
	}
	return 0
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func (s *scanner) number() bool {
	s.byte('-')
	if !s.byte('0') && !s.digits() {
		return false
	}
	if s.byte('.') && !s.digits() {
		return false
	}
	if s.byte('e') || s.byte('E') {
		if !s.byte('+') {
			s.byte('-')
		}
		return s.digits()
	}
	return true
}

func (s *scanner) digits() bool {
	from := s.at
	for s.at < len(s.data) && isDigit(s.data[s.at]) {
		s.at++
	}
	return s.at > from
}
