"""All benchmarks, one after the other: `python -m tests.benchmarks [NAME ...]`.

Prints the table of goals: product, baseline, ratio, goal, and whether it is met.
"""

from __future__ import annotations

import subprocess
import sys

NAMES = (
    *("startup", "scan", "keystrokes", "memory", "importing"),
    *("search", "letters", "sync", "badges", "export"),
)


def main(wanted: list[str]) -> int:
    """Run those named, or all; each in a process of its own, so that none weighs on the next."""
    failed = 0
    for name in wanted or NAMES:
        print(f"== {name}", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}"]).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
