"""Merge the logs of several desks."""
