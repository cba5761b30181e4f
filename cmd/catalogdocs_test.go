package cmd

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/catalog"
)

// hostileCatalog would change the page's title if any text of it came to be a
// script, an attribute or a style.
const hostileCatalog = `
catalog: hostile
title: "<img src=x onerror=\"document.title='broken'\">"
note: "<script>document.title='broken'</script>"
event_types:
  - name: order.created
    title: "</script><script>document.title='broken'</script>"
    description: "\" onmouseover=\"document.title='broken'\" autofocus onfocus=\"document.title='broken'\""
    examples: [{payload: {a: "</pre><script>document.title='broken'</script>"}}]
`

// TestPageInBrowser opens the page from a file, as a reader does, without a
// network.
func TestPageInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	browser := findBrowser(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "hostile.yaml"), []byte(hostileCatalog), 0o600); err != nil {
		t.Fatal(err)
	}
	set := catalog.Open(dir)
	types, err := set.List()
	if err != nil {
		t.Fatal(err)
	}
	r := &reference{title: "Events of all", set: set}
	r.gather(types)
	page := filepath.Join(t.TempDir(), "events.html")
	if err := os.WriteFile(page, r.html(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, query string
		shown       []string
	}{
		{"one word", "?q=bounce", []string{"sendgrid:bounce"}},
		{"two words, any case", "?q=STRIPE+refund", []string{"stripe:charge.refunded"}},
		{"what would be a script", "?q=onmouseover", []string{"hostile:order.created"}},
		{"nothing", "?q=%3Cscript%3Ex", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dom := dump(t, browser, "file://"+page+tt.query)
			if !strings.Contains(dom, "<title>Events of all</title>") {
				t.Error("a text of the catalog was run")
			}
			shown := regexp.MustCompile(`<article id="([^"]*)" data-search="[^"]*">`).FindAllStringSubmatch(dom, -1)
			hidden := strings.Count(dom, "<article") - len(shown)
			if len(shown) != len(tt.shown) || len(shown)+hidden != len(types) {
				t.Fatalf("%d types are shown and %d hidden of %d; want %q", len(shown), hidden, len(types), tt.shown)
			}
			for i, want := range tt.shown {
				if shown[i][1] != want {
					t.Errorf("%s is shown, want %s", shown[i][1], want)
				}
			}
		})
	}
}

func findBrowser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no Chromium")
	return ""
}

// dump is the page after its script has run.
func dump(t *testing.T, browser, url string) string {
	t.Helper()
	run := exec.CommandContext(t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--user-data-dir="+t.TempDir(), "--host-resolver-rules=MAP * ~NOTFOUND", "--dump-dom", url)
	dom, err := run.Output()
	if err != nil {
		t.Skipf("the browser does not run here: %v", err)
	}
	return string(dom)
}

// TestReferenceIsWhole: each type is in the contents and has its section, in
// both formats.
func TestReferenceIsWhole(t *testing.T) {
	set := catalog.Open()
	types, err := set.List()
	if err != nil {
		t.Fatal(err)
	}
	r := &reference{set: set}
	r.gather(types)
	markdown, html := string(r.markdown()), string(r.html())
	for _, et := range types {
		at := anchor(et)
		for _, want := range []string{"](#" + at + ")", `<a id="` + at + `"></a>`, "```sh\nhooks trigger " + set.Ref(et) + "\n"} {
			if strings.Count(markdown, want) != 1 {
				t.Errorf("%s: %d of %q in Markdown", at, strings.Count(markdown, want), want)
			}
		}
		for _, want := range []string{`<li><a href="#` + at + `">`, `<article id="` + at + `"`} {
			if strings.Count(html, want) != 1 {
				t.Errorf("%s: %d of %q in HTML", at, strings.Count(html, want), want)
			}
		}
	}
	if len(html) > 1<<20 {
		t.Errorf("the page has %d bytes", len(html))
	}
}

func TestMarkdownText(t *testing.T) {
	for in, want := range map[string]string{
		"plain words, (really): a.b": "plain words, (really): a.b",
		"a_b *c* `d` <e> [f](g) |":   "a\\_b \\*c\\* \\`d\\` \\<e\\> \\[f\\](g) \\|",
		"# no heading":               `\# no heading`,
		"- no list":                  `\- no list`,
		"1. no list":                 "&#49;. no list",
		" \x1b[2J\nx":                `\\x1b\[2J\\nx`,
	} {
		if got := markdownText(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestCatalogName(t *testing.T) {
	for in, want := range map[string]string{
		"shop": "shop", "My Shop_2": "my-shop-2", ".": "my-app", "": "my-app", "/": "my-app", "Übung": "bung", strings.Repeat("a", 99): strings.Repeat("a", 64),
	} {
		if got := catalogName(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}
