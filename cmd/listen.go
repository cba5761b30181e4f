package cmd

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/handshake"
	"github.com/hooks-cli/hooks/listen"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

type listenOptions struct {
	schemeOptions
	listen.Options
	look tuiOptions

	statuses    []int
	respondBody string
	answer      []sign.Header
	edits       []send.Edit
	seed        *int64
	validate    string
	tui         bool
	hold        string
	holdLimit   time.Duration
	gate        *gate
	readyFile   string
	printSecret bool
	retention   store.Retention
}

func newListenCmd(a *app) *cobra.Command {
	o := listenOptions{schemeOptions: schemeOptions{provider: autoProvider}}
	c := &cobra.Command{
		Use:   "listen",
		Short: "receive webhooks: verify, record, forward, answer",
		Long: "Every request is recorded byte for byte before it is answered. Without --secret the store's own secret and those of its endpoints verify what hooks trigger sends, " +
			"and a sender whose secret is not known is unverified and forwarded. An invalid signature is answered 401 and not forwarded.",
		Example: `hooks listen --forward localhost:3000
hooks listen --forward localhost:3000/webhooks --provider stripe --secret env:STRIPE_WEBHOOK_SECRET
hooks listen --forward 3000 --route 'invoice.*=localhost:4000/billing' --events '*,!*.test'
hooks listen --forward 3000 --provider slack --no-handshake slack
hooks listen --respond-seq 500,409x3,200 --json`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.listen(c, &o) },
	}
	o.addFlags(a, c.Flags())
	completeWords(c, "no-handshake", append(handshake.Names(), handshake.Everything))
	return c
}

func (o *listenOptions) addFlags(a *app, flags *pflag.FlagSet) {
	flags.SortFlags = false
	flags.Var(newValue(&o.Addr, "", "string", parseText), "addr", "listen on `HOST:PORT`, or a port of this machine alone (default 127.0.0.1:4400); port 0 picks a free one")
	targets := newValues(&o.Forward, "string", send.ParseTarget)
	flags.VarP(targets, "forward", "f", "forward to `TARGET`: a port, host:port/path, URL or unix:/path.sock; repeatable")
	flags.Var(targets, "forward-to", "`TARGET`: the same as --forward")
	flags.Var(newValues(&o.Routes, "string", parseRoute), "route", "`GLOB=TARGET`: events of these types go there; repeatable")
	flags.VarP(newValue(&o.Events, "", "string", parseGlobs), "events", "e", "forward only these types: `GLOBS`, comma-separated, ! excludes")
	o.addKeys(flags, "whose webhooks come: `NAME` or auto", "a signing secret: `REF` is env:NAME, file:PATH, keyring:NAME, - or the literal; repeatable, any one may match")
	flags.Var(newValues(&o.publicRefs, "string", parseAny), "public-key", "a public key: `REF` to PEM, base64, hex or whpk_…; repeatable")
	flags.Var(newValue(&o.Tolerance, "", "string", parseTolerance), "tolerance", "how far a timestamp may be off: `DUR`; 0 does not judge it")
	flags.Var(newValue(&o.url, "", "string", parseURL), "url", "the public `URL`, for schemes that sign it: scheme and host, with path and query of the request")
	flags.Var(newValue(&o.url, "", "string", parseURL), "public-url", "`URL`: the same as --url")
	o.addParams(flags)
	flags.BoolVar(&o.ForwardInvalid, "forward-invalid", false, "forward requests whose signature is invalid, too")
	addValidate(flags, &o.validate, "hold payloads against the catalog's schemas: `MODE` is warn, off or reject, which answers 422")
	flags.Var(newValues(&o.NoHandshakes, "string", parseHandshakeOff), "no-handshake", "treat the handshake `NAME` like any other request; repeatable, all is every one (hooks help handshakes)")
	o.addAnswers(flags)
	flags.Var(newValue(&o.Timeout, "30s", "duration", durationBetween(time.Millisecond, maxTimeout)), "timeout", "limit of one forwarded exchange: `DUR`")
	flags.Var(newValue(&o.Retry, "", "string", parseSchedule), "retry", "after a failed forward try again: `SCHEDULE`, as in 1s,5s,30s or 10x1m (default: the sender does)")
	o.addLimits(flags)
	flags.VarP(newValues(&o.edits, headerKind, send.ParseEdit), "add-header", "H", "a header of the forwarded request: `'Name: value'`; 'Name;' is sent empty, 'Name:' removes")
	flags.BoolVar(&o.Insecure, "insecure", false, "accept any certificate of a target")
	flags.BoolVar(&o.PreserveHost, "preserve-host", false, "keep the sender's Host")
	flags.BoolVar(&a.durable, "durable", false, "fsync what is recorded before it is answered: it survives a power failure, too")
	addRetention(flags, &o.retention)
	flags.BoolVar(&o.tui, "tui", false, "show the terminal UI instead of lines")
	flags.StringVar(&o.hold, "hold", "", "with --tui: hold what this filter `EXPR` takes before it is forwarded, until you decide (hooks help hold)")
	flags.Var(newValue(&o.holdLimit, "", "duration", durationBetween(time.Millisecond, maxTimeout)), "hold-limit", "with --tui: answer the sender of what is held after `DUR` (default 8s, or less where its provider gives up sooner)")
	o.look.addLook(flags)
	flags.StringVar(&o.readyFile, "ready-file", "", "write the URL to `PATH` when the port is open")
	flags.BoolVar(&o.printSecret, "print-secret", false, "print the store's signing secret and end")
	configurable(flags, "addr", "forward", "route", "events", "tolerance", "url", "timeout", "retry", "durable", "no-handshake", "validate")
}

// addLimits adds the flags that bound what senders can make listen hold. All of
// them have the same meaning in hooks.yaml.
func (o *listenOptions) addLimits(flags *pflag.FlagSet) {
	var names []string
	add := func(v pflag.Value, name, usage string) {
		flags.Var(v, name, usage)
		names = append(names, name)
	}
	seconds := durationBetween(time.Millisecond, maxTimeout)
	add(newValue(&o.Rate, "", "string", parseRate), "rate", "accept at most `N/s`; what is above is answered 429")
	add(newValue(&o.RatePerIP, "", "string", parseRate), "rate-per-ip", "accept at most `N/s` from one address")
	add(newValue(&o.MaxBody, "32MiB", "size", parseBodyLimit), "max-body", "take bodies up to `SIZE`; larger ones are answered 413")
	add(newValue(&o.MaxMemory, "128MiB", "size", parseMemory), "max-memory", "hold bodies of `SIZE` in memory at a time; further ones wait, then get 503")
	add(newValue(&o.MaxConns, "1024", "int", parseCount), "max-conns", "hold at most `N` connections; further ones wait")
	add(newValue(&o.MaxTarget, "16KiB", "size", parseHead), "max-target", "take request targets up to `SIZE`; longer ones are answered 414")
	add(newValue(&o.MaxHeaders, "256", "int", parseCount), "max-headers", "take at most `N` header lines; more are answered 431")
	add(newValue(&o.MaxHeaderBytes, "64KiB", "size", parseHead), "max-header-bytes", "take header blocks up to `SIZE`; larger ones are answered 431")
	add(newValue(&o.HeaderTimeout, "10s", "duration", seconds), "header-timeout", "limit of reading a header: `DUR`")
	add(newValue(&o.BodyTimeout, "10s", "duration", seconds), "body-timeout", "limit of silence within a body: `DUR`; in all, three of them and 1s per 64 KiB")
	add(newValue(&o.IdleTimeout, "120s", "duration", seconds), "idle-timeout", "close a connection that is idle for `DUR`")
	configurable(flags, names...)
}

// addAnswers adds the flags that let listen answer by itself.
func (o *listenOptions) addAnswers(flags *pflag.FlagSet) {
	flags.Var(newValue(&o.statuses, "", "string", parseStatuses), "respond", "answer with `STATUS` instead of the target")
	flags.Var(newValue(&o.statuses, "", "string", parseStatuses), "respond-seq", "answer with `STATUSES` in turn, as in 500,409x3,200")
	flags.StringVar(&o.respondBody, "respond-body", "", "answer with this body: `DATA` is @file, - or the literal")
	flags.Var(newValues(&o.answer, headerKind, parseHeader), "respond-header", "answer with this header: `'Name: value'`; repeatable")
	flags.Var(newValue(&o.Respond.Delay, "", "duration", durationBetween(0, maxTimeout)), "delay", "wait `DUR` before every answer")
	flags.Var(newValue(&o.Respond.FailRate, "", "float", parseShare), "fail-rate", "answer this share `P` of requests with 500, as in 0.1")
	flags.BoolVar(&o.Respond.Drop, "drop", false, "close the connection instead of answering (with --fail-rate: that share)")
	flags.Var(newValue(&o.seed, "", "int", parseSeed), "seed", "fail the same requests for the same `N`")
}

func parseRoute(s string) (listen.Route, error) {
	glob, text, ok := strings.Cut(s, "=")
	if !ok || glob == "" {
		return listen.Route{}, errors.New("must be GLOB=TARGET, as in 'invoice.*=localhost:4000'")
	}
	target, err := send.ParseTarget(text)
	return listen.Route{Glob: glob, Target: target}, err
}

// parseStatuses reads 500,409x3,200.
func parseStatuses(s string) ([]int, error) {
	var all []int
	for part := range strings.SplitSeq(s, ",") {
		word, times, repeated := strings.Cut(part, "x")
		status, err := parseStatus(word)
		n := 1
		if err == nil && repeated {
			n, err = parseCount(times)
		}
		if err != nil || n > 1000 {
			return nil, errors.New("must be statuses from 200 to 599, as in 500,409x3,200")
		}
		for range n {
			all = append(all, status)
		}
	}
	return all, nil
}

func parseShare(s string) (float64, error) {
	p, err := strconv.ParseFloat(s, 64)
	if err != nil || !(p >= 0 && p <= 1) {
		return 0, errors.New("must be a share from 0 to 1, as in 0.1")
	}
	return p, nil
}

// parseBodyLimit keeps --max-body within what memory can hold.
func parseBodyLimit(s string) (int64, error) {
	n, err := parseSize(s)
	if err == nil && (n < 1 || n > 1<<30) {
		err = errors.New("must be from 1 byte to 1 GiB")
	}
	return n, err
}

// parseMemory keeps --max-memory within reason: below a mebibyte hardly a body
// would be taken.
func parseMemory(s string) (int64, error) {
	n, err := parseSize(s)
	if err == nil && (n < 1<<20 || n > 64<<30) {
		err = errors.New("must be from 1 MiB to 64 GiB")
	}
	return n, err
}

// parseHead keeps limits of a request's head within what a proxy passes on.
func parseHead(s string) (int, error) {
	n, err := parseSize(s)
	if err == nil && (n < 256 || n > 16<<20) {
		err = errors.New("must be from 256 bytes to 16 MiB")
	}
	return int(n), err
}

func (a *app) listen(c *cobra.Command, o *listenOptions) error {
	if err := o.check(c, a); err != nil {
		return err
	}
	server, keys, err := a.listener(c, o)
	if err != nil {
		return err
	}
	// The port is opened before the store is made: one in use leaves no trace.
	if !o.printSecret {
		if err := server.Bind(c.Context()); err != nil {
			return a.portTaken(o.selfForward(err))
		}
		defer server.Close()
	}
	st, err := a.openDeclared(c.Context())
	if err != nil {
		return err
	}
	defer st.Close()
	if o.printSecret {
		own, err := st.Secret(c.Context())
		if err != nil {
			return err
		}
		return a.printOwnSecret(own)
	}
	known, err := a.openStoreKeys(c.Context(), st)
	if err != nil {
		return err
	}
	o.Store, o.Keys, o.Adopt = st, keys.of(known), a.adopt(c.Context(), known.adopted)
	a.sayAdopted(known.adopted, keys, o)
	defer a.watchSettings(c.Context(), st)()
	return a.serve(c.Context(), server, o, known)
}

// check refuses what makes no sense together.
func (o *listenOptions) check(c *cobra.Command, a *app) error {
	for _, pair := range [][]string{{"respond", "respond-seq"}, {"url", "public-url"}} {
		if err := exclusive(c, pair...); err != nil {
			return err
		}
	}
	if o.tui && !o.printSecret {
		if err := a.needTerminal(); err != nil {
			return err
		}
	}
	if !o.tui && (c.Flags().Changed("hold") || c.Flags().Changed("hold-limit")) {
		return usageError("--hold and --hold-limit need --tui: somebody must decide").withHint("add --tui")
	}
	return nil
}

// listener is the server that the flags describe, and the keys that they name.
func (a *app) listener(c *cobra.Command, o *listenOptions) (*listen.Server, listenKeys, error) {
	registry := a.providers()
	keys, err := a.listenKeys(registry, o)
	if err != nil {
		return nil, keys, err
	}
	o.Params = keys.named.Params
	if err := o.complete(c, a, registry); err != nil {
		return nil, keys, err
	}
	if o.tui {
		if o.gate, err = newGate(a, o); err != nil {
			return nil, keys, err
		}
		o.Gate = &o.gate.listen
	}
	server, err := listen.New(o.Options)
	return server, keys, o.selfForward(err)
}

// selfForward names the flag whose target is the listener itself.
func (o *listenOptions) selfForward(err error) error {
	var self *listen.SelfForwardError
	if !errors.As(err, &self) {
		return err
	}
	flag := "--route"
	if slices.ContainsFunc(o.Forward, func(t send.Target) bool { return t.String() == self.Target }) {
		flag = "--forward"
	}
	return usageError("%s %s", flag, self).withHint("forward to where the application listens")
}

// complete turns flags into the listener's options.
func (o *listenOptions) complete(c *cobra.Command, a *app, registry *provider.Registry) error {
	if _, err := registry.All(); err != nil {
		return err // a provider's file is wrong: it would silently recognise nothing
	}
	o.Registry, o.Now, o.PublicURL, o.Edits = registry, a.now, o.url, o.edits
	o.Provider = o.schemeOptions.provider
	o.Warn = func(s string) { a.warn("%s", s) }
	o.Note = func(s string) { a.note("%s", s) }
	o.RejectBroken = o.validate == validateReject
	if o.validate != validateOff {
		checks, err := a.newChecks(c.Context())
		if err != nil {
			return err
		}
		o.Check = checks.received
	}
	o.Respond.Statuses, o.Respond.Headers = o.statuses, o.answer
	if c.Flags().Changed("respond-body") {
		body, err := a.data(o.respondBody)
		if err != nil {
			return err
		}
		o.Respond.Body = append([]byte{}, body...)
	}
	seed := uint64(a.now().UnixNano())
	if o.seed != nil {
		seed = uint64(*o.seed)
	}
	o.Respond.Rand = rand.New(rand.NewPCG(seed, 0))
	return nil
}
