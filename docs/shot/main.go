// Command shot paints a captured terminal screen as a PNG: the text with its
// colours, one line a row, as `tmux capture-pane -e -p` prints it.
//
//	tmux capture-pane -e -p | go -C docs/shot run . -cols 120 -rows 35 -o ../tui.png
package main

import (
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"os"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

const (
	points    = 13.0
	dpi       = 96.0
	margin    = 12 // pixels around the screen
	inputSize = 4 << 20
)

type options struct {
	cols, rows             int
	regular, heavy, output string
}

func main() {
	var o options
	flag.IntVar(&o.cols, "cols", 120, "columns")
	flag.IntVar(&o.rows, "rows", 35, "rows")
	flag.StringVar(&o.regular, "font", "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf", "font file")
	flag.StringVar(&o.heavy, "bold", "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf", "bold font file")
	flag.StringVar(&o.output, "o", "shot.png", "PNG to write")
	flag.Parse()
	if err := run(o, os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(o options, in io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(in, inputSize))
	if err != nil {
		return err
	}
	p, err := newPainter(o)
	if err != nil {
		return err
	}
	for y, row := range parse(string(text), o.cols, o.rows) {
		for x, c := range row {
			p.paint(x, y, c)
		}
	}
	f, err := os.Create(o.output)
	if err != nil {
		return err
	}
	if err := png.Encode(f, p.img); err != nil {
		return err
	}
	return f.Close()
}

// painter draws cells onto a picture.
type painter struct {
	img            *image.RGBA
	regular, heavy font.Face
	w, h, ascent   int
}

func newPainter(o options) (*painter, error) {
	p := &painter{}
	var err error
	if p.regular, err = face(o.regular); err != nil {
		return nil, err
	}
	if p.heavy, err = face(o.heavy); err != nil {
		return nil, err
	}
	advance, _ := p.regular.GlyphAdvance('M')
	metrics := p.regular.Metrics()
	p.w, p.h, p.ascent = advance.Round(), metrics.Height.Ceil(), metrics.Ascent.Ceil()
	p.img = image.NewRGBA(image.Rect(0, 0, o.cols*p.w+2*margin, o.rows*p.h+2*margin))
	draw.Draw(p.img, p.img.Bounds(), image.NewUniform(background), image.Point{}, draw.Src)
	return p, nil
}

func face(path string) (font.Face, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f, err := opentype.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return opentype.NewFace(f, &opentype.FaceOptions{Size: points, DPI: dpi, Hinting: font.HintingFull})
}

func (p *painter) paint(x, y int, c cell) {
	fg, bg := c.style.colours()
	left, top := margin+x*p.w, margin+y*p.h
	draw.Draw(p.img, image.Rect(left, top, left+p.w, top+p.h), image.NewUniform(bg), image.Point{}, draw.Src)
	if c.style.underline {
		line := image.Rect(left, top+p.ascent+2, left+p.w, top+p.ascent+3)
		draw.Draw(p.img, line, image.NewUniform(fg), image.Point{}, draw.Src)
	}
	if c.char == 0 || c.char == ' ' {
		return
	}
	f := p.regular
	if c.style.bold {
		f = p.heavy
	}
	d := font.Drawer{Dst: p.img, Src: image.NewUniform(fg), Face: f, Dot: fixed.P(left, top+p.ascent)}
	d.DrawString(string(c.char))
}

var (
	foreground = color.RGBA{0xd0, 0xd4, 0xdc, 0xff}
	background = color.RGBA{0x16, 0x18, 0x1d, 0xff}
)
