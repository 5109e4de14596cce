"""Programs that do the least of what the desk does, to be measured beside it."""
