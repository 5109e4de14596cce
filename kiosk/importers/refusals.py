"""Errors for files that cannot be imported: what is wrong with the file, and what to do."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import Action, FileRefused

if TYPE_CHECKING:
    from kiosk.importers.read.tables import Table

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


def header_unknown(path: Path, table: Table, heading: str) -> FileRefused:
    """The error for a column that a person named and the file does not have."""
    listed = [h for h in table.headings if h]
    near = difflib.get_close_matches(heading, listed, 1, 0.0)
    hint = f'Did you mean "{near[0]}"? ' if near else ""
    return refused(
        "header_unknown",
        path,
        f'has no column "{heading[:80]}".',
        f"{hint}Its columns are: {_list_headings(table)}.",
    )


def columns_unsure(path: Path, table: Table) -> FileRefused:
    """The error for a file without a known name, e-mail or code: it lists the headings."""
    if not table.has_headings:
        cells = zip(table.headings, map(str.strip, table.row(0)), strict=True)
        listed = ", ".join(f'"{heading}": {cell[:40]}' for heading, cell in cells if cell)
        return refused(
            "columns_unsure",
            path,
            f"has no row of headings: its first row is a person ({listed[:400]}).",
            "Insert a row of headings above it (Name, Email ...), and import it again.",
            Action.MAP_COLUMNS,
        )
    return refused(
        "columns_unsure",
        path,
        f"has no column that is surely a name, an e-mail address or a code. "
        f"Its columns are: {_list_headings(table)}.",
        "If the first row is a person, insert a row of headings above it.",
        Action.MAP_COLUMNS,
    )


def _list_headings(table: Table) -> str:
    return table.listed([place for place, heading in enumerate(table.headings) if heading], 30)
