"""`python -m kiosk` and the `kiosk` command."""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        from kiosk.ui.cli.main import run
        from kiosk.ui.cli.streams import keep_errors_off_screen

        keep_errors_off_screen()
        return run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:  # before a command began, or after its last word
        return 130


if __name__ == "__main__":
    sys.exit(main())
