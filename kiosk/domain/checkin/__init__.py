"""Check-in rules: verdicts, code matching, questions, tables, PINs."""
