"""Keyboard and scanner input: tells scans from typing by the arrival times of keys."""
