package sign

import (
	"errors"
	"fmt"
	"time"
)

// Place is where in a message a value stands.
type Place string

// The places of a value.
const (
	InHeader Place = "headers"
	InJSON   Place = "json"
	InForm   Place = "form"
	InQuery  Place = "query"
	InBody   Place = "body"   // the whole body; only code puts a signature there
	InClaims Place = "claims" // of a token
)

// places is the order in which a message is read.
func places() []Place { return []Place{InHeader, InJSON, InForm, InQuery} }

// Spec is a scheme as text, as it stands in a provider's file. New makes a
// Scheme of it.
type Spec struct {
	Alg       []string // one, or several with {alg} in a template; the first signs
	Enc       string   // hex, base64, base64url; "" only with equal
	Key       string   // how a secret becomes key bytes; "" is literal
	Pub       string   // how the sender writes its public key
	Content   []string // alternatives, the first is used for signing
	TS        *TimeSpec
	List      string // separator of several signatures in one header
	Fields    []Field
	Strict    bool // in key=value headers an item without = is an error
	Continue  bool // … or belongs to the key before it
	Checks    []Field
	Aliases   map[string][]string // header → names that are read, too
	SendExtra []Field             // headers that are sent and not needed when verifying
	Params    map[string]string   // values only the operator knows, with their defaults

	// Code names the part of the scheme that is written in Go, "" if there is
	// none; CodeNames lists them. Some have settings of their own.
	Code string
	JWT  *JWTSpec
	HTTP *HTTPSpec
}

// Field is one place and its templates: the first is written, all are read. In
// Spec.Checks the template is content notation.
type Field struct {
	Place     Place
	Name      string // header name, JSON path, form or query field
	Templates []string
}

// TimeSpec is how a timestamp is written and judged.
type TimeSpec struct {
	Unit      string        // s, ms, rfc3339, auto, or a layout of package time
	Tolerance time.Duration // 0 is no window
	PastOnly  bool          // however far ahead passes
	Optional  bool          // judged where it is, absent is fine
}

// SpecError says which field of a Spec is wrong.
type SpecError struct {
	Field string // alg, content, headers.X-Signature, …
	Err   error
	Index int  // which of several texts in the field, from 0
	Whole bool // the parts are right, and do not fit together
}

func (e *SpecError) Error() string {
	if e.Field == "" {
		return e.Err.Error()
	}
	return fmt.Sprintf("%s: %v", e.Field, e.Err)
}
func (e *SpecError) Unwrap() error { return e.Err }

// Fix is what could stand there instead, "" where the error itself says it.
func (e *SpecError) Fix() string { return fixOf(e.Err) }

// specErrors takes joined errors apart.
func specErrors(err error) []*SpecError {
	var one *SpecError
	switch e := err.(type) {
	case nil:
		return nil
	case interface{ Unwrap() []error }:
		var all []*SpecError
		for _, each := range e.Unwrap() {
			all = append(all, specErrors(each)...)
		}
		return all
	}
	if errors.As(err, &one) {
		return []*SpecError{one}
	}
	return []*SpecError{{Err: err}}
}

func specError(field, format string, args ...any) *SpecError {
	return &SpecError{Field: field, Err: fmt.Errorf(format, args...)}
}

func (f Field) label() string { return string(f.Place) + "." + f.Name }
