"""Finding people as their name is typed: with typos, by sound, across scripts."""
