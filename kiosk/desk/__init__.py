"""What a desk does between two scans, without any screen: every front end renders it."""
