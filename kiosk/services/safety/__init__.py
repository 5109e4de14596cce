"""Backups, restore, repair, purge, warnings about the computer."""
