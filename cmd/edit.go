package cmd

import (
	"bytes"
	"encoding/json"
	"os"
	"runtime"
)

// editor returns what lets a person change a payload. Each payload is shown
// once: events that begin alike are changed alike.
func (a *app) editor() func([]byte) ([]byte, error) {
	changed := map[string][]byte{}
	return func(body []byte) ([]byte, error) {
		if after, ok := changed[string(body)]; ok {
			return after, nil
		}
		after, err := a.editPayload(body)
		if err == nil {
			changed[string(body)] = after
		}
		return after, err
	}
}

// editPayload shows a payload indented, and takes the white space out again. What
// nobody changed keeps its bytes.
func (a *app) editPayload(body []byte) ([]byte, error) {
	var shown bytes.Buffer
	isJSON := json.Indent(&shown, body, "", "  ") == nil
	if isJSON {
		shown.WriteByte('\n')
	} else {
		shown.Reset()
		shown.Write(body)
	}
	file, after, err := a.inEditor("hooks-payload-*.json", shown.Bytes())
	if err != nil {
		return nil, err
	}
	if bytes.Equal(after, shown.Bytes()) {
		after = body
	} else if isJSON {
		var compact bytes.Buffer
		if err := json.Compact(&compact, after); err != nil {
			return nil, usageError("the edited payload is not JSON: %s", err).withHint("it is kept: --data @%s sends it as it is", file)
		}
		after = compact.Bytes()
	}
	os.Remove(file)
	return after, nil
}

// inEditor has the user change a text in a file, which is the caller's to remove.
func (a *app) inEditor(pattern string, text []byte) (file string, after []byte, err error) {
	f, err := os.CreateTemp("", pattern) // with mode 0600
	if err != nil {
		return "", nil, environmentError("cannot make a file to edit: %s", cause(err))
	}
	file = f.Name()
	_, err = f.Write(text)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(file)
		return "", nil, environmentError("cannot write %s: %s", file, cause(err))
	}
	if err := a.runEditor(file); err != nil {
		os.Remove(file)
		return "", nil, err
	}
	if after, err = os.ReadFile(file); err != nil {
		return "", nil, environmentError("cannot read what was edited: %s", cause(err))
	}
	return file, after, nil
}

// runEditor starts the user's editor, and waits for its end.
func (a *app) runEditor(file string) error {
	editor := a.editorLine()
	c := shellLine(editor, file)
	c.Stdin, c.Stdout, c.Stderr = a.stdin, a.stderr, a.stderr
	if a.terminal {
		c.Stdout = a.stdout
	}
	_, release := a.signals() // while it runs, ctrl-C is the editor's
	defer release()
	if err := c.Run(); err != nil {
		return environmentError("the editor %q failed: %s", cut(editor), cause(err)).withHint("EDITOR names another; --set path=value needs none")
	}
	return nil
}

func defaultEditor() string {
	if runtime.GOOS == "windows" {
		return "notepad"
	}
	return "vi"
}

// editorLine is the user's editor as a command line.
func (a *app) editorLine() string {
	return orElse(a.getenv("HOOKS_EDITOR"), orElse(a.getenv("VISUAL"), orElse(a.getenv("EDITOR"), defaultEditor())))
}
