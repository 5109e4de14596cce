"""The event file. Every SQL statement of the product is in this package."""
