package catalog

import (
	"testing"
	"time"
)

// BenchmarkFindRender is what one trigger costs: cold as in a process that has
// just started, warm as under load, and the whole list as catalog list reads it.
func BenchmarkFindRender(b *testing.B) {
	source := NewSource(time.Now, nil)
	trigger := func(b *testing.B, set *Set) {
		t, err := set.Find("payment.succeeded")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Render(t, RenderOptions{Source: source}); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			Open("/nowhere")
		}
	})
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			trigger(b, Open())
		}
	})
	b.Run("warm", func(b *testing.B) {
		set := Open()
		for b.Loop() {
			trigger(b, set)
		}
	})
	b.Run("list", func(b *testing.B) {
		for b.Loop() {
			if _, err := Open().List(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkValidate is what listen adds to each delivery whose type has a
// schema.
func BenchmarkValidate(b *testing.B) {
	et, err := Open().Find("revkeen:payment.succeeded")
	if err != nil {
		b.Fatal(err)
	}
	schema, err := et.CompileSchema()
	if err != nil {
		b.Fatal(err)
	}
	body := et.Examples[0].Payload
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if found := schema.Validate(body); len(found) > 0 {
			b.Fatal(found)
		}
	}
}
