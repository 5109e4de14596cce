"""Screens that show counts and history, and export them."""
