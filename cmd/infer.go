package cmd

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
)

type inferOptions struct {
	schemeOptions
	requests   []string
	deliveries []string
	name       string
	write      bool
}

func newProviderInferCmd(a *app) *cobra.Command {
	o := inferOptions{name: "mine"}
	c := &cobra.Command{
		Use:   "infer",
		Short: "find an unknown scheme from captured requests and their secret",
		Long: "Tries which algorithm, key, text and encoding make the signature that came, and prints a provider file. A second capture " +
			"confirms the first. With --write the file goes into the project's folder provider.",
		Example: `hooks provider infer --request captured.http --secret env:SECRET
hooks provider infer --delivery @last --secret file:secret.txt --name acme --write`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.infer(c.Context(), &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.Var(newValues(&o.requests, "string", parseAny), "request", "a captured HTTP request: `FILE`, headers and body; repeatable")
	flags.Var(newValues(&o.deliveries, "string", parseAny), "delivery", "a recorded delivery: `ID`; repeatable")
	flags.VarP(newValues(&o.secretRefs, "string", parseAny), "secret", "s", "the signing secret: `REF`")
	flags.StringVar(&o.secretFile, "secret-file", "", "the secret is in `PATH`")
	flags.StringVar(&o.name, "name", "mine", "the new provider's `NAME`")
	flags.BoolVar(&o.write, "write", false, "write provider/NAME.yaml in the project")
	flags.Var(newValue(&o.url, "", "string", parseURL), "url", "the `URL` as the sender knows it")
	o.addParams(flags)
	return c
}

func (a *app) infer(ctx context.Context, o *inferOptions) error {
	keys, err := a.keys(&o.schemeOptions)
	if err != nil {
		return err
	}
	if len(keys.Secrets) != 1 {
		return usageError("infer needs one secret").withHint("--secret REF")
	}
	captures, err := a.captures(ctx, o)
	if err != nil {
		return err
	}
	found, err := a.providers().Infer(captures, keys.Secrets[0], sign.InferOptions{Params: keys.Params, Clock: a.now})
	var failed *sign.InferError
	if errors.As(err, &failed) {
		return answerNo("%s", failed).withHint("check the secret, and that the body is as it came off the wire")
	}
	if err != nil {
		return err
	}
	file, err := provider.Write(o.name, found.Spec, found.Notes...)
	if err != nil {
		return err
	}
	if found.Known != "" {
		a.note("signs like %s", found.Known)
	}
	for _, n := range found.Notes {
		a.note("%s", n)
	}
	switch {
	case o.write:
		return a.writeProvider(o.name, file)
	case a.json:
		return a.printJSON(inferredLine{"inferred_provider", o.name, found.Known, append([]string{}, found.Notes...), string(file)})
	}
	return a.writeBody(file)
}

// inferredLine is what `hooks provider infer --json` prints.
type inferredLine struct {
	Type  string   `json:"type"`
	Name  string   `json:"name"`
	Known string   `json:"known"` // the provider that signs alike, "" if there is none
	Notes []string `json:"notes"` // what could not be told from the requests
	File  string   `json:"file"`  // the provider file, YAML
}

// captures reads the requests that are to be explained by one scheme.
func (a *app) captures(ctx context.Context, o *inferOptions) ([]sign.Message, error) {
	var captures []sign.Message
	read := func(v verifyOptions) error {
		v.method, v.url = "POST", o.url
		m, _, err := a.verifiedMessage(ctx, nil, &v)
		if err == nil {
			captures = append(captures, *m)
		}
		return err
	}
	for _, file := range o.requests {
		if err := read(verifyOptions{request: file}); err != nil {
			return nil, err
		}
	}
	for _, id := range o.deliveries {
		if err := read(verifyOptions{delivery: id}); err != nil {
			return nil, err
		}
	}
	if len(captures) == 0 {
		return nil, usageError("infer needs a captured request").withHint("--request FILE or --delivery ID")
	}
	return captures, nil
}

// writeProvider puts the file where the commands of this project find it.
func (a *app) writeProvider(name string, file []byte) error {
	path := a.providerPath(name)
	if err := createInFolder(path, file, 0o644, false); err != nil {
		return asFailure(err).withHint("give another --name")
	}
	a.note("wrote %s", path)
	a.note("next: hooks verify --provider %s …", name)
	return nil
}

// providerPath is where this project keeps the file of a provider.
func (a *app) providerPath(name string) string {
	return filepath.Join(a.projectDir(), "provider", name+".yaml")
}
