"""Attendance lists for those who come after the desk."""
