"""The report of an event without its people: what was counted before they were removed."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import tzinfo
from typing import Any

from kiosk.errors import KioskError
from kiosk.exporters.report_facts import ReportFacts, Share
from kiosk.storage.attendees import count_attendees
from kiosk.storage.lists import setting
from kiosk.storage.store import Store

PURGED_REPORT = "purged_report"
"""The event's setting that holds it."""


def to_keep(facts: ReportFacts) -> dict[str, Any]:
    """The counts as JSON; desks are called as people like, so they go with the people."""
    kept = asdict(replace(facts, desks=()))
    return {key: value for key, value in kept.items() if key not in ("zone", "made_ms", "who")}


def kept_report(
    store: Store, list_name: str | None, *, who: str, zone: tzinfo
) -> ReportFacts | None:
    """The counts; None where the people are there.

    Raises:
        KioskError: `only_all_lists` for a list of its own: that was not counted.
    """
    kept = setting(store.connection, PURGED_REPORT)
    if not kept or count_attendees(store.connection):
        return None
    if list_name is not None:
        raise KioskError(
            "only_all_lists",
            "The people are removed, and their counts are kept for the event as a whole.",
            saved="Nothing was written.",
            next_step="Leave the list out: the report has a line for each.",
        )
    return ReportFacts(
        **{
            **kept,
            "zone": zone,
            "made_ms": store.clock(),
            "who": who,
            "lists": tuple(Share(*share) for share in kept["lists"]),
            "types": tuple(Share(*share) for share in kept["types"]),
            "arrivals": tuple(
                (name, {int(start): heads for start, heads in quarters.items()})
                for name, quarters in kept["arrivals"]
            ),
            "desks": (),
            "refused": dict(sorted(kept["refused"].items(), key=lambda item: (-item[1], item[0]))),
            "answers": tuple(
                (question, tuple((text, came) for text, came in given))
                for question, given in kept["answers"]
            ),
        }
    )
