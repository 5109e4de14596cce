"""Badges: draw, sort into boxes, preview, layouts."""
