"""Errors that a person can meet: what happened, what was saved, and what to do next."""

from __future__ import annotations

import errno
from enum import StrEnum


class Action(StrEnum):
    """What a person can do next. Each front end says it in its own keys or commands.

    The words are in `kiosk.ui.actions`; messages below the front ends name no key and no command.
    """

    ADD_LIST = "add_list"
    CHANGE_LIST = "change_list"
    CHANGE_QUESTION = "change_question"
    CHOOSE_PRINTER = "choose_printer"
    CHOOSE_RESTORE_TARGET = "choose_restore_target"
    CONFIRM_BADGE = "confirm_badge"
    CREATE_EVENT = "create_event"
    EDIT_ATTENDEE = "edit_attendee"
    END_REHEARSAL = "end_rehearsal"
    EXPORT_CONFLICTS = "export_conflicts"
    FIND_ATTENDEE = "find_attendee"
    GIVE_CODE = "give_code"
    GIVE_REASON = "give_reason"
    IMPORT_FILE = "import_file"
    JOIN_EVENT = "join_event"
    MERGE_BUNDLE = "merge_bundle"
    NAME_DESK = "name_desk"
    OPEN_EVENT = "open_event"
    PRINT_BADGES = "print_badges"
    PRINT_CHANGED_BADGES = "print_changed_badges"
    REPAIR_EVENT = "repair_event"
    REPRINT_BADGE = "reprint_badge"
    RESTORE_BACKUP = "restore_backup"
    SET_DAYS = "set_days"
    SET_PIN = "set_pin"
    SHARE_EVENT = "share_event"
    SHOW_DESKS = "show_desks"
    SHOW_HELP_DESK = "show_help_desk"
    SHOW_LAYOUTS = "show_layouts"
    SHOW_QUEUE = "show_queue"
    SHOW_STOCKS = "show_stocks"
    TEST_PRINTER = "test_printer"
    TEST_SCANNER = "test_scanner"
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


class FileRefused(KioskError):
    """A registrations file that cannot be read; nothing was written."""

    def __init__(self, code: str, problem: str, *, next_step: str) -> None:
        super().__init__(code, problem, saved="Nothing was imported.", next_step=next_step)


class Canceled(KioskError):
    """A person stopped slow work before it was done."""

    def __init__(self, what: str) -> None:
        super().__init__("canceled", f"{what} was stopped.", saved="Nothing was changed.")


def is_out_of_memory(error: BaseException) -> bool:
    """Also where a library could not be loaded for it, in the words of the system's loader."""
    if isinstance(error, ImportError):
        words = ("failed to map segment", "annot allocate memory")
        return any(word in str(error) for word in words)
    return isinstance(error, MemoryError)


def is_out_of_file_handles(error: BaseException) -> bool:
    """The program, or the computer, has more files open than it may."""
    return isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE)


def too_many_files() -> KioskError:
    """No further file can be opened; what was begun is taken back."""
    return KioskError(
        "too_many_files",
        "Too many files are open on this computer.",
        saved="Everything confirmed before is saved; nothing else was written.",
        next_step="Close other programs, and try again.",
    )


def out_of_memory() -> KioskError:
    """The computer has none left; what was begun is taken back."""
    return KioskError(
        "out_of_memory",
        "This computer has no memory left for that.",
        saved="Everything confirmed before is saved; nothing else was written.",
        next_step="Close other programs, and try again.",
    )


def shortage_error(error: BaseException) -> KioskError | None:
    """What the computer has too little of, where that is all that is wrong."""
    if is_out_of_memory(error):
        return out_of_memory()
    return too_many_files() if is_out_of_file_handles(error) else None
