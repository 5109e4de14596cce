"""Runs a printing program of the system; its failures come out as `PrintError`s."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from kiosk.domain.print_job import plain_text
from kiosk.printing.errors import PrintError

TIMEOUT_S = 30.0


def run(command: Sequence[str], *, may_print: bool = False, timeout_s: float = TIMEOUT_S) -> str:
    """What the program wrote to stdout.

    Args:
        command: program and arguments; no shell looks at them.
        may_print: whether a timeout leaves it open that a badge comes out.

    Raises:
        PrintError: it cannot be started, takes too long, or ends with an error.
    """
    try:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_s,
            env={**os.environ, "LC_ALL": "C"},  # the words to read are the untranslated ones
            check=False,
        )
    except subprocess.TimeoutExpired as trouble:
        raise PrintError(
            "printer_silent",
            "The system's print program did not come back.",
            next_step="Look whether the badge came out before anything is printed again.",
            may_have_printed=may_print,
        ) from trouble
    except (OSError, ValueError) as trouble:
        raise _failed("it cannot be started") from trouble
    if ended.returncode != 0:
        raise _failed(plain_text(ended.stderr or ended.stdout) or f"exit {ended.returncode}")
    return ended.stdout


def _failed(why: str) -> PrintError:
    return PrintError(
        "printer_refused",
        f"The system's print program failed: {why}",
        next_step="Choose another printer, or save the badge as a PDF.",
    )
