"""The command line: parses, calls a service, prints, returns an exit code."""
