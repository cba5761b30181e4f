package tui

import (
	"github.com/hooks-cli/hooks/term"
)

// The forms that Options.Exports may name.
const (
	ExportCurl       = "curl"
	ExportRaw        = "raw"
	ExportJSON       = "json"
	ExportBody       = "body"
	ExportHAR        = "har"
	ExportCloudEvent = "cloudevent"
)

// exportForms are the forms that the keys of the menu stand for.
var exportForms = map[action]string{
	doExportCurl: ExportCurl, doExportRaw: ExportRaw, doExportJSON: ExportJSON, doExportBody: ExportBody,
	doExportHAR: ExportHAR, doExportCloudEvent: ExportCloudEvent,
}

// exportedMsg says where something was written.
type exportedMsg struct {
	path string
	err  error
}

func (msg exportedMsg) apply(m *model) []command {
	if msg.err != nil {
		m.fail("export", msg.err)
		return nil
	}
	m.say(good, term.Join(term.Safe(" "), term.Safe("written to"), m.th.line(raw(msg.path))))
	return nil
}

// save writes a text of the view into a new file.
func (m *model) save(name string, content []byte) []command {
	write, ctx := m.o.Actions.Save, m.ctx
	return []command{{do: func() message {
		path, err := write(ctx, name, content)
		return exportedMsg{path, err}
	}}}
}

// export writes the current delivery into a file.
func (m *model) export(a action) []command {
	m.over = noOverlay
	r := m.current()
	if r == nil {
		return nil
	}
	if a == doExportAs {
		m.line.open(commandLine, quoted([]string{"show", string(r.id)})+" --as ")
		return nil
	}
	write, ctx, id, form := m.o.Actions.Export, m.ctx, string(r.id), exportForms[a]
	return []command{{do: func() message {
		path, err := write(ctx, id, form)
		return exportedMsg{path, err}
	}}}
}
