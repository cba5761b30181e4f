package main

import (
	"image/color"
	"strconv"
	"strings"
	"unicode/utf8"
)

type cell struct {
	char  rune
	style style
}

// style is what the SGR sequences before a character chose.
type style struct {
	fg, bg                          *color.RGBA
	bold, faint, underline, reverse bool
}

// colours returns the colours as painted.
func (s style) colours() (fg, bg color.RGBA) {
	fg, bg = foreground, background
	if s.fg != nil {
		fg = *s.fg
	}
	if s.bg != nil {
		bg = *s.bg
	}
	if s.faint {
		fg = mix(fg, bg)
	}
	if s.reverse {
		fg, bg = bg, fg
	}
	return fg, bg
}

func mix(a, b color.RGBA) color.RGBA {
	half := func(x, y uint8) uint8 { return uint8((2*int(x) + int(y)) / 3) }
	return color.RGBA{half(a.R, b.R), half(a.G, b.G), half(a.B, b.B), 0xff}
}

// parse reads a captured screen into cells.
func parse(text string, cols, rows int) [][]cell {
	screen := make([][]cell, rows)
	var current style
	for y, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if y == rows {
			break
		}
		row := make([]cell, 0, cols)
		for line != "" && len(row) < cols {
			if params, rest, ok := sgr(line); ok {
				current, line = current.apply(params), rest
				continue
			}
			r, n := utf8.DecodeRuneInString(line)
			row, line = append(row, cell{r, current}), line[n:]
		}
		screen[y] = row
	}
	return screen
}

// sgr takes a sequence that chooses colours off the front of a line.
func sgr(line string) (params, rest string, ok bool) {
	if !strings.HasPrefix(line, "\x1b[") {
		return "", line, false
	}
	params, rest, ok = strings.Cut(line[2:], "m")
	return params, rest, ok && strings.Trim(params, "0123456789;:") == ""
}

func (s style) apply(params string) style {
	codes := strings.FieldsFunc(params, func(r rune) bool { return r == ';' || r == ':' })
	if len(codes) == 0 {
		return style{}
	}
	for i := 0; i < len(codes); i++ {
		n, err := strconv.Atoi(codes[i])
		if err != nil {
			continue
		}
		switch {
		case n == 0:
			s = style{}
		case n == 1:
			s.bold = true
		case n == 2:
			s.faint = true
		case n == 4:
			s.underline = true
		case n == 7:
			s.reverse = true
		case n == 22:
			s.bold, s.faint = false, false
		case n == 24:
			s.underline = false
		case n == 27:
			s.reverse = false
		case n == 38, n == 48:
			c, used := extended(codes[i+1:])
			i += used
			if n == 38 {
				s.fg = c
			} else {
				s.bg = c
			}
		case n == 39:
			s.fg = nil
		case n == 49:
			s.bg = nil
		case n >= 30 && n <= 37:
			s.fg = &palette[n-30]
		case n >= 40 && n <= 47:
			s.bg = &palette[n-40]
		case n >= 90 && n <= 97:
			s.fg = &palette[n-90+8]
		case n >= 100 && n <= 107:
			s.bg = &palette[n-100+8]
		}
	}
	return s
}

// extended reads 5;N or 2;R;G;B and returns how many codes it took.
func extended(codes []string) (*color.RGBA, int) {
	number := func(i int) int {
		if i >= len(codes) {
			return 0
		}
		n, _ := strconv.Atoi(codes[i]) // anything else counts as 0
		return min(max(n, 0), 255)
	}
	switch number(0) {
	case 5:
		c := indexed(number(1))
		return &c, 2
	case 2:
		return &color.RGBA{uint8(number(1)), uint8(number(2)), uint8(number(3)), 0xff}, 4
	default:
		return nil, 0
	}
}

// indexed is a colour of the 256-colour palette of xterm.
func indexed(n int) color.RGBA {
	switch {
	case n < 16:
		return palette[n]
	case n < 232:
		n -= 16
		level := func(v int) uint8 {
			if v == 0 {
				return 0
			}
			return uint8(55 + 40*v)
		}
		return color.RGBA{level(n / 36), level(n / 6 % 6), level(n % 6), 0xff}
	default:
		grey := uint8(8 + 10*(n-232))
		return color.RGBA{grey, grey, grey, 0xff}
	}
}

var palette = [16]color.RGBA{
	{0x20, 0x22, 0x28, 0xff}, {0xe0, 0x5c, 0x65, 0xff}, {0x7f, 0xb8, 0x6a, 0xff}, {0xd9, 0xa8, 0x4e, 0xff},
	{0x62, 0x9f, 0xe0, 0xff}, {0xb9, 0x7f, 0xd6, 0xff}, {0x56, 0xb3, 0xb0, 0xff}, {0xd0, 0xd4, 0xdc, 0xff},
	{0x6b, 0x72, 0x80, 0xff}, {0xf0, 0x7a, 0x82, 0xff}, {0x9a, 0xd0, 0x86, 0xff}, {0xee, 0xc0, 0x6a, 0xff},
	{0x86, 0xb8, 0xf0, 0xff}, {0xd0, 0x9c, 0xea, 0xff}, {0x76, 0xcc, 0xc8, 0xff}, {0xff, 0xff, 0xff, 0xff},
}
