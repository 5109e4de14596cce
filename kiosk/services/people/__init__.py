"""People: look up, correct, register, transfer, help desk, entitlements."""
