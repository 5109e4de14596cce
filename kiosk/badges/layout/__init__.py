"""Badge layouts: the file format, the fields, and the scene a layout gives for a person."""
