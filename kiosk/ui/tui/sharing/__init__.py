"""Screens for several desks."""
