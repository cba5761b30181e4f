// Package term decides what may be shown on a terminal, and how: bytes from
// outside become Text, which holds printable characters only; finished frames
// pass an allow-list; bodies become rows of bounded size.
//
// The rules:
//
//   - Text is escaped after it was decoded and put together, cut after it was
//     escaped, and measured last.
//   - Drawing takes Text, which nothing outside this package can make without
//     escaping.
//   - The bytes of a body are never decoded and encoded again: the JSON view
//     copies the tokens that are there.
//
// The package does no I/O and knows nothing of HTTP.
package term
