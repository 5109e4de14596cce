"""Queries, named after the question they answer."""
