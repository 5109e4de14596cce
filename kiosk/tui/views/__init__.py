"""From facts to text on the screen: pure functions that a test can call bare."""
