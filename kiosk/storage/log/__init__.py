"""The append-only log and the tables projected from it."""
