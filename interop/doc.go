// Package interop is for the proof that the program and the senders' own
// libraries mean the same by a signature, in both directions: what the program
// signs, the library accepts; what the library signs, the program finds valid;
// what is broken, both refuse. Where they differ, a table says so and why.
//
// It is a module of its own so that no library of a sender gets into the
// program's go.mod, and it has nothing but tests.
package interop
