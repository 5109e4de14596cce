"""Errors between the desk and a printer, in words for a volunteer."""

from __future__ import annotations

from kiosk.errors import Action, KioskError

CHECKIN_SAFE = "Check-ins are not affected."


class PrintError(KioskError):
    """A printer or print system failed or refused a request.

    Args:
        code: a stable word, e.g. `printer_unreachable`.
        problem: what happened.
        next_step: what to do now.
        action: what to do now, as in `KioskError`.
        may_have_printed: whether a document was already sent when the error occurred. Such a
            job is `unknown`; no program may send it again without a person's decision.
    """

    def __init__(
        self,
        code: str,
        problem: str,
        *,
        next_step: str,
        action: Action | None = None,
        may_have_printed: bool = False,
    ) -> None:
        super().__init__(code, problem, saved=CHECKIN_SAFE, next_step=next_step, action=action)
        self.may_have_printed = may_have_printed


class IppFormatError(PrintError):
    """A response that is not well-formed IPP."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "printer_answer_broken",
            f"The printer's answer could not be understood ({why}).",
            next_step="Check the printer's address, or choose another printer.",
        )
