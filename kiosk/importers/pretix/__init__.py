"""Read exports of pretix: JSON, and headings in the languages of pretix."""
