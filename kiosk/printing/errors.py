"""What can go wrong between the desk and a printer, in words for a volunteer."""

from __future__ import annotations

from kiosk.errors import KioskError

CHECKIN_SAFE = "Check-ins are not affected."


class PrintError(KioskError):
    """A printer or print system did not do what it was asked.

    Args:
        code: a stable word, e.g. `printer_unreachable`.
        problem: what happened.
        next_step: what to do now.
        may_have_printed: whether a document had been handed over before it went wrong. Such a
            job is `unknown`, and no program may send it a second time by itself.
    """

    def __init__(
        self, code: str, problem: str, *, next_step: str, may_have_printed: bool = False
    ) -> None:
        super().__init__(code, problem, saved=CHECKIN_SAFE, next_step=next_step)
        self.may_have_printed = may_have_printed


class IppFormatError(PrintError):
    """An answer that is not well-formed IPP."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "printer_answer_broken",
            f"The printer's answer could not be understood ({why}).",
            next_step="Check the printer's address, or choose another printer.",
        )
