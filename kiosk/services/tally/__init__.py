"""Counts: who is expected, who came, when they arrived."""
