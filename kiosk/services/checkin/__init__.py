"""Check-in: scans, undo, lists, questions, tables, PINs, self-service."""
