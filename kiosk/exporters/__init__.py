"""Write the attendance list in the formats that other programs read."""
