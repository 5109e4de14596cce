"""Use cases: one function each, one transaction each, called by every front end."""
