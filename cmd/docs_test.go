package cmd

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// documents are all Markdown files of the repository.
func documents(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "dist" || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && d.Name() != "..") {
			return fs.SkipDir
		}
		if strings.HasSuffix(path, ".md") {
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 8 {
		t.Fatalf("only %d documents", len(files))
	}
	return files
}

// TestLinks: what a document links to inside the repository is there, headings
// included.
func TestLinks(t *testing.T) {
	n := 0
	for _, file := range documents(t) {
		text := readDocument(t, file)
		for _, m := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			n++
			path, heading, _ := strings.Cut(m[1], "#")
			target := file
			if path != "" {
				target = filepath.Join(filepath.Dir(file), path)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s, which is not there", file, m[1])
			} else if heading != "" && !slices.Contains(anchors(readDocument(t, target)), heading) {
				t.Errorf("%s links to %s, which has no such heading", file, m[1])
			}
		}
	}
	if n < 10 {
		t.Errorf("only %d links", n)
	}
}

func readDocument(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// anchors are the names that a forge gives to headings.
func anchors(text string) []string {
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(text, -1) {
		name := regexp.MustCompile(`[^\pL\pN\- ]`).ReplaceAllString(strings.ToLower(m[1]), "")
		names = append(names, strings.ReplaceAll(name, " ", "-"))
	}
	return names
}

// TestDocumentedCommands runs the blocks of commands of every document, one
// after the other, each in a fresh playground. The tour of the README has a test
// of its own.
func TestDocumentedCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a shell")
	}
	p := newPlayground(t)
	n := 0
	for _, file := range documents(t) {
		for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(readDocument(t, file), -1) {
			if strings.Contains(block[1], "listen --forward localhost:3000 &") || strings.Contains(section(t, "A tour of five minutes"), block[1]) {
				continue
			}
			p.fresh()
			for line := range strings.SplitSeq(strings.TrimSpace(block[1]), "\n") {
				line, _, _ = strings.Cut(line, " # ")
				line = strings.TrimSpace(line)
				if line == "" || strings.HasPrefix(line, "go ") || missingTool(line) != "" {
					continue // the tools of contributors
				}
				n++
				before, ok := documentBefore[line]
				if ok {
					if out, code := p.run(filepath.Join(p.dir, "now"), before, false); code != 0 && code != exitNo {
						t.Errorf("%s: before %s: %s", file, line, out)
					}
				}
				out, code := p.run(filepath.Join(p.dir, "now"), line, endless(line))
				if want := exampleExits[line]; code != want {
					t.Errorf("%s: %s\nexit code %d, want %d\n%.1000s", file, line, code, want, out)
				}
			}
		}
	}
	if n < 40 {
		t.Errorf("only %d commands", n)
	}
}

// documentBefore is what was done before some commands of the documents.
var documentBefore = map[string]string{
	"hooks endpoint add https://example.com/hooks --provider revkeen --name shop --event 'payment.*'": "hooks endpoint delete shop --yes",
	"hooks cancel @last": "hooks endpoint disable shop && env -u HOOKS_TO hooks trigger revkeen:payment.succeeded",
}
