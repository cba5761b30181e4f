package cmd

// catalogsChanged says on stderr what catalog.Set.Watch reports, until it ends:
// what is wrong, and where, or, if then is nil, that the catalogs were read
// again. Otherwise then is called for each change that is right.
func (a *app) catalogsChanged(reports <-chan error, then func() error) {
	for err := range reports {
		if err != nil {
			a.warn("%s; the catalogs stay as they were", asFailure(err).message)
			continue
		}
		if then == nil {
			a.note("read the catalogs again")
			continue
		}
		if err := then(); err != nil {
			a.warn("%s", asFailure(err).message)
		}
	}
}
