"""A look at a file before it is imported: headings, examples, what each column seems to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from kiosk.importers.read.sniff import Kind, kind_of, read_bytes
from kiosk.importers.read.tables import Table
from kiosk.importers.reading import read_table
from kiosk.importers.understand import mapping as fields
from kiosk.importers.understand import platforms
from kiosk.importers.understand.values import clean

_EXAMPLES = 5
_LOOKED_AT = 500
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class ColumnPreview:
    """One column of a file."""

    heading: str
    examples: tuple[str, ...]
    """Up to five different values, in the file's order, cut to 80 characters."""
    field: str
    """The field it would be read as, empty for "kept beside"."""
    sure: bool
    """A heading that leaves no doubt, or one that a person named."""


@dataclass(frozen=True, slots=True)
class FilePreview:
    """A file as its columns present themselves."""

    platform: str
    sure: bool
    """A person can be told from a row: `read_registrations` would not ask."""
    columns: tuple[ColumnPreview, ...]
    rows: int
    header_row: int
    """Line or row of the headings, from 1; 0 for JSON."""
    encoding: str
    delimiter: str
    sheet: str
    sheets: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(column.heading for column in self.columns)


def preview_file(
    path: Path, *, columns: Mapping[str, str] | None = None, sheet: str | None = None
) -> FilePreview:
    """What a mapping screen shows.

    Raises:
        FileRefused: as `read_registrations`, except that unsure columns are no error here.
    """
    path = Path(path)
    raw = read_bytes(path)
    kind = kind_of(path, raw)
    if kind is Kind.JSON:
        from kiosk.importers.pretix.json_export import read_json

        read = read_json(path, raw, "")
        if read is not None:
            return FilePreview("pretix", True, (), read.rows, 0, "utf-8", "", "", (), ())
    table = read_table(path, raw, kind, tuple((columns or {}).values()), sheet, None)
    mapping = fields.map_columns(table, fields.named_columns(path, table, columns))
    holds = {place: name for name, places in mapping.columns.items() for place in places}
    shown = tuple(
        ColumnPreview(
            heading,
            _examples(table, place),
            holds.get(place, ""),
            mapping.weights.get(place, 0) >= 75,
        )
        for place, heading in enumerate(table.headings)
    )
    return FilePreview(
        mapping.platform.name,
        mapping.sure and not platforms.is_member_list(mapping.keys),
        shown,
        table.count,
        table.header_row,
        table.encoding,
        table.delimiter,
        table.sheet,
        table.sheets,
        tuple(table.warnings),
    )


def _examples(table: Table, place: int) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for cell in islice(table.columns[place], _LOOKED_AT):
        value = clean(cell)
        if value:
            found[value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"] = None
        if len(found) == _EXAMPLES:
            break
    return tuple(found)
