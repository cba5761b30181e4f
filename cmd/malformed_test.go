package cmd

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// openAPIWith is a specification with one webhook whose body has a schema.
func openAPIWith(schema string) string {
	return `{"openapi":"3.1.0","webhooks":{"a":{"post":{"requestBody":{"content":{"application/json":{"schema":` + schema + `}}}}}}}`
}

// TestMalformedSources gives the program files that are no specification, each in
// its own way: it must say where the mistake is and what to do, and write nothing.
func TestMalformedSources(t *testing.T) {
	hooks := selfAsHooks(t)
	for _, test := range []struct{ name, file, text, want, hint string }{
		{"empty", "a.json", "", "a.json: the file is empty", "correct it there"},
		{"cut short", "a.json", openAPIWith("{}")[:40], "a.json:1:40: not JSON", "is the file whole?"},
		{"comma at the end", "a.json", "{\"openapi\": \"3.1.0\",\n}", "a.json:2:1: not JSON", "take away the comma"},
		{"comma missing", "a.json", "{\"openapi\": \"3.1.0\"\n \"webhooks\": {}}", "a.json:2:2: not JSON", "is a comma or a bracket missing"},
		{"comment", "a.json", "{// ours\n}", "a.json:1:2: not JSON", "JSON has no comments"},
		{"single quotes", "a.json", "{'openapi': '3.1.0'}", "a.json:1:2: not JSON", `JSON quotes with "`},
		{"names without quotes", "a.json", "{openapi: 3.1.0}", "a.json:1:2: not JSON", "names and texts stand in double quotes"},
		{"NUL", "a.json", "{\"openapi\":\"3.1\x00\"}", "a.json:1:16: not JSON", `\u00XX`},
		{"two values", "a.json", openAPIWith("{}") + "{}", "a.json:1:109: not JSON", ""},
		{"key twice", "a.json", "{\"openapi\":\"3.1.0\",\n \"webhooks\":{},\n \"webhooks\":{}}", `a.json:3:2: the key "webhooks" is there twice`, ""},
		{"Latin-1", "a.json", "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"\xe9\"}}", "a.json:1:37: not UTF-8", "save it as UTF-8"},
		{"UTF-16", "a.json", "\xff\xfe{\x00}\x00", "a.json:1:1: not UTF-8", "it is UTF-16"},
		{"too deep", "a.json", openAPIWith(strings.Repeat(`{"items":`, 200) + "{}" + strings.Repeat("}", 200)), "nested more than 100 deep", ""},
		{"a list of numbers", "a.json", "[1,2]", "is neither OpenAPI", "give the folder"},
		{"something else", "a.json", `{"name":"x"}`, "is neither OpenAPI", "give the folder"},
		{"Swagger", "a.yaml", "swagger: '2.0'\n", "Swagger 2 has no webhooks", "convert it to OpenAPI 3.1"},
		{"webhooks is a list", "a.json", `{"openapi":"3.1.0","webhooks":[]}`, "a.json:1:31: webhooks is a list, not an object", ""},
		{"a webhook is text", "a.json", `{"openapi":"3.1.0","webhooks":{"a":"b"}}`, `a.json:1:36: the webhook "a" is a string, not an object`, ""},
		{"an operation is text", "a.json", `{"openapi":"3.1.0","webhooks":{"a":{"post":"x"}}}`, `a.json:1:44: the operation of "a" is a string`, ""},
		{"parameters are an object", "a.json", `{"openapi":"3.1.0","webhooks":{"a":{"post":{"parameters":{}}}}}`, "a.json:1:58: parameters is an object, not a list", ""},
		{"content is a list", "a.json", `{"openapi":"3.1.0","webhooks":{"a":{"post":{"requestBody":{"content":[]}}}}}`, "a.json:1:70: content is a list, not an object", ""},
		{"a media type is text", "a.json", `{"openapi":"3.1.0","webhooks":{"a":{"post":{"requestBody":{"content":{"application/json":"x"}}}}}}`, "a.json:1:90: application/json is a string", ""},
		{"reference to nothing", "a.json", openAPIWith(`{"$ref":"#/webhooks/b"}`), `a.json:1:108: the reference "#/webhooks/b" leads nowhere`, "did you mean a?"},
		{"reference to the network", "a.json", openAPIWith(`{"$ref":"https://example.com/s.json"}`), "leads out of the folder: nothing is fetched", "put a copy beside the source"},
		{"reference out of the folder", "a.json", openAPIWith(`{"$ref":"../s.json"}`), "leads out of the folder of the source", "put a copy beside the source"},
		{"reference to a file that is not there", "a.json", openAPIWith(`{"$ref":"s.json"}`), `a.json:1:108: the reference "s.json": no such file`, ""},
		{"references in a circle", "a.json", `{"openapi":"3.1.0","webhooks":{"a":{"$ref":"#/webhooks/a"}}}`, "no event types", ""},
		{"a key that is no name", "a.json", "{\"openapi\":\"3.1.0\",\n\"webhooks\":{\"..\":{\"post\":{}}}}", `a.json:2:26: the key "..": a name begins`, "--map '..=NAME'"},
		{"tabs", "a.yaml", "openapi: 3.1.0\nwebhooks:\n\ta: {}\n", "a.yaml:3:1: not YAML", "with spaces, not with tabs"},
		{"indentation", "a.yaml", "openapi: 3.1.0\nwebhooks:\n  a:\n post: {}\n", "a.yaml:4:2: not YAML", "look at the indentation"},
		{"colon in a text", "a.yaml", "openapi: 3.1.0\ninfo: {}\ntitle: a: b\n", "a.yaml:3:", "quote text that holds a colon"},
		{"unknown anchor", "a.yaml", "openapi: 3.1.0\nwebhooks: *all\n", "a.yaml:2:11: not YAML", "needs an anchor"},
		{"alias to itself", "a.yaml", "openapi: 3.1.0\nwebhooks: &a {a: *a}\n", "nested more than 100 deep", ""},
		{"two documents", "a.yaml", "openapi: 3.1.0\n---\nopenapi: 3.1.0\n", "a.yaml:2:1: a second document", ""},
		{"binary", "a.yaml", "openapi: !!binary aGk=\n", `a.yaml:1:10: the tag "!!binary"`, ""},
		{"channels are text", "a.yaml", "asyncapi: 3.0.0\nchannels: x\n", "a.yaml:2:11: channels is a string, not an object", ""},
		{"a message is text", "a.yaml", "asyncapi: 2.6.0\nchannels:\n  a:\n    publish: {message: x}\n", `a.yaml:4:24: the message "a" is a string`, ""},
		{"traits are text", "a.yaml", "asyncapi: 2.6.0\ncomponents:\n  messages:\n    a: {traits: x}\n", "a.yaml:4:17: traits is a string, not a list", ""},
		{"a type's name is a number", "a.json", `{"data":[{"name":1,"description":"x"}]}`, "a.json:1:18: name is a number, not a string", ""},
		{"a catalog with a slip", "a.yaml", "catalog: a\nevent_types:\n  - name: b\n    descripton: c\n", `a.yaml:4:5: unknown field "descripton"`, "did you mean description?"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, test.file), []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			command := exec.Command(hooks, "catalog", "import", test.file, "--into", "x")
			command.Dir = dir
			command.Env = []string{"HOME=" + dir}
			out, err := command.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != exitUsage {
				t.Fatalf("%v:\n%s", err, out)
			}
			message, hint, _ := strings.Cut(string(out), "\nhint: ")
			if !strings.HasPrefix(message, "error: ") || !strings.Contains(message, test.want) || hint == "" || !strings.Contains(hint, test.hint) {
				t.Errorf("got\n%swant %s\nhint %s", out, test.want, test.hint)
			}
			if _, err := os.Stat(filepath.Join(dir, "catalog")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("something was written: %v", err)
			}
		})
	}
}
