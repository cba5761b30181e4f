package cmd

import (
	"embed"
	"strings"
)

// topicFiles are the texts of `hooks help TOPIC`, one file each.
//
//go:embed topics/*.txt
var topicFiles embed.FS

func topicNames() []string {
	entries, err := topicFiles.ReadDir("topics")
	if err != nil {
		return nil // the folder is embedded: it is there
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".txt"))
	}
	return names
}

func topic(name string) (string, bool) {
	text, err := topicFiles.ReadFile("topics/" + name + ".txt")
	return string(text), err == nil
}
