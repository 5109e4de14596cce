"""The event file: every SQL statement of the product lives here."""
