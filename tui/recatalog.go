package tui

import "github.com/hooks-cli/hooks/term"

// recatalogMsg says that the catalogs were read again, or why they were not.
type recatalogMsg struct{ err error }

// awaitCatalogs waits for the next change of the catalogs.
func (m *model) awaitCatalogs() []command {
	if m.o.CatalogsChanged == nil {
		return nil
	}
	return []command{{waits: true, do: func() message {
		select {
		case <-m.ctx.Done():
			return nil
		case err, open := <-m.o.CatalogsChanged:
			if !open {
				return nil
			}
			return recatalogMsg{err}
		}
	}}}
}

func (msg recatalogMsg) apply(m *model) []command {
	todo := m.awaitCatalogs()
	if msg.err != nil {
		m.say(bad, m.th.quote(msg.err.Error()+"; the catalogs stay as they were"))
		return todo
	}
	m.say(dim, term.Safe(" read the catalogs again"))
	if m.page == catalogPage {
		return append(todo, m.shelf.read(m)...)
	}
	m.shelf.all, m.shelf.shown = nil, nil // read when the page is opened
	return todo
}
