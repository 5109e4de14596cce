"""Keyboard and scanner input: the arrival times of keys separate scans from typing."""
