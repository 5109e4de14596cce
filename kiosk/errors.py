"""Errors that a user can meet: what happened, what was saved, and what to do next."""

from __future__ import annotations

import difflib
import errno
from collections.abc import Iterable
from enum import StrEnum


class Action(StrEnum):
    """A next step of the user, which each front end says in its own keys or commands.

    The words are in `kiosk.ui.actions`; messages below the front ends name no key and no command.
    """

    ACCEPT_OLD_CODE = "accept_old_code"
    ADD_LIST = "add_list"
    ADD_WALK_IN = "add_walk_in"
    CHANGE_LIST = "change_list"
    CHANGE_QUESTION = "change_question"
    CHOOSE_PAPER = "choose_paper"
    CHOOSE_PRINTER = "choose_printer"
    CHOOSE_RESTORE_TARGET = "choose_restore_target"
    CHOOSE_TICKET_TYPE = "choose_ticket_type"
    CONFIRM_BADGE = "confirm_badge"
    CREATE_EVENT = "create_event"
    DECIDE_DUPLICATES = "decide_duplicates"
    EDIT_ATTENDEE = "edit_attendee"
    END_REHEARSAL = "end_rehearsal"
    EXPORT_CONFLICTS = "export_conflicts"
    FIND_ATTENDEE = "find_attendee"
    GIVE_CODE = "give_code"
    GIVE_PIN = "give_pin"
    GIVE_REASON = "give_reason"
    IMPORT_FILE = "import_file"
    JOIN_EVENT = "join_event"
    MAP_COLUMNS = "map_columns"
    MERGE_BUNDLE = "merge_bundle"
    NAME_DESK = "name_desk"
    OPEN_EVENT = "open_event"
    OVERRIDE_REFUSAL = "override_refusal"
    PRINT_BADGES = "print_badges"
    CONFIRM_PRINTED = "confirm_printed"
    PRINT_CHANGED_BADGES = "print_changed_badges"
    PRINT_RULER = "print_ruler"
    REPAIR_EVENT = "repair_event"
    REPRINT_BADGE = "reprint_badge"
    RESTORE_BACKUP = "restore_backup"
    SET_DAYS = "set_days"
    SET_PIN = "set_pin"
    SHARE_EVENT = "share_event"
    SHOW_DESKS = "show_desks"
    SHOW_HELP_DESK = "show_help_desk"
    SEND_TO_HELP = "send_to_help"
    SHOW_LAYOUTS = "show_layouts"
    SHOW_QUEUE = "show_queue"
    SHOW_STOCKS = "show_stocks"
    TEST_PRINTER = "test_printer"
    TEST_SCANNER = "test_scanner"
    UNDO_CHECK_IN = "undo_check_in"
    WRITE_BACKUP = "write_backup"
    WRITE_BUNDLE = "write_bundle"


class KioskError(Exception):
    """An error with an explanation for a volunteer or an organiser.

    Args:
        code: a stable word for tests and scripts, e.g. `file_unreadable`.
        problem: what happened, one sentence, in the words of the desk.
        saved: what was saved or left as it was, one sentence.
        next_step: what to do now, one sentence, without keys or commands.
        action: what to do now, for the front end to say in its own keys or commands.
    """

    def __init__(
        self,
        code: str,
        problem: str,
        *,
        saved: str = "",
        next_step: str = "",
        action: Action | None = None,
    ) -> None:
        super().__init__(problem)
        self.code = code
        self.problem = problem
        self.saved = saved
        self.next_step = next_step
        self.action = action

    def __str__(self) -> str:
        return " ".join(part for part in (self.problem, self.saved, self.next_step) if part)


class Refused(KioskError):
    """A request that cannot be done; nothing was changed."""

    effect = "Nothing was changed."

    def __init__(
        self, code: str, problem: str, *, next_step: str = "", action: Action | None = None
    ) -> None:
        super().__init__(code, problem, saved=self.effect, next_step=next_step, action=action)


class NotRecorded(Refused):
    """A scan that cannot be done as it was asked for."""

    effect = "Nothing was recorded."


class NotDrawn(Refused):
    """A document that cannot be drawn."""

    effect = "Nothing was drawn."


class NotWritten(Refused):
    """A file that cannot be written as it was asked for."""

    effect = "Nothing was written."


class FileRefused(Refused):
    """A registrations file that cannot be read."""

    effect = "Nothing was imported."


class Canceled(Refused):
    """The user stopped slow work before it was done."""

    def __init__(self, what: str) -> None:
        super().__init__("canceled", f"{what} was stopped.")


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


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out, also while a library was loaded (by the loader's message)."""
    if isinstance(error, ImportError):
        words = ("failed to map segment", "annot allocate memory")
        return any(word in str(error) for word in words)
    return isinstance(error, MemoryError)


def is_out_of_file_handles(error: BaseException) -> bool:
    """Whether the program or the computer has too many open files."""
    return isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE)


def _shortage(code: str, problem: str) -> KioskError:
    return KioskError(
        code,
        problem,
        saved="Everything confirmed before is saved; nothing else was written.",
        next_step="Close other programs, and try again.",
    )


def too_many_files() -> KioskError:
    """The error for too many open files; the work in progress is rolled back."""
    return _shortage("too_many_files", "Too many files are open on this computer.")


def out_of_memory() -> KioskError:
    """The error for too little memory; the work in progress is rolled back."""
    return _shortage("out_of_memory", "This computer has no memory left for this.")


def shortage_error(error: BaseException) -> KioskError | None:
    """The error for too little memory or too many open files; None for any other cause."""
    if is_out_of_memory(error):
        return out_of_memory()
    return too_many_files() if is_out_of_file_handles(error) else None


def nearest(word: str, known: Iterable[str], *, most: int = 1, cutoff: float = 0.5) -> list[str]:
    """The known words that are spelt most like a mistyped one, best first, regardless of case.

    Args:
        most: at most so many.
        cutoff: how much alike they must be, from 0 to 1, as in `difflib.get_close_matches`.
    """
    by_key: dict[str, str] = {}
    for name in known:
        by_key.setdefault(name.casefold(), name)
    keys = difflib.get_close_matches(word.casefold(), by_key, most, cutoff) if word else []
    return [by_key[key] for key in keys]


def did_you_mean(word: str, known: Iterable[str], *, cutoff: float = 0.5) -> str:
    """`Did you mean “Door”?` with the known word that is spelt most like a mistyped one.

    Empty where none is alike.
    """
    return "".join(f"Did you mean “{name}”?" for name in nearest(word, known, cutoff=cutoff))
