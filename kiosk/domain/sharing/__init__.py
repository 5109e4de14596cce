"""The pairing code of several desks."""
