"""Read a registrations file of any kind into registrations: the one way in."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from kiosk.domain.people.registration import RegistrationFile
from kiosk.importers import refusals
from kiosk.importers.pretix.json_export import read_json
from kiosk.importers.read.csv_tables import read_csv
from kiosk.importers.read.sandbox import read_sheet
from kiosk.importers.read.sniff import Kind, kind_of, read_bytes
from kiosk.importers.read.tables import Table
from kiosk.importers.understand import headers, letters, platforms
from kiosk.importers.understand import mapping as fields
from kiosk.importers.understand.people import People
from kiosk.importers.understand.rows import reshape
from kiosk.importers.understand.values import clean
from kiosk.support.progress import Progress, gc_paused


class SourceFile:
    """A registrations file that is read from the disk once and parsed at most once.

    A preview, a digest and the registrations all come from the same bytes.

    Args:
        path: CSV or TSV in any encoding, XLSX, XLS, XLSB, ODS, or pretix JSON, under any name.
        columns: field to heading, as a person chose them (`{"name": "Badge text"}`).
        ignored: headings of columns that are left aside, and stay extra columns.
        sheet: the sheet to read; None: the sheet that looks most like a list of people.

    Raises:
        FileRefused: the file cannot be read.
    """

    def __init__(
        self,
        path: Path,
        *,
        columns: Mapping[str, str] | None = None,
        ignored: Iterable[str] = (),
        sheet: str | None = None,
    ) -> None:
        self.path = Path(path)
        self.ignored = tuple(ignored)
        self.columns = dict(columns or {})
        self.sheet = sheet
        self._raw = read_bytes(self.path)
        self.sha256 = hashlib.sha256(self._raw).hexdigest()
        self._content: Table | RegistrationFile | None = None
        self._mapping: fields.Mapping | None = None

    @property
    def raw(self) -> bytes:
        """The bytes of the file; empty once it is parsed."""
        return self._raw

    def part(self, raw: bytes) -> SourceFile:
        """The same file with only some of its lines."""
        part = copy.copy(self)
        part._raw, part._content, part._mapping = raw, None, None
        return part

    def content(self, progress: Progress | None = None) -> Table | RegistrationFile:
        """The file's table; for pretix JSON, which needs no mapping, its registrations.

        Raises:
            FileRefused: it is damaged, or not a list of people; see `refusals` for the codes.
        """
        if self._content is None:
            with gc_paused():
                self._content = self._parsed(progress)
            self._raw = b""
        return self._content

    def _parsed(self, progress: Progress | None) -> Table | RegistrationFile:
        path, raw = self.path, self._raw
        kind = kind_of(path, raw)
        if kind is Kind.JSON:
            registrations = read_json(path, raw, self.sha256)
            if registrations is not None:
                return registrations
        wanted = tuple(self.columns.values())
        if kind in (Kind.ZIP_SHEET, Kind.OLD_SHEET):
            zipped = kind is Kind.ZIP_SHEET
            table = read_sheet(path, raw, zipped=zipped, sheet=self.sheet, wanted=wanted)
        else:
            table = read_csv(path, raw, wanted, progress)
        letters.repair(table)
        reshape(table, wanted)
        return table

    def registrations(self, progress: Progress | None = None) -> RegistrationFile:
        """The people of the file; nothing is written.

        Args:
            progress: called with rows done and rows in all (None while unknown); may raise to
                stop.

        Raises:
            FileRefused: the file cannot be read, or contains no people.
            KioskError: `field_unknown` for a field in `columns` that does not exist.
        """
        content = self.content(progress)
        if isinstance(content, RegistrationFile):
            if progress is not None:
                progress(content.rows, content.rows)
            return content
        with gc_paused():
            return self._understood(content, progress)

    def mapping(self, table: Table) -> fields.Mapping:
        """The field of each column, with the columns that a person chose; it is found once."""
        if self._mapping is None:
            self._mapping = fields.map_columns(
                table,
                fields.named_columns(self.path, table, self.columns),
                fields.ignored_columns(self.path, table, self.ignored),
            )
        return self._mapping

    def _understood(self, table: Table, progress: Progress | None) -> RegistrationFile:
        path, mapping = self.path, self.mapping(table)
        if platforms.is_member_list(mapping.keys):
            raise refusals.refused(
                "member_list",
                path,
                "is a list of a group's members, without their answers to an event.",
                "On Meetup open the event, choose Manage attendees, then Download attendees, "
                "and import that file.",
            )
        if not mapping.sure:
            raise refusals.columns_unsure(path, table)
        if self.columns and table.has_headings and not headers.recognised(table.headings):
            table.warnings.append(
                f"Row {table.header_row} was read as the headings "
                f"({', '.join(filter(None, table.headings))[:60]}). If it is a person, insert a "
                "row of headings above it, and import it again."
            )
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
            sha256=self.sha256,
            columns=_described(table, mapping),
            mapping=_columns(table, mapping),
            sheet=table.sheet,
            registrations=registrations,
            duplicates=people.duplicates,
            rejected=people.rejected,
            warnings=people.warnings,
        )


def _source(table: Table, mapping: fields.Mapping) -> str:
    """The unit within which people can be missing from a later file."""
    platform = mapping.platform.name
    if platform == "sheet":
        places = [place for name in _IDENTIFYING for place in mapping.places(name)[:1]]
        return "sheet:" + "|".join(mapping.keys[place] for place in places)
    event = mapping.first("event_id")
    if event >= 0:
        ids = {cell.strip() for cell in set(table.columns[event])} - {"", "-"}
        if len(ids) == 1:
            return f"{platform}:{ids.pop()}"
    if platform == "luma":
        for place in mapping.places("code"):
            events = set(map(platforms.luma_event, table.columns[place])) - {""}
            if len(events) == 1:
                return f"{platform}:{events.pop()}"
    return platform


_IDENTIFYING = ("ticket_id", "code", "order_code", "email", "name", "given_name", "family_name")


def _columns(table: Table, mapping: fields.Mapping) -> list[dict[str, Any]]:
    """Each column with its field and two examples."""
    field_of = mapping.fields
    return [
        {"header": heading, "field": field_of.get(place, ""), "examples": examples(table, place, 2)}
        for place, heading in enumerate(table.headings)
        if heading
    ]


def examples(table: Table, place: int, number: int) -> list[str]:
    """Different values of a column, in the file's order, cut to 80 characters."""
    found: dict[str, None] = {}
    for cell in islice(table.columns[place], _ROWS_SEARCHED):
        if value := clean(cell):
            found[value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"] = None
        if len(found) == number:
            break
    return list(found)


_ROWS_SEARCHED = 500
_LONGEST = 80


def _described(table: Table, mapping: fields.Mapping) -> dict[str, str]:
    """Field to the headings it comes from, in words for a person."""
    described = {}
    for name, places in mapping.columns.items():
        headings = [table.headings[place] for place in places]
        if name == "email" and mapping.email_correction >= 0:
            headings.insert(0, table.headings[mapping.email_correction])
        joiner = ", else " if name == "email" else ", "
        described[name] = joiner.join(headings)
    return described
