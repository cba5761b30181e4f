package tui

import (
	"context"
	"strings"

	"github.com/hooks-cli/hooks/term"
)

// Form is a command that is filled in field by field.
type Form struct {
	Title string
	// Words are those that the command begins with.
	Words  []string
	Fields []FormField
}

// FormField is a part of a command's words.
type FormField struct {
	// Name tells the field from others, for Problems.
	Name, Label string
	// Value is what is there at the start; a field that still has it says nothing.
	Value string
	// Hint is what the field takes.
	Hint string
	// Secret tells that what is typed is not shown, unless it says only where
	// the secret is.
	Secret bool
	// Words are what the command says for a value.
	Words func(value string) []string
}

// Problems are what is wrong with the fields of a form, by name. What has no
// field of its own has the name "".
type Problems map[string]string

// filling is a Form while it is filled in.
type filling struct {
	Form
	inputs   []editor
	at       int
	problems map[string]term.Text
	asked    int       // generation of what is being checked
	checked  int       // and of what was
	pressed  bool      // enter was, before the check had ended
	running  bool      // the command is
	failure  term.Text // of the command
}

// formReadyMsg brings an empty or filled form.
type formReadyMsg struct {
	form Form
	err  error
}

// openForm asks for the form of an endpoint, of a new one if id is "".
func (m *model) openForm(id string) []command {
	read := m.o.Actions.EndpointForm
	return []command{{do: func() message {
		f, err := read(m.ctx, id)
		return formReadyMsg{f, err}
	}}}
}

func (msg formReadyMsg) apply(m *model) []command {
	if msg.err != nil {
		m.fail("form", msg.err)
		return nil
	}
	f := &filling{Form: msg.form, inputs: make([]editor, len(msg.form.Fields))}
	for i := range f.inputs {
		f.inputs[i].insert([]rune(msg.form.Fields[i].Value))
	}
	m.form = f
	return nil
}

// value is what a field says.
func (f *filling) value(i int) string { return strings.Trim(string(f.inputs[i].input), " ") }

// words are the command, and the same as it may be shown.
func (f *filling) words() (run, shown []string) {
	run = append(run, f.Words...)
	shown = append(shown, f.Words...)
	for i := range f.Fields {
		value, field := f.value(i), &f.Fields[i]
		if value == field.Value {
			continue
		}
		run = append(run, field.Words(value)...)
		shown = append(shown, field.Words(f.shown(i))...)
	}
	return run, shown
}

// shown is the value of a field as it may be seen.
func (f *filling) shown(i int) string {
	value := f.value(i)
	if !f.Fields[i].Secret || value == "" || pointsElsewhere(value) {
		return value
	}
	return strings.Repeat("*", min(8, len(value)))
}

// pointsElsewhere tells a reference to a secret from one.
func pointsElsewhere(value string) bool {
	for _, prefix := range []string{"env:", "file:", "keyring:"} {
		if strings.HasPrefix(value, prefix) {
			return true
		}
	}
	return false
}

// do does an action in the form.
func (f *filling) do(m *model, a action) []command {
	switch a {
	case doNextField:
		f.at = (f.at + 1) % len(f.Fields)
	case doPreviousField:
		f.at = (f.at + len(f.Fields) - 1) % len(f.Fields)
	case doCancelForm:
		m.form = nil
	case doSubmit:
		return f.submit(m)
	}
	return nil
}

// problemsMsg says what is wrong with a form.
type problemsMsg struct {
	of       *filling
	asked    int
	problems Problems
}

// check has the program itself judge what stands in the fields.
func (f *filling) check(ctx context.Context, judge func(context.Context, []string, map[string][]string) Problems) []command {
	f.asked++
	asked, given := f.asked, map[string][]string{}
	for i := range f.Fields {
		if value := f.value(i); value != f.Fields[i].Value {
			given[f.Fields[i].Name] = f.Fields[i].Words(value)
		}
	}
	return []command{{do: func() message { return problemsMsg{f, asked, judge(ctx, f.Words, given)} }}}
}

func (msg problemsMsg) apply(m *model) []command {
	f := msg.of
	if f != m.form || msg.asked != f.asked {
		return nil
	}
	f.checked, f.problems = msg.asked, map[string]term.Text{}
	for name, what := range msg.problems {
		f.problems[name] = m.th.quote(what)
	}
	if f.pressed {
		return f.submit(m)
	}
	return nil
}

// submit runs the command once the fields are known to be right.
func (f *filling) submit(m *model) []command {
	run, shown := f.words()
	switch {
	case f.running:
		return nil
	case f.checked != f.asked || f.asked == 0:
		f.pressed = true
		if f.asked > 0 {
			return nil
		}
		return f.check(m.ctx, m.o.Actions.CheckForm)
	case len(f.problems) > 0:
		f.pressed = false
		f.toProblem()
		return nil
	}
	f.pressed, f.failure = false, term.Text{}
	todo := m.runShown(run, shown)
	f.running = todo != nil
	return todo
}

// toProblem goes to the first field that is wrong.
func (f *filling) toProblem() {
	for i := range f.Fields {
		if !f.problems[f.Fields[i].Name].Empty() {
			f.at = i
			return
		}
	}
}

// typedInForm takes what was typed into the field and has it judged.
func (m *model) typedInForm(changed bool) []command {
	if !changed {
		return nil
	}
	m.form.failure = term.Text{}
	return m.form.check(m.ctx, m.o.Actions.CheckForm)
}

// ended takes over what the command of the form came to: a form that is done
// goes away, one that failed stays and says why.
func (f *filling) ended(m *model, msg outputMsg) (stays bool) {
	f.running = false
	if msg.err == nil {
		m.form = nil
		return false
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(msg.err.Error(), "error: "), "\n")
	f.failure = m.th.quote(first)
	return true
}
