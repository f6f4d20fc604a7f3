"""Everything that is held true: flat, named after behaviour; contract suites for stores, sources, explainers."""
