package cmd

import (
	"errors"
	"regexp"
	"slices"

	"github.com/spf13/pflag"
)

// channelFlags name channels: as they are, or by the entity that they are of.
type channelFlags struct {
	channels        []string
	clients, agents []string
}

// maxChannels is how many channels an endpoint or an event may have.
const maxChannels = 10

func (o *channelFlags) add(flags *pflag.FlagSet, name, usage string) {
	flags.Var(newValues(&o.channels, "string", parseChannel), name, usage)
	flags.Var(newValues(&o.clients, "string", parseChannel), "client", "the channel client_`UUID`; repeatable")
	flags.Var(newValues(&o.agents, "string", parseChannel), "agent", "the channel agent_`UUID`; repeatable")
}

// parseChannel takes what an endpoint's channel may be called.
func parseChannel(s string) (string, error) {
	if !regexp.MustCompile(`^[A-Za-z0-9_.:+-]{1,128}$`).MatchString(s) {
		return "", errors.New("must be 1 to 128 letters, digits and _ . : + -")
	}
	return s, nil
}

// given are the channels that were named. An id that is not a UUID is warned of,
// or refused if strict.
func (o *channelFlags) given(a *app, strict bool) ([]string, error) {
	all := slices.Clone(o.channels)
	for _, of := range []struct {
		flag string
		ids  []string
	}{{"client", o.clients}, {"agent", o.agents}} {
		for _, id := range of.ids {
			if !isUUID(id) {
				if strict {
					return nil, usageError("--%s %q is not a UUID", of.flag, id)
				}
				a.warn("--%s %q is not a UUID", of.flag, id)
			}
			channel, err := parseChannel(of.flag + "_" + id)
			if err != nil {
				return nil, usageError("--%s %q: %s", of.flag, id, err)
			}
			all = append(all, channel)
		}
	}
	return all, nil
}

func isUUID(s string) bool {
	return regexp.MustCompile(`^(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`).MatchString(s)
}

// joined are channels without repetition, as many as there may be.
func joined(channels []string) ([]string, error) {
	var all []string
	for _, c := range channels {
		if !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	if len(all) > maxChannels {
		return nil, usageError("%d channels are too many: at most %d are allowed", len(all), maxChannels)
	}
	return all, nil
}
