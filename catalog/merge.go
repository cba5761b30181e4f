package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/tidwall/gjson"
)

// merge applies a JSON Merge Patch (RFC 7396) to body. What the patch does not
// name keeps its bytes, white space included; new members are added at the end
// in the order of the patch. The error is ErrBadPatch
// or ErrNotJSON, wrapped.
func merge(body, patch []byte) ([]byte, error) {
	if !json.Valid(patch) {
		return nil, ErrBadPatch
	}
	if !json.Valid(body) {
		return nil, fmt.Errorf("payload to merge into: %w", ErrNotJSON)
	}
	// gjson takes everything up to the end of the text for the outermost value.
	body, patch = bytes.TrimSpace(body), bytes.TrimSpace(patch)
	return appendMerged(nil, gjson.ParseBytes(body), gjson.ParseBytes(patch)), nil
}

func appendMerged(out []byte, old, patch gjson.Result) []byte {
	if !patch.IsObject() {
		return append(out, patch.Raw...)
	}
	if !old.IsObject() {
		old = gjson.Parse("{}")
	}
	changes := membersOf(patch)
	text := old.Raw
	end, written, firstGap := 1, false, -1 // end of the last member that was looked at, within text
	out = append(out, '{')
	old.ForEach(func(key, value gjson.Result) bool {
		gap := text[end : key.Index-old.Index]
		start := value.Index - old.Index
		if firstGap < 0 {
			firstGap = len(gap)
		}
		if !written { // those before it are gone, and their comma with them
			gap = text[1 : 1+firstGap]
		}
		end = start + len(value.Raw)
		change, named := changes[key.Str]
		if named && change.value.Type == gjson.Null {
			changes[key.Str] = change.used()
			return true
		}
		out, written = append(out, gap...), true
		out = append(out, text[key.Index-old.Index:start]...)
		if !named {
			out = append(out, value.Raw...)
			return true
		}
		changes[key.Str] = change.used()
		out = appendMerged(out, value, change.value)
		return true
	})
	out = appendNew(out, patch, changes, written)
	return append(out, text[end:]...)
}

// appendNew adds the members of the patch that the object did not have.
func appendNew(out []byte, patch gjson.Result, changes map[string]change, comma bool) []byte {
	patch.ForEach(func(key, _ gjson.Result) bool {
		change := changes[key.Str]
		if change.done || change.value.Type == gjson.Null {
			return true
		}
		changes[key.Str] = change.used()
		if comma {
			out = append(out, ',')
		}
		comma = true
		out = append(appendString(out, key.Str), ':')
		// The nulls of the patch vanish in new members as well.
		out = appendMerged(out, gjson.Result{}, change.value)
		return true
	})
	return out
}

// change is one member of a patch, and whether it was carried out.
type change struct {
	value gjson.Result
	done  bool
}

func (c change) used() change { return change{c.value, true} }

func membersOf(patch gjson.Result) map[string]change {
	changes := map[string]change{}
	patch.ForEach(func(key, value gjson.Result) bool {
		changes[key.Str] = change{value: value}
		return true
	})
	return changes
}
