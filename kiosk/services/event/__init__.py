"""The event: its name, days, time zone and settings."""
