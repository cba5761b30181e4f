package cmd

import (
	"github.com/hooks-cli/hooks/handshake"
)

// parseHandshake reads the name of a handshake.
func parseHandshake(s string) (string, error) { return oneOf(s, handshake.Names()) }

// parseHandshakeOff reads what may be switched off.
func parseHandshakeOff(s string) (string, error) {
	return oneOf(s, append(handshake.Names(), handshake.Everything))
}
