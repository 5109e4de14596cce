"""`python -m kiosk` and the `kiosk` command."""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        # imported here, so that Ctrl+C during the import ends quietly, too
        from kiosk.ui.cli.main import run
        from kiosk.ui.cli.streams import log_background_errors

        log_background_errors()
        return run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:  # before a command starts, or after it ends
        return 130


if __name__ == "__main__":
    sys.exit(main())
