"""A registrations file, whatever its kind, to registrations; the one way in."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kiosk.domain.people.registration import RegistrationFile
from kiosk.importers import refusals
from kiosk.importers.read.csv_tables import read_csv
from kiosk.importers.read.sniff import Kind, kind_of, read_bytes
from kiosk.importers.read.spreadsheets import read_sheet
from kiosk.importers.read.tables import Table
from kiosk.importers.understand import mapping as fields
from kiosk.importers.understand import platforms
from kiosk.importers.understand.people import People
from kiosk.support.progress import Progress


def read_registrations(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    progress: Progress | None = None,
) -> RegistrationFile:
    """Read and understand a registrations file; nothing is written.

    Args:
        path: CSV or TSV in any encoding, XLSX, XLS, XLSB, ODS, or pretix JSON, under any name.
        columns: field to heading, for what a person decided (`{"name": "Badge text"}`).
        sheet: the sheet to read; the one that looks most like a list of people if None.
        progress: called with rows done and rows in all (None while unknown); may raise to stop.

    Raises:
        FileRefused: the file cannot be read, or holds no people; see `refusals` for the codes.
        KioskError: `field_unknown` for a field in `columns` that does not exist.
    """
    path = Path(path)
    raw = read_bytes(path)
    digest = hashlib.sha256(raw).hexdigest()
    with _without_collections():
        kind = kind_of(path, raw)
        if kind is Kind.JSON:
            from kiosk.importers.pretix.json_export import read_json

            read = read_json(path, raw, digest)
            if read is not None:
                if progress is not None:
                    progress(read.rows, read.rows)
                return read
        table = read_table(path, raw, kind, tuple((columns or {}).values()), sheet, progress)
        return _understand(path, table, columns, digest, progress)


def read_table(
    path: Path,
    raw: bytes,
    kind: Kind,
    wanted: tuple[str, ...],
    sheet: str | None,
    progress: Progress | None,
) -> Table:
    """The table of a file of any kind but JSON."""
    if kind in (Kind.ZIP_SHEET, Kind.OLD_SHEET):
        zipped = kind is Kind.ZIP_SHEET
        return read_sheet(path, raw, zipped=zipped, sheet=sheet, wanted=wanted)
    return read_csv(path, raw, wanted, progress)


def _understand(
    path: Path,
    table: Table,
    columns: Mapping[str, str] | None,
    digest: str,
    progress: Progress | None,
) -> RegistrationFile:
    mapping = fields.map_columns(table, fields.named_columns(path, table, columns))
    if platforms.is_member_list(mapping.keys):
        raise refusals.refused(
            "member_list",
            path,
            "is a list of a group's members, with no answers to an event.",
            "On Meetup open the event, choose Manage attendees, then Download attendees, "
            "and import that file.",
        )
    if not mapping.sure:
        raise fields.columns_unsure(path, table)
    total = table.count
    if progress is not None:
        progress(0, total)
    people = People(table, mapping)
    registrations = people.registrations(progress)
    if not registrations:
        raise refusals.no_people(path, "no row has a name, an e-mail address or a code.")
    if progress is not None:
        progress(total, total)
    return RegistrationFile(
        platform=mapping.platform.name,
        source=_source(table, mapping),
        file_name=path.name,
        sha256=digest,
        columns=_described(table, mapping),
        registrations=registrations,
        duplicates=people.duplicates,
        rejected=people.rejected,
        warnings=people.warnings,
    )


def _source(table: Table, mapping: fields.Mapping) -> str:
    """The unit within which people can be missing from a later file."""
    platform = mapping.platform.name
    if platform == "sheet":
        keys = [
            mapping.keys[place]
            for name in (
                "ticket_id",
                "code",
                "order_code",
                "email",
                "name",
                "given_name",
                "family_name",
            )
            for place in mapping.columns.get(name, ())[:1]
        ]
        return "sheet:" + "|".join(keys)
    event = mapping.first("event_id")
    if event >= 0:
        ids = {cell.strip() for cell in set(table.columns[event])} - {"", "-"}
        if len(ids) == 1:
            return f"{platform}:{ids.pop()}"
    if platform == "luma":
        for place in mapping.columns.get("code", ()):
            events = set(map(platforms.luma_event, table.columns[place])) - {""}
            if len(events) == 1:
                return f"{platform}:{events.pop()}"
    return platform


def _described(table: Table, mapping: fields.Mapping) -> dict[str, str]:
    """Field to the headings it came from, as a person reads them."""
    described = {}
    for name, places in mapping.columns.items():
        headings = [table.headings[place] for place in places]
        if name == "email" and mapping.email_correction >= 0:
            headings.insert(0, table.headings[mapping.email_correction])
        joiner = ", else " if name == "email" else ", "
        described[name] = joiner.join(headings)
    return described


@contextmanager
def _without_collections() -> Iterator[None]:
    """No garbage collection while many thousands of tuples are made, none of them garbage."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            # what was made goes to the old generation at once, instead of being walked through
            gc.freeze()
            gc.unfreeze()
            gc.enable()
