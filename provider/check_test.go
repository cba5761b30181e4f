package provider

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// told are the mistakes of a report as a person reads them, without the file.
func told(all []*FileError) []string {
	out := []string{}
	for _, e := range all {
		line := fmt.Sprintf("%d:%d: %v", e.Line, e.Column, e.Err)
		if fix := e.Fix(); fix != "" {
			line += " -> " + fix
		}
		var unknown interface{ Unknown() (string, []string) }
		if errors.As(e.Err, &unknown) {
			word, _ := unknown.Unknown()
			line += " ?" + word
		}
		out = append(out, line)
	}
	return out
}

func TestCheckFindsAll(t *testing.T) {
	for _, test := range []struct {
		name, file, text string
		want             []string
	}{
		{"nothing", "mine.yaml", minimal, []string{}},
		{"everywhere", "mine.yaml", `id: yours
alg: hmac-sha265
enc: hexx
key: litteral
content: ["{bdoy}", "{body}", "{tss}"]
ts: { unit: 5, tolerence: 3s }
headers:
  X-Sig: "{sgi}"
  X-Sig: "{sig}"
  X Y: "{sig}"
json: { type: 1, id: [] }
jitter: 0.2
ack: [6xx, 2xx, 7xx]
tolerance: 5m
timeout: 30
`, []string{
			"1:5: id is yours, the file's name says mine",
			`2:6: alg: unknown algorithm "hmac-sha265" ?hmac-sha265`,
			`3:6: enc: unknown encoding "hexx" ?hexx`,
			`4:6: key: unknown key rule "litteral" ?litteral`,
			`5:11: content: content "{bdoy}": unknown placeholder "bdoy" ?bdoy`,
			`5:31: content: content "{tss}": unknown placeholder "tss" ?tss`,
			"6:13: want text; put quotes around a number, a date or yes and no",
			`6:16: unknown field "tolerence" ?tolerence`,
			"9:3: X-Sig is set twice",
			"11:15: want text; put quotes around a number, a date or yes and no",
			"12:9: want a percentage such as 20%",
			"13:7: want a status such as 200 or a class such as 2xx",
			"13:17: want a status such as 200 or a class such as 2xx",
			`14:1: unknown field "tolerance" ?tolerance`,
			"15:10: want a duration such as 300s or 5m",
		}},
		{"templates", "mine.yaml", strings.Replace(minimal, `{ X-Sig: "{sig}" }`, `{ X-Sig: "{sgi}", X Y: "{sig}", Z: [] }`, 1), []string{
			`5:19: headers.X-Sig: template "{sgi}": unknown placeholder "sgi" ?sgi`,
			`5:33: headers.X Y: "X Y" is no header name`,
			"5:45: headers.Z: has no template",
		}},
		{"a token's settings", "mine.yaml", "id: mine\ncode: jwt\njwt:\n  header: A\n  body: true\n  algs: [HS256, HS265]\n  key: pen\n  claims: { a: \"{bdoy}\", b: 1 }\n", []string{
			`7:8: unknown key "pen" ?pen`,
			"8:29: want text; put quotes around a number, a date or yes and no",
		}},
		{"a token's texts", "mine.yaml", "id: mine\ncode: jwt\njwt:\n  header: A\n  body: true\n  algs: [HS256, HS265]\n  key: literal\n  claims: { a: \"{bdoy}\", b: \"{x}\" }\n", []string{
			"4:11: jwt.header: the token is in a header, or it is the body",
			`6:17: jwt.algs: unknown algorithm "HS265" ?HS265`,
			`8:16: jwt.claims.a: content "{bdoy}": unknown placeholder "bdoy" ?bdoy`,
			`8:29: jwt.claims.b: content "{x}": unknown placeholder "x" ?x`,
		}},
		{"next to nothing", "mine.yaml", "name: x\n", []string{
			"0:0: id is missing -> id: mine",
			"0:0: alg: needs 1 to 8 algorithms, has 0 -> alg: hmac-sha256",
			`0:0: headers: no place has {sig} -> headers: { X-Signature: "{sig}" }`,
		}},
		{"what a scheme cannot be without", "mine.yaml", "id: mine\nalg: hmac-sha256\nheaders: { T: \"{ts}\" }\n", []string{
			`3:10: headers: no place has {sig} -> headers: { X-Signature: "{sig}" }`,
			"0:0: enc: is missing -> enc: hex",
			`0:0: content: is missing -> content: "{body}"`,
		}},
		{"parts that do not fit", "mine.yaml", strings.Replace(minimal, "{body}", "{ts}.{body}", 1), []string{
			"0:0: ts: is missing: the scheme has a timestamp -> ts: { unit: s, tolerance: 300s }",
		}},
		{"like nobody", "mine.yaml", "id: mine\nlike: standart\nenc: hexx\njiter: 1\n", []string{
			`2:7: like standart: unknown provider "standart" ?standart`,
			`3:6: enc: unknown encoding "hexx" ?hexx`,
			`4:1: unknown field "jiter" ?jiter`,
		}},
		{"an alias and an anchor", "mine.yaml", minimal + "name: &a x\ndocs: *a\nsource: *a\n", []string{
			"6:7: an anchor has no place in a provider file -> leave out &a",
			"7:7: an alias has no place in a provider file -> write the value itself",
			"8:9: an alias has no place in a provider file -> write the value itself",
		}},
		{"two documents", "mine.yaml", minimal + "jiter: 1\n---\nid: other\n", []string{
			`6:1: unknown field "jiter" ?jiter`, "7:1: a provider file is one document, this is a second",
		}},
		{"a tab", "mine.yaml", "id: mine\n\talg: x\n", []string{"2:1: found a tab character that violates indentation"}},
		{"another ending", "mine.yml", minimal, []string{"0:0: only files that end in .yaml are read -> rename it to mine.yaml"}},
		{"a name that is none", "My_One.yaml", minimal, []string{
			"1:5: id is mine, the file's name says My_One",
			`0:0: "My_One" is no name for a provider: want a-z, 0-9 and -, at most 64 of them -> rename the file`,
		}},
		{"a reserved name", "auto.yaml", strings.Replace(minimal, "mine", "auto", 1), []string{`0:0: "auto" is no name for a provider: it has another meaning -> rename the file`}},
		{"from nowhere", "-", minimal, []string{}},
		{"a reserved name from nowhere", "-", strings.Replace(minimal, "mine", "hmac", 1), []string{`1:5: "hmac" is no name for a provider: it has another meaning`}},
		{"no name from nowhere", "/dev/fd/63", strings.Replace(minimal, "id: mine\n", "", 1), []string{"0:0: id is missing -> id: NAME"}},
	} {
		got := Open().Check(test.file, []byte(test.text))
		if diff := cmp.Diff(test.want, told(got.Errors)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
		if got.OK() != (len(test.want) == 0) || !got.OK() && len(got.Warnings) > 0 {
			t.Errorf("%s: OK = %t with %d warnings", test.name, got.OK(), len(got.Warnings))
		}
	}
}

// TestCheckAgreesWithGet: what Check accepts is what can be used.
func TestCheckAgreesWithGet(t *testing.T) {
	for _, id := range Open().IDs() {
		text, err := builtIn.ReadFile(id + extension)
		if err != nil {
			t.Fatal(err)
		}
		if got := Open().Check(id+extension, text); !got.OK() || got.ID != id {
			t.Errorf("%s: %v", id, told(got.Errors))
		}
	}
}

func TestRisks(t *testing.T) {
	const takes = "takes the place of"
	for _, test := range []struct {
		name, text string
		want       []string // the beginnings of what is said
	}{
		{"the best", "like: standard\n", nil},
		{"no timestamp", minimal[len("id: mine\n"):], []string{"4:10: no timestamp is signed"}},
		{"a timestamp beside", "alg: hmac-sha256\nenc: hex\ncontent: \"{body}\"\nts: { unit: s, tolerance: 300s }\nheaders: { S: \"{sig}\", T: \"{ts}\" }\n",
			[]string{"5:5: the timestamp is not signed"}},
		{"no window", "alg: hmac-sha256\nenc: hex\ncontent: \"{ts}.{body}\"\nts: { unit: s }\nheaders: { S: \"{sig}\", T: \"{ts}\" }\n",
			[]string{"5:5: the timestamp has no tolerance"}},
		{"may be missing", "alg: hmac-sha256\nenc: hex\ncontent: \"{ts}.{body}\"\nts: { unit: s, tolerance: 300s, optional: true }\nheaders: { S: \"{sig}\", T: \"{ts}\" }\n",
			[]string{"5:5: a message without its timestamp"}},
		{"an id beside", "alg: hmac-sha256\nenc: hex\ncontent: \"{ts}.{body}\"\nts: { unit: s, tolerance: 300s }\nheaders: { S: \"{sig}\", T: \"{ts}\", I: \"{id}\" }\n",
			[]string{"4:10: the id is not signed"}},
		{"nothing of the message", "alg: hmac-sha256\nenc: hex\ncontent: \"hello\"\nheaders: { S: \"{sig}\" }\n",
			[]string{"4:10: the body is not signed", "4:10: no timestamp is signed"}},
		{"parts", "alg: hmac-sha256\nenc: hex\ncontent: \"{ts}{json.id}\"\nts: { unit: s, tolerance: 300s }\nheaders: { S: \"{sig}\", T: \"{ts}\" }\n",
			[]string{"4:10: only parts of the body"}},
		{"a weaker alternative", "alg: hmac-sha256\nenc: hex\ncontent: [\"{ts}.{body}\", \"{body}\"]\nts: { unit: s, tolerance: 300s }\nheaders: { S: \"{sig}\", T: \"{ts}\" }\n",
			[]string{"4:10: a message may match an alternative"}},
		{"a token", "alg: equal\nheaders: { X-Token: \"{sig}\" }\njson: { id: \"{id}\" }\n", []string{"2:6: the token is the same in every request"}},
		{"a checksum", "alg: sha256\nenc: hex\ncontent: \"{body}\"\nheaders: { S: \"{sig}\" }\n",
			[]string{"4:10: there is no key: anybody can make it", "4:10: no timestamp is signed"}},
		{"SHA-1 with a key pair", "alg: rsa-sha1\nenc: hex\ncontent: \"{ts}{body}\"\nts: { unit: s, tolerance: 300s }\nheaders: { S: \"{sig}\", T: \"{ts}\" }\n",
			[]string{"2:6: two texts with one SHA-1"}},
		{"inherited", "like: github\n", []string{"2:7: no timestamp is signed", "2:7: the id is not signed"}},
		{"nobody to fall back to", "like: standard\nfallback: [svix, svixx]\nyields_to: githb\n", []string{`3:18: unknown provider "svixx"`, `4:12: unknown provider "githb"`}},
	} {
		got := Open().Check("mine.yaml", []byte("id: mine\n"+test.text))
		lines := told(got.Warnings)
		ok := got.OK() && len(lines) == len(test.want)
		for i := range min(len(lines), len(test.want)) {
			ok = ok && strings.HasPrefix(lines[i], test.want[i])
		}
		if !ok {
			t.Errorf("%s: %q %q, want %q", test.name, told(got.Errors), lines, test.want)
		}
	}
	got := Open().Check("stripe.yaml", []byte("id: stripe\nlike: standard\n"))
	if lines := told(got.Warnings); len(lines) != 1 || !strings.Contains(lines[0], takes) {
		t.Errorf("stripe.yaml: %q", lines)
	}
}

// TestNamesakes: of two files of one name, the farther one is never read.
func TestNamesakes(t *testing.T) {
	near, far := t.TempDir(), t.TempDir()
	for _, dir := range []string{near, far} {
		if err := os.WriteFile(filepath.Join(dir, "mine.yaml"), []byte("id: mine\nlike: standard\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := Open(near, far)
	if diff := cmp.Diff([]string{filepath.Join(near, "mine.yaml"), filepath.Join(far, "mine.yaml")}, r.Files()); diff != "" {
		t.Errorf("Files (-want +got):\n%s", diff)
	}
	for file, want := range map[string]int{r.Files()[0]: 0, r.Files()[1]: 1} {
		got := r.Check(file, []byte("id: mine\nlike: standard\n"))
		if len(got.Warnings) != want || want == 1 && !strings.Contains(got.Warnings[0].Error(), "never read: "+near) {
			t.Errorf("%s: %q", file, told(got.Warnings))
		}
	}
}

// TestHostileFiles: no file costs more than a few times its size, and each ends
// in words.
func TestHostileFiles(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'z'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c,", c-1), 9), ","))
	}
	long := strings.Repeat("x", 900_000)
	for name, text := range map[string]string{
		"a bomb of aliases": bomb, "an alias of itself": "a: &a [*a]\nid: *a\n", "a merge": minimal + "<<: *x\n",
		"brackets": strings.Repeat("[", MaxFileSize), "braces": strings.Repeat("{", MaxFileSize), "pairs of brackets": strings.Repeat("[", 500_000) + strings.Repeat("]", 500_000),
		"deep lists": minimal + "json: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "\n", "dashes": strings.Repeat("- ", 500_000), "questions": strings.Repeat("? ", 500_000),
		"indents": strings.Repeat(" ", 900_000) + "a: b", "unknown fields": strings.Repeat("a: b\n", 50_000), "other unknown fields": numbered(30_000),
		"one long word": "id: " + long, "one long name": long + ": x", "one long template": minimal + "json: { a: \"" + strings.Repeat("{ts}", 200_000) + "\" }\n",
		"many fields": minimal + "json:\n" + strings.ReplaceAll(numbered(20_000), "k", "  k") + "x: y\n", "anchors": strings.Repeat("- &a b\n", 30_000),
		"binary": string([]byte{0, 1, 2, 0xff, 0xfe, 'a', 0}), "UTF-16": "\xff\xfei\x00d\x00:\x00 \x00x\x00", "not UTF-8": "id: \"\xc3\x28\"\n",
		"10 MB": strings.Repeat("a: b\n", 2_000_000), "nothing": "", "a comment": "# x\n", "null": "~\n", "tags": "!!binary id: !!python/object x\n", "escapes": "id: \"\\e[31m\\0\"\n",
		"as many fields as fit": numbered(500_000),
		"retries":               minimal + "retries: [" + strings.Repeat("1000x1s,", 30_000) + "]\n",
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			got := Open().Check("mine.yaml", []byte(text))
			runtime.ReadMemStats(&after)
			if got.OK() || len(got.Errors) > maxProblems {
				t.Errorf("%d errors", len(got.Errors))
			}
			for _, e := range got.Errors {
				if n := len(e.Error()); n > 4096 {
					t.Errorf("a message of %d bytes: %.80q", n, e.Error())
				}
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 400<<20 {
				t.Errorf("%d MiB for a file of %d KiB", used>>20, len(text)>>10)
			}
		})
	}
}

// TestFileLimits: a file may be as long and as deep as help says.
func TestFileLimits(t *testing.T) {
	deep := func(n int) string {
		return minimal + "json: " + strings.Repeat("[", n) + strings.Repeat("]", n) + "\n"
	}
	for _, tt := range []struct{ name, text, want string }{
		{"5 MiB", minimal + "#" + strings.Repeat("x", MaxFileSize-len(minimal)-1), ""},
		{"a byte more", minimal + "#" + strings.Repeat("x", MaxFileSize-len(minimal)), "larger than 5 MiB"},
		{"90 levels", deep(90), "want a mapping"}, // a list is wrong at any depth
		{"101 levels", deep(101), "depth of 100"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.Join(told(Open().Check("mine.yaml", []byte(tt.text)).Errors), "\n")
			if !strings.Contains(got, tt.want) || (got == "") != (tt.want == "") || strings.Contains(got, "deep") {
				t.Errorf("%.300q, want %q", got, tt.want)
			}
		})
	}
}

func numbered(n int) string {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "k%d: v\n", i)
	}
	return b.String()
}

// FuzzCheck: Check and Get agree about every file, and mistakes stand inside it.
func FuzzCheck(f *testing.F) {
	f.Add(minimal)
	f.Add("id: mine\nlike: standard\nheaders: { a: 1, a: 2 }\nts: { x: y }\n")
	f.Add("id: mine\ncode: jwt\njwt: { algs: [HS256, none], claims: { a: [] } }\n---\n")
	f.Fuzz(func(t *testing.T, text string) {
		got := Open().Check("mine.yaml", []byte(text))
		_, err := in(t, map[string]string{"mine.yaml": text}).Get("mine")
		if (err == nil) != got.OK() {
			t.Fatalf("Get = %v, Check = %q", err, told(got.Errors))
		}
		lines := strings.Count(text, "\n") + strings.Count(text, "\r") + strings.Count(text, "\u0085") + strings.Count(text, "\u2028") + strings.Count(text, "\u2029") + 2
		for _, e := range got.Errors {
			if e.Line < 0 || e.File == "mine.yaml" && e.Line > lines {
				t.Fatalf("a mistake in line %d of %d", e.Line, lines)
			}
		}
	})
}
