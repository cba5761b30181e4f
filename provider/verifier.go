package provider

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

// verifierTemplates has one folder a language. Nothing is parsed before a
// verifier is asked for.
//
//go:embed verifier/*/*.tmpl
var verifierTemplates embed.FS

// VerifierLanguages are the languages in which Verifier writes.
func VerifierLanguages() []string { return []string{"go", "node", "python", "php", "ruby", "java"} }

// VerifierError is a scheme that cannot be written in a language without
// something that might be wrong.
type VerifierError struct {
	ID, Lang string
	Why      string
	Instead  string // what works; "" is nothing but a library of the sender's
}

func (e *VerifierError) Error() string {
	return fmt.Sprintf("there is no %s verifier for %s: %s", e.Lang, e.ID, e.Why)
}

// Verifier returns the source of a verifier of p's scheme: small, for the
// standard library of the language wherever that is enough, and right or not
// at all. The error is a *VerifierError, or has the method Unknown for a
// language that is none of VerifierLanguages.
func (p *Profile) Verifier(lang string) ([]byte, error) {
	if err := oneOf("language", lang, VerifierLanguages()...); err != nil {
		return nil, err
	}
	plan, err := planVerifier(p, lang)
	if err != nil {
		return nil, err
	}
	return plan.render()
}

// render fills the template of the plan's language: first what does the work,
// then the helpers that it calls, then the file around them, which imports what
// they use.
func (v *verifier) render() ([]byte, error) {
	texts, err := verifierTexts(v.Lang)
	if err != nil {
		return nil, fmt.Errorf("verifier of %s in %s: %w", v.ID, v.Lang, err)
	}
	body := ""
	t, err := parseTemplates(texts, v.funcs(&body))
	if err != nil {
		return nil, fmt.Errorf("verifier of %s in %s: %w", v.ID, v.Lang, err)
	}
	file, err := v.assemble(&body, t.fill)
	if err != nil {
		return nil, fmt.Errorf("verifier of %s in %s: %w", v.ID, v.Lang, err)
	}
	if v.Lang == "python" { // PEP 8 wants two empty lines
		file = strings.NewReplacer("\n\ndef ", "\n\n\ndef ", "\n\nclass ", "\n\n\nclass ").Replace(file)
	}
	return []byte(strings.ReplaceAll(file, "\n\n}", "\n}") + "\n"), nil
}

// verifierTexts are the templates of a language by the names of their files.
func verifierTexts(lang string) (map[string]string, error) {
	folder := "verifier/" + lang
	files, err := verifierTemplates.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, file := range files {
		text, err := verifierTemplates.ReadFile(folder + "/" + file.Name())
		if err != nil {
			return nil, err
		}
		texts[lang+"/"+file.Name()] = string(text)
	}
	return texts, nil
}

// assemble fills the templates work, helpers and file. The body is what the
// last one goes around, and what the functions uses and include see.
func (v *verifier) assemble(body *string, fill func(name string, data any) (string, error)) (string, error) {
	work, err := fill("work", v)
	if err != nil {
		return "", err
	}
	work = squeeze(work)
	*body = work
	for helpers := ""; ; { // a helper may use another one
		more, err := fill("helpers", v)
		if err != nil {
			return "", err
		}
		more = squeeze(more)
		if *body = work + "\n\n" + more; more == helpers {
			break
		}
		helpers = more
	}
	file, err := fill("file", v)
	return squeeze(file), err
}

// squeeze leaves one empty line where templates left several.
func squeeze(text string) string {
	for strings.Contains(text, "\n\n\n") {
		text = strings.ReplaceAll(text, "\n\n\n", "\n\n")
	}
	return strings.Trim(text, "\n")
}

// usesName reports whether name stands in source outside whole-line comments.
func usesName(source, name string) bool {
	for line := range strings.SplitSeq(source, "\n") {
		code := strings.TrimSpace(line)
		if strings.HasPrefix(code, "//") || strings.HasPrefix(code, "#") || strings.HasPrefix(code, "*") {
			continue
		}
		for rest := code; ; {
			before, after, found := strings.Cut(rest, name)
			if !found {
				break
			}
			if before == "" || !wordByte(before[len(before)-1]) {
				return true
			}
			rest = after
		}
	}
	return false
}

func wordByte(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || c == '.'
}

// quote writes a string literal of the language. Plans hold printable ASCII
// and line feeds only, which all six escape alike.
func (v *verifier) quote(text string) string {
	quoted := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(text) + `"`
	switch v.Lang {
	case "php":
		quoted = strings.ReplaceAll(quoted, "$", `\$`)
	case "ruby":
		quoted = strings.ReplaceAll(quoted, "#", `\#`)
	}
	return quoted
}

// plainText is true for what quote can write in every language.
func plainText(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return (r < ' ' || r > '~') && r != '\n' })
}

// comment makes text fit for the inside of a line comment: nothing in it ends
// the comment, not even PHP's closing tag, Java's escapes or Python's quotes.
func comment(text string) string {
	return strings.NewReplacer("?>", "? >", `\`, "/", `"""`, `" " "`).Replace(strings.Map(printable, text))
}

// words splits a name such as github-sha1, key_id or eventCode.
func words(name string) []string {
	var out strings.Builder
	for i := range len(name) {
		if c := name[i]; 'A' <= c && c <= 'Z' && i > 0 && name[i-1] >= 'a' {
			out.WriteByte(' ')
		}
		out.WriteByte(name[i])
	}
	return strings.FieldsFunc(strings.ToLower(out.String()), func(r rune) bool {
		return (r < '0' || '9' < r) && (r < 'a' || 'z' < r)
	})
}

func snake(name string) string { return strings.Join(words(name), "_") }

// camel is keyId for key_id.
func camel(name string) string {
	parts := words(name)
	for i := range parts {
		if i > 0 {
			parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
		}
	}
	return strings.Join(parts, "")
}

// camel is the language's own way of doing that: Go has keyID.
func (v *verifier) camel(name string) string {
	if v.Lang == "go" {
		return strings.ReplaceAll(camel(name), "Id", "ID")
	}
	return camel(name)
}

// className is GithubSha1 for github-sha1.
func className(id string) string {
	name := camel("x-" + id)[1:]
	if name[0] < 'A' {
		return "Provider" + name
	}
	return name
}

// hashName is the hash inside an algorithm, by the name that most libraries
// know.
func hashName(alg string) string {
	for _, prefix := range []string{"hmac-", "rsa-pss-", "rsa-", "ecdsa-p256-"} {
		if rest, ok := strings.CutPrefix(alg, prefix); ok {
			return rest
		}
	}
	return alg
}

// publicKeyed is true for an algorithm with a key pair.
func publicKeyed(alg string) bool {
	return slices.ContainsFunc([]string{"ed25519", "ecdsa-", "rsa-"}, func(p string) bool { return strings.HasPrefix(alg, p) })
}
