package store

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// A segment is a header and frames. A frame is 24 bytes, a head and data:
//
//	magic    4  where a frame begins, to be found again behind a damaged one
//	kind     1  kindDelivery or kindState
//	zero     3
//	head     4  length of the head
//	data     4  length of the data
//	headSum  4  CRC-32C of the other 20 bytes and the head
//	dataSum  4  CRC-32C of the data
//
// The head is everything that a list shows, the data are the bodies: a list
// reads and checks heads alone. Numbers are big-endian.
const (
	frameSize  = 24
	frameMagic = 0x9d686b72
	// maxHead and maxData are what a frame may hold, in bytes.
	maxHead = 256 << 20
	maxData = 1<<31 - 1
)

// What a frame holds.
const (
	kindDelivery byte = 1 // a delivery as it was appended
	kindState    byte = 2 // what was saved of one later
)

// frame is the fixed part of one.
type frame struct {
	kind             byte
	head, data       int64
	headSum, dataSum uint32
	fixed            [frameSize]byte
}

var (
	errNoFrame = errors.New("no record begins here")
	errTorn    = errors.New("the record ends too early")
)

func (f *frame) size() int64 { return frameSize + f.head + f.data }

// newFrame frames a head and its data, which is in several pieces.
func newFrame(kind byte, head []byte, data [][]byte) frame {
	f := frame{kind: kind, head: int64(len(head))}
	for _, piece := range data {
		f.data += int64(len(piece))
		f.dataSum = crc32.Update(f.dataSum, crcTable(), piece)
	}
	b := &f.fixed
	binary.BigEndian.PutUint32(b[0:], frameMagic)
	b[4] = kind
	binary.BigEndian.PutUint32(b[8:], uint32(f.head))
	binary.BigEndian.PutUint32(b[12:], uint32(f.data))
	binary.BigEndian.PutUint32(b[20:], f.dataSum)
	f.headSum = f.sum(head)
	binary.BigEndian.PutUint32(b[16:], f.headSum)
	return f
}

// expect gives a frame the checksum that its data had once: where they are
// damaged, so is a copy.
func (f *frame) expect(dataSum uint32, head []byte) {
	f.dataSum = dataSum
	binary.BigEndian.PutUint32(f.fixed[20:], f.dataSum)
	f.headSum = f.sum(head)
	binary.BigEndian.PutUint32(f.fixed[16:], f.headSum)
}

// parseFrame reads the fixed part at the beginning of b.
func parseFrame(b []byte) (frame, error) {
	var f frame
	if copy(f.fixed[:], b) < frameSize {
		return f, errTorn
	}
	b = f.fixed[:]
	f.kind = b[4]
	f.head, f.data = int64(binary.BigEndian.Uint32(b[8:])), int64(binary.BigEndian.Uint32(b[12:]))
	f.headSum, f.dataSum = binary.BigEndian.Uint32(b[16:]), binary.BigEndian.Uint32(b[20:])
	if binary.BigEndian.Uint32(b) != frameMagic || f.kind != kindDelivery && f.kind != kindState ||
		b[5]|b[6]|b[7] != 0 || f.head > maxHead || f.data > maxData {
		return f, errNoFrame
	}
	return f, nil
}

// sum is the checksum of the fixed part, without itself, and the head.
func (f *frame) sum(head []byte) uint32 {
	sum := crc32.Update(0, crcTable(), f.fixed[:16])
	sum = crc32.Update(sum, crcTable(), f.fixed[20:])
	return crc32.Update(sum, crcTable(), head)
}

func (f *frame) checkHead(head []byte) error {
	if f.sum(head) != f.headSum {
		return errAltered
	}
	return nil
}

func crcTable() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }
