"""The rules of the desk: pure types and functions, no clock, no files, no SQL, no screen."""
