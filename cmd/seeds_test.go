package cmd

import (
	"fmt"
	"os"
	"regexp"
	"testing"
)

// TestSeeds: every capability that the five kinds of provider and consumer have
// is shown by a script, which names it in a comment.
func TestSeeds(t *testing.T) {
	ids := regexp.MustCompile(`\b[A-E][1-9][0-9]?\b`)
	comments := regexp.MustCompile(`(?m)^#.*$`)
	for letter, count := range map[byte]int{'a': 21, 'b': 17, 'c': 12, 'd': 23, 'e': 15} {
		text, err := os.ReadFile(fmt.Sprintf("testdata/script/seeds_%c.txtar", letter))
		if err != nil {
			t.Fatal(err)
		}
		named := map[string]bool{}
		for _, comment := range comments.FindAll(text, -1) {
			for _, id := range ids.FindAll(comment, -1) {
				named[string(id)] = true
			}
		}
		for n := 1; n <= count; n++ {
			if id := fmt.Sprintf("%c%d", letter-'a'+'A', n); !named[id] {
				t.Errorf("no script shows %s", id)
			}
		}
	}
}
