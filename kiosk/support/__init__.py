"""Helpers that every layer may use: files, temporary directories, lazy imports, logging."""
