"""Use cases: one function each, in one transaction, called alike by the desk and the command line."""
