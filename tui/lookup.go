package tui

import "context"

// lookup is what was found out about deliveries. Finding out takes a while: it
// begins when somebody looks, happens beside the view and ends when nobody
// looks any more.
type lookup[T any] struct {
	known  map[raw]found[T] // by delivery
	order  []raw            // of known, the oldest first
	asking raw              // the delivery that is looked into, "" if none
	cancel context.CancelFunc
}

type found[T any] struct {
	value T
	err   error
}

// maxLookups bounds what is remembered of a kind.
const maxLookups = 64

func (l *lookup[T]) keep(id raw, f found[T]) {
	if l.known == nil {
		l.known = map[raw]found[T]{}
	}
	if _, there := l.known[id]; !there {
		if len(l.order) == maxLookups {
			delete(l.known, l.order[0])
			l.order = l.order[1:]
		}
		l.order = append(l.order, id)
	}
	l.known[id] = f
}

// leave ends what is under way.
func (l *lookup[T]) leave() {
	if l.asking != "" {
		l.cancel()
		l.asking = ""
	}
}

// forget has everything looked for anew.
func (l *lookup[T]) forget() {
	l.leave()
	l.known, l.order = nil, nil
}

// begin looks into a delivery, unless that is known or under way. find must
// not touch the model.
func (l *lookup[T]) begin(ctx context.Context, id raw, find func(context.Context) (T, error), bring func(raw, found[T]) message) []command {
	if _, known := l.known[id]; l.asking == id || known {
		return nil
	}
	l.leave()
	ctx, cancel := context.WithCancel(ctx)
	l.asking, l.cancel = id, cancel
	return []command{{do: func() message {
		value, err := find(ctx)
		if ctx.Err() != nil {
			return nil // nobody looks any more
		}
		return bring(id, found[T]{value, err})
	}}}
}

// take keeps what was found, if it is still asked for.
func (l *lookup[T]) take(id raw, f found[T]) {
	if id == l.asking {
		l.keep(id, f)
		l.leave()
	}
}
