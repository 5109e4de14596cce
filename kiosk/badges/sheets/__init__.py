"""Stocks and batches: which badge goes where on which page."""
