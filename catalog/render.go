package catalog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// maxBody is how large a rendered body may become.
const maxBody = 32 << 20

// RenderOptions say how an event differs from its sample. The zero value with
// a Source is the default example with new ids and times.
type RenderOptions struct {
	// Source makes ids and times. It is needed, with Static as well: the
	// event's own ULID is always new.
	Source *Source
	// Example is the name of the sample; "" is the first.
	Example string
	// Data, if not nil, is the payload in place of a sample. It is sent as it
	// is: nothing in it is generated.
	Data []byte
	// Generate makes the payload from the schema instead, with values that the
	// Source chooses.
	Generate bool
	// Merge is a JSON Merge Patch, or nil; Edits come after it, and Edit, for
	// an editor, last.
	Merge []byte
	Edits []Edit
	Edit  func([]byte) ([]byte, error)
	// Static runs no generator.
	Static bool
	// ID is the id on the wire; "" makes one.
	ID string
	// Channels replace those of the example unless they are nil.
	Channels []string
}

// Rendered is an event that is ready to be signed, but for what is made anew
// for each endpoint and attempt.
type Rendered struct {
	Body []byte
	Type string
	// ULID is the event's own: the store's id is evt_ and this.
	ULID string
	// WireID is the id by which receivers know the event.
	WireID      string
	ContentType string
	// Headers stand in place of those of the same name that the provider's
	// scheme makes.
	Headers  []Header
	Channels []string
	// Example is the name of the sample, "" if Data was given.
	Example string
	// Late is what Fill has still to do.
	Late []Late
}

// Late is a place in a body whose value depends on the endpoint or changes
// with each attempt.
type Late struct {
	Pointer    string    `json:"pointer"`
	Generator  Generator `json:"generator"`
	PerAttempt bool      `json:"per_attempt"`
}

// Render makes an event of a type, in the order: sample or Data, Merge, Edits,
// Edit, then generated values except where the user changed something. Errors
// are the caller's mistakes (*UnknownError, *PathError, *RenderError,
// ErrNotJSON) or those of Edit.
func Render(t *EventType, o RenderOptions) (*Rendered, error) {
	if fault := o.fault(); fault != "" {
		return nil, &RenderError{t.Name, fault}
	}
	r := &Rendered{Type: t.Name, ULID: o.Source.ULID(), ContentType: "application/json", Body: o.Data}
	example := &Example{}
	switch {
	case o.Generate:
		body, err := t.generated(o.Source)
		if err != nil {
			return nil, err
		}
		r.Body = body
	case o.Data == nil:
		var err error
		if example, err = t.Example(o.Example); err != nil {
			return nil, err
		}
		r.Body, r.Example = slices.Clone(example.Payload), example.Name
	}
	r.addHeaders(t.Headers, example.Headers)
	if r.Channels = o.Channels; o.Channels == nil {
		r.Channels = example.Channels
	}
	edited, err := o.change(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = edited.after
	if o.Data == nil && !o.Static && json.Valid(r.Body) {
		r.generate(t, o, edited)
	}
	if err := r.identify(t, o); err != nil {
		return nil, err
	}
	if len(r.Body) > maxBody {
		return nil, &RenderError{t.Name, fmt.Sprintf("becomes larger than %d MiB", maxBody>>20)}
	}
	return r, nil
}

func (o RenderOptions) fault() string {
	switch {
	case o.Source == nil:
		return "cannot be rendered without a source of ids"
	case o.Data != nil && o.Example != "":
		return "takes an example or data, not both"
	case o.Generate && (o.Data != nil || o.Example != ""):
		return "takes a sample or makes a payload, not both"
	case len(o.ID) > maxNameLength:
		return "takes an id of at most 256 characters"
	}
	for i := range len(o.ID) {
		if o.ID[i] <= ' ' || o.ID[i] > '~' { // it may travel in a header
			return "takes an id of visible ASCII characters, not " + quote(o.ID)
		}
	}
	return ""
}

// addHeaders joins the headers of the type and those of the example, which
// replace them. The content type has its own field.
func (r *Rendered) addHeaders(ofType, ofExample []Header) {
	for _, h := range ofType {
		replaced := slices.ContainsFunc(ofExample, func(e Header) bool { return strings.EqualFold(e.Name, h.Name) })
		if !replaced {
			r.Headers = append(r.Headers, h)
		}
	}
	r.Headers = append(r.Headers, ofExample...)
	for i, h := range r.Headers {
		if strings.EqualFold(h.Name, "Content-Type") {
			r.ContentType = h.Value
			r.Headers = slices.Delete(r.Headers, i, i+1)
			return
		}
	}
}

// NotLive is a body that says of itself that it is no real event: where it has
// the member livemode, that is false.
func NotLive(body []byte) []byte {
	p, err := parsePointer("/livemode")
	if err != nil {
		return body
	}
	if live, ok := lookup(body, p); ok && live.Type == gjson.True {
		return splice(body, spanOf(live), []byte("false"))
	}
	return body
}
