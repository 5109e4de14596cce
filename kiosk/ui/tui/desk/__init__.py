"""The desk screen and its parts: verdict, card, matches, counters."""
