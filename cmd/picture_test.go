package cmd

import (
	"image/png"
	"os"
	"testing"
)

// pixels counts those of a picture that have a colour.
func pixels(t *testing.T, file string, colour [3]byte) (n int) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			r, g, b, _ := picture.At(x, y).RGBA()
			if [3]byte{byte(r >> 8), byte(g >> 8), byte(b >> 8)} == colour {
				n++
			}
		}
	}
	return n
}
