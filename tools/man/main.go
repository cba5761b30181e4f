// Command man writes the manual pages of hooks into a folder, one a command,
// gzipped. It reads what `hooks help --json` prints from stdin, so that the
// program itself need not hold what writes them:
//
//	hooks help --json | go -C tools run ./man DIR
//
// SOURCE_DATE_EPOCH is the date of the pages, in Unix seconds; without it there
// is none, and the same commands make the same bytes either way.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Getenv("SOURCE_DATE_EPOCH")); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// command is a part of what `hooks help --json` prints.
type command struct {
	Name, Path, Summary, Description, Usage, Version string
	Examples                                         []string
	Flags                                            []flag
	GlobalFlags                                      []flag `json:"global_flags"`
	Commands                                         []command
	ExitCodes                                        []struct {
		Code    int
		Meaning string
	} `json:"exit_codes"`
}

type flag struct {
	Name, Shorthand, Value, Default, Usage, Variable string
}

func run(args []string, tree io.Reader, epoch string) error {
	if len(args) != 1 {
		return fmt.Errorf("give the folder: man DIR")
	}
	var root command
	if err := json.NewDecoder(tree).Decode(&root); err != nil {
		return fmt.Errorf("read the commands: %w", err)
	}
	date := ""
	if epoch != "" {
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil {
			return fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
		}
		date = time.Unix(seconds, 0).UTC().Format("2006-01-02")
	}
	if err := os.MkdirAll(args[0], 0o755); err != nil {
		return err
	}
	return write(args[0], &root, &root, date)
}

// write writes the page of c and those of the commands below it.
func write(dir string, root, c *command, date string) error {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(page(root, c, date)); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, pageName(c)+".1.gz"), packed.Bytes(), 0o644); err != nil {
		return err
	}
	for i := range c.Commands {
		if err := write(dir, root, &c.Commands[i], date); err != nil {
			return err
		}
	}
	return nil
}

func pageName(c *command) string { return strings.ReplaceAll(c.Path, " ", "-") }

// page is one manual page in man(7).
func page(root, c *command, date string) []byte {
	var b bytes.Buffer
	name := pageName(c)
	fmt.Fprintf(&b, ".TH %q 1 %q %q %q\n", strings.ToUpper(name), date, "hooks "+root.Version, "hooks")
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", text(name), text(c.Summary))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n", text(c.Usage))
	if c.Description != "" {
		b.WriteString(".SH DESCRIPTION\n")
		for i, part := range strings.Split(c.Description, "\n") {
			if i > 0 {
				b.WriteString(".PP\n")
			}
			b.WriteString(text(part) + "\n")
		}
	}
	if len(c.Examples) > 0 {
		b.WriteString(".SH EXAMPLES\n.nf\n")
		for _, e := range c.Examples {
			b.WriteString(text(e) + "\n")
		}
		b.WriteString(".fi\n")
	}
	commands(&b, c)
	flags(&b, "OPTIONS", c.Flags)
	flags(&b, "GLOBAL OPTIONS", root.GlobalFlags)
	b.WriteString(".SH EXIT STATUS\n")
	for _, e := range root.ExitCodes {
		fmt.Fprintf(&b, ".TP\n.B %d\n%s\n", e.Code, text(e.Meaning))
	}
	seeAlso(&b, root, c)
	return b.Bytes()
}

func commands(b *bytes.Buffer, c *command) {
	if len(c.Commands) == 0 {
		return
	}
	b.WriteString(".SH COMMANDS\n")
	for i := range c.Commands {
		sub := &c.Commands[i]
		fmt.Fprintf(b, ".TP\n.BR %s (1)\n%s\n", text(pageName(sub)), text(sub.Summary))
	}
}

func flags(b *bytes.Buffer, title string, list []flag) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, ".SH %s\n", title)
	for _, f := range list {
		label := "--" + f.Name
		if f.Shorthand != "" {
			label = "-" + f.Shorthand + ", " + label
		}
		fmt.Fprintf(b, ".TP\n.B %s", text(label))
		if f.Value != "" {
			fmt.Fprintf(b, " \\fI%s\\fR", text(f.Value))
		}
		b.WriteString("\n" + text(f.Usage) + "\n")
		if f.Variable != "" {
			fmt.Fprintf(b, ".br\nEnvironment: %s\n", text(f.Variable))
		}
	}
}

func seeAlso(b *bytes.Buffer, root, c *command) {
	b.WriteString(".SH SEE ALSO\n")
	if c.Path == root.Path {
		b.WriteString("hooks help TOPIC\n")
		return
	}
	parent := strings.ReplaceAll(c.Path[:strings.LastIndexByte(c.Path, ' ')], " ", "-")
	fmt.Fprintf(b, ".BR %s (1)\n", text(parent))
}

// text escapes what man(7) would take for its own.
func text(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(strings.Join(strings.Fields(s), " "))
	var b strings.Builder
	for _, r := range s {
		if r > '~' {
			fmt.Fprintf(&b, `\[u%04X]`, r)
		} else {
			b.WriteRune(r)
		}
	}
	if s = b.String(); strings.HasPrefix(s, ".") {
		s = `\&` + s
	}
	return s
}
