package tui

import (
	"strconv"
	"time"

	"github.com/hooks-cli/hooks/term"
)

// num writes a number.
func num(n int64) term.Text { return term.Safe(strconv.FormatInt(n, 10)) }

// grouped writes a number with a comma between thousands.
func grouped(n int) term.Text {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return term.Safe(s)
}

// size writes a number of bytes, short (412B, 1.8K) or long (412 B, 1.8 KiB).
func size(n int64, long bool) term.Text {
	unit, space := []string{"B", "K", "M", "G"}, ""
	if long {
		unit, space = []string{"B", "KiB", "MiB", "GiB"}, " "
	}
	if n < 1024 {
		return term.Safe(strconv.FormatInt(n, 10) + space + unit[0])
	}
	f, i := float64(n)/1024, 1
	for f >= 999.5 && i < len(unit)-1 {
		f, i = f/1024, i+1
	}
	digits := 0
	if f < 9.95 {
		digits = 1
	}
	return term.Safe(strconv.FormatFloat(f, 'f', digits, 64) + space + unit[i])
}

// took writes a duration, short (12ms) or long (12 ms).
func took(d time.Duration, long bool) term.Text {
	space := ""
	if long {
		space = " "
	}
	f := func(n float64, digits int, unit string) term.Text {
		return term.Safe(strconv.FormatFloat(n, 'f', digits, 64) + space + unit)
	}
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case d <= 0:
		return term.Safe("-")
	case ms < 0.95:
		return f(ms, 1, "ms")
	case ms < 999.5:
		return f(ms, 0, "ms")
	case d < 10*time.Second:
		return f(d.Seconds(), 1, "s")
	case d < 2*time.Minute:
		return f(d.Seconds(), 0, "s")
	case d < 2*time.Hour:
		return f(d.Minutes(), 0, "m")
	}
	return f(d.Hours(), 0, "h")
}

// clock writes a time in eight columns: of the day, or the day if it is
// another one.
func clock(at, now time.Time, in *time.Location) term.Text {
	at, now = at.In(in), now.In(in)
	if at.Year() != now.Year() || at.YearDay() != now.YearDay() {
		return term.Safe(at.Format("Jan 02  "))
	}
	return term.Safe(at.Format("15:04:05"))
}

// age writes how long something has been, in whole days from the second on.
func age(d time.Duration) term.Text {
	if days := int(d / (24 * time.Hour)); days > 1 {
		return term.Join(term.Safe(" "), grouped(days), term.Safe("days"))
	}
	return took(d, true)
}
