"""Badges: text in every script, QR, layouts, sheets, PDF."""
