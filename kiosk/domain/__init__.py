"""Pure rules and types: no clock, files, SQL or screen."""
