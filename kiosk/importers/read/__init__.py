"""Turn bytes into a table: file type, encoding, CSV, spreadsheets, limits."""
