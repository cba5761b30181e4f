package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/listen"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// classify gives the errors of the other packages their exit code and hint. It
// returns nil for an error that none of them made.
func classify(err error) *failure {
	for _, of := range []func(error) *failure{ofCatalog, ofProvider, ofStore, ofNetwork} {
		if f := of(err); f != nil {
			return f
		}
	}
	var word unknown
	if errors.As(err, &word) {
		return usageError("%s", word).withHint("%s", didYouMean(word.Unknown()))
	}
	return nil
}

func ofCatalog(err error) *failure {
	var word *catalog.UnknownError
	var several *catalog.AmbiguousError
	var file *catalog.Error
	var path *catalog.PathError
	var render *catalog.RenderError
	var source *catalog.ImportError
	switch {
	case errors.As(err, &source):
		return usageError("%s", source).withHint("%s", source.Fix)
	case errors.As(err, &word):
		return usageError("%s", word).withHint("%s", catalogHint(word))
	case errors.As(err, &several):
		return usageError("%s is sent by several providers", several.Ref).withHint("say which: %s; provider: NAME in hooks.yaml says it for good", strings.Join(several.Choices, ", "))
	case errors.As(err, &path):
		word, known := path.Unknown()
		return usageError("%s", path).withHint("%s", orElse(didYouMean(word, known), oneOfThese(known)))
	case errors.As(err, &render):
		return usageError("%s", render)
	case errors.Is(err, catalog.ErrBadPatch):
		return usageError("%s", err).withHint(`as in --merge '{"data":{"amount":500}}', or --merge @patch.json`)
	case errors.Is(err, catalog.ErrNotJSON):
		return usageError("%s", err).withHint("--data with other text is sent as it is, without --set, --unset and --merge")
	case errors.As(err, &file):
		return ofCatalogFile(err, file)
	}
	return nil
}

// catalogHint leads from a word that no catalog has to those that could be meant:
// of an event type to the list, of all else to the words themselves.
func catalogHint(word *catalog.UnknownError) string {
	hint := didYouMean(word.Unknown())
	if word.Kind != catalog.UnknownType {
		hint = orElse(hint, oneOfThese(word.Known))
	}
	return orElse(hint, "hooks catalog list shows them all")
}

// ofCatalogFile words the first mistake of a file, and how many more there are.
func ofCatalogFile(err error, first *catalog.Error) *failure {
	f := &failure{exit: exitUsage, code: "catalog", message: first.Error(), excerpt: excerptFor(first, first.Source, first.Column)}
	hint := orElse(didYouMean(first.Unknown()), first.Fix)
	var all catalog.Errors
	if errors.As(err, &all) && len(all) > 1 {
		f.message += fmt.Sprintf(" (and %d more)", len(all)-1)
		hint = orElse(hint, "correct it there; hooks catalog validate lists everything that is wrong with a catalog")
	}
	return f.withHint("%s", orElse(hint, "correct it there, and try again"))
}

func ofProvider(err error) *failure {
	var word *provider.UnknownError
	var file *provider.FileError
	var code *provider.VerifierError
	var key *sign.KeyError
	switch {
	case errors.As(err, &word):
		return usageError("%s", word).withHint("%s", orElse(didYouMean(word.Unknown()), "hooks provider list shows them all"))
	case errors.As(err, &file):
		f := &failure{exit: exitUsage, code: "provider", message: file.Error(), excerpt: excerptFor(file, file.Source, file.Column)}
		if f.hint = problemHint(file); f.hint == "" && file.Line > 0 {
			f.hint = "hooks provider validate lists everything that is wrong with it"
		}
		return f
	case errors.As(err, &code):
		return usageError("%s", code).withHint("%s", orElse(code.Instead, "the sender's own library, or hooks verify --provider "+code.ID))
	case errors.As(err, &key):
		return secretError("%s", key).withHint("%s", key.Fix)
	}
	return nil
}

func ofStore(err error) *failure {
	var reference *store.BadRefError
	var several *store.AmbiguousError
	var endpoint *store.NoEndpointError
	var secret *store.NoSecretError
	var open *store.OpenError
	var version *store.VersionError
	var foreign *store.ForeignError
	var write *store.WriteError
	var corrupt *store.CorruptError
	var form *store.FormError
	storeError := func() *failure { return &failure{exit: exitEnvironment, code: "store", message: err.Error()} }
	switch {
	case errors.Is(err, store.ErrNotFound):
		return answerNo("%s", err).withHint("hooks log lists what there is")
	case errors.As(err, &form):
		return usageError("%s", form).withHint("%s", orElse(form.Fix, "hooks import --help shows what can be read"))
	case errors.As(err, &reference):
		return usageError("%s", reference).withHint("give an id, its beginning, a number, @last or @failed")
	case errors.As(err, &endpoint):
		return answerNo("%s", endpoint).withHint("%s", orElse(didYouMean(endpoint.Unknown()), "hooks endpoint list shows those that are there"))
	case errors.As(err, &secret):
		return answerNo("%s", secret).withHint("%s", orElse(didYouMean(secret.Unknown()), "hooks secret list shows their ids"))
	case errors.As(err, &several):
		return usageError("%s", several).withHint("give more of it: %s", strings.Join(several.IDs, ", "))
	case errors.As(err, &open) && store.OutOfSpace(open):
		return storeError().withHint("make space, or give another place: --store DIR")
	case errors.As(err, &open), errors.As(err, &foreign):
		return storeError().withHint("use another place: --store DIR")
	case errors.As(err, &version):
		return storeError().withHint("move it away, use the version that wrote it, or use another place: --store DIR")
	case errors.As(err, &corrupt):
		return storeError().withHint("hooks store check says what is left; with --repair it rebuilds the index from the log")
	case errors.As(err, &write) && write.Kind == store.WriteFull:
		return storeError().withHint("free some space, or use another place: --store DIR")
	case errors.As(err, &write), errors.Is(err, store.ErrReadOnly), errors.Is(err, fs.ErrPermission):
		return storeError()
	}
	return nil
}

func ofNetwork(err error) *failure {
	var target *send.TargetError
	var bind *listen.BindError
	var address *listen.AddrError
	switch {
	case errors.As(err, &address):
		return usageError("--addr %q: %s", cut(address.Addr), address).withHint("--addr %s", defaultAddr)
	case errors.As(err, &target):
		return usageError("target %q: %s", cut(send.MaskPassword(target.Text)), target).withHint("%s", target.Hint)
	case errors.As(err, &bind):
		return ofBind(bind)
	}
	return nil
}

func ofBind(e *listen.BindError) *failure {
	f := &failure{exit: exitEnvironment, code: "bind", message: e.Error()}
	switch e.Cause {
	case listen.InUse:
		f.hint = "--addr " + anyPort + " picks a free port"
	case listen.Privileged:
		f.hint = "take a port above 1023: --addr " + defaultAddr
	case listen.NotLocal:
		f.hint = "--addr " + defaultAddr
	}
	return f
}
