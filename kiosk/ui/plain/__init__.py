"""The plain desk: line by line, for screen readers and simple terminals."""
