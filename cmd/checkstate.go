package cmd

import (
	"context"
	"fmt"
	"net/http"
	"os/exec"
	"time"

	"github.com/hooks-cli/hooks/send"
)

const (
	stateSettles = 300 * time.Millisecond // for a consumer that answers first and works afterwards
	stateLimit   = 10 * time.Second       // of a command that prints the state
)

// stateFrom reads a consumer's state from a URL of its own.
func stateFrom(ctx context.Context, client *send.Client, url string) (string, error) {
	t, err := send.ParseTarget(url)
	if err != nil {
		return "", err
	}
	settle(ctx)
	x := client.Attempt(ctx, t, send.Outgoing{Method: http.MethodGet, RequestTarget: t.RequestTarget("/")})
	defer x.Close()
	switch {
	case x.Err != nil:
		return "", x.Err
	case x.StatusCode/100 != 2:
		return "", fmt.Errorf("%s answers %d", t, x.StatusCode)
	}
	return string(x.Body), nil
}

// statePrinted reads it from what a command prints.
func statePrinted(ctx context.Context, command string) (string, error) {
	settle(ctx)
	ctx, cancel := context.WithTimeout(ctx, stateLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", command)
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("--state-cmd: %w", err)
	}
	return string(out), nil
}

func settle(ctx context.Context) {
	timer := time.NewTimer(stateSettles)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
