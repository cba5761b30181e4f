package cmd

import (
	"fmt"
	"strings"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/term"
)

// markdown is the reference as GitHub shows it: a table of contents, and a
// section for each type.
func (r *reference) markdown() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", markdownText(r.title))
	for _, c := range r.chapters {
		r.markdownContents(&b, c)
	}
	for _, c := range r.chapters {
		for _, g := range c.groups {
			for _, t := range g.types {
				r.markdownType(&b, t)
			}
		}
	}
	return []byte(b.String())
}

func (r *reference) markdownContents(b *strings.Builder, c chapter) {
	if len(r.chapters) > 1 {
		fmt.Fprintf(b, "\n## %s\n", markdownText(orElse(c.Title, c.Name)))
	}
	if c.Note != "" {
		fmt.Fprintf(b, "\n%s\n", markdownText(c.Note))
	}
	b.WriteString("\n| Event | Description |\n| --- | --- |\n")
	for _, g := range c.groups {
		if g.name != "" {
			fmt.Fprintf(b, "| **%s** | |\n", markdownText(g.name))
		}
		for _, t := range g.types {
			fmt.Fprintf(b, "| [`%s`](#%s) | %s |\n", t.Name, anchor(t), markdownText(t.Description))
		}
	}
}

func (r *reference) markdownType(b *strings.Builder, t *catalog.EventType) {
	fmt.Fprintf(b, "\n<a id=\"%s\"></a>\n\n## %s\n", anchor(t), markdownText(t.Qualified()))
	for _, text := range append(notes(t), t.Description) {
		if text != "" {
			fmt.Fprintf(b, "\n%s\n", markdownText(text))
		}
	}
	if fields := t.Fields(); len(fields) > 0 {
		b.WriteString("\n| Field | Type | |\n| --- | --- | --- |\n")
		for _, f := range fields {
			fmt.Fprintf(b, "| %s | %s | %s |\n", markdownCode(f.Path), markdownText(f.Type), markdownText(about(f)))
		}
	}
	for i := range t.Examples {
		e := &t.Examples[i]
		fmt.Fprintf(b, "\n%s\n\n```json\n%s\n```\n", markdownText("Sample "+e.Name+summary(e)), shownJSON(e.Payload))
		fmt.Fprintf(b, "\n```sh\n%s\n```\n", r.command(t, e))
	}
}

func summary(e *catalog.Example) string {
	if e.Summary == "" {
		return ""
	}
	return ": " + e.Summary
}

// about is what is said of a field besides its type.
func about(f catalog.Field) string {
	switch {
	case f.Required && f.Description != "":
		return "required: " + f.Description
	case f.Required:
		return "required"
	}
	return f.Description
}

// anchor is the place of a type on a page. Names hold no other character that
// means something in an attribute or a link.
func anchor(t *catalog.EventType) string { return t.Catalog.Name + ":" + t.Name }

// markdownText keeps a text from being read as Markdown or HTML.
func markdownText(s string) string {
	var b strings.Builder
	for i, r := range strings.TrimSpace(term.Safe(s).String()) {
		if strings.ContainsRune("\\`*_[]<>#|~&", r) || i == 0 && strings.ContainsRune("-+=0123456789", r) {
			b.WriteString(markdownRune(r))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// markdownRune is a character for itself; a digit, which begins a list, cannot
// be escaped as the others are.
func markdownRune(r rune) string {
	if r >= '0' && r <= '9' {
		return fmt.Sprintf("&#%d;", r)
	}
	return "\\" + string(r)
}

// markdownCode is a text between backquotes, in a cell of a table.
func markdownCode(s string) string {
	if strings.ContainsAny(s, "`|") {
		return markdownText(s)
	}
	return "`" + term.Safe(s).String() + "`"
}

// shownJSON is a payload, indented, of which no character does anything. A line
// of it begins with a space, a bracket or a quote, which ends no fence.
func shownJSON(payload []byte) string {
	lines := strings.Split(indented(payload), "\n")
	for i, line := range lines {
		lines[i] = term.Safe(line).String()
	}
	return strings.Join(lines, "\n")
}
