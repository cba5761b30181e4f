package provider

import "slices"

// Greeters are the providers whose files name a handshake, those that stand for
// themselves before those that are like another. A file that is wrong names
// none.
func (r *Registry) Greeters(handshake string) []*Profile {
	profiles, _ := r.All()
	var own, alike []*Profile
	for _, p := range profiles {
		switch {
		case !slices.Contains(p.Handshakes, handshake):
		case p.Like == "":
			own = append(own, p)
		default:
			alike = append(alike, p)
		}
	}
	return append(own, alike...)
}
