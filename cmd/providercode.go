package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/provider"
)

func newProviderCodeCmd(a *app) *cobra.Command {
	var lang string
	c := &cobra.Command{
		Use:   "code NAME",
		Short: "print a verifier in your language",
		Long: "Prints the source of a small verifier of how the provider signs, to paste into an application: it reads the raw body, compares in constant " +
			"time, judges the timestamp where there is one, takes several secrets for a rotation, and needs the language's standard library only " +
			"(Python's has no public keys: there it is the package cryptography). The languages are " + strings.Join(provider.VerifierLanguages(), ", ") +
			". A scheme that cannot be written so is refused: what is printed is right.",
		Example: `hooks provider code stripe --lang node > verify-stripe.js
hooks provider code github --lang go > webhook/webhook.go
hooks provider code standard --lang python`,
		Args: argsBetween(1, 1),
		RunE: func(_ *cobra.Command, args []string) error { return a.providerCode(args[0], lang) },
	}
	c.Flags().Var(newValue(&lang, "", "string", parseLanguage), "lang", "the `LANGUAGE`: "+strings.Join(provider.VerifierLanguages(), ", "))
	completeWords(c, "lang", provider.VerifierLanguages())
	return c
}

// parseLanguage also knows what people call the languages and their files.
func parseLanguage(word string) (string, error) {
	known := provider.VerifierLanguages()
	names := map[string]string{"golang": "go", "js": "node", "javascript": "node", "nodejs": "node", "py": "python", "python3": "python", "rb": "ruby"}
	if slices.Contains(known, word) {
		return word, nil
	}
	if lang, ok := names[word]; ok {
		return lang, nil
	}
	return "", &unknownWord{word, known}
}

func (a *app) providerCode(id, lang string) error {
	p, err := a.providers().Get(id)
	if err != nil {
		return err
	}
	if lang == "" {
		return usageError("hooks provider code needs --lang LANGUAGE").withHint("one of %s", strings.Join(provider.VerifierLanguages(), ", "))
	}
	source, err := p.Verifier(lang)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(codeLine{p.ID, lang, string(source)})
	}
	return a.write(source)
}

// codeLine is what `hooks provider code --json` prints.
type codeLine struct {
	ID   string `json:"id"`
	Lang string `json:"lang"`
	Code string `json:"code"`
}
