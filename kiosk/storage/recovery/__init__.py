"""Check event files and read rows from damaged ones."""
