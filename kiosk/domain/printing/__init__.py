"""Print job states and printer reports."""
