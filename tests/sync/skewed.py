"""`python -m tests.sync.skewed SECONDS ...`: kiosk on a computer whose clock is off by so much.

Python's own view of the wall clock is moved, and with it all that the program ever asks; what it
measures spans with goes on.
"""

from __future__ import annotations

import sys
import time

from kiosk.__main__ import main


def _turn(seconds: float) -> None:
    right, right_ns = time.time, time.time_ns
    time.time = lambda: right() + seconds
    time.time_ns = lambda: right_ns() + int(seconds * 1e9)


if __name__ == "__main__":
    _turn(float(sys.argv[1]))
    del sys.argv[1]
    sys.exit(main())
