"""Prepare an event: import, demo, rehearsal, readiness."""
