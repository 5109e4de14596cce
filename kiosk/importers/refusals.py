"""Errors for files that cannot be imported: what is wrong with the file, and what to do."""

from __future__ import annotations

from pathlib import Path

from kiosk.errors import Action, FileRefused

EXPORT_AGAIN = "Download the attendee list again as CSV or XLSX, and import that file."


def _named(path: Path) -> str:
    """The file's name for a message: no control characters, at most 80 letters."""
    name = "".join(char if char.isprintable() else "?" for char in path.name) or str(path)
    return name if len(name) <= 80 else name[:77] + "..."


def refused(
    code: str,
    path: Path,
    says: str,
    next_step: str = EXPORT_AGAIN,
    action: Action | None = None,
) -> FileRefused:
    """An error with a sentence about the file: `people.csv` + `says`."""
    return FileRefused(code, f"{_named(path)} {says}", next_step=next_step, action=action)


def missing(path: Path) -> FileRefused:
    return refused(
        "file_missing", path, "does not exist.", "Check the file's name and folder, then try again."
    )


def folder(path: Path) -> FileRefused:
    return refused("file_folder", path, "is a folder.", "Choose a file inside it.")


def not_allowed(path: Path) -> FileRefused:
    return refused(
        "file_permission",
        path,
        "may not be read by this user.",
        "Copy the file to your own folder, or ask for permission to read it.",
    )


def unreadable(path: Path) -> FileRefused:
    return refused(
        "file_unreadable",
        path,
        "could not be read from the disk.",
        "Copy the file to this computer's own disk and try again.",
    )


def empty(path: Path) -> FileRefused:
    return refused("file_empty", path, "is empty.")


def header_only(path: Path) -> FileRefused:
    return refused(
        "header_only",
        path,
        "has column headings but no people below them.",
        "Check the filters of the download (date, ticket type, status), and export it again.",
    )


def no_people(path: Path, why: str) -> FileRefused:
    return refused("no_people", path, f"has no people in it: {why}")


def too_big(path: Path, why: str) -> FileRefused:
    return refused("file_too_big", path, why)


def damaged(path: Path, what: str) -> FileRefused:
    return refused(
        "file_damaged",
        path,
        f"is damaged or incomplete ({what}).",
        "Download or copy the file again; if a spreadsheet program opens it, save it as CSV there.",
    )


def encrypted(path: Path) -> FileRefused:
    return refused(
        "file_encrypted",
        path,
        "is protected by a password.",
        "Open it in the spreadsheet program, remove the password, save it, and import that file.",
    )
