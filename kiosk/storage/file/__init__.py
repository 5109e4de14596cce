"""Open, create, upgrade and copy event files."""
