"""Tests of what all front ends share."""
