"""Ways to print on this machine."""
