"""Front ends: command line, plain desk, and the desk on screen."""
