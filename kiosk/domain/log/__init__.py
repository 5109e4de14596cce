"""Log events: kinds, schema, ids, clock."""
