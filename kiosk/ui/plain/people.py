"""What the line desk changes about a person: a name for a nameless ticket, a new holder."""

from __future__ import annotations

from kiosk.domain.checkin.code_matching import looks_like_code
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.first_time import YES
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.people.people import FIRST_TIME, edit
from kiosk.services.people.transfer import NewHolder, transfer_ticket
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import attendee, find_by_code

NO_NAME = "-"
"""Typed in place of a name: check the guest in without one."""
NOBODY_YET = "Nobody is chosen yet: scan a ticket or type a name first."


class PlainPeople:
    """The part of the line desk that types people in."""

    store: Store
    scan_only: bool
    person_id: str
    nameless: Attendee | None = None
    """Whose name the next line is."""

    def _say(self, *lines: str) -> None:
        raise NotImplementedError

    def _check_in(self, attendee_id: str) -> None:
        raise NotImplementedError

    def _ask_name(self, person: Attendee) -> None:
        self.nameless = person
        self._say(f"{escape_controls(person.label)}: type the name for the badge, or - for none.")

    def _is_name(self, text: str) -> bool:
        """Whether a line is the name that was asked for, and not the next ticket."""
        if self.nameless is None:
            return False
        known = find_by_code(self.store.connection, text).attendees
        return not known and not looks_like_code(text.strip())

    def _named(self, text: str) -> None:
        """Name the guest and check them in."""
        person, self.nameless = self.nameless, None
        assert person is not None
        if text.strip() != NO_NAME:
            edit(self.store, person.id, {"name": text})
        self._check_in(person.id)

    def _name(self, text: str) -> None:
        """Name the last person, who is in already."""
        person = self._person("Naming a ticket")
        if person is None:
            return
        if not text:
            self._say("name NAME: the name as it should stand on the badge.")
        elif person.name:
            self._say(
                f"The ticket bears the name {escape_controls(person.name)}.",
                "pass on NAME: it is somebody else's now.",
            )
        else:
            named = edit(self.store, person.id, {"name": text})
            self._say(f"{escape_controls(named.label)} it is. badge: write the badge.")

    def _pass_on(self, text: str) -> None:
        person = self._person("Passing a ticket on")
        if person is None:
            return
        if not text:
            self._say("pass on NAME: the name of whose the ticket is now.")
            return
        now = transfer_ticket(self.store, person.id, NewHolder(text))
        self._say(
            f"Passed on from {escape_controls(person.label)} to {escape_controls(now.label)}."
        )

    def _first_time(self) -> None:
        person = self._person("Changing a person")
        if person is not None:
            edit(self.store, person.id, {FIRST_TIME: YES})
            self._say(f"{escape_controls(person.label)} is here for the first time.")

    def _person(self, what: str) -> Attendee | None:
        if self.scan_only:
            raise not_here(what)
        person = attendee(self.store.connection, self.person_id) if self.person_id else None
        if person is None:
            self._say(NOBODY_YET)
        return person


def not_here(what: str) -> KioskError:
    """At a desk for scanning only."""
    return KioskError(
        "scan_only",
        f"{what} is not done at this desk: it is for scanning only.",
        saved="Nothing was changed.",
        next_step="Send the person to the help desk.",
    )
