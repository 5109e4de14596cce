"""Badge order: sorting, boxes, queue letters."""
