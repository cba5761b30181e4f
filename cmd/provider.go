package cmd

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
)

func newProviderCmd(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "provider",
		Short:   "who signs how, and how well that is known",
		Example: "hooks provider list\nhooks provider show stripe\nhooks provider code stripe --lang node\nhooks provider new acme --header X-Acme-Signature\nhooks provider validate",
		Args:    cobra.ArbitraryArgs,
		RunE:    runGroup,
	}
	c.AddCommand(newProviderListCmd(a), newProviderShowCmd(a), newProviderCodeCmd(a), newProviderInferCmd(a), newProviderNewCmd(a), newProviderValidateCmd(a))
	return c
}

func newProviderListCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "list the known providers",
		Example: "hooks provider list\nhooks provider list --json",
		Args:    noArgs,
		RunE:    func(*cobra.Command, []string) error { return a.listProviders() },
	}
}

func (a *app) listProviders() error {
	all, err := a.providers().All()
	if err != nil {
		return err
	}
	list := a.newListing("PROVIDER", "NAME", "ALGORITHM", "SIGNATURE", "EVIDENCE")
	list.table.spare = []string{"SIGNATURE", "ALGORITHM"}
	for _, p := range all {
		err := list.add(newProviderLine(p), p.ID,
			p.ID, p.Name, strings.Join(p.Scheme.Spec().Alg, ", "), strings.Join(signaturePlaces(p), ", "), p.Evidence)
		if err != nil {
			return err
		}
	}
	return list.end("no providers")
}

// signaturePlaces names the headers or fields in which the signature stands.
func signaturePlaces(p *provider.Profile) []string {
	var names []string
	for _, f := range p.Scheme.SignatureFields() {
		names = append(names, f.Name)
	}
	return names
}

// providerLine is what `hooks provider list|show --json` prints. Durations are
// in seconds.
type providerLine struct {
	ID       string      `json:"id"`
	Name     string      `json:"name"`
	Docs     string      `json:"docs,omitempty"`
	File     string      `json:"file"`
	Evidence string      `json:"evidence"`
	Verified bool        `json:"verified"`
	Source   string      `json:"source,omitempty"`
	Assumed  []string    `json:"assumed"`
	Alg      []string    `json:"alg"`
	Enc      string      `json:"enc,omitempty"`
	Key      string      `json:"key"`
	Content  []string    `json:"content"`
	Fields   []fieldLine `json:"fields"`
	sign.Coverage
	Params   []string  `json:"params"`
	Catalog  string    `json:"catalog"`
	WireID   string    `json:"wire_id"`
	Ack      []string  `json:"ack"`
	Retries  []float64 `json:"retries"`
	Timeout  float64   `json:"timeout"`
	Pause    int       `json:"pause_after"`
	Conflict float64   `json:"conflict_interval"`
}

type fieldLine struct {
	Place     string   `json:"place"`
	Name      string   `json:"name"`
	Templates []string `json:"templates"`
}

func newProviderLine(p *provider.Profile) providerLine {
	spec := p.Scheme.Spec()
	line := providerLine{
		ID: p.ID, Name: p.Name, Docs: p.Docs, File: p.File, Evidence: p.Evidence, Verified: p.Verified(), Source: p.Source,
		Assumed: append([]string{}, p.Assumed...), Alg: spec.Alg, Enc: spec.Enc, Key: orElse(spec.Key, "literal"),
		Content: append([]string{}, spec.Content...), Fields: []fieldLine{}, Coverage: p.Scheme.Coverage(),
		Params:  append([]string{}, p.Params...),
		Catalog: p.Catalog, WireID: p.WireID.String(), Ack: p.Ack, Retries: []float64{}, Timeout: p.Timeout.Seconds(), Pause: p.PauseAfter,
		Conflict: p.ConflictInterval.Seconds(),
	}
	for _, f := range spec.Fields {
		line.Fields = append(line.Fields, fieldLine{string(f.Place), f.Name, f.Templates})
	}
	for _, d := range p.Retries {
		line.Retries = append(line.Retries, d.Seconds())
	}
	return line
}

func newProviderShowCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "show NAME",
		Short:   "how a provider signs and behaves",
		Example: "hooks provider show stripe\nhooks provider show raas --json",
		Args:    argsBetween(1, 1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.showProvider(args[0]) },
	}
}

func (a *app) showProvider(id string) error {
	p, err := a.providers().Get(id)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(newProviderLine(p))
	}
	return a.page([]byte(describeProvider(p)))
}

func describeProvider(p *provider.Profile) string {
	var d description
	spec := p.Scheme.Spec()
	d.row("provider", "%s (%s)", p.ID, p.Name)
	d.row("docs", "%s", p.Docs)
	d.row("evidence", "%s", strings.TrimSuffix(p.Evidence+": "+p.Source, ": "))
	d.row("assumed", "%s", strings.Join(p.Assumed, ", "))
	if !p.Verified() {
		d.row("status", "unverified: how it signs is not confirmed; compare with a delivery you trust")
	}
	d.row("from", "%s", p.File)
	d.WriteString("\nSIGNATURE\n")
	d.row("algorithm", "%s, %s", strings.Join(spec.Alg, " or "), orElse(spec.Enc, "as it is"))
	d.row("secret", "%s", keyText(spec))
	d.row("signed", "%s", strings.Join(spec.Content, "  or  "))
	for _, f := range spec.Fields {
		d.row(string(f.Place), "%s: %s", f.Name, strings.Join(f.Templates, "  or  "))
	}
	if spec.TS != nil {
		d.row("timestamp", "%s", windowText(spec.TS))
	}
	d.coverage(p.Scheme.Coverage())
	d.row("parameters", "%s", strings.Join(p.Params, ", "))
	d.WriteString("\nDELIVERY\n")
	if p.States("wire_id") {
		d.row("ids", "%s", p.WireID)
	}
	d.row("acknowledged", "by %s within %s", strings.Join(p.Ack, ", "), p.Timeout)
	retries := retriesText(p)
	if !p.States("retries") {
		retries += "; a default, its own are not known here"
	}
	d.row("retries", "%s", retries)
	if p.ConflictInterval > 0 {
		d.row("409", "again every %s until acknowledged; not a failure", p.ConflictInterval)
	}
	if p.PauseAfter > 0 {
		d.row("pause", "after %d failures in a row", p.PauseAfter)
	}
	fmt.Fprintf(&d, "\nVERIFY\n  hooks verify body --provider %s --secret env:SECRET%s\n", p.ID, sampleHeaders(spec))
	return d.String()
}

// windowText is how a timestamp is written and which ones pass.
func windowText(ts *sign.TimeSpec) string {
	text := "unit " + ts.Unit
	switch {
	case ts.Tolerance == 0:
		return text + ", any age passes"
	case ts.PastOnly:
		return text + ", at most " + shortDuration(ts.Tolerance) + " old; one in the future passes, however far ahead"
	}
	return text + ", at most " + shortDuration(ts.Tolerance) + " old or ahead"
}

// coverage says what is signed and what not, and what follows.
func (t *description) coverage(c sign.Coverage) {
	t.row("covers", "%s", c.Sentence())
	for i, l := range c.Limits {
		name := "but"
		if i > 0 {
			name = ""
		}
		t.row(name, "%s: %s", l.Label, l.Means)
	}
}

func keyText(spec sign.Spec) string {
	return map[string]string{
		"": "the text itself", "literal": "the text itself", "whsec": "whsec_ is optional, the rest is base64",
		"whsec-or-literal": "base64 behind whsec_, else the text itself", "base64": "base64", "hex": "hex",
		"sha1": "the SHA-1 of the text", "sha256": "the SHA-256 of the text", "nfkd": "the text, normalised to NFKD",
	}[spec.Key]
}

// retriesText is each delay, and how long that takes in all.
func retriesText(p *provider.Profile) string {
	if len(p.Retries) == 0 {
		return "none"
	}
	var parts []string
	var total time.Duration
	for _, d := range p.Retries {
		parts = append(parts, shortDuration(d))
		total += d
	}
	return fmt.Sprintf("%s (%d attempts in %s)", strings.Join(parts, " "), len(parts)+1, shortDuration(total))
}

// sampleHeaders are the -H flags of a call that verifies.
func sampleHeaders(spec sign.Spec) string {
	var b strings.Builder
	for _, f := range spec.Fields {
		if f.Place == sign.InHeader {
			fmt.Fprintf(&b, " \\\n    -H '%s: …'", f.Name)
		}
	}
	return b.String()
}
