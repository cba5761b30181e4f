package catalog

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// folder writes files into a new folder; names and texts alternate.
func folder(t testing.TB, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFind(t *testing.T) {
	set := Open(folder(t, "acme.yaml", `
catalog: acme
provider: standard
event_types: [{name: order.created}, {name: payment.failed}, {name: "odd:name"}]
`))
	for _, c := range []struct {
		name, ref string
		prefer    []string
		want      string
	}{
		{"in one catalog", "order.created", nil, "acme:order.created"},
		{"in one catalog, another preferred", "order.created", []string{"stripe"}, "acme:order.created"},
		{"qualified", "stripe:customer.created", nil, "stripe:customer.created"},
		{"qualified by provider", "standard:order.created", nil, "acme:order.created"},
		{"catalog before provider", "standard:webhook.test", nil, "standard:webhook.test"},
		{"preferred catalog", "payment.failed", []string{"acme"}, "acme:payment.failed"},
		{"preferred provider", "payment.failed", []string{"standard"}, "acme:payment.failed"},
		{"second preference", "payment.failed", []string{"github", "revkeen", "acme"}, "revkeen:payment.failed"},
		{"slash", "orders/create", nil, "shopify:orders/create"},
		{"slash, qualified", "shopify:orders/create", nil, "shopify:orders/create"},
		{"colon in the name", "odd:name", nil, "acme:odd:name"},
		{"colon in the name, qualified", "acme:odd:name", nil, "acme:odd:name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := set.Find(c.ref, c.prefer...)
			if err != nil {
				t.Fatal(err)
			}
			if got.Qualified() != c.want {
				t.Errorf("Find(%q, %q) = %s, want %s", c.ref, c.prefer, got.Qualified(), c.want)
			}
		})
	}
}

func TestFindUnknown(t *testing.T) {
	for _, c := range []struct{ name, ref, message, word, known string }{
		{"misspelt", "payment.succeded", `unknown event type "payment.succeded"`, "payment.succeded", "payment.succeeded"},
		{"misspelt, qualified", "revkeen:payment.succeded", `unknown event type "revkeen:payment.succeded"`, "revkeen:payment.succeded", "revkeen:payment.succeeded"},
		{"catalog misspelt", "revken:payment.succeeded", `unknown catalog "revken"`, "revken", "revkeen"},
		{"other case", "Payment.Succeeded", `unknown event type "Payment.Succeeded"`, "Payment.Succeeded", "payment.succeeded"},
		{"empty", "", `unknown event type ""`, "", "payment.succeeded"},
		{"path", "../../etc/passwd", `unknown event type "../../etc/passwd"`, "../../etc/passwd", "payment.succeeded"},
		{"escape sequence", "\x1b[2J", `unknown event type "\x1b[2J"`, "\x1b[2J", "payment.succeeded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Open().Find(c.ref)
			var unknown *UnknownError
			if !errors.As(err, &unknown) {
				t.Fatalf("error is %v, want *UnknownError", err)
			}
			word, known := unknown.Unknown()
			if err.Error() != c.message || word != c.word || !slices.Contains(known, c.known) {
				t.Errorf("got %v; Unknown() = %q, %q", err, word, known)
			}
		})
	}
}

func TestFindAmbiguous(t *testing.T) {
	_, err := Open().Find("customer.created", "github")
	var ambiguous *AmbiguousError
	if !errors.As(err, &ambiguous) {
		t.Fatalf("error is %v, want *AmbiguousError", err)
	}
	want := []string{"paddle:customer.created", "revkeen:customer.created", "stripe:customer.created"}
	if diff := cmp.Diff(want, ambiguous.Choices); diff != "" {
		t.Errorf("choices (-want +got):\n%s", diff)
	}
	for _, choice := range want {
		if _, err := Open().Find(choice); err != nil {
			t.Errorf("the choice %s: %v", choice, err)
		}
	}
}

func TestNearerReplacesFarther(t *testing.T) {
	const text = `{"catalog":"revkeen","event_types":[{"name":"payment.succeeded","title":"TITLE"},{"name":"payment.NAME"}]}`
	project := folder(t, "a.json", strings.NewReplacer("TITLE", "project", "NAME", "held").Replace(text))
	user := folder(t, "b.json", strings.NewReplacer("TITLE", "user", "NAME", "released").Replace(text))
	set := Open(project, user)
	got, err := set.Find("payment.succeeded")
	if err != nil {
		t.Fatal(err)
	}
	if got.Title != "project" || got.Replaces != filepath.Join(user, "b.json") {
		t.Errorf("found the type %q, which replaces that of %q", got.Title, got.Replaces)
	}
	types, err := set.ForProvider("revkeen")
	if err != nil {
		t.Fatal(err)
	}
	if len(types) != 18 {
		t.Errorf("%d types, want 16 and the two that were added", len(types))
	}
	catalogs, err := set.Catalogs()
	if err != nil {
		t.Fatal(err)
	}
	if catalogs[0].BuiltIn || catalogs[1].BuiltIn || !catalogs[2].BuiltIn {
		t.Error("the project's and the user's catalogs are not before the built-in ones")
	}
}

func TestOneFolderTwoFiles(t *testing.T) {
	const text = `{"catalog":"acme","event_types":[{"name":"a"}]}`
	dir := folder(t, "1.json", text, "2.json", text)
	err := Open(dir).Load()
	want := filepath.Join(dir, "2.json") + `: the event type "acme:a" is in ` + filepath.Join(dir, "1.json") + ", too"
	if err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
}

// TestOneBadFile: half a catalog answers nothing.
func TestOneBadFile(t *testing.T) {
	dir := folder(t, "bad.json", `{"catalog":"c","event_types":[{"name":"*"}]}`, "worse.yaml", "catalog: [")
	set := Open(dir)
	_, find := set.Find("payment.succeeded")
	_, list := set.List()
	_, catalogs := set.Catalogs()
	_, provider := set.ForProvider("revkeen")
	_, names := set.Names()
	for i, err := range []error{set.Load(), find, list, catalogs, provider, names} {
		if err == nil || !strings.Contains(err.Error(), "bad.json:1:39") || !strings.Contains(err.Error(), "worse.yaml:2:1") {
			t.Errorf("call %d: error is %v, want those of both files", i, err)
		}
	}
}

func TestFolders(t *testing.T) {
	if err := Open(filepath.Join(t.TempDir(), "none")).Load(); err != nil {
		t.Errorf("a folder that does not exist: %v", err)
	}
	if err := Open("set_test.go").Load(); err == nil {
		t.Error("a file in place of a folder is no error")
	}
	dir := folder(t, ".hidden.json", "{", "notes.txt", "{", "c.yml", "{catalog: c, event_types: [{name: x}]}")
	if err := os.Mkdir(filepath.Join(dir, "d.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir).Find("c:x"); err != nil {
		t.Error(err)
	}
}

func TestLinkOutOfTheFolder(t *testing.T) {
	outside := folder(t, "x.json", `{"catalog":"c","event_types":[]}`)
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(outside, "x.json"), filepath.Join(dir, "x.json")); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	var one *Error
	if err := Open(dir).Load(); !errors.As(err, &one) {
		t.Errorf("error is %v, want one about the link", err)
	}
	inside := folder(t, ".data", `{"catalog":"c","event_types":[{"name":"x"}]}`)
	if err := os.Symlink(".data", filepath.Join(inside, "x.json")); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(inside).Find("c:x"); err != nil {
		t.Errorf("a link that stays inside: %v", err)
	}
}

func TestNames(t *testing.T) {
	set := Open()
	names, err := set.Names()
	if err != nil {
		t.Fatal(err)
	}
	refs := map[string]string{}
	for _, name := range names {
		refs[name.Ref] = name.Title
		found, err := set.Find(name.Ref)
		if err != nil {
			t.Error(err)
		} else if found.Title != name.Title {
			t.Errorf("%s has the title %q, offered is %q", name.Ref, found.Title, name.Title)
		}
	}
	if refs["payment.succeeded"] == "" || refs["customer.created"] != "" {
		t.Errorf("names are %q", names)
	}
}

// TestRef: what is shown is what can be given.
func TestRef(t *testing.T) {
	set := Open()
	types, err := set.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, et := range types {
		if found, err := set.Find(set.Ref(et)); err != nil || found != et {
			t.Errorf("%s is shown as %s, which is %v, %v", et.Qualified(), set.Ref(et), found, err)
		}
	}
}

func TestForProviderWithoutCatalog(t *testing.T) {
	types, err := Open().ForProvider("nobody")
	if err != nil || len(types) != 0 {
		t.Errorf("ForProvider = %d types, %v", len(types), err)
	}
}

func TestManyAskAtOnce(t *testing.T) {
	set := Open()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := set.Find("payment.succeeded"); err != nil {
				t.Error(err)
			}
			if _, err := set.List(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
