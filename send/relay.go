package send

import (
	"errors"
	"io"
)

// rest is what of an answer's body follows the kept part.
type rest struct {
	run   *run
	first byte // read to find out that there is more
}

// relayChunk is how much of a long answer is in memory at a time.
const relayChunk = 32 << 10

// More tells whether the answer has more body than Body holds.
func (x *Exchange) More() bool { return x.rest != nil }

// Relay passes on what follows Body as it arrives, within the time limit of
// the exchange, and ends the exchange. It returns w's error; what goes wrong
// with the target is noted in Kind and Err, as by Attempt.
func (x *Exchange) Relay(w io.Writer) error {
	if x.rest == nil {
		return nil
	}
	r := x.rest.run
	buffer := make([]byte, relayChunk)
	buffer[0] = x.rest.first
	n := 1
	for {
		if _, err := w.Write(buffer[:n]); err != nil {
			x.Close()
			return err
		}
		var err error
		n, err = r.answer.body.Read(buffer)
		x.Size += int64(n)
		if n == 0 && err != nil {
			x.finish(err)
			return nil
		}
	}
}

// Close gives up what follows Body. It is harmless on an exchange that has
// ended.
func (x *Exchange) Close() {
	if x.rest == nil {
		return
	}
	r := x.rest.run
	r.conn.broken = true
	x.finish(nil)
}

func (x *Exchange) finish(err error) {
	r := x.rest.run
	if errors.Is(err, io.EOF) {
		x.Complete, err = true, nil
	} else if err != nil {
		err = r.explain(err)
	}
	x.cut, x.rest = true, nil
	r.end(err)
}
