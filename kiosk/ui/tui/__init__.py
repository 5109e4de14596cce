"""The desk on screen, in Textual."""
