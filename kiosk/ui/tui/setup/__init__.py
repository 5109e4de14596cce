"""Screens that prepare an event: import, lists, questions, readiness, rehearsal."""
