package cmd

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html"
	"strings"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/term"
)

// The style and the search of the page. Its policy lets nothing else run, and
// nothing be loaded.
var (
	//go:embed page/page.css
	pageStyle string
	//go:embed page/page.js
	pageScript string
)

// page is HTML that is being written. Whatever is not written here goes through
// add, or is escaped where it stands.
type page struct{ strings.Builder }

// add writes HTML, with each of the texts escaped.
func (p *page) add(format string, texts ...string) {
	escaped := make([]any, len(texts))
	for i, s := range texts {
		escaped[i] = htmlText(s)
	}
	fmt.Fprintf(p, format, escaped...)
}

// htmlText is fit for elements and for quoted attributes.
func htmlText(s string) string { return html.EscapeString(term.Safe(s).String()) }

// html is the reference as one page that needs nothing beside itself.
func (r *reference) html() []byte {
	var p page
	policy := fmt.Sprintf("default-src 'none'; style-src 'sha256-%s'; script-src 'sha256-%s'; base-uri 'none'; form-action 'none'", digest(pageStyle), digest(pageScript))
	p.add("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"%s\">\n", policy)
	p.add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>%s</title>\n", r.title)
	p.WriteString("<style>" + pageStyle + "</style>\n</head>\n<body>\n")
	r.htmlNav(&p)
	p.WriteString("<main>\n")
	for _, c := range r.chapters {
		r.htmlChapter(&p, c)
	}
	p.WriteString("</main>\n<script>" + pageScript + "</script>\n</body>\n</html>\n")
	return []byte(p.String())
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func (r *reference) htmlNav(p *page) {
	p.add("<nav>\n<h1>%s</h1>\n<input id=\"search\" type=\"search\" placeholder=\"Search (press /)\" aria-label=\"Search events\" autocomplete=\"off\" spellcheck=\"false\">\n<output id=\"count\" for=\"search\"></output>\n", r.title)
	for _, c := range r.chapters {
		p.WriteString("<div class=\"chapter\">\n")
		if len(r.chapters) > 1 {
			p.add("<h2>%s</h2>\n", orElse(c.Title, c.Name))
		}
		for _, g := range c.groups {
			p.WriteString("<div class=\"group\">\n")
			if g.name != "" {
				p.add("<h3>%s</h3>\n", g.name)
			}
			p.WriteString("<ul>\n")
			for _, t := range g.types {
				p.add("<li><a href=\"#%s\">%s</a></li>\n", anchor(t), t.Name)
			}
			p.WriteString("</ul>\n</div>\n")
		}
		p.WriteString("</div>\n")
	}
	p.WriteString("</nav>\n")
}

func (r *reference) htmlChapter(p *page, c chapter) {
	p.add("<section>\n<h2>%s</h2>\n", orElse(c.Title, c.Name))
	if c.Note != "" {
		p.add("<p class=\"note\">%s</p>\n", c.Note)
	}
	for _, g := range c.groups {
		for _, t := range g.types {
			r.htmlType(p, t)
		}
	}
	p.WriteString("</section>\n")
}

func (r *reference) htmlType(p *page, t *catalog.EventType) {
	words := strings.Join([]string{t.Qualified(), t.Catalog.Title, t.Group, t.Title, t.Description}, " ")
	p.add("<article id=\"%s\" data-search=\"%s\">\n<h3><a href=\"#%s\">%s</a></h3>\n", anchor(t), words, anchor(t), t.Name)
	for _, text := range notes(t) {
		p.add("<p class=\"warn\">%s</p>\n", text)
	}
	p.add("<p>%s</p>\n", t.Description)
	if meta := htmlMeta(t); meta != "" {
		p.add("<p class=\"meta\">%s</p>\n", meta)
	}
	if fields := t.Fields(); len(fields) > 0 {
		p.WriteString("<div class=\"scroll\"><table>\n<tr><th>Field</th><th>Type</th><th></th></tr>\n")
		for _, f := range fields {
			p.add("<tr><td>%s</td><td>%s</td><td>%s</td></tr>\n", f.Path, f.Type, about(f))
		}
		p.WriteString("</table></div>\n")
	}
	for i := range t.Examples {
		r.htmlSample(p, t, &t.Examples[i])
	}
	p.WriteString("</article>\n")
}

func (r *reference) htmlSample(p *page, t *catalog.EventType, e *catalog.Example) {
	open := ""
	if e == &t.Examples[0] {
		open = " open"
	}
	p.WriteString("<details" + open + ">")
	p.add("<summary>Sample %s <button type=\"button\" hidden>copy</button></summary>", e.Name+summary(e))
	p.WriteString("<pre>" + html.EscapeString(shownJSON(e.Payload)) + "</pre>")
	p.add("<pre>%s</pre></details>\n", r.command(t, e))
}

// htmlMeta says what stands beside the body, and what is new in each event.
func htmlMeta(t *catalog.EventType) string {
	var all []string
	for _, h := range t.Headers {
		all = append(all, h.Name+": "+h.Value)
	}
	if len(t.Dynamic) > 0 {
		places := make([]string, len(t.Dynamic))
		for i, d := range t.Dynamic {
			places[i] = d.Pointer
		}
		all = append(all, "New in each event: "+strings.Join(places, ", "))
	}
	return strings.Join(all, " · ")
}
