"""Readiness checks, scanner check, rehearsal guide."""
