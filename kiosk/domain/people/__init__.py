"""Attendees, registrations and names."""
