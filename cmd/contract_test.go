package cmd

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/hooks-cli/hooks/contract"
)

// TestExamples runs the test files of the examples against their consumers.
func TestExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("starts consumers")
	}
	needs := map[string]string{"go": "go", "node": "node", "python": "python3"}
	files := exampleFiles(t)
	if len(files) != len(needs) {
		t.Errorf("there are %d examples, want %d", len(files), len(needs))
	}
	for _, file := range files {
		language := filepath.Base(filepath.Dir(file))
		t.Run(language, func(t *testing.T) {
			if _, err := exec.LookPath(needs[language]); err != nil {
				t.Skipf("%s is not installed", needs[language])
			}
			command := exec.CommandContext(t.Context(), selfAsHooks(t), "test", file)
			command.Env = append(os.Environ(), "XDG_CONFIG_HOME="+t.TempDir(), "GORACE=atexit_sleep_ms=0")
			out, err := command.CombinedOutput()
			if err != nil || !bytes.Contains(out, []byte(" passed, 0 failed, 0 skipped")) {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

func exampleFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../examples/*/*.test.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	return files
}

// TestTestSchema holds what the program reads against the schema that it prints:
// of right files both find nothing, of wrong ones both do.
func TestTestSchema(t *testing.T) {
	a := testApp(t)
	text, err := json.Marshal(contract.Schema(a.testVerbs()))
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("test.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("test.json")
	if err != nil {
		t.Fatal(err)
	}
	right := map[string]string{"starter": string(starterTest)}
	for _, file := range exampleFiles(t) {
		right[file] = readText(t, file)
	}
	for i, block := range documentedFiles(t) {
		right["block "+string(rune('1'+i))] = block
	}
	for name, file := range right {
		readBoth(t, a, schema, name, file, true)
	}
	for name, file := range map[string]string{
		"key of a file":    "tets: []",
		"no tests":         "run: x",
		"two verbs":        "tests: [{name: a, sleep: 1s, exec: x}]",
		"option":           "tests: [{name: a, trigger: payment.succeeded, sett: {a: 1}}]",
		"option's type":    "tests: [{name: a, trigger: payment.succeeded, static: 5}]",
		"one value":        "tests: [{name: a, trigger: payment.succeeded, count: [1, 2]}]",
		"expectation":      "tests: [{name: a, trigger: payment.succeeded, expect: {stat: 200}}]",
		"comparison":       "tests: [{name: a, trigger: payment.succeeded, expect: {body: {a: {equal: 1}}}}]",
		"another verb's":   "tests: [{name: a, exec: x, expect: {status: 200}}]",
		"nothing expected": "tests: [{name: a, exec: x, expect: {}}]",
		"a test's name":    "tests: [{exec: x}]",
		"listen":           "listen: {adr: x}\ntests: [{name: a, exec: x}]",
		"way to end":       "run: x\ntests: [{name: a, restart: softly}]",
	} {
		readBoth(t, a, schema, name, file, false)
	}
}

func readBoth(t *testing.T, a *app, schema *jsonschema.Schema, name, file string, right bool) {
	t.Helper()
	_, err := contract.Parse("a.yaml", []byte(file), contract.Options{Verbs: a.testVerbs(), Lookup: a.lookup})
	if (err == nil) != right {
		t.Errorf("%s: the program says %v", name, err)
	}
	var value any
	if err := yaml.Unmarshal([]byte(file), &value); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(instance); (err == nil) != right {
		t.Errorf("%s: the schema says %v", name, err)
	}
}

// documentedFiles are the test files in the README and the reference.
func documentedFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, text := range []string{readText(t, "../docs/contract-tests.md"), readme(t)} {
		for _, m := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "\ntests:") {
				files = append(files, m[1])
			}
		}
	}
	if len(files) < 3 {
		t.Fatalf("only %d test files are documented", len(files))
	}
	return files
}

// TestContractReference looks for every key in docs/contract-tests.md.
func TestContractReference(t *testing.T) {
	reference := readText(t, "../docs/contract-tests.md")
	schema := contract.Schema(testApp(t).testVerbs())
	text, err := json.Marshal(schema["$defs"].(map[string]any)["matcher"])
	if err != nil {
		t.Fatal(err)
	}
	words := regexp.MustCompile(`"([a-z_]+)":\{"description"`).FindAllStringSubmatch(string(text), -1)
	if len(words) < 8 {
		t.Fatalf("%d comparisons", len(words))
	}
	var keys []string
	for _, m := range words {
		keys = append(keys, m[1])
	}
	keys = append(keys, sortedKeys(schema["properties"].(map[string]any))...)
	defs := schema["$defs"].(map[string]any)
	for _, verb := range contract.StepVerbs() {
		keys = append(keys, verb)
		if expect, ok := defs[verb].(map[string]any)["properties"].(map[string]any)["expect"].(map[string]any); ok {
			keys = append(keys, sortedKeys(expect["properties"].(map[string]any))...)
		}
	}
	for _, key := range keys {
		if !regexp.MustCompile("`" + key + "[`:]").MatchString(reference) {
			t.Errorf("docs/contract-tests.md does not explain %s", key)
		}
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// testApp is the program in an empty folder.
func testApp(t *testing.T) *app {
	t.Helper()
	dir := t.TempDir()
	a := &app{env: &env{dir: dir, now: time.Now, lookup: func(name string) (string, bool) { return dir, name == "HOME" }}}
	settings, err := loadSettings(a)
	if err != nil {
		t.Fatal(err)
	}
	a.settings = settings
	return a
}
