package catalog

// fits tells whether a schema allows what was made for it. It is true where the
// schema is no schema: nobody could say.
func (s *sampler) fits(schema, made *node) bool {
	if s.judge == nil {
		s.judge = newCompiler(s.root, &problems{})
	}
	s.judge.errs = &problems{}
	ru := s.judge.rule(schema)
	if len(s.judge.errs.errs) > 0 {
		return true
	}
	r := &run{}
	var seen *evaluated
	if s.judge.tracks {
		seen = &evaluated{}
	}
	return ru.apply(r, value{node: made}, seen) && !r.exhausted
}

// misfit tells whether to leave out what need not be there.
func (s *sampler) misfit(schema, made *node) bool {
	return s.lean || s.strict && !s.fits(schema, made)
}
