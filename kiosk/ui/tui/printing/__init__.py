"""Screens for badges and printers."""
