"""Turn a table into registrations: which column is which field, what a cell means."""
