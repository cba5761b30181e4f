package term

// Colour decides whether a stream is written in colour. mode is the value of
// --color: always, never, or auto, and everything else counts as auto. For
// auto NO_COLOR (not empty) says no, then CLICOLOR_FORCE (not empty, not 0)
// says yes, then TERM=dumb says no, and then it depends on whether the stream
// is a terminal. See https://no-color.org and https://bixense.com/clicolors.
func Colour(mode string, env func(string) string, isTerminal bool) bool {
	switch mode {
	case "always":
		return true
	case "never":
		return false
	}
	force := env("CLICOLOR_FORCE")
	switch {
	case env("NO_COLOR") != "":
		return false
	case force != "" && force != "0":
		return true
	case env("TERM") == "dumb":
		return false
	}
	return isTerminal
}

// Style is a sequence that chooses colours and attributes. The empty style
// changes nothing.
type Style string

// The attributes and the sixteen-colour palette's plain colours, which every
// theme of a terminal keeps readable.
const (
	Reset     Style = "\x1b[0m"
	Bold      Style = "\x1b[1m"
	Faint     Style = "\x1b[2m"
	Underline Style = "\x1b[4m"
	Reverse   Style = "\x1b[7m"
	Red       Style = "\x1b[31m"
	Green     Style = "\x1b[32m"
	Yellow    Style = "\x1b[33m"
	Blue      Style = "\x1b[34m"
	Magenta   Style = "\x1b[35m"
	Cyan      Style = "\x1b[36m"
)

// Escapes made from what cannot be shown are drawn faint and underlined.
const (
	escapeOn  = "\x1b[2;4m"
	escapeOff = "\x1b[22;24m"
)

// Paint returns the text in this style, its escapes faint and underlined, with
// everything switched off behind it. The empty style returns the text alone,
// which is what a stream without colour gets.
func (s Style) Paint(t Text) string {
	if s == "" {
		return t.String()
	}
	return string(s) + t.Styled(escapeOn, escapeOff+string(s)) + string(Reset)
}
