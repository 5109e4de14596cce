"""Preview a file before its import: headings, examples, and the field of each column."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.people.registration import RegistrationFile
from kiosk.importers.reading import SourceFile, examples
from kiosk.importers.understand import platforms

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class ColumnPreview:
    """One column of a file."""

    heading: str
    examples: tuple[str, ...]
    """Up to five different values, in the file's order, cut to 80 characters."""
    field: str
    """The field it is read as; empty for an extra column."""
    sure: bool
    """The heading is unambiguous, or a person chose the field."""


@dataclass(frozen=True, slots=True)
class FilePreview:
    """The columns of a file, and how it is read."""

    platform: str
    sure: bool
    """A row identifies a person, so the file can be imported."""
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


def preview_source(source: SourceFile) -> FilePreview:
    """The preview of a file for a mapping screen. The file is parsed only once.

    Raises:
        FileRefused: as `SourceFile.registrations`, except that unsure columns are no error here.
    """
    content = source.content()
    if isinstance(content, RegistrationFile):
        return FilePreview("pretix", True, (), content.rows, 0, "utf-8", "", "", (), ())
    table, mapping = content, source.mapping(content)
    field_of = mapping.fields
    shown = tuple(
        ColumnPreview(
            heading,
            tuple(examples(table, place, _EXAMPLES)),
            field_of.get(place, ""),
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


# The labels of fields, on screen and in sentences.

FIELD_NAMES = {
    "name": "Name",
    "given_name": "Given name",
    "family_name": "Family name",
    "email": "E-mail",
    "phone": "Phone",
    "company": "Company",
    "ticket_type": "Ticket type",
    "order_code": "Order",
    "code": "Ticket code",
    "ticket_id": "Ticket id",
    "status": "Status",
    "payment_status": "Payment",
    "quantity": "People admitted",
    "guests": "Additional guests",
    "badge_name": "Name on the badge",
    "attending_flag": "Comes to the event",
    "buyer_name": "Buyer",
    "arrived": "Already arrived",
}
"""Labels of the fields that a person can select for a column."""

_OTHER_NAMES = {
    "weak_id": "Running number",
    "dial_code": "Phone (country)",
    "addon_to": "Add-on of",
    "event_name": "Event",
    "event_id": "Event",
    "timestamp": "Time of the row",
    "second_family_name": "2nd family name",
    "paid_flag": "Paid",
    "confirmed_flag": "Confirmed",
    "cancel_flag": "Canceled",
    "blocked_flag": "Blocked",
    "waitlist_flag": "Waiting list",
    "arrived_at": "Time of arrival",
    "dropped": "(not used)",
}
"""Labels of fields that kiosk recognises and no person selects."""


def field_label(field: str) -> str:
    """The label of a field."""
    return _OTHER_NAMES.get(field) or FIELD_NAMES.get(field, field.replace("_", " ").capitalize())
