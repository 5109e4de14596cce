"""Say for every setting where it is kept: in the log, on one machine, or in one file.

A setting of the log comes from any desk, so it is checked where it enters, and it is never a path,
printer or address that this program then uses. A setting of a machine is kept outside of the event
file: a file from elsewhere cannot bring one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Scope(StrEnum):
    """Where a setting is kept."""

    SHARED = "shared"
    """In the log: all desks have it."""
    MACHINE = "machine"
    """In this machine's state folder: no file and no desk brings or gets it."""
    FILE = "file"
    """In the table `local` of one event file: it belongs to the identity of its log."""


class KnownSetting(NamedTuple):
    """Where one setting is kept, and what it is."""

    scope: Scope
    about: str


def _all(scope: Scope, **about: str) -> dict[str, KnownSetting]:
    return {key: KnownSetting(scope, text) for key, text in about.items()}


KNOWN_SETTINGS: dict[str, KnownSetting] = {
    **_all(
        Scope.SHARED,
        name="the event's name",
        days="its days",
        timezone="the time zone of its days and lists",
        place="where it is, on badges",
        badge_layout="the name of the layout of badges",
        layout_pack="the content of the organiser's own layout",
        accent="the colour of badges",
        logo="the name of the logo",
        logo_pack="the content of the logo",
        han_language="how Han letters look",
        nastaliq="Urdu in Nastaliq",
        programme="text inside folded badges",
        contact="the contact on folded badges",
        wifi="the network on folded badges",
        certificate_title="the title of certificates",
        certificate_text="the text of certificates",
        certificate_signed_by="the signature of certificates",
        boxes="the boxes of printed badges",
        tables="the queues by letter",
        possible_duplicates="attendees who may be one person",
        ready_accepted="what is accepted as not ready",
        demo="the event is the demo",
        rehearsal="the file holds a rehearsal",
        purged="the counts after a purge",
        purged_report="the report after a purge",
    ),
    **_all(
        Scope.MACHINE,
        backup_second="a second folder for backups",
        layout_here="the layout file that this machine chose",
        layout_used="the layout file that this machine last printed with",
        logo_here="the logo file that this machine chose",
        print_mode="when badges print",
        printer="the printer",
        print_layout="the layout of badges printed at the desk",
        labels_left="the labels left on the roll",
        printer_tested="the printer of the last test badge",
        scanner_tested="the result of the last scanner test",
        sharing="the sharing secret, port and addresses of desks",
        pin_tries="wrong PIN tries",
        desk_name="the name of this desk",
    ),
    **_all(
        Scope.FILE,
        log_id="the log that this file continues",
        home="the place where this file was written last",
        earlier_logs="the logs that this file continued before",
        began_anew="the file was restored or copied",
        facts_dropped="settings of another machine were removed from the file",
        seen_stamp="the newest stamp that this desk follows",
        newest_stamp="the newest stamp of another desk",
        troubles="problems between desks",
    ),
}
"""Every setting by its key."""

KNOWN_PREFIXES: dict[str, KnownSetting] = {
    "pin.": KnownSetting(Scope.SHARED, "the check value of a PIN, by role"),
    "question:": KnownSetting(Scope.SHARED, "a question of the event, by name"),
    "layout:": KnownSetting(Scope.MACHINE, "the badge layout of a printer"),
    "stock:": KnownSetting(Scope.MACHINE, "the labels or paper of a printer"),
    "nudge:": KnownSetting(Scope.MACHINE, "the print offset, by printer and stock"),
}
"""Settings whose keys begin so."""


def scope_of(key: str) -> Scope | None:
    """Where a setting is kept; None for an unknown key."""
    known = KNOWN_SETTINGS.get(key) or next(
        (known for prefix, known in KNOWN_PREFIXES.items() if key.startswith(prefix)), None
    )
    return known.scope if known else None
