"""Scans as a keyboard scanner sends them: told from typing by when the keys arrive.

`keystream` decides, and knows nothing of Textual; `driver` says when keys arrive and that none
do; `app` puts the two into a Textual app.
"""
