"""Use cases: one function each, one transaction each, called alike by desk and command line."""
