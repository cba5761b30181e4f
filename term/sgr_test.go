package term

import "testing"

func TestColour(t *testing.T) {
	tests := []struct {
		name, mode string
		env        map[string]string
		tty, want  bool
	}{
		{"a terminal", "auto", nil, true, true},
		{"a pipe", "auto", nil, false, false},
		{"always on a pipe", "always", nil, false, true},
		{"always beats NO_COLOR", "always", map[string]string{"NO_COLOR": "1"}, true, true},
		{"never", "never", map[string]string{"CLICOLOR_FORCE": "1"}, true, false},
		{"NO_COLOR", "auto", map[string]string{"NO_COLOR": "1"}, true, false},
		{"NO_COLOR empty", "auto", map[string]string{"NO_COLOR": ""}, true, true},
		{"NO_COLOR beats force", "auto", map[string]string{"NO_COLOR": "0", "CLICOLOR_FORCE": "1"}, true, false},
		{"forced on a pipe", "auto", map[string]string{"CLICOLOR_FORCE": "1"}, false, true},
		{"force 0", "auto", map[string]string{"CLICOLOR_FORCE": "0"}, false, false},
		{"forced on a dumb terminal", "auto", map[string]string{"CLICOLOR_FORCE": "1", "TERM": "dumb"}, true, true},
		{"a dumb terminal", "auto", map[string]string{"TERM": "dumb"}, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			env := func(name string) string { return tt.env[name] }
			if got := Colour(tt.mode, env, tt.tty); got != tt.want {
				t.Errorf("Colour(%q, %v, %t) = %t", tt.mode, tt.env, tt.tty, got)
			}
		})
	}
}

func TestPaint(t *testing.T) {
	text := Safe("a\x1b")
	if got, want := Style("").Paint(text), `a\x1b`; got != want {
		t.Errorf("without colour %q, want %q", got, want)
	}
	if got, want := Red.Paint(text), "\x1b[31ma\x1b[2;4m\\x1b\x1b[22;24m\x1b[31m\x1b[0m"; got != want {
		t.Errorf("in red %q, want %q", got, want)
	}
}
